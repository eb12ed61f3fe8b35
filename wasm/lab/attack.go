package main

import (
	"context"
	"fmt"
	"time"

	"steady/core/attack"
	"steady/core/loss"
)

// attack runs an attack on the picture at the network's size. tell is given each step; it is called at least every
// a.Pace milliseconds apart, and in between others get their turn.
func (l *lab) attack(ctx context.Context, a attackArgs, tell func(*stepAnswer, []byte) error) (*attackAnswer, error) {
	if l.engine == nil {
		return nil, errNoNetwork
	}
	if l.view == nil {
		return nil, errNoPicture
	}
	method, err := attack.Lookup(a.Attack)
	if err != nil {
		return nil, err
	}
	norm, err := attack.ParseNorm(a.Norm)
	if err != nil {
		return nil, err
	}
	if _, err := l.look(a.Shake, 0, false); err != nil { // the pictures as they are shown
		return nil, err
	}
	size, k := l.shape.Size(), len(l.classes)
	x0, before := l.x[:size], loss.ArgMax(l.probs[:k])
	switch a.From {
	case "original":
	case "shaken":
		x0, before = l.x[size:], loss.ArgMax(l.probs[k:])
	default:
		return nil, fmt.Errorf("lab: attack from %q: want original or shaken", a.From)
	}
	x0 = append([]float32(nil), x0...)

	p := method.Default(norm)
	p.Eps, p.Seed, p.Continue = a.Eps, a.Seed, true // on after the label changes: people watch how far it goes
	if !method.SingleStep() {
		p.Steps = a.Steps
	}
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
	s := stepMaker{l: l, x0: x0, probs: make([]float32, k), pace: time.Duration(a.Pace * float64(time.Millisecond))}
	result, err := method.Run(ctx, l.engine, x0, []int{before}, p, func(step attack.Step) {
		if ctx.Err() != nil {
			return
		}
		answer, err := s.step(step.X, step.Logits, step.Step, step.Steps, step.Met[0])
		if err == nil {
			err = tell(answer, l.sheet.pix)
		}
		if err != nil {
			cancel(err)
		}
		s.wait(ctx)
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

// stepMaker turns the iterates of an attack into what the page shows.
type stepMaker struct {
	l     *lab
	x0    []float32
	probs []float32
	last  time.Time
	pace  time.Duration
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

// wait lets the pace pass, or a cancel end it. It always sleeps: only then does the browser get its turn.
func (s *stepMaker) wait(ctx context.Context) {
	rest := max(s.pace-time.Since(s.last), time.Millisecond)
	select {
	case <-time.After(rest):
	case <-ctx.Done():
	}
	s.last = time.Now()
}

// end tells what the attack found: the picture it hands back, asked about once more.
func (s *stepMaker) end(r *attack.Result, before, target int, stopped bool) (*attackAnswer, error) {
	a := &attackAnswer{Stopped: stopped, Before: before, After: before, Target: target, Gradients: r.Gradients}
	s.l.sheet.reset()
	if len(r.Adv) != len(s.x0) {
		return a, nil
	}
	logits := make([]float32, len(s.probs))
	if err := s.l.engine.Logits(logits, r.Adv); err != nil {
		return nil, err
	}
	final, err := s.step(r.Adv, logits, -1, 0, r.Success[0])
	if err != nil {
		return nil, err
	}
	a.Final, a.Success, a.After = final, r.Success[0], loss.ArgMax(s.probs)
	return a, nil
}
