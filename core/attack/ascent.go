package attack

import (
	"fmt"

	"steady/core/compute"
)

// Ascender is a Model that can take the steps of a gradient attack by itself, so that an iterate does not have to be
// brought to it and its gradient back. *engine.Engine is one on a graphics card.
//
// fgsm, bim, pgd and mi-fgsm in Linf and L2 let it. What they do stays the same: where a walk begins is drawn here, by the
// same random numbers whatever computes, and what the result tells of a walk is made here from the logits of its
// iterates. progress is then told of several steps together, and shown what was kept (Stepwise makes it see all). With
// a criterion of the caller's own or a Confidence, with Params.Seconds, and where Params.Queries may not last, steps
// are taken here.
type Ascender interface {
	Model
	// Ascends tells whether it does now.
	Ascends() bool
	// Ascend has images take steps and fills in what became of them; it need not take all steps that they have left, nor
	// any if it has lost the ability.
	Ascend(rule compute.Ascent, climbers []*compute.Climber) error
}

// Stepwise is a model that takes no steps by itself: progress is told of every one.
func Stepwise(m Model) Model { return struct{ Model }{m} }

// ascenderOf gives the model as one that may take the steps of this run, or nil.
func (r *run) ascenderOf(c Criterion) Ascender {
	switch c.(type) {
	case Untargeted, Targeted:
		if m, ok := r.model.(Ascender); ok && r.deadline.IsZero() {
			return m
		}
	}
	return nil
}

// rule says how the images of the run move.
func (r *run) rule() compute.Ascent {
	p := &r.params
	return compute.Ascent{
		L2: p.Norm == L2, Eps: float32(p.Eps), Step: float32(r.attack.StepSize(*p)), Momentum: float32(p.Momentum),
		Continue: p.Continue,
	}
}

// ascends tells whether the model takes the rest of a walk.
func (g gradient) ascends(w *walk) bool {
	m := w.run.ascender
	return m != nil && m.Ascends() && g.objectives == nil && g.start == nil && g.pace == nil && g.step == nil &&
		w.params.Norm != L1 && w.left() > w.params.Steps-w.k
}

// ascend has the model take some steps of a walk, which moved before it began or did not, and takes them down as if
// they had been taken here.
func (w *walk) ascend(moved bool, before int) (end bool, err error) {
	steps, classes := w.params.Steps, w.run.classes
	if w.climber == nil {
		if w.params.Momentum > 0 {
			w.velocity = make([]float32, len(w.x))
		}
		w.climber = &compute.Climber{X: w.x, Origin: w.x0, Velocity: w.velocity, Class: w.goal, Raise: w.raise}
	}
	c := w.climber
	c.Steps, c.First = steps-w.k, moved || w.k > 0
	if err := w.askAscent(c); err != nil {
		return true, err
	}
	for k := range c.Judged {
		logits := c.Logits[k*classes:][:classes]
		if err := checkLogits(logits, w.index); err != nil {
			return true, fmt.Errorf("attack: %s: %w", w.attack.Name, err)
		}
		w.progress(before + w.k)
		w.record(logits)
		if k == c.KeptAt {
			w.show(c.Kept, logits)
			w.keep(c.Kept, logits)
		}
		w.k++
	}
	if c.Broken {
		return true, fmt.Errorf("attack: %s: %w: image %d: its gradient", w.attack.Name, ErrModel, w.index)
	}
	return w.k > steps || w.found && !w.params.Continue, nil
}

// askAscent puts the rest of a walk to the model.
func (im *image) askAscent(c *compute.Climber) error {
	im.question = question{climber: c, values: im.question.values}
	if !im.yield(struct{}{}) {
		return errStopped
	}
	cost := &im.run.res.Spent[im.index]
	cost.Gradients += c.Judged
	if c.Judged > c.Steps { // the last has none
		cost.Gradients--
		cost.Queries++
	}
	return nil
}
