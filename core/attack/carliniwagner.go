package attack

import (
	"math"
	"slices"
)

// carliniWagner minimises the squared distance plus a weighted loss that is 0 once the image is adversarial, by Adam,
// in a variable whose hyperbolic tangent is the pixel, so that no pixel can leave [0,1]. The weight is searched for by
// bisection (Carlini & Wagner 2017, section 5).
type carliniWagner struct{}

const (
	inside   = 0.999999 // keeps the variable of a pixel at 0 or 1 finite
	stuck    = 0.9999   // a tenth of a search that has not brought the sum below this share of the least was in vain
	patience = 3        // a search ends after so many of them: Adam may swing, and one image swings more than a batch
	heaviest = 1e10
)

func (carliniWagner) length(p *Params, _ int) int { return p.SearchSteps * p.Steps }

func (carliniWagner) attack(im *image) error {
	p := im.params
	n := len(im.x0)
	start := make([]float64, n)
	for i, v := range im.x0 {
		start[i] = math.Atanh(inside * (2*float64(v) - 1))
	}
	x := make([]float32, n)
	grad := make([]float64, n)
	raise := []objective{im.toGoal()}
	weight, low, high := p.Weight, 0.0, math.Inf(1)
	for search := range p.SearchSteps {
		w, adam := slices.Clone(start), newAdam(n, im.attack.StepSize(*p))
		found, least, vain := false, math.Inf(1), 0
		for k := range p.Steps {
			squared := 0.0
			for i, v := range w {
				t := math.Tanh(v)
				x[i] = float32((t + 1) / 2)
				d := (t+1)/2 - float64(im.x0[i])
				squared += d * d
				grad[i] = d // for now
			}
			values, g, logits, err := im.gradients(x, raise)
			if err != nil {
				return err
			}
			im.progress(search*p.Steps + k)
			im.report(x, logits)
			found = im.nearer(x, logits) || found
			missing := max(-values[0], 0)
			sum := squared + weight*missing
			if k%max(p.Steps/10, 1) == 0 {
				if sum <= stuck*least {
					least, vain = sum, 0
				} else if vain++; vain == patience {
					break
				}
			}
			for i, d := range grad {
				slope := 2 * d
				if missing > 0 {
					slope -= weight * float64(g[i])
				}
				t := 2*(d+float64(im.x0[i])) - 1
				grad[i] = slope * (1 - t*t) / 2
			}
			adam.descend(w, grad)
		}
		if found {
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

// adam is the optimiser of Kingma & Ba 2015.
type adam struct {
	rate, decay1, decay2 float64 // the decays to the power of the steps taken
	m, v                 []float64
}

func newAdam(n int, rate float64) *adam {
	return &adam{rate, 1, 1, make([]float64, n), make([]float64, n)}
}

func (a *adam) descend(x, grad []float64) {
	const beta1, beta2, epsilon = 0.9, 0.999, 1e-8
	a.decay1 *= beta1
	a.decay2 *= beta2
	for i, g := range grad {
		a.m[i] = beta1*a.m[i] + (1-beta1)*g
		a.v[i] = beta2*a.v[i] + (1-beta2)*g*g
		x[i] -= a.rate * a.m[i] / (1 - a.decay1) / (math.Sqrt(a.v[i]/(1-a.decay2)) + epsilon)
	}
}

func stepHundredth(Params) float64 { return 0.01 }
