package attack

import (
	"math"
	"slices"

	"steady/core/attackstep"
)

// gradient is the family of attacks that walk along the gradient inside a ball: one loop, and hooks that tell one
// attack from another. A nil hook is the plain one: raise the cross-entropy, start at the image (or at random, if so
// asked), keep the length of the steps, go in the direction in which the loss grows fastest, by one step. How a step is
// taken back to the ball is the norm's.
type gradient struct {
	objectives func(im *image) []objective // what to raise, one after another until one succeeds
	start      func(w *walk) (moved bool)  // moves w.x, which is at the image
	pace       func(w *walk)               // looks at w.value, and may change w.length, or take w.x and w.grad back
	momentum   bool                        // goes in the direction of a running sum of gradients
	step       func(w *walk)               // moves w.x by w.length along w.grad
}

// walk is one walk through the ball.
type walk struct {
	*image
	number  int       // of the walks of its image
	k       int       // steps taken
	x, grad []float32 // where it is, and the gradient of what it raises
	value   float64   // of what it raises
	length  float64   // of a step

	velocity []float32           // what momentum remembers
	auto     *auto               // what APGD remembers
	climber  *attackstep.Iterate // for a model that takes steps by itself
}

func (g gradient) attack(im *image) error {
	p := im.params
	raises := []objective{crossEntropy(im.goal, im.raise)}
	if g.objectives != nil {
		raises = g.objectives(im)
	}
	walks := 0
	for j := range raises {
		for range max(1, p.Restarts) {
			w := walk{image: im, number: walks, x: slices.Clone(im.x0), length: im.attack.StepSize(*p)}
			if err := g.walk(&w, raises[j:j+1], walks*(p.Steps+1)); err != nil {
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

func (g gradient) length(p *Params, classes int) int {
	raises := 1
	if p.Targets > 0 {
		raises = min(p.Targets, classes-1)
	}
	return raises*max(1, p.Restarts)*(p.Steps+1) - 1
}

// walk takes one walk; before is what was done before it.
func (g gradient) walk(w *walk, raise []objective, before int) error {
	moved := g.begin(w)
	for ; ; w.k++ {
		for g.ascends(w) {
			if end, err := w.ascend(moved, before); end || err != nil {
				return err
			}
			if w.climber.Evaluated == 0 { // it has lost the ability
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
			if values, w.grad, logits, err = w.gradients(w.x, raise); err == nil {
				w.value = values[0]
			}
		}
		if err != nil {
			return err
		}
		w.progress(before + w.k)
		w.report(w.x, logits)
		if moved || w.k > 0 { // not the image itself
			w.keep(w.x, logits)
		}
		if last || w.found && !w.params.Continue {
			return nil
		}
		g.move(w)
	}
}

// begin moves a walk to where it starts. That is drawn here even if the model takes the steps by itself (StepRunner), so
// that an image starts at the same points whatever computes.
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
		w.forward(w.length)
	}
	w.ball.project(w.x, w.x0, w.params.Eps)
}

// forward goes a step of a length in the direction that w.grad has become.
func (w *walk) forward(length float64) {
	a := float32(length)
	for i, d := range w.grad {
		w.x[i] += float32(a * d)
	}
}

// The lengths of a step that attacks choose when they are not told: see Attack.StepSize.
func stepWhole(p Params) float64  { return p.Eps }
func stepAcross(p Params) float64 { return 2.5 * p.Eps / math.Max(float64(p.Steps), 1) }
func stepEven(p Params) float64   { return p.Eps / math.Max(float64(p.Steps), 1) }
func stepDouble(p Params) float64 { return 2 * p.Eps }

// raising is the same attack on something else than the cross-entropy.
func (g gradient) raising(objectives func(im *image) []objective) gradient {
	g.objectives = objectives
	return g
}
