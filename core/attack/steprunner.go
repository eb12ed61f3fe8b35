package attack

import (
	"fmt"

	"steady/core/attackstep"
)

// StepRunner is a Model that can take the steps of a gradient attack by itself, without a round trip of iterate and
// gradient for each. An *engine.Engine on the GPU is one.
//
// It is used by fgsm, bim, pgd and mi-fgsm in Linf and L2, and by cw, with the same results: the start of a walk is drawn
// by this package, from the same random numbers for every backend, as are the weight and the end of a search decided, and
// the result is made from the logits of the iterates. progress is then called after several steps together, with the best
// iterate ([Stepwise] makes it see all). It is not used with a criterion of the caller's, with Params.Seconds, and with a
// weight of cw beyond 1e10; nor, except by cw, with Params.Confidence and where Params.Queries may not last.
type StepRunner interface {
	Model
	// CanRunSteps reports whether the model can take steps now.
	CanRunSteps() bool
	// RunSteps takes steps of iterates and fills in their results. It need not take all the steps that they have left, nor
	// any if it no longer can.
	RunSteps(rule attackstep.Rule, iterates []*attackstep.Iterate) error
}

// Stepwise returns a model that takes no steps by itself, so that progress is called after every step.
func Stepwise(m Model) Model { return stepwise{m} }

// deviceMethod is a method whose steps a model may take by itself.
type deviceMethod interface {
	// rule returns how its images move.
	rule(a *Attack, p *Params) attackstep.Rule
}

// stepRunnerOf returns the model if it may take the steps of this run, or nil.
func (r *run) stepRunnerOf(c Criterion) StepRunner {
	if k, ok := c.(Confident); ok && k.Margin == r.params.Confidence {
		c = k.Criterion
	}
	switch c.(type) {
	case Untargeted, Targeted:
		if m, ok := r.model.(StepRunner); ok && r.deadline.IsZero() {
			return m
		}
	}
	return nil
}

func (gradient) rule(a *Attack, p *Params) attackstep.Rule {
	return attackstep.PGD{
		L2: p.Norm == L2, Eps: float32(p.Eps), StepSize: float32(a.StepSize(*p)), Momentum: float32(p.Momentum),
		Continue: p.Continue,
	}
}

// canRunOnDevice reports whether the model can take the rest of a walk.
func (g gradient) canRunOnDevice(w *walk) bool {
	m := w.run.stepRunner
	return m != nil && m.CanRunSteps() && g.objectives == nil && g.start == nil && g.pace == nil && g.step == nil &&
		w.params.Norm != L1 && w.params.Confidence == 0 && w.queriesLeft() > w.params.Steps-w.k
}

// runOnDevice has the model take some steps of a walk and records them as if they had been taken here. moved is whether
// the walk started away from the image.
func (w *walk) runOnDevice(moved bool, before int) (end bool, err error) {
	if w.iterate == nil {
		if w.params.Momentum > 0 {
			w.velocity = make([]float32, len(w.x))
		}
		w.iterate = &attackstep.Iterate{X: w.x, Origin: w.x0, Velocity: w.velocity, Class: w.lossClass, Maximize: w.maximize}
	}
	c := w.iterate
	c.Steps, c.KeepFirst = w.params.Steps-w.k, moved || w.k > 0
	err = w.evaluateSteps(c, func(_ int, x, logits []float32) {
		w.progress(before + w.k)
		w.addToTrajectory(logits)
		if x != nil {
			w.show(x, logits)
			w.keepIfBetter(x, logits)
		}
		w.k++
	})
	return w.k > w.params.Steps || w.found && !w.params.Continue, err
}

// evaluateSteps has the model take steps, and calls each with the number, from 0, and the logits of every iterate. x is the
// iterate if it is the best, else nil.
func (im *image) evaluateSteps(c *attackstep.Iterate, each func(k int, x, logits []float32)) error {
	if err := im.requestSteps(c); err != nil {
		return err
	}
	for k := range c.Evaluated {
		logits := c.Logits[k*im.run.classes:][:im.run.classes]
		if err := checkLogits(logits, im.index); err != nil {
			return fmt.Errorf("attack: %s: %w", im.attack.Name, err)
		}
		var x []float32
		if k == c.BestAt {
			x = c.Best
		}
		each(k, x, logits)
	}
	if c.NotFinite {
		return fmt.Errorf("attack: %s: %w: image %d: its gradient", im.attack.Name, ErrModel, im.index)
	}
	return nil
}

// requestSteps makes a request for the steps of an iterate.
func (im *image) requestSteps(c *attackstep.Iterate) error {
	im.request = request{iterate: c, values: im.request.values}
	if !im.yield(struct{}{}) {
		return errStopped
	}
	cost := &im.run.res.Cost[im.index]
	cost.Gradients += c.Evaluated
	if c.Evaluated > c.Steps { // the last has none
		cost.Gradients--
		cost.Queries++
	}
	return nil
}
