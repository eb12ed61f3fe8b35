package webgpu

import (
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"reflect"
	"testing"

	"steady/core/attack"
	"steady/core/compute"
	"steady/core/compute/cpu"
	"steady/core/engine"
	"steady/core/loss"
	"steady/core/nn"
)

// evaluation makes an engine for images of a network.
func evaluation(t *testing.T, b compute.Backend, n *nn.Network, batch int, fallback func(error) compute.Backend) *engine.Engine {
	t.Helper()
	e, err := engine.New(b, n, engine.Config{Batch: batch, Fallback: fallback})
	if err != nil {
		t.Fatal(err)
	}
	return e
}

// stepAttacks are attacks whose steps a GPU takes by itself.
var stepAttacks = []struct {
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
	a, err := attack.Lookup(stepAttacks[k].name)
	if err != nil {
		t.Fatal(err)
	}
	p, c := a.Default(stepAttacks[k].norm), stepAttacks[k].change
	p.Eps, p.Restarts, p.Target, p.Continue, p.Queries = c.Eps, c.Restarts, c.Target, c.Continue, c.Queries
	return a, p
}

// answers returns the classes that a network names.
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

// TestWalks compares whole attacks on the GPU with those on the processor: what it costs to take an image, where it
// went, and what comes out.
func TestWalks(t *testing.T) {
	gpu := backend(t)
	n := small()
	const images = 7
	x := randomImages(images, n.Image)
	processor := evaluation(t, cpu.New(1), n, 4, nil)
	labels := answers(t, processor, x)
	onGPU := evaluation(t, gpu, n, 4, nil)
	reads, gradients := 0, 0
	for k := range stepAttacks {
		a, p := walkParams(t, k)
		want, err := a.Run(context.Background(), processor, x, labels, p, nil)
		if err != nil {
			t.Fatal(err)
		}
		before := gpu.Counts()
		got, err := a.Run(context.Background(), onGPU, x, labels, p, nil)
		if err != nil {
			t.Fatal(err)
		}
		after := gpu.Counts()
		reads, gradients = reads+after.Reads-before.Reads, gradients+want.Gradients
		sameResult(t, stepAttacks[k].name, got, want)
	}
	if reads > gradients/4 {
		t.Errorf("%d reads for %d gradients: steps were not taken on the GPU", reads, gradients)
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
	x := randomImages(3, n.Image)
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

// searches are attacks of Carlini and Wagner's, short enough to be quick on a software adapter.
var searches = map[string]attack.Params{
	"untargeted":        {},
	"targeted":          {Target: attack.Target{Choice: attack.Next}},
	"confident":         {Confidence: 0.3},
	"within a distance": {Eps: 0.16},
	"on a budget":       {Queries: 30},
}

func searchParams(t *testing.T, name string) (*attack.Attack, attack.Params) {
	a, err := attack.Lookup("cw")
	if err != nil {
		t.Fatal(err)
	}
	p, c := a.Default(attack.L2), searches[name]
	p.Steps, p.SearchSteps, p.Weight = 60, 3, 1
	p.Target, p.Confidence, p.Eps, p.Queries = c.Target, c.Confidence, c.Eps, c.Queries
	return a, p
}

// straight is a network whose every logit depends on every element: where one does not count, Adam takes whole steps
// along what is left of its slope, which is rounding.
func straight() *nn.Network {
	image, classes := nn.Shape{50}, 4
	r := rand.New(rand.NewPCG(3, 4))
	w := make([]float32, classes*image.Size())
	for i := range w {
		w[i] = float32(r.NormFloat64())
	}
	return &nn.Network{
		Name: "straight", Image: image, Output: 1,
		Layers: []nn.Layer{{Name: "linear", In: []nn.Value{0}, Op: &nn.Linear{
			Weight: &nn.Param{Name: "w", Shape: []int{classes, image.Size()}, Data: w},
		}}},
	}
}

// TestSearches compares whole attacks on the GPU, in float32, with those on the processor, in float64.
func TestSearches(t *testing.T) {
	gpu := backend(t)
	n := straight()
	const images = 7
	x := randomImages(images, n.Image)
	processor := evaluation(t, cpu.New(1), n, images, nil)
	labels := answers(t, processor, x)
	onGPU := evaluation(t, gpu, n, images, nil)
	for name := range searches {
		a, p := searchParams(t, name)
		want, err := a.Run(context.Background(), processor, x, labels, p, nil)
		if err != nil {
			t.Fatal(err)
		}
		before := gpu.Counts()
		got, err := a.Run(context.Background(), onGPU, x, labels, p, nil)
		if err != nil {
			t.Fatal(err)
		}
		steps := 0
		for _, c := range want.Cost {
			steps = max(steps, c.Gradients)
		}
		if reads := gpu.Counts().Reads - before.Reads; reads > steps*3/2 { // by itself, each would have two
			t.Errorf("%s: %d reads for %d steps: they were not taken on the GPU", name, reads, steps)
		}
		sameSearch(t, name, got, want)
	}
}

// sameSearch wants images found at distances that differ by a ten-thousandth at the most, for the same number of gradients.
func sameSearch(t *testing.T, what string, got, want *attack.Result) {
	t.Helper()
	found, off := 0, 0.0
	for i, d := range want.L2 {
		if got.Success[i] != want.Success[i] || got.Predicted[i] != want.Predicted[i] {
			t.Errorf("%s: image %d became %d, success %v; on the CPU %d, %v",
				what, i, got.Predicted[i], got.Success[i], want.Predicted[i], want.Success[i])
		}
		if got.Cost[i] != want.Cost[i] {
			t.Errorf("%s: image %d took %+v, on the CPU %+v", what, i, got.Cost[i], want.Cost[i])
		}
		if want.Success[i] {
			found, off = found+1, max(off, math.Abs(got.L2[i]-d)/d)
		}
	}
	if !(off <= 1e-4) {
		t.Errorf("%s: distances %v, on the CPU %v", what, got.L2, want.L2)
	}
	t.Logf("%s: %d of %d images found, %d gradients; distances differ by %.2g", what, found, len(want.L2), want.Gradients, off)
}

// TestLostSearch loses the device at each submission of an attack, and wants the CPU to go on with what is left of it.
func TestLostSearch(t *testing.T) {
	backend(t)
	n := straight()
	x := randomImages(2, n.Image)
	labels := answers(t, evaluation(t, cpu.New(1), n, 2, nil), x)
	a, p := searchParams(t, "untargeted")
	p.Steps, p.SearchSteps, p.StepSize = 4, 2, 0.1
	run := func(b compute.Backend, fallback func(error) compute.Backend) *attack.Result {
		r, err := a.Run(context.Background(), evaluation(t, b, n, 2, fallback), x, labels, p, nil)
		if err != nil {
			t.Fatal(err)
		}
		return r
	}
	want := run(cpu.New(1), nil)
	for after := 1; ; after++ {
		gpu, _ := losing(t, after)
		var why error
		got := run(gpu, func(err error) compute.Backend {
			why = err
			return cpu.New(1)
		})
		sameSearch(t, fmt.Sprintf("lost at submission %d", after), got, want)
		if lost := new(LostError); why == nil && after > 5 { // that was the whole attack
			break
		} else if !errors.As(why, &lost) {
			t.Fatalf("lost at submission %d: %v, want a LostError", after, why)
		}
	}
}

// TestNarrowSearch has memory for the gradients of a batch, but not for its steps, and wants fewer images at a time.
func TestNarrowSearch(t *testing.T) {
	gpu := backend(t)
	n := straight()
	const images = 6
	x := randomImages(images, n.Image)
	processor := evaluation(t, cpu.New(1), n, images, nil)
	labels := answers(t, processor, x)
	a, p := searchParams(t, "untargeted")
	p.Steps, p.SearchSteps = 20, 1
	want, err := a.Run(context.Background(), processor, x, labels, p, nil)
	if err != nil {
		t.Fatal(err)
	}
	half := evaluation(t, gpu, n, images/2, nil)
	if _, err := a.Run(context.Background(), half, x, labels, p, nil); err != nil {
		t.Fatal(err)
	}
	e, err := engine.New(gpu, n, engine.Config{Batch: images, MaxBytes: int64(half.Bytes())})
	if err != nil {
		t.Fatal(err)
	}
	before := gpu.Counts()
	got, err := a.Run(context.Background(), e, x, labels, p, nil)
	if err != nil {
		t.Fatal(err)
	}
	sameSearch(t, "with little memory", got, want)
	runs, reads, gradients := gpu.Counts().Runs-before.Runs, gpu.Counts().Reads-before.Reads, 0
	for _, c := range want.Cost {
		gradients = max(gradients, c.Gradients)
	}
	if reads >= 2*gradients { // as many as step by itself has, if all images run together
		t.Errorf("%d reads for %d steps: they were not taken on the GPU", reads, gradients)
	}
	before = gpu.Counts()
	if _, err := a.Run(context.Background(), evaluation(t, gpu, n, images, nil), x, labels, p, nil); err != nil {
		t.Fatal(err)
	}
	if whole := gpu.Counts().Runs - before.Runs; runs <= whole {
		t.Errorf("%d submissions with little memory, %d with enough: want more, of fewer images", runs, whole)
	}
}
