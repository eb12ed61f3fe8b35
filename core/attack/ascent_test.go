package attack

import (
	"context"
	"errors"
	"math"
	"reflect"
	"testing"

	"steady/core/compute"
	"steady/core/loss"
)

// climbing is a model that takes steps by itself, each time some more, until it loses the ability.
type climbing struct {
	*mlp
	stride, calls, lostAt int
	poison                func(c *compute.Climber)
}

func (m *climbing) Ascends() bool { return m.lostAt == 0 || m.calls < m.lostAt }

func (m *climbing) Ascend(rule compute.Ascent, climbers []*compute.Climber) error {
	m.calls++
	m.stride = m.stride%3 + 1
	for _, c := range climbers {
		c.Judged, c.Logits, c.KeptAt = 0, nil, -1
		if !m.Ascends() {
			continue // lost in the middle
		}
		m.climb(rule, c)
		if m.poison != nil {
			m.poison(c)
		}
	}
	return nil
}

func (m *climbing) climb(rule compute.Ascent, c *compute.Climber) {
	b, found, best := &balls[Linf], false, math.Inf(-1)
	if rule.L2 {
		b = &balls[L2]
	}
	raise := crossEntropy(c.Class, c.Raise)
	for k := range min(m.stride, c.Steps+1) {
		z, g, value := make([]float32, m.classes), make([]float32, len(c.X)), 0.0
		m.Gradient(g, z, c.X, func(_ int, logits, seed []float32) {
			if len(logits) > 0 {
				value = raise(seed, logits)
			}
		})
		c.Logits = append(c.Logits, z...)
		c.Judged++
		met := (loss.ArgMax(z) != c.Class) == c.Raise
		better := value > best
		if met != found {
			better = met
		}
		if counts := c.First || k > 0; counts && better {
			found, best, c.KeptAt = met, value, k
			c.Kept = append(c.Kept[:0], c.X...)
		}
		if found && !rule.Continue || k == c.Steps {
			return
		}
		if rule.Momentum > 0 {
			scale := 1 / (lengthL1(g) + tiny*lengthLinf(g))
			for i := range g {
				c.Velocity[i] = float32(float64(rule.Momentum)*float64(c.Velocity[i]) + float64(g[i])*scale)
			}
			copy(g, c.Velocity)
		}
		b.steepest(g, c.X)
		for i, d := range g {
			c.X[i] += float32(rule.Step * d)
		}
		b.project(c.X, c.Origin, float64(rule.Eps))
	}
}

// ascending are the attacks whose steps a model may take by itself.
func ascending(a *Attack) bool {
	g, ok := a.method.(gradient)
	return ok && reflect.DeepEqual(g, gradient{momentum: g.momentum})
}

// A model that takes steps by itself gives the same result, in all that it tells, as one that is asked for each.
func TestAscender(t *testing.T) {
	plain := newMLP(shape, 16, 5, 0.5)
	x, labels := plain.images(9, 0, 1)
	count := 0
	eachAttack(t, ascending, func(t *testing.T, a *Attack, norm Norm) {
		if norm == L1 {
			return
		}
		count++
		for _, target := range []Target{{}, {Choice: Next}, {Choice: LeastLikely}} {
			for _, lostAt := range []int{0, 1, 2, 4} {
				for _, change := range []func(p *Params){
					func(p *Params) {},
					func(p *Params) { p.Continue = true },
					func(p *Params) { p.Queries = 7 },
					func(p *Params) {
						if a.Uses(ParamRestarts) {
							p.Restarts = 3
						}
					},
				} {
					p := a.Default(norm)
					p.Target, p.Seed = target, 3
					p.Eps = float64(float32(p.Eps)) // a model has float32
					p.StepSize = float64(float32(a.StepSize(p)))
					if !a.Uses(ParamStepSize) {
						p.StepSize = 0
					}
					change(&p)
					want := mustRun(t, a, plain, x, labels, p)
					m := &climbing{mlp: plain, lostAt: lostAt}
					shown := Step{}
					got, err := a.Run(ctx, m, x, labels, p, func(s Step) {
						if s.Step < shown.Step || s.Done < shown.Done {
							t.Errorf("progress goes back from %d steps, %d done to %d, %d", shown.Step, shown.Done, s.Step, s.Done)
						}
						shown = s
					})
					if err != nil {
						t.Fatal(err)
					}
					if !reflect.DeepEqual(got, want) {
						t.Errorf("target %v, lost at %d, %+v:\n%+v\nwant\n%+v", target, lostAt, p, got, want)
					}
					if shown.Done != len(labels) {
						t.Errorf("progress ended with %d of %d images done", shown.Done, len(labels))
					}
					if p.Queries == 0 && m.calls == 0 {
						t.Error("the model was not asked to take steps")
					}
				}
			}
		}
	})
	if count != 8 {
		t.Errorf("a model may take the steps of %d attacks in their norms, want fgsm, bim, pgd and mi-fgsm, in linf and l2", count)
	}
}

// Where each step has to be seen from here, a model is not asked to take them.
func TestStepwise(t *testing.T) {
	plain := newMLP(shape, 16, 5, 0.5)
	x, labels := plain.images(3, 0, 1)
	a := find(t, "bim")
	p := a.Default(Linf)
	for name, run := range map[string]func(m *climbing) error{
		"stepwise": func(m *climbing) error {
			_, err := a.Run(ctx, Stepwise(m), x, labels, p, nil)
			return err
		},
		"time": func(m *climbing) error {
			p := p
			p.Seconds = 100
			_, err := a.Run(ctx, m, x, labels, p, nil)
			return err
		},
		"confidence": func(m *climbing) error {
			p := p
			p.Confidence = 0.1
			_, err := a.Run(ctx, m, x, labels, p, nil)
			return err
		},
		"criterion": func(m *climbing) error {
			_, err := a.RunFor(ctx, m, x, Confident{Untargeted{labels}, 0}, p, nil)
			return err
		},
		"auto-pgd": func(m *climbing) error {
			a := find(t, "apgd-ce")
			_, err := a.Run(ctx, m, x, labels, a.Default(Linf), nil)
			return err
		},
	} {
		m := &climbing{mlp: plain}
		if err := run(m); err != nil || m.calls > 0 {
			t.Errorf("%s: %v, and the model was asked %d times to take steps", name, err, m.calls)
		}
	}
}

// What is not finite is told, and a cancelled run gives what there is.
func TestAscenderFails(t *testing.T) {
	plain := newMLP(shape, 16, 5, 0.5)
	x, labels := plain.images(3, 0, 1)
	a := find(t, "bim")
	p := a.Default(Linf)
	p.Continue = true
	for name, poison := range map[string]func(c *compute.Climber){
		"gradient": func(c *compute.Climber) { c.Broken = true },
		"logits":   func(c *compute.Climber) { c.Logits[len(c.Logits)-1] = float32(math.NaN()) },
	} {
		if _, err := a.Run(ctx, &climbing{mlp: plain, poison: poison}, x, labels, p, nil); !errors.Is(err, ErrModel) {
			t.Errorf("%s: %v, want ErrModel", name, err)
		}
	}
	c, cancel := context.WithCancel(ctx)
	res, err := a.Run(c, &climbing{mlp: plain, poison: func(*compute.Climber) { cancel() }}, x, labels, p, nil)
	if !errors.Is(err, context.Canceled) || res == nil || len(res.Loss[0]) == 0 {
		t.Errorf("cancelled: %v, %+v; want the steps taken so far", err, res)
	}
}
