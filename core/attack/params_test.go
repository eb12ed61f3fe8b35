package attack

import (
	"errors"
	"math"
	"slices"
	"strings"
	"testing"
)

func TestBadInput(t *testing.T) {
	m := newMLP(shape, 16, 5, 0.5)
	good, labels := m.images(3, 0, 1)
	nan := float32(math.NaN())
	with := func(i int, v float32) []float32 { x := slices.Clone(good); x[i] = v; return x }
	set := func(f func(*Params)) func(*Params) { return f }
	same := Target{FixedClass, labels[1]}
	for _, c := range []struct {
		name   string
		attack string
		change func(*Params)
		x      []float32
		labels []int
		says   string
		is     error // nil: a *ParamError
	}{
		{"eps negative", "pgd", set(func(p *Params) { p.Eps = -0.1 }), good, labels, "eps is -0.1", nil},
		{"eps over 1", "pgd", set(func(p *Params) { p.Eps = 8 }), good, labels, "8/255", nil},
		{"eps over the diameter", "pgd", set(func(p *Params) { p.Norm = L2; p.Eps = 8 }), good, labels, "6.928 in l2", nil},
		{"eps NaN", "fgsm", set(func(p *Params) { p.Eps = math.NaN() }), good, labels, "NaN", nil},
		{"no steps", "pgd", set(func(p *Params) { p.Steps = 0 }), good, labels, "steps is 0", nil},
		{"two steps", "fgsm", set(func(p *Params) { p.Steps = 2 }), good, labels, "one step", nil},
		{"step size negative", "bim", set(func(p *Params) { p.StepSize = -1 }), good, labels, "step-size is -1", nil},
		{"step size NaN", "bim", set(func(p *Params) { p.StepSize = math.NaN() }), good, labels, "step-size is NaN", nil},
		{"step size", "fgsm", set(func(p *Params) { p.StepSize = 0.5 }), good, labels, "not an option of fgsm; valid: eps, continue", nil},
		{"random start", "bim", set(func(p *Params) { p.RandomStart = true }), good, labels, "random-start is true", nil},
		{"restarts", "pgd", set(func(p *Params) { p.Restarts, p.RandomStart = 3, false }), good, labels, "all are the same", nil},
		{"momentum", "mi-fgsm", set(func(p *Params) { p.Momentum = -1 }), good, labels, "momentum is -1", nil},
		{"another's parameter", "pgd", set(func(p *Params) { p.Overshoot = 1 }), good, labels, "valid: eps, step-size, steps", nil},
		{"targets", "apgd-t", set(func(p *Params) { p.Targets = 0 }), good, labels, "targets is 0", nil},
		{"target of its own", "apgd-t", set(func(p *Params) { p.Target = Target{Choice: Next} }), good, labels, "several", nil},
		{"target of a black box", "hopskipjump", set(func(p *Params) { p.Target = Target{Choice: Next} }), good, labels,
			"random noise", nil},
		{"weight", "cw", set(func(p *Params) { p.Norm, p.Weight = L2, 0 }), good, labels, "weight is 0", nil},
		{"no queries", "square", set(func(p *Params) { p.Queries = 0 }), good, labels, "queries is 0", nil},
		{"queries negative", "pgd", set(func(p *Params) { p.Queries = -1 }), good, labels, "queries is -1", nil},
		{"time", "pgd", set(func(p *Params) { p.Seconds = math.NaN() }), good, labels, "time is NaN", nil},
		{"confidence", "pgd", set(func(p *Params) { p.Confidence = -1 }), good, labels, "confidence is -1", nil},
		{"version", "autoattack", set(func(p *Params) { p.Version = 0 }), good, labels, "standard", nil},
		{"unknown version", "autoattack", set(func(p *Params) { p.Version = 9 }), good, labels, "standard", nil},
		{"grid", "spatial", set(func(p *Params) { p.Rotations = 0 }), good, labels, "rotations is 0", nil},
		{"norm", "bim", set(func(p *Params) { p.Norm = 7 }), good, labels, "norm is Norm(7): want one of linf, l2", nil},
		{"target is label", "pgd", set(func(p *Params) { p.Target = same }), good, labels, "is its label", ErrInput},
		{"target out of range", "pgd", set(func(p *Params) { p.Target = Target{FixedClass, 5} }), good, labels,
			"target 5 is not one of", ErrInput},
		{"label out of range", "pgd", set(func(*Params) {}), good, []int{0, 5, 1}, "image 1: label 5", ErrInput},
		{"label negative", "pgd", set(func(*Params) {}), good, []int{-1, 0, 1}, "image 0: label -1", ErrInput},
		{"too few labels", "pgd", set(func(*Params) {}), good, []int{0}, "1 labels for 3 images", ErrInput},
		{"pixel over 1", "pgd", set(func(*Params) {}), with(50, 1.5), labels, "image 1: element 2 is 1.5", ErrInput},
		{"pixel negative", "pgd", set(func(*Params) {}), with(0, -1), labels, "image 0: element 0 is -1", ErrInput},
		{"pixel NaN", "pgd", set(func(*Params) {}), with(0, nan), labels, "NaN", ErrInput},
		{"no images", "pgd", set(func(*Params) {}), nil, nil, "0 numbers", ErrInput},
		{"part of an image", "pgd", set(func(*Params) {}), good[:50], labels, "50 numbers", ErrInput},
	} {
		a := find(t, c.attack)
		p := a.Default(Linf)
		c.change(&p)
		res, err := a.Run(ctx, m, c.x, c.labels, p, nil)
		var param *ParamError
		if err == nil || res != nil || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: result %v, error %v, want one with %q", c.name, res != nil, err, c.says)
		} else if c.is == nil && !errors.As(err, &param) || c.is != nil && !errors.Is(err, c.is) {
			t.Errorf("%s: error %v is of the wrong kind", c.name, err)
		}
	}
	one := newMLP(shape, 0, 1, 1)
	a := find(t, "pgd")
	if _, err := a.Run(ctx, one, good, []int{0, 0, 0}, a.Default(Linf), nil); !errors.Is(err, ErrInput) {
		t.Errorf("a network of one class: %v", err)
	}
	p := a.Default(Linf)
	p.Target = Target{Choice: Next}
	if _, err := a.RunFor(ctx, m, good, Untargeted{labels}, p, nil); err == nil {
		t.Error("RunFor takes a second target")
	}
	short := Targeted{labels, []int{1}}
	for _, c := range []Criterion{short, Confident{short, 1}, Unsatisfiable{short}} {
		if _, err := a.RunFor(ctx, m, good, c, a.Default(Linf), nil); !errors.Is(err, ErrInput) {
			t.Errorf("RunFor for a %T with too few targets: %v", c, err)
		}
	}
}

func TestStepSize(t *testing.T) {
	a := find(t, "pgd")
	if got := a.StepSize(a.Default(Linf)); math.Abs(got-2.0/255) > 1e-12 {
		t.Errorf("pgd's own step for 8/255 in 10 steps is %v, want 2/255", got)
	}
	if got := a.StepSize(Params{Eps: 1, Steps: 5, StepSize: 0.1}); got != 0.1 {
		t.Errorf("a step size of 0.1 becomes %v", got)
	}
}
