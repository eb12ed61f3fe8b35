package attack

import (
	"context"
	"errors"
	"math"
	"testing"

	"steady/core/loss"
)

// masked is a network with something wrong.
type masked struct {
	*mlp
	prepare  func(x []float32) []float32
	logits   func(call int, z []float32)
	gradient func(g []float32)
	calls    int
}

func (m *masked) Logits(z, x []float32) error {
	if m.prepare != nil {
		x = m.prepare(x)
	}
	err := m.mlp.Logits(z, x)
	m.calls++
	if m.logits != nil {
		m.logits(m.calls, z)
	}
	return err
}

func (m *masked) Gradient(g, z, x []float32, f loss.Func) error {
	if m.prepare != nil {
		x = m.prepare(x)
	}
	err := m.mlp.Gradient(g, z, x, f)
	if m.gradient != nil {
		m.gradient(g)
	}
	return err
}

func TestDiagnose(t *testing.T) {
	numerical(t)
	m := newMLP(shape, 16, 5, 0.5)
	x, labels := m.images(100, 0, 1)
	clear := func(g []float32) {
		for i := range g {
			g[i] = 0
		}
	}
	outside := func() []float32 {
		y := append([]float32(nil), x...)
		for i := range y {
			y[i] = 4*y[i] - 2
		}
		return y
	}()
	for _, c := range []struct {
		name string
		m    Model
		x    []float32
		bad  []string // findings, all others are well
	}{
		{"sound", &masked{mlp: m}, x, nil},
		{"outside", &masked{mlp: m}, outside, []string{"images in [0,1]"}},
		{"preprocessing outside", &masked{mlp: m, prepare: func(x []float32) []float32 {
			y := make([]float32, len(x))
			for i, v := range x {
				y[i] = (v + 1) / 2 // it wants [-1,1]
			}
			return y
		}}, x, []string{"preprocessing inside the network"}},
		{"random", &masked{mlp: m, logits: func(call int, z []float32) { z[0] += float32(call%7) * 1e-4 }}, x,
			[]string{"the same answer twice"}},
		{"no gradients", &masked{mlp: m, gradient: clear}, x,
			[]string{"gradients that do not vanish", "gradients beat the black box", "nothing survives a large eps"}},
		{"gradients astray", &masked{mlp: m, gradient: func(g []float32) {
			for i := range g {
				g[i] = -g[i]
			}
		}}, x, []string{"gradients that tell the truth", "gradients beat the black box", "nothing survives a large eps"}},
		{"probabilities", softmaxed{m}, x, []string{"logits"}},
	} {
		findings, err := Diagnose(ctx, c.m, c.x, labels, 1, nil)
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		bad := map[string]string{}
		for _, f := range findings {
			if !f.OK {
				bad[f.Name] = f.Detail
			}
			if f.Detail == "" {
				t.Errorf("%s: %s says nothing", c.name, f.Name)
			}
		}
		for _, want := range c.bad {
			if _, ok := bad[want]; !ok {
				t.Errorf("%s: %s is found to be well: %+v", c.name, want, findings)
			}
		}
		if (len(c.bad) == 0 || c.bad[0] == "logits") && len(bad) > len(c.bad) {
			t.Errorf("%s: %v", c.name, bad)
		}
		if c.name != "outside" && len(findings) != 9 {
			t.Errorf("%s: %d findings, want 9", c.name, len(findings))
		}
	}
	// One step that beats many: the gradient is right at the images only.
	near := &masked{mlp: m, gradient: nil}
	steps := 0
	near.gradient = func(g []float32) {
		if steps++; steps > 2 { // the diagnosis' own look, and fgsm's
			for i := range g {
				g[i] = -g[i]
			}
		}
	}
	findings, err := Diagnose(ctx, near, x, labels, 1, nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range findings {
		if f.Name == "many steps beat one" && f.OK {
			t.Errorf("one step beats many, but: %+v", f)
		}
	}
}

func TestDiagnoseBadInput(t *testing.T) {
	m := newMLP(shape, 16, 5, 0.5)
	x, labels := m.images(4, 0, 1)
	if _, err := Diagnose(ctx, m, x[:50], labels, 0, nil); !errors.Is(err, ErrInput) {
		t.Errorf("part of an image: %v", err)
	}
	if _, err := Diagnose(ctx, m, x, []int{0, 1, 9, 0}, 0, nil); !errors.Is(err, ErrInput) {
		t.Errorf("a label out of range: %v", err)
	}
	m.poison = func(_ int, z, _ []float32) { z[3] = float32(math.NaN()) }
	if _, err := Diagnose(ctx, m, x, labels, 0, nil); !errors.Is(err, ErrModel) {
		t.Errorf("NaN logits: %v", err)
	}
	stop, cancel := context.WithCancel(ctx)
	cancel()
	if _, err := Diagnose(stop, newMLP(shape, 16, 5, 0.5), x, labels, 0, nil); !errors.Is(err, context.Canceled) {
		t.Errorf("canceled: %v", err)
	}
}
