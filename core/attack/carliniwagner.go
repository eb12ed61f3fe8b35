package attack

import (
	"math"
	"slices"

	"steady/core/attackstep"
)

// carliniWagner minimises the squared distance plus a weighted loss that is 0 once the image is adversarial, by Adam,
// in a variable whose hyperbolic tangent is the pixel, so that no pixel can leave [0,1]. The weight is searched for by
// bisection (Carlini & Wagner 2017, section 5).
type carliniWagner struct{}

const (
	inside   = 0.999999 // keeps the variable of a pixel at 0 or 1 finite
	stuck    = 0.9999   // a tenth of a search that has not brought the sum below this share of the least was in vain
	patience = 3        // a search ends after so many of them: Adam may swing, and one image swings more than a batch
	heaviest = 1e10     // weights are not raised beyond it; those that were given beyond it are not for a card's float32
)

func (carliniWagner) length(p *Params, _ int) int { return p.SearchSteps * p.Steps }

func (carliniWagner) attack(im *image) error {
	p := im.params
	start := make([]float64, len(im.x0))
	for i, v := range im.x0 {
		start[i] = math.Atanh(inside * (2*float64(v) - 1))
	}
	weight, low, high := p.Weight, 0.0, math.Inf(1)
	for number := range p.SearchSteps {
		s := newSearch(im, number, weight, start)
		if err := s.run(); err != nil {
			return err
		}
		if s.found {
			high = weight
		} else {
			low = weight
		}
		if math.IsInf(high, 1) {
			weight = min(10*weight, heaviest)
		} else {
			weight = (low + high) / 2
		}
	}
	return nil
}

// search is one minimisation, with one weight.
type search struct {
	*image
	weight float64
	before int // iterates of the searches before
	k      int // iterates judged
	found  bool
	least  float64 // of the sums at its tenths
	vain   int     // tenths in a row that have not brought it down

	w       []float64 // the variable
	adam    *adam
	climber *attackstep.Iterate // instead of these, as long as the model takes the steps by itself
}

func newSearch(im *image, number int, weight float64, start []float64) *search {
	s := &search{image: im, weight: weight, before: number * im.params.Steps, least: math.Inf(1)}
	if m := im.run.stepRunner; m != nil && m.CanRunSteps() && weight <= heaviest {
		n := len(start)
		s.climber = &attackstep.Iterate{
			X: make([]float32, n), Origin: im.x0, Velocity: make([]float32, n), Square: make([]float32, n),
			Class: im.goal, Maximize: im.raise, Weight: float32(weight),
		}
		for i, v := range start {
			s.climber.X[i] = float32(v)
		}
	} else {
		s.w, s.adam = slices.Clone(start), newAdam(len(start), im.attack.StepSize(*im.params))
	}
	return s
}

func (s *search) run() error {
	x, grad := make([]float32, len(s.x0)), make([]float64, len(s.x0))
	raise := []objective{s.toGoal()}
	for s.k < s.params.Steps && s.vain < patience {
		if s.climber != nil {
			if err := s.ascend(); err != nil {
				return err
			}
			if s.climber.Evaluated > 0 {
				continue
			}
			s.land() // the model has lost the ability
		}
		squared := 0.0
		for i, v := range s.w {
			t := math.Tanh(v)
			x[i] = float32((t + 1) / 2)
			d := (t+1)/2 - float64(s.x0[i])
			squared += d * d
			grad[i] = d // for now
		}
		_, g, logits, err := s.gradients(x, raise)
		if err != nil {
			return err
		}
		missing := s.judge(x, logits, squared)
		for i, d := range grad {
			slope := 2 * d
			if missing > 0 {
				slope -= s.weight * float64(g[i])
			}
			t := 2*(d+float64(s.x0[i])) - 1
			grad[i] = slope * (1 - t*t) / 2
		}
		s.adam.descend(s.w, grad)
	}
	return nil
}

// judge takes down an iterate, and gives what its lead is short of. x is nil where only the model has it.
func (s *search) judge(x, logits []float32, squared float64) (missing float64) {
	s.progress(s.before + s.k)
	s.record(logits)
	if x != nil {
		s.show(x, logits)
		s.nearer(x, logits)
	}
	s.found = s.found || s.met(logits)
	missing = s.missing(logits)
	if s.k%s.tenth() == 0 {
		if sum := squared + s.weight*missing; sum <= stuck*s.least {
			s.least, s.vain = sum, 0
		} else {
			s.vain++
		}
	}
	s.k++
	return missing
}

// tenth is how many iterates there are between those at which a search may end.
func (s *search) tenth() int { return max(s.params.Steps/10, 1) }

// missing is what the lead of an adversarial answer (toGoal) is short of.
func (s *search) missing(logits []float32) float64 {
	return max(s.params.Confidence-leadOf(logits, s.goal, s.raise), 0)
}

// ascend has the model take some steps, no further than to an iterate at which the search may end.
func (s *search) ascend() error {
	tenth, c := s.tenth(), s.climber
	next := (max(s.k, 1) + tenth - 1) / tenth * tenth // at 0 it does not
	c.Steps = min(next+1-s.k, s.params.Steps-s.k, s.left())
	if c.Steps == 0 {
		return errBudget
	}
	return s.climb(c, func(k int, x, logits []float32) {
		s.judge(x, logits, float64(c.Distances[k]))
	})
}

// land goes on here from where the model came to.
func (s *search) land() {
	c := s.climber
	n := len(c.X)
	s.climber, s.w, s.adam = nil, make([]float64, n), newAdam(n, s.attack.StepSize(*s.params))
	for i := range n {
		s.w[i], s.adam.m[i], s.adam.v[i] = float64(c.X[i]), float64(c.Velocity[i]), float64(c.Square[i])
	}
	s.adam.decay1, s.adam.decay2 = math.Pow(beta1, float64(s.k)), math.Pow(beta2, float64(s.k))
}

func (carliniWagner) rule(a *Attack, p *Params) attackstep.Rule {
	return attackstep.CW{
		Rate: float32(a.StepSize(*p)), Beta1: beta1, Beta2: beta2, Epsilon: epsilon,
		Confidence: float32(p.Confidence),
	}
}

// adam is the optimiser of Kingma & Ba 2015.
type adam struct {
	rate, decay1, decay2 float64 // the decays to the power of the steps taken
	m, v                 []float64
}

const beta1, beta2, epsilon = 0.9, 0.999, 1e-8

func newAdam(n int, rate float64) *adam {
	return &adam{rate, 1, 1, make([]float64, n), make([]float64, n)}
}

func (a *adam) descend(x, grad []float64) {
	a.decay1 *= beta1
	a.decay2 *= beta2
	for i, g := range grad {
		a.m[i] = beta1*a.m[i] + (1-beta1)*g
		a.v[i] = beta2*a.v[i] + (1-beta2)*g*g
		x[i] -= a.rate * a.m[i] / (1 - a.decay1) / (math.Sqrt(a.v[i]/(1-a.decay2)) + epsilon)
	}
}

func stepHundredth(Params) float64 { return 0.01 }
