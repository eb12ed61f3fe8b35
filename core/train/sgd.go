package train

import (
	"math"

	"steady/core/engine"
)

// sgd is stochastic gradient descent with Nesterov's momentum (Sutskever et al. 2013) and weight decay.
type sgd struct {
	params   []engine.Param
	velocity [][]float32 // nil for parameters without a Grad
	momentum float32
	decay    float32
	shifts   float32 // factor on the learning rate of the shifts of normalization
	clip     float64 // largest norm of the mean gradient; 0 for none
}

func newSGD(params []engine.Param, c *Config) *sgd {
	s := &sgd{params: params, momentum: float32(c.Momentum), decay: float32(c.WeightDecay), shifts: 1, clip: c.Clip}
	if c.ShiftRate != 0 {
		s.shifts = float32(c.ShiftRate)
	}
	for _, p := range params {
		var v []float32
		if p.Grad != nil {
			v = make([]float32, len(p.Value))
		}
		s.velocity = append(s.velocity, v)
	}
	return s
}

// decayOf returns the weight decay of a parameter: none for biases and normalization.
func (s *sgd) decayOf(p engine.Param) float32 {
	if len(p.Shape) < 2 {
		return 0
	}
	return s.decay
}

// rateOf returns the factor on the learning rate of a parameter.
func (s *sgd) rateOf(p engine.Param) float32 {
	if p.NormShift {
		return s.shifts
	}
	return 1
}

// forEngine returns the same for an engine that takes the steps by itself.
func (s *sgd) forEngine(smoothing float64) engine.SGD {
	d := engine.SGD{Momentum: s.momentum, Smoothing: float32(smoothing), Velocity: s.velocity}
	for _, p := range s.params {
		d.Decay, d.Rates = append(d.Decay, s.decayOf(p)), append(d.Rates, s.rateOf(p))
	}
	return d
}

// scale returns the factor on the gradients, which are sums over images images: it makes means of them, and scales all down
// together if their norm is above clip (Pascanu et al. 2013). Weight decay comes after it.
func (s *sgd) scale(images int) float32 {
	mean := 1 / float32(images)
	if s.clip == 0 {
		return mean
	}
	sum := 0.0
	for _, p := range s.params {
		for _, g := range p.Grad {
			sum += float64(g) * float64(g)
		}
	}
	if norm := math.Sqrt(sum) / float64(images); norm > s.clip {
		return float32(s.clip / norm / float64(images))
	}
	return mean
}

// step moves the values against the gradients, which are sums over images images.
func (s *sgd) step(rate float64, images int) {
	mean := s.scale(images)
	for i, p := range s.params {
		if p.Grad == nil {
			continue
		}
		decay, lr := s.decayOf(p), float32(rate)*s.rateOf(p)
		value, velocity := p.Value[:len(p.Grad)], s.velocity[i][:len(p.Grad)]
		for j, g := range p.Grad {
			g = g*mean + decay*value[j]
			v := s.momentum*velocity[j] + g
			velocity[j] = v
			value[j] -= lr * (g + s.momentum*v)
		}
	}
}
