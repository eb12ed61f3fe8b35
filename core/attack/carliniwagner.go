package attack

import (
	"math"
	"slices"

	"steady/core/attackstep"
)

// carliniWagner minimizes the squared distance plus a weighted loss that is 0 once the image is adversarial, by Adam,
// in a variable whose hyperbolic tangent is the pixel, so that no pixel can leave [0,1]. The weight is found by binary
// search (Carlini & Wagner 2017, section 5).
type carliniWagner struct{}

const (
	tanhScale       = 0.999999 // keeps the variable of a pixel at 0 or 1 finite
	abortTolerance  = 0.9999   // a check fails where the loss is not below this fraction of the lowest
	maxFailedChecks = 3        // a search ends after these in a row: Adam oscillates, on one image more than on a batch
	maxWeight       = 1e10     // the search does not go beyond it: larger ones are too large for float32 on a GPU
)

func (carliniWagner) totalSteps(p *Params, _ int) int { return p.SearchSteps * p.Steps }

func (carliniWagner) attack(im *image) error {
	p := im.params
	start := make([]float64, len(im.x0))
	for i, v := range im.x0 {
		start[i] = math.Atanh(tanhScale * (2*float64(v) - 1))
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
			weight = min(10*weight, maxWeight)
		} else {
			weight = (low + high) / 2
		}
	}
	return nil
}

// search is one minimization, with one weight.
type search struct {
	*image
	weight       float64
	before       int // iterates of earlier searches
	k            int // iterates evaluated
	found        bool
	lowestSum    float64 // loss at a check
	failedChecks int     // in a row

	w       []float64 // the variable
	adam    *adam
	iterate *attackstep.Iterate // instead of these, as long as the model takes the steps by itself
}

func newSearch(im *image, number int, weight float64, start []float64) *search {
	s := &search{image: im, weight: weight, before: number * im.params.Steps, lowestSum: math.Inf(1)}
	if m := im.run.stepRunner; m != nil && m.CanRunSteps() {
		n := len(start)
		s.iterate = &attackstep.Iterate{
			X: make([]float32, n), Origin: im.x0, Velocity: make([]float32, n), Square: make([]float32, n),
			Class: im.lossClass, Maximize: im.maximize, Weight: float32(weight),
		}
		for i, v := range start {
			s.iterate.X[i] = float32(v)
		}
	} else {
		s.w, s.adam = slices.Clone(start), newAdam(len(start), im.attack.StepSize(*im.params))
	}
	return s
}

func (s *search) run() error {
	x, grad := make([]float32, len(s.x0)), make([]float64, len(s.x0))
	objectives := []objective{s.marginObjective()}
	for s.k < s.params.Steps && s.failedChecks < maxFailedChecks {
		if s.iterate != nil {
			if err := s.runOnDevice(); err != nil {
				return err
			}
			if s.iterate.Evaluated > 0 {
				continue
			}
			s.resumeOnHost() // the model cannot any more
		}
		squared := 0.0
		for i, v := range s.w {
			t := math.Tanh(v)
			x[i] = float32((t + 1) / 2)
			d := (t+1)/2 - float64(s.x0[i])
			squared += d * d
			grad[i] = d // for now
		}
		_, g, logits, err := s.gradients(x, objectives)
		if err != nil {
			return err
		}
		deficit := s.evaluate(x, logits, squared)
		for i, d := range grad {
			slope := 2 * d
			if deficit > 0 {
				slope -= s.weight * float64(g[i])
			}
			t := 2*(d+float64(s.x0[i])) - 1
			grad[i] = slope * (1 - t*t) / 2
		}
		s.adam.descend(s.w, grad)
	}
	return nil
}

// evaluate records an iterate and returns its marginDeficit. x is nil where only the model has it.
func (s *search) evaluate(x, logits []float32, squared float64) (deficit float64) {
	s.progress(s.before + s.k)
	s.addToTrajectory(logits)
	if x != nil {
		s.show(x, logits)
		s.keepIfCloser(x, logits)
	}
	s.found = s.found || s.satisfies(logits)
	deficit = s.marginDeficit(logits)
	if s.k%s.checkInterval() == 0 {
		if sum := squared + s.weight*deficit; sum <= abortTolerance*s.lowestSum {
			s.lowestSum, s.failedChecks = sum, 0
		} else {
			s.failedChecks++
		}
	}
	s.k++
	return deficit
}

// checkInterval returns the number of iterates between checks, at which a search may end.
func (s *search) checkInterval() int { return max(s.params.Steps/10, 1) }

// marginDeficit returns how far the margin of an adversarial answer (marginObjective) is below the confidence.
func (s *search) marginDeficit(logits []float32) float64 {
	return max(s.params.Confidence-signedMargin(logits, s.lossClass, s.maximize), 0)
}

// runOnDevice has the model take some steps, at most to the next check.
func (s *search) runOnDevice() error {
	interval, c := s.checkInterval(), s.iterate
	next := (max(s.k, 1) + interval - 1) / interval * interval // not at 0
	c.Steps = min(next+1-s.k, s.params.Steps-s.k, s.queriesLeft())
	if c.Steps == 0 {
		return errBudget
	}
	return s.evaluateSteps(c, func(k int, x, logits []float32) {
		s.evaluate(x, logits, float64(c.Distances[k]))
	})
}

// resumeOnHost continues here from the state of the model.
func (s *search) resumeOnHost() {
	c := s.iterate
	n := len(c.X)
	s.iterate, s.w, s.adam = nil, make([]float64, n), newAdam(n, s.attack.StepSize(*s.params))
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

// adam is the optimizer of Kingma & Ba 2015.
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

// stepHundredth returns 0.01, in tanh space.
func stepHundredth(Params) float64 { return 0.01 }
