package attack

import (
	"cmp"
	"slices"
)

// Auto-PGD (Croce & Hein 2020, "Reliable evaluation of adversarial robustness with an ensemble of diverse
// parameter-free attacks", section 3): the step size begins at 2·eps, and is halved at checkpoints where the loss has
// stopped growing; the walk then continues from the best point so far.
var autoPGD = gradient{start: startAuto, pace: paceAuto, step: stepAuto}

const (
	minRiseShare = 0.75 // fraction of the steps that must have increased the loss (ρ)
	momentum     = 0.75 // weight of the new step against the previous one (α)
)

// auto is the state of a walk of Auto-PGD.
type auto struct {
	before         []float32 // the previous iterate
	best, bestGrad []float32 // the point of the highest loss, and the gradient there
	bestValue      float64
	lastValue      float64 // at the previous iterate; for the first step 0, as in the authors' code, not the start's
	lastBest       float64 // bestValue at the last checkpoint
	halved         bool    // at the last checkpoint
	rises          int     // steps since then that increased the loss
	since          int     // steps since then
	period         int     // steps from it to the next
}

// startAuto starts at a random point, scaled so that it lies on the surface of the ball.
func startAuto(w *walk) bool {
	w.surround(w.x, w.params.Eps, w.number)
	w.ball.project(w.x, w.x0, w.params.Eps) // rounding
	return true
}

func paceAuto(w *walk) {
	n := float64(w.params.Steps)
	if w.k == 0 {
		w.auto = &auto{
			before: slices.Clone(w.x), best: slices.Clone(w.x), bestGrad: slices.Clone(w.grad),
			bestValue: w.value, lastBest: w.value,
			halved: true, // so that the first checkpoint has nothing to compare with
			period: max(int(0.22*n), 1),
		}
		return
	}
	a := w.auto
	if w.value > a.lastValue {
		a.rises++
	}
	a.lastValue = w.value
	if w.value > a.bestValue {
		a.bestValue = w.value
		copy(a.best, w.x)
		copy(a.bestGrad, w.grad)
	}
	if a.since++; a.since < a.period {
		return
	}
	a.halved = float64(a.rises) <= minRiseShare*float64(a.period) || !a.halved && a.lastBest >= a.bestValue
	a.lastBest = a.bestValue
	if a.halved {
		w.length /= 2
		copy(w.x, a.best)
		copy(w.grad, a.bestGrad)
	}
	a.period = max(a.period-max(int(0.03*n), 1), max(int(0.06*n), 1))
	a.rises, a.since = 0, 0
}

// stepAuto goes a part of the way to the projected end of the step, and adds a part of the previous step.
func stepAuto(w *walk) {
	a := w.auto
	weight := float32(momentum)
	if w.k == 0 {
		weight = 1
	}
	from := slices.Clone(w.x)
	w.moveBy(w.length)
	w.ball.project(w.x, w.x0, w.params.Eps)
	for i, z := range w.x {
		w.x[i] = from[i] + float32(weight*(z-from[i])) + float32((1-weight)*(from[i]-a.before[i]))
	}
	a.before = from
}

// ratioObjective returns the DLR loss, or the targeted one if there is a target, or the cross-entropy for networks with too
// few classes.
func ratioObjective(im *image) []objective {
	classes := im.run.classes
	switch {
	case im.maximize && classes >= 3:
		return []objective{dlr(im.label)}
	case !im.maximize && classes >= 4:
		return []objective{targetedDLR(im.label, im.lossClass)}
	}
	return []objective{crossEntropy(im.lossClass, im.maximize)}
}

// ratioObjectives returns the targeted DLR losses of the likeliest classes.
func ratioObjectives(im *image) (list []objective) {
	for _, t := range im.likeliest(im.params.Targets) {
		if im.run.classes >= 4 {
			list = append(list, targetedDLR(im.label, t))
		} else {
			list = append(list, crossEntropy(t, false))
		}
	}
	return list
}

// ratioNotes returns a note if the cross-entropy replaces the DLR loss.
func ratioNotes(p Params, classes int) []string {
	if classes < 3 || classes < 4 && p.Target.Choice != NoTarget {
		return []string{"the DLR loss needs 3 classes (4 for a target): the cross-entropy takes its place"}
	}
	return nil
}

func targetNotes(_ Params, classes int) []string {
	if classes < 4 {
		return []string{"the targeted DLR loss needs 4 classes: the targeted cross-entropy takes its place"}
	}
	return nil
}

// likeliest returns the n classes with the largest clean logits, without the label.
func (im *image) likeliest(n int) []int {
	var list []int
	for k := range im.clean {
		if k != im.label {
			list = append(list, k)
		}
	}
	slices.SortStableFunc(list, func(a, b int) int { return cmp.Compare(im.clean[b], im.clean[a]) })
	return list[:min(n, len(list))]
}
