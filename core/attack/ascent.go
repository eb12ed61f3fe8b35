package attack

import (
	"fmt"

	"steady/core/attackstep"
)

// StepRunner is a Model that can take the steps of a gradient attack by itself, so that an iterate does not have to be
// brought to it and its gradient back. *engine.Engine is one on a graphics card.
//
// fgsm, bim, pgd and mi-fgsm in Linf and L2 let it, and cw. What they do stays the same: where a walk begins is drawn here,
// by the same random numbers whatever computes; what a search's weight is, and where it ends, is decided here; and what
// the result tells is made here from the logits of the iterates. progress is then told of several steps together, and
// shown what was kept (Stepwise makes it see all). With a criterion of the caller's own, with Params.Seconds, and but
// for cw with Params.Confidence and where Params.Queries may not last, steps are taken here; those of cw with a weight
// beyond 1e10 too.
type StepRunner interface {
	Model
	// CanRunSteps tells whether it does now.
	CanRunSteps() bool
	// RunSteps has images take steps and fills in what became of them; it need not take all steps that they have left, nor
	// any if it has lost the ability.
	RunSteps(rule attackstep.Rule, climbers []*attackstep.Iterate) error
}

// Stepwise is a model that takes no steps by itself: progress is told of every one.
func Stepwise(m Model) Model { return struct{ Model }{m} }

// ascending is a method whose steps a model may take by itself.
type ascending interface {
	// rule says how its images move.
	rule(a *Attack, p *Params) attackstep.Rule
}

// stepRunnerOf gives the model as one that may take the steps of this run, or nil.
func (r *run) stepRunnerOf(c Criterion) StepRunner {
	if k, ok := c.(Confident); ok && k.Lead == r.params.Confidence {
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

// ascends tells whether the model takes the rest of a walk.
func (g gradient) ascends(w *walk) bool {
	m := w.run.stepRunner
	return m != nil && m.CanRunSteps() && g.objectives == nil && g.start == nil && g.pace == nil && g.step == nil &&
		w.params.Norm != L1 && w.params.Confidence == 0 && w.left() > w.params.Steps-w.k
}

// ascend has the model take some steps of a walk, which moved before it began or did not, and takes them down as if
// they had been taken here.
func (w *walk) ascend(moved bool, before int) (end bool, err error) {
	if w.climber == nil {
		if w.params.Momentum > 0 {
			w.velocity = make([]float32, len(w.x))
		}
		w.climber = &attackstep.Iterate{X: w.x, Origin: w.x0, Velocity: w.velocity, Class: w.goal, Maximize: w.raise}
	}
	c := w.climber
	c.Steps, c.KeepFirst = w.params.Steps-w.k, moved || w.k > 0
	err = w.climb(c, func(_ int, x, logits []float32) {
		w.progress(before + w.k)
		w.record(logits)
		if x != nil {
			w.show(x, logits)
			w.keep(x, logits)
		}
		w.k++
	})
	return w.k > w.params.Steps || w.found && !w.params.Continue, err
}

// climb has the model take steps, and judge each iterate, from 0, by its logits. x is the iterate, or nil unless the model
// kept it.
func (im *image) climb(c *attackstep.Iterate, judge func(k int, x, logits []float32)) error {
	if err := im.askAscent(c); err != nil {
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
		judge(k, x, logits)
	}
	if c.NotFinite {
		return fmt.Errorf("attack: %s: %w: image %d: its gradient", im.attack.Name, ErrModel, im.index)
	}
	return nil
}

// askAscent puts the steps of a climber to the model.
func (im *image) askAscent(c *attackstep.Iterate) error {
	im.question = question{climber: c, values: im.question.values}
	if !im.yield(struct{}{}) {
		return errStopped
	}
	cost := &im.run.res.Spent[im.index]
	cost.Gradients += c.Evaluated
	if c.Evaluated > c.Steps { // the last has none
		cost.Gradients--
		cost.Queries++
	}
	return nil
}
