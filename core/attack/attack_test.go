package attack

import (
	"context"
	"errors"
	"math"
	"slices"
	"strings"
	"testing"

	"steady/core/loss"
	"steady/core/nn"
)

var (
	ctx   = context.Background()
	shape = nn.Shape{3, 4, 4}
)

func mustRun(t *testing.T, a *Attack, m Model, x []float32, labels []int, p Params) *Result {
	t.Helper()
	res, err := a.Run(ctx, m, x, labels, p, nil)
	if err != nil {
		t.Fatalf("%s: %v", a.Name, err)
	}
	return res
}

func find(t *testing.T, name string) *Attack {
	t.Helper()
	a, err := Lookup(name)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// cheap are an attack's defaults, with budgets that tests can afford.
func cheap(a *Attack, norm Norm) Params {
	p := a.Default(norm)
	if a.Uses("steps") {
		p.Steps = min(p.Steps, 10)
	}
	if a.Uses("search-steps") {
		p.SearchSteps = 4
	}
	if a.Uses("version") {
		p.Version = Fast
	}
	if p.Queries > 0 {
		p.Queries = 300
	}
	if a.Uses("rotations") {
		p.Rotations, p.Translations = 5, 3
	}
	return p
}

// each runs a test for every attack in each of its norms; spatial, which has none, runs once.
func eachAttack(t *testing.T, want func(a *Attack) bool, test func(t *testing.T, a *Attack, norm Norm)) {
	for _, a := range All() {
		norms := a.Norms
		if len(norms) == 0 {
			norms = []Norm{Linf}
		}
		for _, norm := range norms {
			if want(a) {
				t.Run(a.Name+"/"+norm.String(), func(t *testing.T) { test(t, a, norm) })
			}
		}
	}
}

func all(*Attack) bool       { return true }
func walks(a *Attack) bool   { return a.Access == Gradients }
func bounded(a *Attack) bool { return a.Bounded() }
func nearest(a *Attack) bool { return a.Uses("eps") && !a.Bounded() }
func (n Norm) of(r *Result, i int) float64 {
	return []float64{Linf: r.Linf[i], L2: r.L2[i], L1: r.L1[i]}[n]
}

// On a linear model of two classes the margin w·x + b falls by eps·‖w‖₁ in the best Linf step and by eps·‖w‖₂ in
// the best L2 step, and no attack within eps can do more.
func TestLinearClosedForm(t *testing.T) {
	m := newMLP(shape, 0, 2, 1)
	x, labels := m.images(20, 0.4, 0.6) // far enough from 0 and 1 that nothing is clipped
	d := shape.Size()
	var l1, l2 float64
	for j := range d {
		w := float64(m.a[j]) - float64(m.a[d+j])
		l1 += math.Abs(w)
		l2 += w * w
	}
	l2 = math.Sqrt(l2)
	margin := func(x []float32, label int) float64 {
		z := make([]float32, 2)
		m.Logits(z, x)
		return float64(z[label]) - float64(z[1-label])
	}
	eachAttack(t, walks, func(t *testing.T, a *Attack, norm Norm) {
		eps, fall := 0.05, 0.05*l1
		switch norm {
		case L2:
			eps, fall = 0.3, 0.3*l2
		case L1:
			t.Skip("its steps are sparse, which is not the best direction of a linear model")
		}
		p := a.Default(norm)
		p.Eps, p.Continue = eps, true
		if a.Uses("steps") {
			p.Steps = 40
		}
		if a.Uses("step-size") {
			p.StepSize = eps // enough to reach the far end from any start
		}
		res := mustRun(t, a, m, x, labels, p)
		for i, label := range labels {
			before, after := margin(x[i*d:][:d], label), margin(res.Adv[i*d:][:d], label)
			if got := before - after; math.Abs(got-fall) > 1e-5*fall {
				t.Errorf("image %d: margin falls by %.6f, want %.6f", i, got, fall)
			}
			if res.Success[i] != (after < 0) {
				t.Errorf("image %d: success %v with margin %v", i, res.Success[i], after)
			}
		}
	})
}

func TestBounds(t *testing.T) {
	m := newMLP(shape, 16, 5, 0.5)
	x, labels := m.images(12, 0, 1)
	for i := range x { // a good part exactly at the ends of the range
		switch i % 3 {
		case 0:
			x[i] = float32(i / 3 % 2)
		}
	}
	d := shape.Size()
	eachAttack(t, bounded, func(t *testing.T, a *Attack, norm Norm) {
		for _, eps := range []float64{0, 1e-4, 8.0 / 255, 0.3, 1, 5} {
			if eps > balls[norm].diameter(d) {
				continue
			}
			for _, target := range []Target{{}, {Choice: Next}} {
				if a.untargeted != "" && target.Choice != NoTarget {
					continue
				}
				p := cheap(a, norm)
				p.Eps, p.Target, p.Continue = eps, target, a.Uses("continue")
				res := mustRun(t, a, m, x, labels, p)
				for i := range labels {
					if dist := norm.of(res, i); dist > eps+1e-6 {
						t.Errorf("eps %v: image %d: distance %v", eps, i, dist)
					}
					if got := distanceL2(res.Adv[i*d:][:d], x[i*d:][:d]); got != res.L2[i] {
						t.Errorf("image %d: L2 is given as %v, is %v", i, res.L2[i], got)
					}
				}
				checkRange(t, res.Adv)
			}
		}
	})
}

func checkRange(t *testing.T, x []float32) {
	t.Helper()
	for i, v := range x {
		if !(v >= 0 && v <= 1) {
			t.Fatalf("element %d is %v", i, v)
		}
	}
}

// The loss rises (falls towards a target) on nearly all images of a nonlinear model, and more steps or a larger
// eps leave the defender no better off on average.
func TestStronger(t *testing.T) {
	numerical(t)
	m := newMLP(shape, 16, 5, 0.5)
	x, labels := m.images(200, 0, 1)
	clean := make([]float32, 200*5)
	m.Logits(clean, x)
	for _, name := range []string{"bim", "pgd"} {
		a := find(t, name)
		for _, norm := range a.Norms {
			unit := []float64{Linf: 0.01, L2: 0.05, L1: 0.2}[norm]
			last := 1.0
			for _, times := range []float64{1, 2, 4, 8, 32} {
				p := a.Default(norm)
				p.Eps, p.Steps = unit*times, 20
				res := mustRun(t, a, m, x, labels, p)
				acc := m.accuracy(res.Adv, labels)
				if acc > last {
					t.Errorf("%s %v: eps %v leaves accuracy %v, a smaller one left %v", name, norm, p.Eps, acc, last)
				}
				last = acc
				rose := 0
				for i, label := range labels {
					if l := res.Loss[i]; l[len(l)-1] > loss.CrossEntropyValue(clean[i*5:][:5], label) {
						rose++
					}
				}
				if rose < 198 {
					t.Errorf("%s %v eps %v: the loss rose on %d of 200 images", name, norm, p.Eps, rose)
				}
			}
			if last > 0.02 {
				t.Errorf("%s %v: %v of the images survive a large eps", name, norm, last)
			}
			few, many := a.Default(norm), a.Default(norm)
			few.Eps, many.Eps = unit*4, unit*4
			few.Steps, many.Steps = 2, 20
			f := m.accuracy(mustRun(t, a, m, x, labels, few).Adv, labels)
			if acc := m.accuracy(mustRun(t, a, m, x, labels, many).Adv, labels); acc > f {
				t.Errorf("%s %v: 20 steps leave accuracy %v, 2 leave %v", name, norm, acc, f)
			}
		}
	}
	fgsm, pgd := find(t, "fgsm"), find(t, "pgd")
	pf, pp := fgsm.Default(Linf), pgd.Default(Linf)
	pf.Eps, pp.Eps = 0.05, 0.05
	pp.Steps = 20
	one := m.accuracy(mustRun(t, fgsm, m, x, labels, pf).Adv, labels)
	many := m.accuracy(mustRun(t, pgd, m, x, labels, pp).Adv, labels)
	if many > one {
		t.Errorf("pgd leaves accuracy %v, fgsm %v", many, one)
	}
}

func TestTargeted(t *testing.T) {
	m := newMLP(shape, 16, 5, 0.5)
	x, labels := m.images(40, 0, 1)
	clean := make([]float32, len(labels)*5)
	m.Logits(clean, x)
	a := find(t, "pgd")
	for _, target := range []Target{{Choice: Next}, {Choice: Random}, {Choice: LeastLikely}} {
		p := a.Default(Linf)
		p.Eps, p.Steps, p.Target, p.Seed = 0.5, 40, target, 3
		res := mustRun(t, a, m, x, labels, p)
		hit := 0
		for i := range labels {
			goal := res.Targets[i]
			switch {
			case goal == labels[i]:
				t.Errorf("%v: image %d: the target is the label", target, i)
			case target.Choice == Next && goal != (labels[i]+1)%5:
				t.Errorf("next: image %d of class %d aims at %d", i, labels[i], goal)
			case target.Choice == LeastLikely && clean[i*5+goal] != slices.Min(clean[i*5:][:5]):
				t.Errorf("least-likely: image %d aims at %d of %v", i, goal, clean[i*5:][:5])
			}
			if res.Success[i] != (res.Predicted[i] == goal) {
				t.Errorf("%v: image %d: success %v, predicted %d, target %d", target, i, res.Success[i], res.Predicted[i], goal)
			}
			if l := res.Loss[i]; res.Success[i] {
				hit++
				if l[len(l)-1] >= loss.CrossEntropyValue(clean[i*5:][:5], goal) {
					t.Errorf("%v: image %d: reached its target, but its loss went %v", target, i, l)
				}
			}
		}
		if hit < 36 {
			t.Errorf("%v: %d of 40 images reach their target", target, hit)
		}
	}
	// A fixed class, on the images of other classes.
	var sub []float32
	var subLabels []int
	for i, l := range labels {
		if l != 2 {
			sub, subLabels = append(sub, x[i*48:][:48]...), append(subLabels, l)
		}
	}
	p := a.Default(Linf)
	p.Eps, p.Steps, p.Target = 0.5, 40, Target{FixedClass, 2}
	res := mustRun(t, a, m, sub, subLabels, p)
	for i := range subLabels {
		if res.Targets[i] != 2 {
			t.Fatalf("image %d aims at %d", i, res.Targets[i])
		}
	}
	// The same through a criterion of one's own choosing.
	targets := slices.Repeat([]int{2}, len(subLabels))
	p.Target = Target{}
	again, err := a.RunFor(ctx, m, sub, Targeted{subLabels, targets}, p, nil)
	if err != nil || !slices.Equal(again.Adv, res.Adv) {
		t.Errorf("RunFor with the same targets differs (error %v)", err)
	}
}

// What comes back for an image does not depend on the images beside it.
func TestBatchIndependence(t *testing.T) {
	m := newMLP(shape, 16, 5, 0.5)
	x, labels := m.images(23, 0, 1)
	labels[4], labels[11] = (labels[4]+1)%5, (labels[11]+1)%5 // misclassified ones among them
	d := shape.Size()
	eachAttack(t, all, func(t *testing.T, a *Attack, norm Norm) {
		for _, target := range []Target{{}, {Choice: Random}} {
			if a.untargeted != "" && target.Choice != NoTarget {
				continue
			}
			p := cheap(a, norm)
			p.Seed, p.Target = 9, target
			if a.Uses("restarts") {
				p.Restarts = 2
			}
			whole := mustRun(t, a, m, x, labels, p)
			for _, size := range []int{1, 7} {
				gradients, queries := 0, 0
				for i := 0; i < len(labels); i += size {
					end := min(i+size, len(labels))
					p.First = uint64(i)
					part := mustRun(t, a, m, x[i*d:end*d], labels[i:end], p)
					gradients += part.Gradients
					queries += part.Queries
					if !slices.Equal(part.Adv, whole.Adv[i*d:end*d]) || !slices.Equal(part.Success, whole.Success[i:end]) {
						t.Errorf("target %v: images %d to %d differ in a batch of their own", target, i, end)
					}
					for j := i; j < end; j++ {
						if !slices.Equal(part.Loss[j-i], whole.Loss[j]) || part.Cost[j-i] != whole.Cost[j] {
							t.Errorf("the losses or the cost of image %d differ", j)
						}
					}
				}
				if gradients != whole.Gradients || queries != whole.Queries {
					t.Errorf("%d gradients and %d queries in parts, %d and %d at once",
						gradients, queries, whole.Gradients, whole.Queries)
				}
			}
		}
	})
}

func TestMisclassifiedIsKept(t *testing.T) {
	m := newMLP(shape, 16, 5, 0.5)
	x, labels := m.images(6, 0, 1)
	labels[2] = (labels[2] + 1) % 5
	eachAttack(t, all, func(t *testing.T, a *Attack, norm Norm) {
		p := cheap(a, norm)
		p.Continue = a.Uses("continue")
		res := mustRun(t, a, m, x, labels, p)
		for i := range labels {
			if res.Correct[i] != (i != 2) {
				t.Errorf("image %d: correct %v", i, res.Correct[i])
			}
		}
		if !res.Success[2] || res.Linf[2] != 0 || res.L2[2] != 0 || res.L0[2] != 0 || len(res.Loss[2]) != 0 {
			t.Errorf("the misclassified image was not kept as it is: %v %v", res.Success[2], res.Linf[2])
		}
		if res.Cost[2] != (Cost{Queries: 1}) {
			t.Errorf("the misclassified image cost %+v", res.Cost[2])
		}
	})
}

// With a criterion that nothing satisfies every image takes every step, one that is misclassified already too.
func TestUnsatisfiable(t *testing.T) {
	numerical(t)
	m := newMLP(shape, 16, 5, 0.5)
	x, labels := m.images(20, 0, 1)
	labels[2] = (labels[2] + 1) % 5
	targets := make([]int, len(labels))
	for i, l := range labels {
		targets[i] = (l + 1) % 5
	}
	eachAttack(t, all, func(t *testing.T, a *Attack, norm Norm) {
		p := cheap(a, norm)
		for _, c := range []Criterion{Untargeted{labels}, Targeted{labels, targets}} {
			_, isTargeted := c.(Targeted)
			if isTargeted && !a.Targetable() {
				continue
			}
			res, err := a.RunFor(ctx, m, x, Unsatisfiable{c}, p, nil)
			if err != nil {
				t.Fatal(err)
			}
			if slices.Contains(res.Success, true) || isTargeted != (res.Targets != nil) {
				t.Errorf("success %v, targets %v", res.Success, res.Targets)
			}
			if _, ok := a.method.(gradient); !ok || !a.Bounded() {
				continue
			}
			for i := range labels {
				if cost := res.Cost[i].Gradients; cost != res.Cost[0].Gradients || cost < p.Steps {
					t.Errorf("image %d cost %d gradients, the first %d", i, cost, res.Cost[0].Gradients)
				}
				if res.Linf[i] == 0 {
					t.Errorf("image %d is unchanged", i)
				}
			}
		}
	})
}

func TestEarlyStopAndContinue(t *testing.T) {
	m := newMLP(shape, 16, 5, 0.5)
	x, labels := m.images(50, 0, 1)
	a := find(t, "bim")
	p := a.Default(Linf)
	p.Eps, p.Steps = 0.1, 20
	first := mustRun(t, a, m, x, labels, p)
	m.gradients = 0
	p.Continue = true
	on := mustRun(t, a, m, x, labels, p)
	if m.gradients != on.Gradients || on.Gradients != 50*20 {
		t.Errorf("%d gradients counted, %d taken, want 1000", on.Gradients, m.gradients)
	}
	if first.Gradients >= on.Gradients {
		t.Errorf("stopping at the first success took %d gradients, going on %d", first.Gradients, on.Gradients)
	}
	if !slices.Equal(first.Success, on.Success) {
		t.Error("going on changed which images succeed")
	}
	stronger := 0
	for i := range labels {
		best := slices.Max(on.Loss[i][1:])
		l := first.Loss[i]
		if first.Success[i] && l[len(l)-1] > best+1e-9 {
			t.Errorf("image %d: going on lost the better iterate", i)
		}
		if best > l[len(l)-1] {
			stronger++
		}
	}
	if stronger < 25 {
		t.Errorf("continuing increased the loss of %d of 50 images", stronger)
	}
}

func TestProgress(t *testing.T) {
	m := newMLP(shape, 16, 5, 0.5)
	x, labels := m.images(4, 0, 1)
	a := find(t, "pgd")
	p := a.Default(Linf)
	p.Continue = true
	next := 0
	res, err := a.Run(ctx, m, x, labels, p, func(s Step) {
		if s.Step != next || s.Steps != 10 || len(s.X) != len(x) || len(s.Logits) != 20 || len(s.Loss) != 4 {
			t.Errorf("step %d reports %d of %d with %d, %d, %d numbers", next, s.Step, s.Steps,
				len(s.X), len(s.Logits), len(s.Loss))
		}
		z := make([]float32, 20)
		m.Logits(z, s.X)
		if !slices.Equal(z, s.Logits) {
			t.Errorf("step %d: the logits are not those of the iterate", s.Step)
		}
		next++
	})
	if err != nil || next != 11 {
		t.Fatalf("%d reports, want 11 (error %v)", next, err)
	}
	if len(res.Loss[0]) != 11 {
		t.Errorf("%d losses, want 11", len(res.Loss[0]))
	}
}

func TestCancel(t *testing.T) {
	m := newMLP(shape, 16, 5, 0.5)
	x, labels := m.images(8, 0, 1)
	a := find(t, "pgd")
	p := a.Default(Linf)
	p.Steps, p.Continue, p.Eps = 50, true, 0.02
	stop, cancel := context.WithCancel(ctx)
	res, err := a.Run(stop, m, x, labels, p, func(s Step) {
		if s.Step == 3 {
			cancel()
		}
	})
	if !errors.Is(err, context.Canceled) || res == nil {
		t.Fatalf("result %v, error %v", res, err)
	}
	if len(res.Loss[0]) != 4 || res.Gradients != 4*8 {
		t.Errorf("canceled at step 3: %d losses, %d gradients", len(res.Loss[0]), res.Gradients)
	}
	for i := range labels {
		if res.Linf[i] == 0 {
			t.Errorf("image %d: the best so far was not kept", i)
		}
	}
	res, err = a.Run(stop, m, x, labels, p, nil)
	if !errors.Is(err, context.Canceled) || res == nil || !slices.Equal(res.Adv, x) {
		t.Errorf("canceled before it began: error %v", err)
	}
}

func TestModelNotFinite(t *testing.T) {
	nan := float32(math.NaN())
	for name, poison := range map[string]func(call int, logits, grad []float32){
		"clean logits": func(call int, logits, grad []float32) { logits[7] = nan },
		"later logits": func(call int, logits, grad []float32) {
			if call == 3 {
				logits[7] = float32(math.Inf(1))
			}
		},
		"gradient": func(call int, logits, grad []float32) {
			if grad != nil {
				grad[50] = nan
			}
		},
	} {
		m := newMLP(shape, 16, 5, 0.5)
		x, labels := m.images(3, 0, 1)
		m.poison = poison
		a := find(t, "pgd")
		p := a.Default(Linf)
		p.Continue = true
		_, err := a.Run(ctx, m, x, labels, p, nil)
		if !errors.Is(err, ErrModel) || !strings.Contains(err.Error(), "image 1") {
			t.Errorf("%s: error %v", name, err)
		}
	}
}

// A network that is very sure of itself still has a gradient to follow.
func TestSureNetwork(t *testing.T) {
	m := newMLP(shape, 0, 3, 1)
	for i := range m.a {
		m.a[i] *= 3000 // margins in the thousands: softmax is exactly 0 and 1
	}
	x, labels := m.images(20, 0.3, 0.7)
	a := find(t, "fgsm")
	p := a.Default(Linf)
	p.Eps = 0.3
	res := mustRun(t, a, m, x, labels, p)
	for i, ok := range res.Success {
		if !ok {
			t.Errorf("image %d survives", i)
		}
	}
}

// The loop itself allocates before its first step only.
func TestNoAllocationPerStep(t *testing.T) {
	allocations(t)
	m := &constant{shape: shape, classes: 5}
	x, labels := make([]float32, 2*48), []int{0, 0}
	a := find(t, "pgd")
	count := func(steps int) float64 {
		p := a.Default(L2)
		p.Steps = steps
		return testing.AllocsPerRun(5, func() {
			if _, err := a.Run(ctx, m, x, labels, p, func(Step) {}); err != nil {
				t.Fatal(err)
			}
		})
	}
	if few, many := count(2), count(50); many > few {
		t.Errorf("%v allocations in 2 steps, %v in 50", few, many)
	}
}
