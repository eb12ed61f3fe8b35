package main

import (
	"context"
	"fmt"
	"time"

	"steady/core/attack"
	"steady/core/loss"
)

func describeAttack(a *attack.Attack) attackInfo {
	info := attackInfo{Name: a.Name, Title: a.Title, Summary: a.Summary, Source: a.Source, Access: string(a.Access),
		Targetable: a.Targetable()}
	for _, n := range a.Norms {
		info.Norms = append(info.Norms, attackNorm{n.String(), controls(a, n)})
	}
	if len(a.Norms) == 0 {
		info.Norms = []attackNorm{{"", controls(a, 0)}}
	}
	return info
}

// attack runs an attack on the picture at the network's size. tell is given its course: each step of a short attack;
// of a long one so many that the picture moves, and each at which the answer changes.
func (l *lab) attack(ctx context.Context, a attackArgs, tell func(*stepAnswer, []byte) error) (*attackAnswer, error) {
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
	x0, before, err := l.subject(a.From, a.Shake)
	if err != nil {
		return nil, err
	}
	k := len(l.classes)
	p := usual(method, norm)
	if err := set(&p, method, norm, a.Values); err != nil {
		return nil, err
	}
	p.Seed = a.Seed
	switch {
	case a.Target >= k || a.Target < -1:
		return nil, fmt.Errorf("lab: target class %d: the network has %d", a.Target, k)
	case a.Target == before:
		return nil, fmt.Errorf("The network already says %s. Choose another class to aim at.", l.classes[before])
	case a.Target >= 0:
		p.Target = attack.Target{Choice: attack.FixedClass, Class: a.Target}
	}

	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	s := stepMaker{l: l, x0: x0, probs: make([]float32, k), rested: time.Now()}
	result, err := method.Run(ctx, attack.Stepwise(l.engine), x0, []int{before}, p, func(step attack.Step) {
		if ctx.Err() != nil {
			return
		}
		if s.due(&step) {
			answer, err := s.step(step.X, step.Logits, step.Step, step.Steps, step.Met[0])
			if err == nil {
				answer.Loss = step.Loss[0]
				err = tell(answer, l.sheet.pix)
			}
			if err != nil {
				cancel(err)
			}
		}
		s.rest()
	})
	stopped := ctx.Err() != nil
	if cause := context.Cause(ctx); stopped && cause != context.Canceled {
		return nil, cause
	}
	if err != nil && (!stopped || result == nil) {
		return nil, err
	}
	return s.end(result, before, a.Target, stopped)
}

// subject gives the picture to attack, which is the caller's, and the network's answer to it.
func (l *lab) subject(from string, shake shakeArgs) (x []float32, class int, err error) {
	if l.engine == nil {
		return nil, 0, errNoNetwork
	}
	if l.view == nil {
		return nil, 0, errNoPicture
	}
	if _, err := l.look(shake, 0, false); err != nil { // the pictures as they are shown
		return nil, 0, err
	}
	size, k := l.shape.Size(), len(l.classes)
	switch from {
	case "original":
		x, class = l.x[:size], loss.ArgMax(l.probs[:k])
	case "shaken":
		x, class = l.x[size:], loss.ArgMax(l.probs[k:])
	default:
		return nil, 0, fmt.Errorf("lab: attack from %q: want original or shaken", from)
	}
	return append([]float32(nil), x...), class, nil
}

const (
	frames   = 200                    // that the course of a long attack is told in, or a few more
	longest  = 250 * time.Millisecond // without telling anything, if there is anything to tell
	restless = 40 * time.Millisecond  // without giving the browser its turn
)

// stepMaker turns the iterates of an attack into what the page shows.
type stepMaker struct {
	l      *lab
	x0     []float32
	probs  []float32
	began  bool
	last   int // step that was told
	top    int // class that it named
	told   time.Time
	rested time.Time
}

// due tells whether a step is to be told.
func (s *stepMaker) due(step *attack.Step) bool {
	top, now := loss.ArgMax(step.Logits), time.Now()
	stride := (step.Steps + frames - 1) / frames
	due := !s.began || top != s.top || step.Step >= s.last+stride || now.Sub(s.told) > longest
	if due {
		s.began, s.last, s.top, s.told = true, step.Step, top, now
	}
	return due
}

func (s *stepMaker) step(x, logits []float32, step, steps int, met bool) (*stepAnswer, error) {
	if err := softmax(s.probs, logits, len(s.probs)); err != nil {
		return nil, err
	}
	a := &stepAnswer{Step: step, Steps: steps, Probs: s.probs, Met: met}
	a.L2, a.Linf = distances(x, s.x0)
	a.Magnified = magnification(a.Linf)
	sheet := &s.l.sheet
	sheet.reset()
	sheet.tensor("attacked", x, s.l.shape)
	sheet.change("change", x, s.x0, s.l.shape, a.Magnified)
	a.Images = sheet.placed
	return a, nil
}

// rest gives the browser its turn now and then: only while the lab sleeps can a cancel come in.
func (s *stepMaker) rest() {
	if time.Since(s.rested) > restless {
		time.Sleep(time.Millisecond)
		s.rested = time.Now()
	}
}

// end tells what the attack found: the picture it hands back, asked about once more.
func (s *stepMaker) end(r *attack.Result, before, target int, stopped bool) (*attackAnswer, error) {
	a := &attackAnswer{Stopped: stopped, Before: before, After: before, Target: target, Gradients: r.Gradients,
		Queries: r.Queries, Elements: len(s.x0), OutOf: r.OutOf, Notes: r.Notes}
	s.l.sheet.reset()
	if len(r.Adv) != len(s.x0) {
		return a, nil
	}
	a.L0, a.L1, a.L2, a.Linf = r.L0[0], r.L1[0], r.L2[0], r.Linf[0]
	if len(r.By) > 0 && r.By[0] >= 0 {
		a.By = r.Stages[r.By[0]].Attack
	}
	logits := make([]float32, len(s.probs))
	if err := s.l.engine.Logits(logits, r.Adv); err != nil {
		return nil, err
	}
	final, err := s.step(r.Adv, logits, -1, 0, r.Success[0])
	if err != nil {
		return nil, err
	}
	goal := before
	if target >= 0 {
		goal = target
	}
	final.Loss = loss.CrossEntropyValue(logits, goal)
	a.Final, a.Success, a.After = final, r.Success[0], loss.ArgMax(s.probs)
	s.l.attacked = attacked{s.x0, r.Adv}
	return a, nil
}
