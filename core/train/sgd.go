package train

import "steady/core/engine"

// sgd is stochastic gradient descent with Nesterov's momentum (Sutskever et al. 2013) and weight decay.
type sgd struct {
	params   []engine.Param
	velocity [][]float32 // nil for running statistics
	momentum float32
	decay    float32
}

func newSGD(params []engine.Param, momentum, decay float64) *sgd {
	s := &sgd{params: params, momentum: float32(momentum), decay: float32(decay)}
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

// forEngine is the same for an engine that takes the steps by itself.
func (s *sgd) forEngine(smoothing float64) engine.SGD {
	d := engine.SGD{Momentum: s.momentum, Smoothing: float32(smoothing), Velocity: s.velocity}
	for _, p := range s.params {
		d.Decay = append(d.Decay, s.decayOf(p))
	}
	return d
}

// step moves the values against the gradients, which are sums over images images.
func (s *sgd) step(rate float64, images int) {
	mean, lr := 1/float32(images), float32(rate)
	for i, p := range s.params {
		if p.Grad == nil {
			continue
		}
		decay := s.decayOf(p)
		value, velocity := p.Value[:len(p.Grad)], s.velocity[i][:len(p.Grad)]
		for j, g := range p.Grad {
			g = g*mean + decay*value[j]
			v := s.momentum*velocity[j] + g
			velocity[j] = v
			value[j] -= lr * (g + s.momentum*v)
		}
	}
}
