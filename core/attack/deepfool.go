package attack

import (
	"math"
	"slices"
)

// deepFool repeats the step to the nearest of the hyperplanes that the boundaries to other classes would be if the network
// were linear (Moosavi-Dezfooli, Fawzi, Frossard 2016; section 3.3 for Linf). The result lies beyond the boundary by the
// overshoot, a small fraction of the way.
type deepFool struct{}

// visible is the smallest change of all elements that survives rounding to float32.
const visible = 1e-7

// candidates is the number of likeliest classes considered; more hardly ever matter (as in Foolbox).
const candidates = 10

func (deepFool) totalSteps(p *Params, _ int) int { return p.Steps }

func (deepFool) attack(im *image) error {
	var objectives []objective
	if im.maximize {
		for _, k := range im.likeliest(candidates - 1) {
			objectives = append(objectives, im.margin(k))
		}
	} else {
		objectives = []objective{im.marginObjective()}
	}
	x, logits := slices.Clone(im.x0), im.clean
	total := make([]float64, len(x)) // of the steps, without the overshoot
	for k := 0; ; k++ {
		im.progress(k)
		im.report(x, logits)
		if im.keepIfCloser(x, logits) || k == im.params.Steps {
			return nil
		}
		values, grads, _, err := im.gradients(x, objectives)
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

// nearestPlane returns, of the hyperplanes f(x) + w·d = 0, the number, the w, and the distance of the nearest to x. Those
// whose w is 0 do not count; if there are no others the distance is infinite.
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
