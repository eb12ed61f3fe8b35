package attack

import (
	"context"
	"errors"
	"math"
	"reflect"
	"testing"

	"steady/core/attackstep"
	"steady/core/loss"
	"steady/core/parallel"
	"steady/core/random"
)

// stepModel is a model that takes steps by itself, each time some more, until it no longer can.
type stepModel struct {
	*mlp
	stride, calls, lostAt int
	poison                func(c *attackstep.Iterate)
	variables             map[*attackstep.Iterate]*variable
}

// variable is where an image is in cw, with more digits than an Iterate has.
type variable struct {
	w    []float64
	adam *adam
}

func (m *stepModel) CanRunSteps() bool { return m.lostAt == 0 || m.calls < m.lostAt }

func (m *stepModel) RunSteps(rule attackstep.Rule, iterates []*attackstep.Iterate) error {
	m.calls++
	m.stride = m.stride%9 + 1
	for _, c := range iterates {
		c.Evaluated, c.Logits, c.BestAt = 0, nil, -1
		if !m.CanRunSteps() {
			continue // lost in the middle
		}
		switch r := rule.(type) {
		case attackstep.PGD:
			m.pgd(r, c)
		case attackstep.CW:
			m.cw(r, c)
		}
		if m.poison != nil {
			m.poison(c)
		}
	}
	return nil
}

func (m *stepModel) pgd(rule attackstep.PGD, c *attackstep.Iterate) {
	b, found, best := &balls[Linf], false, math.Inf(-1)
	if rule.L2 {
		b = &balls[L2]
	}
	objective := crossEntropy(c.Class, c.Maximize)
	for k := range min(m.stride, c.Steps+1) {
		z, g, value := make([]float32, m.classes), make([]float32, len(c.X)), 0.0
		m.Gradient(g, z, c.X, func(_ int, logits, seed []float32) {
			if len(logits) > 0 {
				value = objective(seed, logits)
			}
		})
		c.Logits = append(c.Logits, z...)
		c.Evaluated++
		met := (loss.ArgMax(z) != c.Class) == c.Maximize
		better := value > best
		if met != found {
			better = met
		}
		if counts := c.KeepFirst || k > 0; counts && better {
			found, best, c.BestAt = met, value, k
			c.Best = append(c.Best[:0], c.X...)
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
			c.X[i] += float32(rule.StepSize * d)
		}
		b.project(c.X, c.Origin, float64(rule.Eps))
	}
}

func (m *stepModel) cw(rule attackstep.CW, c *attackstep.Iterate) {
	n := len(c.X)
	v := m.variables[c]
	if v == nil {
		v = &variable{make([]float64, n), newAdam(n, float64(rule.Rate))}
		for i, x := range c.Origin {
			v.w[i] = math.Atanh(tanhScale * (2*float64(x) - 1))
			if c.X[i] != float32(v.w[i]) {
				panic("a search begins elsewhere")
			}
		}
		if m.variables == nil {
			m.variables = map[*attackstep.Iterate]*variable{}
		}
		m.variables[c] = v
	}
	c.Distances = nil
	nearest := math.Inf(1)
	for k := range min(m.stride, c.Steps) {
		x, slope, squared, missing := make([]float32, n), make([]float64, n), 0.0, 0.0
		for i, w := range v.w {
			t := math.Tanh(w)
			x[i] = float32((t + 1) / 2)
			slope[i] = (t+1)/2 - float64(c.Origin[i])
			squared += slope[i] * slope[i]
		}
		z, g := make([]float32, m.classes), make([]float32, n)
		m.Gradient(g, z, x, func(_ int, logits, seed []float32) {
			if len(logits) > 0 {
				sign := 1.0
				if !c.Maximize {
					sign = -1
				}
				missing = float64(rule.Confidence) - sign*loss.MarginGradient(seed, logits, c.Class)
				for k := range seed {
					seed[k] *= float32(sign)
				}
			}
		})
		c.Logits, c.Distances = append(c.Logits, z...), append(c.Distances, float32(squared))
		c.Evaluated++
		if met := (loss.ArgMax(z) != c.Class) == c.Maximize && missing <= 0; met && squared < nearest {
			nearest, c.BestAt, c.Best = squared, k, x
		}
		for i, d := range slope {
			slope[i] = 2 * d
			if missing > 0 {
				slope[i] -= float64(c.Weight) * float64(g[i])
			}
			t := 2*(d+float64(c.Origin[i])) - 1
			slope[i] *= (1 - t*t) / 2
		}
		v.adam.descend(v.w, slope)
	}
	for i, w := range v.w {
		c.X[i], c.Velocity[i], c.Square[i] = float32(w), float32(v.adam.m[i]), float32(v.adam.v[i])
	}
}

// runsOnDevice reports whether a model may take the steps of an attack by itself.
func runsOnDevice(a *Attack) bool {
	if _, ok := a.method.(carliniWagner); ok {
		return true
	}
	g, ok := a.method.(gradient)
	return ok && reflect.DeepEqual(g, gradient{momentum: g.momentum})
}

// A model that takes steps by itself has the same result, in every field, as one that is asked for each gradient; but for
// the digits that cw loses where it continues from a model that no longer can.
func TestStepRunner(t *testing.T) {
	plain := newMLP(shape, 16, 5, 0.5)
	x, labels := plain.images(9, 0, 1)
	count := 0
	eachAttack(t, runsOnDevice, func(t *testing.T, a *Attack, norm Norm) {
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
						if a.Uses("restarts") {
							p.Restarts = 3
						}
						if a.Name == "cw" {
							p.Confidence = 0.25
						}
					},
				} {
					p := a.Default(norm)
					p.Target, p.Seed = target, 3
					p.Eps = float64(float32(p.Eps)) // a model has float32
					p.StepSize = float64(float32(a.StepSize(p)))
					if !a.Uses("step-size") {
						p.StepSize = 0
					}
					if a.Name == "cw" {
						p.Steps, p.SearchSteps, p.Weight = 60, 4, 1.0/64
					}
					change(&p)
					if p.Continue && !a.Uses("continue") {
						continue
					}
					want := mustRun(t, a, plain, x, labels, p)
					m := &stepModel{mlp: plain, lostAt: lostAt}
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
					if a.Name == "cw" && lostAt > 0 {
						closeBy(t, got, want)
					} else if !reflect.DeepEqual(got, want) {
						t.Errorf("target %v, lost at %d, %+v:\n%+v\nwant\n%+v", target, lostAt, p, got, want)
					}
					if shown.Done != len(labels) {
						t.Errorf("progress ended with %d of %d images done", shown.Done, len(labels))
					}
					if m.calls == 0 && (p.Queries == 0 || a.Name == "cw") {
						t.Error("the model was not asked to take steps")
					}
				}
			}
		}
	})
	if count != 9 {
		t.Errorf("a model may take the steps of %d attacks in their norms, want fgsm, bim, pgd and mi-fgsm, in linf and l2, and cw", count)
	}
}

// closeBy wants results that are the same but for a little of the distance.
func closeBy(t *testing.T, got, want *Result) {
	t.Helper()
	for i, d := range want.L2 {
		if off := math.Abs(got.L2[i] - d); got.Success[i] != want.Success[i] || !(off <= 1e-4*d) {
			t.Errorf("image %d at %v, success %v; want %v, %v", i, got.L2[i], got.Success[i], d, want.Success[i])
		}
		if got.Cost[i] != want.Cost[i] {
			t.Errorf("image %d took %+v, want %+v", i, got.Cost[i], want.Cost[i])
		}
	}
}

// Where each step has to be seen from here, a model is not asked to take them.
func TestStepwise(t *testing.T) {
	plain := newMLP(shape, 16, 5, 0.5)
	x, labels := plain.images(3, 0, 1)
	a := find(t, "bim")
	p := a.Default(Linf)
	for name, run := range map[string]func(m *stepModel) error{
		"stepwise": func(m *stepModel) error {
			_, err := a.Run(ctx, Stepwise(m), x, labels, p, nil)
			return err
		},
		"time": func(m *stepModel) error {
			p := p
			p.Seconds = 100
			_, err := a.Run(ctx, m, x, labels, p, nil)
			return err
		},
		"confidence": func(m *stepModel) error {
			p := p
			p.Confidence = 0.1
			_, err := a.Run(ctx, m, x, labels, p, nil)
			return err
		},
		"criterion": func(m *stepModel) error {
			_, err := a.RunFor(ctx, m, x, Confident{Untargeted{labels}, 0.1}, p, nil)
			return err
		},
		"criterion of cw": func(m *stepModel) error {
			a := find(t, "cw")
			p := a.Default(L2)
			p.Steps, p.Confidence = 20, 0.1
			_, err := a.RunFor(ctx, m, x, Confident{Untargeted{labels}, 0.1}, p, nil)
			return err
		},
		"auto-pgd": func(m *stepModel) error {
			a := find(t, "apgd-ce")
			_, err := a.Run(ctx, m, x, labels, a.Default(Linf), nil)
			return err
		},
	} {
		m := &stepModel{mlp: plain}
		if err := run(m); err != nil || m.calls > 0 {
			t.Errorf("%s: %v, and the model was asked %d times to take steps", name, err, m.calls)
		}
	}
}

// What is not finite is an error, and a canceled run returns its result so far.
func TestStepRunnerFails(t *testing.T) {
	plain := newMLP(shape, 16, 5, 0.5)
	x, labels := plain.images(3, 0, 1)
	a, cw := find(t, "bim"), find(t, "cw")
	p := a.Default(Linf)
	p.Continue = true
	for name, poison := range map[string]func(c *attackstep.Iterate){
		"gradient": func(c *attackstep.Iterate) { c.NotFinite = true },
		"logits":   func(c *attackstep.Iterate) { c.Logits[len(c.Logits)-1] = float32(math.NaN()) },
	} {
		if _, err := a.Run(ctx, &stepModel{mlp: plain, poison: poison}, x, labels, p, nil); !errors.Is(err, ErrModel) {
			t.Errorf("%s: %v, want ErrModel", name, err)
		}
		if _, err := cw.Run(ctx, &stepModel{mlp: plain, poison: poison}, x, labels, cw.Default(L2), nil); !errors.Is(err, ErrModel) {
			t.Errorf("cw: %s: %v, want ErrModel", name, err)
		}
	}
	c, cancel := context.WithCancel(ctx)
	res, err := a.Run(c, &stepModel{mlp: plain, poison: func(*attackstep.Iterate) { cancel() }}, x, labels, p, nil)
	if !errors.Is(err, context.Canceled) || res == nil || len(res.Loss[0]) == 0 {
		t.Errorf("canceled: %v, %+v; want the steps taken so far", err, res)
	}
}

// BenchmarkStarts draws random starts for 128 images of 3×32×32, as many at a time as there are cores.
func BenchmarkStarts(b *testing.B) {
	const images, size = 128, 3 * 32 * 32
	x0, x := make([]float32, size), make([]float32, images*size)
	b.SetBytes(4 * images * size)
	for b.Loop() {
		parallel.For(images, func(i int) {
			balls[Linf].start(x[i*size:][:size], x0, 8./255, random.New(0, uint64(i), "pgd", 0))
		})
	}
}
