package session

import (
	"context"
	"fmt"
	"slices"
	"time"

	"steady/core/attack"
	"steady/core/img"
	"steady/core/loss"
)

func describeAttack(a *attack.Attack) AttackInfo {
	info := AttackInfo{Name: a.Name, Title: a.Title, Summary: a.Summary, Source: a.Source, Access: string(a.Access),
		Targetable: a.Targetable()}
	for _, n := range a.Norms {
		info.Norms = append(info.Norms, AttackNorm{n.String(), controls(a, n)})
	}
	if len(a.Norms) == 0 {
		info.Norms = []AttackNorm{{"", controls(a, 0)}}
	}
	return info
}

// Attack runs an attack on the image at the network's size. report is given its course: each step of a short attack; of a
// long one so many that the image moves, and each at which the answer changes. The bytes are those of Pixels. Of a quiet attack only
// the end is told.
func (s *Session) Attack(ctx context.Context, a AttackArgs, report func(*StepAnswer, []byte) error) (*AttackAnswer, error) {
	method, err := attack.Lookup(a.Attack)
	if err != nil {
		return nil, err
	}
	var norm attack.Norm
	if len(method.Norms) > 0 || a.Norm != "" {
		if norm, err = attack.ParseNorm(a.Norm); err != nil {
			return nil, err
		}
	}
	victim, other, err := s.victim(a.Second)
	if err != nil {
		return nil, err
	}
	x0, before, err := s.attackInput(victim, a.From, a.Corruption)
	if err != nil {
		return nil, err
	}
	k := len(victim.classes)
	p := usual(method, norm)
	if err := set(&p, method, norm, a.Values); err != nil {
		return nil, err
	}
	p.Seed = a.Seed
	switch {
	case a.Target >= k || a.Target < -1:
		return nil, fmt.Errorf("session: target class %d: the network has %d", a.Target, k)
	case a.Target == before:
		return nil, fmt.Errorf("The network already says %s. Choose another class to aim at.", victim.classes[before])
	case a.Target >= 0:
		p.Target = attack.Target{Choice: attack.FixedClass, Class: a.Target}
	}

	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	maker := stepMaker{session: s, victim: victim, x0: x0, probs: make([]float32, k), quiet: a.Quiet, yieldedAt: time.Now()}
	if !a.Quiet {
		maker.photograph = s.photograph(victim, method, a.From)
	}
	if other != nil && !a.Quiet {
		if maker.other, err = newOnlooker(victim, other, a.From); err != nil {
			return nil, err
		}
	}
	result, err := method.Run(ctx, attack.Stepwise(victim.engine), x0, []int{before}, p, func(step attack.Step) {
		if ctx.Err() != nil {
			return
		}
		if !a.Quiet && maker.shouldReport(&step) {
			answer, err := maker.step(step.X, step.Logits, step.Step, step.Steps)
			if err == nil {
				answer.Loss = step.Loss[0]
				err = report(answer, s.sheet.pix)
			}
			if err != nil {
				cancel(err)
			}
		}
		maker.yield()
	})
	stopped := ctx.Err() != nil
	if cause := context.Cause(ctx); stopped && cause != context.Canceled {
		return nil, cause
	}
	if err != nil && (!stopped || result == nil) {
		return nil, err
	}
	answer, err := maker.end(result, before, a.Target, stopped)
	if err == nil && other != nil && maker.other == nil && !a.Quiet {
		answer.Notes = append(answer.Notes, "the other network takes pictures of other proportions, so that it cannot be shown this one")
	}
	return answer, err
}

// attackInput returns the image to attack, which is the caller's, and the answer of the network that is attacked.
func (s *Session) attackInput(victim *classifier, from string, corruption CorruptArgs) (x []float32, class int, err error) {
	if s.view == nil {
		return nil, 0, errNoPicture
	}
	if _, err := s.Look(corruption, 0, false); err != nil { // the images as they are shown
		return nil, 0, err
	}
	x, _, probs, err := victim.image(from)
	if err != nil {
		return nil, 0, err
	}
	return slices.Clone(x), loss.ArgMax(probs), nil
}

// photograph returns the large image on which an attack's change is to be drawn, or nil: if the network sees an image as large,
// or the attack moves pixels instead of adding to them, there is none.
func (s *Session) photograph(n *classifier, method *attack.Attack, from string) *img.Image {
	switch {
	case n.shape[1] >= viewSize && n.shape[2] >= viewSize || len(method.Norms) == 0:
		return nil
	case from == "corrupted":
		return s.corruptedView
	}
	return s.view
}

const (
	frames     = 200                    // that the course of a long attack is reported in, or a few more
	longest    = 250 * time.Millisecond // without a report, if there is anything to report
	yieldEvery = 40 * time.Millisecond
)

// stepMaker turns the iterates of an attack into what is shown of them.
type stepMaker struct {
	session    *Session
	victim     *classifier
	other      *onlooker // nil for none
	x0         []float32
	probs      []float32
	photograph *img.Image // to draw the change on, or nil
	quiet      bool       // nobody looks on
	enlarger   enlarger
	began      bool
	last       int // step that was reported
	top        int // class with the largest logit there
	reportedAt time.Time
	yieldedAt  time.Time
}

// shouldReport reports whether a step is one to report.
func (m *stepMaker) shouldReport(step *attack.Step) bool {
	top, now := loss.ArgMax(step.Logits), time.Now()
	stride := (step.Steps + frames - 1) / frames
	due := !m.began || top != m.top || step.Step >= m.last+stride || now.Sub(m.reportedAt) > longest
	if due {
		m.began, m.last, m.top, m.reportedAt = true, step.Step, top, now
	}
	return due
}

func (m *stepMaker) step(x, logits []float32, step, steps int) (*StepAnswer, error) {
	if err := probabilities(m.victim.engine, m.probs, logits); err != nil {
		return nil, err
	}
	a := &StepAnswer{Step: step, Steps: steps, Probs: m.probs}
	if m.other != nil {
		var err error
		if a.Other, err = m.other.answer(x, m.x0); err != nil {
			return nil, err
		}
	}
	a.L2, a.Linf = distances(x, m.x0)
	a.Magnified = magnification(a.Linf)
	sheet := &m.session.sheet
	sheet.reset()
	sheet.tensor("attacked", x, m.victim.shape)
	sheet.change("change", x, m.x0, m.victim.shape, a.Magnified)
	if m.photograph != nil {
		sheet.image("attacked-view", m.enlarger.draw(m.photograph, x, m.x0, m.victim.shape))
	}
	a.Images = sheet.placed
	return a, nil
}

// yield calls Session.Yield now and then.
func (m *stepMaker) yield() {
	if time.Since(m.yieldedAt) > yieldEvery {
		m.session.yield()
		m.yieldedAt = time.Now()
	}
}

// end returns what the attack found, with the final image classified once more.
func (m *stepMaker) end(r *attack.Result, before, target int, stopped bool) (*AttackAnswer, error) {
	a := &AttackAnswer{Stopped: stopped, Before: before, After: before, Target: target, Gradients: r.Gradients,
		Queries: r.Queries, Elements: len(m.x0), Exhausted: r.Exhausted, Notes: r.Notes}
	m.session.sheet.reset()
	if len(r.Adv) != len(m.x0) {
		return a, nil
	}
	a.L0, a.L1, a.L2, a.Linf = r.L0[0], r.L1[0], r.L2[0], r.Linf[0]
	if len(r.BrokenBy) > 0 && r.BrokenBy[0] >= 0 {
		a.By = r.Stages[r.BrokenBy[0]].Attack
	}
	logits := make([]float32, len(m.probs))
	if err := m.victim.engine.Logits(logits, r.Adv); err != nil {
		return nil, err
	}
	final, err := m.step(r.Adv, logits, -1, 0)
	if err != nil {
		return nil, err
	}
	goal := before
	if target >= 0 {
		goal = target
	}
	if r.LogProbabilities {
		if !m.victim.engine.LogProbabilities() { // recognized by its answers
			loss.Log(logits, logits)
		}
		final.Loss = 0 - float64(logits[goal]) // not -0 where the probability is 1
	} else {
		final.Loss = loss.CrossEntropyValue(logits, goal)
	}
	a.Final, a.Success, a.After = final, r.Success[0], loss.ArgMax(m.probs)
	if !m.quiet {
		m.session.attacked = attacked{m.victim, m.x0, r.Adv}
	}
	return a, nil
}
