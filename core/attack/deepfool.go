package attack

import (
	"math"
	"slices"
)

// deepFool takes, again and again, the step to the nearest of the planes that the boundaries to other classes would be
// if the network were linear (Moosavi-Dezfooli, Fawzi, Frossard 2016; section 3.3 for Linf). The image given back lies
// beyond the boundary by a small share of the way.
type deepFool struct{}

// visible is the least change of all elements that is still one after rounding to float32.
const visible = 1e-7

// candidates is how many of the likeliest classes are looked at; more hardly ever matter (as Foolbox has it).
const candidates = 10

func (deepFool) length(p *Params, _ int) int { return p.Steps }

func (deepFool) attack(im *image) error {
	var raise []objective
	if im.raise {
		for _, k := range im.likeliest(candidates - 1) {
			raise = append(raise, im.lead(k))
		}
	} else {
		raise = []objective{im.toGoal()}
	}
	x, logits := slices.Clone(im.x0), im.clean
	total := make([]float64, len(x)) // of the steps, without the overshoot
	for k := 0; ; k++ {
		im.progress(k)
		im.report(x, logits)
		if im.nearer(x, logits) || k == im.params.Steps {
			return nil
		}
		values, grads, _, err := im.gradients(x, raise)
		if err != nil {
			return err
		}
		if _, w, distance := im.nearestPlane(values, grads); w != nil {
			im.ball.addStep(total, w, max(distance, visible*im.ball.diameter(len(x))))
		}
		far := 1 + im.params.Overshoot
		for i, t := range total {
			x[i] = min(max(im.x0[i]+float32(far*t), 0), 1)
		}
		if logits, err = im.logits(x); err != nil {
			return err
		}
	}
}

// nearestPlane finds among planes f(x) + w·d = 0 the one that is nearest to x: its number, its w, and its distance.
// Planes without a direction are no planes; if there are no others the distance is infinite.
func (im *image) nearestPlane(values []float64, grads []float32) (plane int, w []float32, distance float64) {
	elements := im.run.elements
	distance = math.Inf(1)
	for k := range len(grads) / elements {
		g := grads[k*elements:][:elements]
		if dual := im.ball.dual(g); dual > 0 {
			if d := math.Abs(values[k]) / dual; d < distance {
				plane, w, distance = k, g, d
			}
		}
	}
	return plane, w, distance
}
