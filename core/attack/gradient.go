package attack

import (
	"math"
	"slices"

	"steady/core/attackstep"
)

// gradient is the family of attacks that follow the gradient inside a ball: one loop, and hooks for their differences.
// A nil hook is the plain one: maximize the cross-entropy, start at the image (or at random, with Params.RandomStart),
// keep the length of the steps, and step in the direction in which the loss grows fastest. The projection onto the ball
// is the norm's.
type gradient struct {
	objectives func(im *image) []objective // to maximize, one after another until one succeeds
	start      func(w *walk) (moved bool)  // moves w.x, which is the image
	pace       func(w *walk)               // looks at w.value, and may change w.length, or restore an earlier w.x and w.grad
	momentum   bool                        // step along a running sum of gradients
	step       func(w *walk)               // moves w.x by w.length along w.grad
}

// walk is one sequence of steps through the ball.
type walk struct {
	*image
	number  int       // of the walks of its image
	k       int       // steps taken
	x, grad []float32 // the iterate, and the gradient of the objective there
	value   float64   // of the objective
	length  float64   // of a step

	velocity []float32           // the state of momentum
	auto     *auto               // the state of APGD
	iterate  *attackstep.Iterate // for a model that takes steps by itself
}

func (g gradient) attack(im *image) error {
	p := im.params
	objectives := []objective{crossEntropy(im.lossClass, im.maximize)}
	if g.objectives != nil {
		objectives = g.objectives(im)
	}
	walks := 0
	for j := range objectives {
		for range max(1, p.Restarts) {
			w := walk{image: im, number: walks, x: slices.Clone(im.x0), length: im.attack.StepSize(*p)}
			if err := g.walk(&w, objectives[j:j+1], walks*(p.Steps+1)); err != nil {
				return err
			}
			if im.found && !p.Continue {
				return nil
			}
			walks++
		}
	}
	return nil
}

func (g gradient) totalSteps(p *Params, classes int) int {
	objectives := 1
	if p.Targets > 0 {
		objectives = min(p.Targets, classes-1)
	}
	return objectives*max(1, p.Restarts)*(p.Steps+1) - 1
}

// walk takes one walk; before is the number of steps of the walks before it.
func (g gradient) walk(w *walk, objectives []objective, before int) error {
	moved := g.begin(w)
	for ; ; w.k++ {
		for g.canRunOnDevice(w) {
			if end, err := w.runOnDevice(moved, before); end || err != nil {
				return err
			}
			if w.iterate.Evaluated == 0 { // it cannot any more
				break
			}
		}
		last := w.k == w.params.Steps
		var logits []float32
		var err error
		if last {
			logits, err = w.logits(w.x)
		} else {
			var values []float64
			if values, w.grad, logits, err = w.gradients(w.x, objectives); err == nil {
				w.value = values[0]
			}
		}
		if err != nil {
			return err
		}
		w.progress(before + w.k)
		w.report(w.x, logits)
		if moved || w.k > 0 { // not the image itself
			w.keepIfBetter(w.x, logits)
		}
		if last || w.found && !w.params.Continue {
			return nil
		}
		g.move(w)
	}
}

// begin moves a walk to its start. That is drawn here even if the model takes the steps by itself (StepRunner), so that an
// image starts at the same points on any backend.
func (g gradient) begin(w *walk) (moved bool) {
	if g.start != nil {
		return g.start(w)
	}
	if w.params.RandomStart {
		w.ball.start(w.x, w.x0, w.params.Eps, w.source(w.number))
	}
	return w.params.RandomStart
}

func (g gradient) move(w *walk) {
	if g.pace != nil {
		g.pace(w)
	}
	if g.momentum {
		accumulate(w)
	}
	w.ball.steepest(w.grad, w.x)
	if g.step != nil {
		g.step(w)
	} else {
		w.moveBy(w.length)
	}
	w.ball.project(w.x, w.x0, w.params.Eps)
}

// moveBy moves the iterate by a length along w.grad, which is a direction by now.
func (w *walk) moveBy(length float64) {
	a := float32(length)
	for i, d := range w.grad {
		w.x[i] += float32(a * d)
	}
}

// Default step sizes of attacks: see Attack.StepSize.

// stepEps returns eps.
func stepEps(p Params) float64 { return p.Eps }

// stepScaled returns 2.5·eps/steps.
func stepScaled(p Params) float64 { return 2.5 * p.Eps / math.Max(float64(p.Steps), 1) }

// stepEven returns eps/steps.
func stepEven(p Params) float64 { return p.Eps / math.Max(float64(p.Steps), 1) }

// stepTwoEps returns 2·eps.
func stepTwoEps(p Params) float64 { return 2 * p.Eps }

// maximizing returns the same attack on other objectives than the cross-entropy.
func (g gradient) maximizing(objectives func(im *image) []objective) gradient {
	g.objectives = objectives
	return g
}
