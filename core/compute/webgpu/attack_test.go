package webgpu

import (
	"context"
	"errors"
	"math"
	"reflect"
	"testing"

	"steady/core/attack"
	"steady/core/compute"
	"steady/core/compute/cpu"
	"steady/core/engine"
	"steady/core/loss"
	"steady/core/net"
)

// evaluation makes an engine for images of a network.
func evaluation(t *testing.T, b compute.Backend, n *net.Network, batch int, fallback func(error) compute.Backend) *engine.Engine {
	t.Helper()
	e, err := engine.New(b, n, engine.Config{Batch: batch, Fallback: fallback})
	if err != nil {
		t.Fatal(err)
	}
	return e
}

// climbs are attacks whose steps a card takes by itself.
var climbs = []struct {
	name   string
	norm   attack.Norm
	change attack.Params
}{
	{"fgsm", attack.Linf, attack.Params{Eps: 0.02}},
	{"fgsm", attack.L2, attack.Params{Eps: 0.3}},
	{"bim", attack.L2, attack.Params{Eps: 0.3}},
	{"pgd", attack.Linf, attack.Params{Eps: 0.05, Restarts: 2}},
	{"pgd", attack.L2, attack.Params{Eps: 0.3, Continue: true}},
	{"pgd", attack.Linf, attack.Params{Eps: 0.05, Target: attack.Target{Choice: attack.Next}, Continue: true}},
	{"mi-fgsm", attack.L2, attack.Params{Eps: 0.3, Target: attack.Target{Choice: attack.LeastLikely}}},
	{"mi-fgsm", attack.Linf, attack.Params{Eps: 0.05, Queries: 7}},
}

func walkParams(t *testing.T, k int) (*attack.Attack, attack.Params) {
	a, err := attack.Lookup(climbs[k].name)
	if err != nil {
		t.Fatal(err)
	}
	p, c := a.Default(climbs[k].norm), climbs[k].change
	p.Eps, p.Restarts, p.Target, p.Continue, p.Queries = c.Eps, c.Restarts, c.Target, c.Continue, c.Queries
	return a, p
}

// answers gives the classes that a network names.
func answers(t *testing.T, e *engine.Engine, x []float32) (labels []int) {
	t.Helper()
	z := make([]float32, len(x)/e.InputShape().Size()*e.Classes())
	if err := e.Logits(z, x); err != nil {
		t.Fatal(err)
	}
	for ; len(z) > 0; z = z[e.Classes():] {
		labels = append(labels, loss.ArgMax(z[:e.Classes()]))
	}
	return labels
}

// TestWalks compares whole attacks on the card with those on the processor: what it costs to take an image, where it
// went, and what comes out.
func TestWalks(t *testing.T) {
	gpu := backend(t)
	n := small()
	const images = 7
	x := pictures(images, n.Image)
	processor := evaluation(t, cpu.New(1), n, 4, nil)
	labels := answers(t, processor, x)
	card := evaluation(t, gpu, n, 4, nil)
	reads, gradients := 0, 0
	for k := range climbs {
		a, p := walkParams(t, k)
		want, err := a.Run(context.Background(), processor, x, labels, p, nil)
		if err != nil {
			t.Fatal(err)
		}
		before := gpu.Counts()
		got, err := a.Run(context.Background(), card, x, labels, p, nil)
		if err != nil {
			t.Fatal(err)
		}
		after := gpu.Counts()
		reads, gradients = reads+after.Reads-before.Reads, gradients+want.Gradients
		sameResult(t, climbs[k].name, got, want)
	}
	if reads > gradients/4 {
		t.Errorf("%d reads for %d gradients: steps were not taken on the card", reads, gradients)
	}
}

// sameResult compares results, but for rounding.
func sameResult(t *testing.T, what string, got, want *attack.Result) {
	t.Helper()
	if place, off := differ(got.Adv, want.Adv); off > 1e-5 {
		t.Errorf("%s: element %d of the images is %g, on the CPU %g", what, place, got.Adv[place], want.Adv[place])
	}
	for i := range want.Loss {
		if len(got.Loss[i]) != len(want.Loss[i]) {
			t.Errorf("%s: image %d went through %d iterates, on the CPU %d", what, i, len(got.Loss[i]), len(want.Loss[i]))
			continue
		}
		for k, v := range want.Loss[i] {
			if d := math.Abs(got.Loss[i][k] - v); !(d <= 1e-4) {
				t.Errorf("%s: image %d, iterate %d: loss %g, on the CPU %g", what, i, k, got.Loss[i][k], v)
			}
			if d := math.Abs(float64(got.Confidence[i][k] - want.Confidence[i][k])); !(d <= 1e-4) {
				t.Errorf("%s: image %d, iterate %d: confidence %g, on the CPU %g", what, i, k, got.Confidence[i][k], want.Confidence[i][k])
			}
		}
	}
	for _, r := range []*attack.Result{got, want} {
		r.Adv, r.Loss, r.Confidence, r.L1, r.L2, r.Linf, r.L0 = nil, nil, nil, nil, nil, nil, nil
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("%s:\n%+v, on the CPU\n%+v", what, got, want)
	}
}

// TestLostWalk loses the device at each moment of an attack, and wants the CPU to go on to the same result.
func TestLostWalk(t *testing.T) {
	backend(t)
	n := withoutConvolutions()
	x := pictures(3, n.Image)
	labels := answers(t, evaluation(t, cpu.New(1), n, 3, nil), x)
	a, p := walkParams(t, 4)
	run := func(b compute.Backend, fallback func(error) compute.Backend) *attack.Result {
		r, err := a.Run(context.Background(), evaluation(t, b, n, 2, fallback), x, labels, p, nil)
		if err != nil {
			t.Fatal(err)
		}
		return r
	}
	for _, after := range []int{1, 3, 6} {
		gpu, _ := losing(t, after)
		var why error
		got := run(gpu, func(err error) compute.Backend {
			why = err
			return cpu.New(1)
		})
		if lost := new(LostError); !errors.As(why, &lost) {
			t.Errorf("lost at submission %d: %v, want a LostError", after, why)
		}
		sameResult(t, "after a lost device", got, run(cpu.New(1), nil))
	}
}
