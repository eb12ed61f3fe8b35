package webgpu

import (
	"bytes"
	"errors"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"steady/core/compute"
	"steady/core/compute/cpu"
	"steady/core/dataset"
	"steady/core/engine"
	"steady/core/loss"
	"steady/core/nn"
	"steady/core/train"
)

// TestSGDStep compares two steps with their formula.
func TestSGDStep(t *testing.T) {
	gpu := backend(t)
	for _, s := range []compute.SGDShape{
		{Size: 1, Momentum: .9, RateFactor: 1}, {Size: 1000, Momentum: .9, Decay: .01, RateFactor: 1}, {Size: 7, RateFactor: 1.5},
	} {
		r := newRig(gpu, 1)
		value, velocity, gradient, rate := r.fixed(s.Size), r.fixed(s.Size), r.fixed(s.Size), r.holding([]float32{.25})
		var want, speed []float64
		sums := contents(r, 2)
		for i, v := range contents(r, 0) {
			w, u := float64(v), float64(contents(r, 1)[i])
			for range 2 {
				g := float64(sums[i])/3 + float64(s.Decay)*w
				u = float64(s.Momentum)*u + g
				w -= .25 * float64(s.RateFactor) * (g + float64(s.Momentum)*u)
			}
			want, speed = append(want, w), append(speed, u)
		}
		step := gpu.SGDStep(s, value, velocity, gradient, rate)
		gpu.Run(3, []compute.Kernel{step, step})
		if err := gpu.Err(); err != nil {
			t.Fatal(err)
		}
		got, moved := contents(r, 0), contents(r, 1)
		for i := range want {
			if math.Abs(float64(got[i])-want[i]) > 3e-6 || math.Abs(float64(moved[i])-speed[i]) > 3e-6 {
				t.Fatalf("%+v: element %d is %g with velocity %g, want %g and %g", s, i, got[i], moved[i], want[i], speed[i])
			}
		}
	}
}

// lessons are images for withoutConvolutions that differ by their brightest channel.
func lessons() *dataset.Set {
	s := &dataset.Set{Name: "lessons", C: 6, H: 4, W: 4, Classes: []string{"0", "1", "2", "3", "4", "5"}}
	for i := range 12 {
		s.Labels = append(s.Labels, i%6)
		for p := range s.Size() {
			s.Pix = append(s.Pix, uint8(37*i+11*p)%100)
			if p/16 == i%6 {
				s.Pix[len(s.Pix)-1] += 100
			}
		}
	}
	return s
}

// TestSGD takes the same steps with labels, with soft targets that are these labels, with a loss as a function, and on
// the processor; and loses the GPU at each submission of the last, after which the parameters are what they were.
func TestSGD(t *testing.T) {
	backend(t)
	n := withoutConvolutions()
	labels := []int{3, 1, 4, 1, 5, 2}
	x := randomImages(len(labels), n.Image)
	const steps, rate, smoothing = 3, .5, .1
	prepared := func(b compute.Backend, fallback func(error) compute.Backend) *engine.Engine {
		e, err := engine.New(b, n, engine.Config{Batch: len(labels), Train: true, Fallback: fallback})
		if err != nil {
			t.Fatal(err)
		}
		return e
	}
	function := func(total *loss.Total) loss.Func { return loss.Smoothed(labels, 6, smoothing, total) }
	ways := map[string]func(e *engine.Engine) ([]loss.Total, error){
		"labels": func(e *engine.Engine) (all []loss.Total, err error) {
			for range steps {
				totals, err := e.StepLabels(x, labels, rate)
				if err != nil {
					return nil, err
				}
				all = append(all, totals...)
			}
			totals, err := e.DrainTotals()
			return append(all, totals...), err
		},
		"targets": func(e *engine.Engine) (all []loss.Total, err error) {
			targets := make([]float32, len(labels)*6)
			for i, label := range labels {
				targets[i*6+label] = 1
			}
			for range steps {
				totals, err := e.StepTargets(x, targets, rate)
				if err != nil {
					return nil, err
				}
				all = append(all, totals...)
			}
			totals, err := e.DrainTotals()
			return append(all, totals...), err
		},
		"function": func(e *engine.Engine) (all []loss.Total, err error) {
			for range steps {
				total := loss.Total{}
				if err := e.StepLoss(x, function(&total), rate); err != nil {
					return nil, err
				}
				all = append(all, total)
			}
			return all, nil
		},
	}
	descend := func(e *engine.Engine, way func(e *engine.Engine) ([]loss.Total, error)) ([]loss.Total, error) {
		totals, err := way(e)
		if err != nil {
			return nil, err
		}
		return totals, e.EndSGD()
	}

	straight := prepared(cpu.New(1), nil)
	var want []loss.Total
	velocities := map[string][]float32{}
	for range steps {
		total := loss.Total{}
		if err := straight.TrainStep(x, function(&total)); err != nil {
			t.Fatal(err)
		}
		want = append(want, total)
		for _, p := range straight.Params() {
			if velocities[p.Name] == nil {
				velocities[p.Name] = make([]float32, len(p.Grad))
			}
			for i, v := range velocities[p.Name] {
				g := p.Grad[i] / float32(len(labels))
				v = .9*v + g
				p.Value[i] -= rate * (g + .9*v)
				velocities[p.Name][i] = v
			}
		}
	}
	for name, way := range ways {
		e := prepared(backend(t), nil)
		beginSGD(t, e)
		got, err := descend(e, way)
		if err != nil || len(got) != steps {
			t.Fatalf("%s: %d totals, %v", name, len(got), err)
		}
		for i, w := range want {
			if g := got[i]; g.Images != w.Images || g.Correct != w.Correct || math.Abs(g.Loss-w.Loss) > 1e-5*w.Loss {
				t.Errorf("%s, step %d: %+v, on the CPU %+v", name, i+1, g, w)
			}
		}
		for i, p := range straight.Params() {
			if place, off := differ(e.Params()[i].Value, p.Value); off > 1e-5 {
				t.Errorf("%s: %s[%d] is %g, on the CPU %g", name, p.Name, place, e.Params()[i].Value[place], p.Value[place])
			}
		}
	}
	for at := 1; at <= 2*steps; at++ {
		gpu, device := losing(t, 0)
		e := prepared(gpu, func(error) compute.Backend { return cpu.New(1) })
		beginSGD(t, e)
		device.left = at
		if _, err := descend(e, ways["function"]); !errors.Is(err, engine.ErrRestartEpoch) || e.Backend() == compute.Backend(gpu) {
			t.Fatalf("lost at submission %d: %v, and it goes on on the %s", at, err, e.Backend().Name())
		}
		for i, p := range n.Params() {
			if !slices.Equal(e.Params()[i].Value, p.Data) {
				t.Errorf("lost at submission %d: %s has changed", at, p.Name)
			}
		}
	}
}

// TestTraining trains on a GPU as on the processor, and loses the GPU at each moment of the second epoch: that epoch
// is then the processor's, to the bit, as if it had gone on from the checkpoint of the first. Where memory is out, all is
// the processor's.
func TestTraining(t *testing.T) {
	backend(t)
	c := train.Config{
		Recipe: "standard", Epochs: 2, Batch: 4, Schedule: train.Cosine, LearningRate: .5, Momentum: .9, WeightDecay: 1e-3,
		LabelSmoothing: .1,
	}
	networks := map[*train.Trainer]*nn.Network{}
	engines := map[*train.Trainer]*engine.Engine{}
	run := func(b compute.Backend, fallback func(error) compute.Backend) *train.Trainer {
		n := withoutConvolutions()
		train.Initialize(n, 1)
		e, err := engine.New(b, n, engine.Config{Batch: c.Batch, Train: true, Fallback: fallback})
		if err != nil {
			t.Fatal(err)
		}
		tr, err := train.NewOn(e, lessons(), c)
		if err != nil {
			t.Fatal(err)
		}
		networks[tr], engines[tr] = n, e
		return tr
	}
	told := map[*train.Trainer][]train.Progress{}
	epoch := func(tr *train.Trainer) []byte {
		if err := tr.RunEpoch(t.Context(), func(p train.Progress) { told[tr] = append(told[tr], p) }); err != nil {
			t.Fatal(err)
		}
		return tensors(t, tr)
	}
	whole, straight := run(backend(t), nil), run(cpu.New(1), nil)
	first := epoch(whole)
	var checkpoint bytes.Buffer
	if err := whole.Checkpoint(&checkpoint); err != nil {
		t.Fatal(err)
	}
	epoch(whole)
	epoch(straight)
	all := epoch(straight)
	for i, want := range told[straight] {
		got := told[whole][i]
		if got.Step != want.Step || got.Accuracy != want.Accuracy || math.Abs(got.Loss-want.Loss) > 1e-5*want.Loss {
			t.Errorf("progress %+v, on the CPU %+v", got, want)
		}
	}
	for _, tr := range []*train.Trainer{whole, straight} {
		if err := tr.Store(); err != nil {
			t.Fatal(err)
		}
	}
	for i, p := range networks[straight].Params() {
		got := networks[whole].Params()[i].Data
		if place, off := differ(got, p.Data); off > 1e-5 {
			t.Errorf("after two epochs %s[%d] is %g, on the CPU %g", p.Name, place, got[place], p.Data[place])
		}
	}
	rest := run(cpu.New(1), nil)
	if err := rest.Restore(&checkpoint); err != nil {
		t.Fatal(err)
	}
	want := epoch(rest)
	for _, c := range []struct{ submission, read int }{
		{1, 0}, {2, 0}, {3, 0}, {4, 0}, // a submission a step, and three steps an epoch
		{0, 1}, {0, 2}, {0, 4}, // the totals, and then parameters and velocities one by one
	} {
		gpu, device := losing(t, 0)
		var why error
		tr := run(gpu, func(err error) compute.Backend {
			why = err
			return cpu.New(1)
		})
		if !bytes.Equal(epoch(tr), first) {
			t.Fatal("the same epoch on the same GPU is another one")
		}
		device.left, device.reads = c.submission, c.read
		got := epoch(tr)
		if lost := new(LostError); errors.As(why, &lost) != (c.submission <= 3) {
			t.Errorf("lost at %+v: %v", c, why)
		}
		if why != nil && !bytes.Equal(got, want) {
			t.Errorf("lost at %+v: the epoch that the processor did again is another one", c)
		}
	}
	for left := 20; ; left += 8 { // the network's own buffers are starved by TestStarved
		gpu, err := New(&starved{backend(t).Device(), left})
		if err != nil {
			t.Fatal(err)
		}
		failed := false
		tr := run(gpu, func(error) compute.Backend {
			failed = true
			return cpu.New(1)
		})
		epoch(tr)
		got := epoch(tr)
		if !failed {
			if left < 50 {
				t.Errorf("memory was enough for %d buffers", left)
			}
			break
		}
		if !bytes.Equal(got, all) {
			t.Errorf("memory out at buffer %d: it was not all done on the processor", left)
		}
	}
	broken := run(backend(t), nil)
	engines[broken].Params()[0].Value[0] = float32(math.NaN())
	err := broken.RunEpoch(t.Context(), nil)
	if err == nil || !strings.Contains(err.Error(), "train: epoch 1, step 1: the loss is not a number") {
		t.Errorf("a network of NaN: %v", err)
	}
}

// BenchmarkSGD is what is left for the processor to do in a training step of 128 images of 3×32×32, on a GPU that
// takes no time at all: the loss of labels, and the same loss as a function of the logits.
func BenchmarkSGD(b *testing.B) {
	const images = 128
	e := onHollow(b, engine.Config{Batch: images, Train: true})
	beginSGD(b, e)
	x, labels := randomImages(images, e.InputShape()), make([]int, images)
	b.Run("labels", func(b *testing.B) {
		for range b.N {
			if _, err := e.StepLabels(x, labels, .1); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("function", func(b *testing.B) {
		for range b.N {
			total := loss.Total{}
			if err := e.StepLoss(x, loss.Smoothed(labels, 10, .1, &total), .1); err != nil {
				b.Fatal(err)
			}
		}
	})
}

// BenchmarkTraining is the same of a whole epoch, with the images that the processor makes for each step.
func BenchmarkTraining(b *testing.B) {
	recipe, err := train.LookupRecipe("standard")
	if err != nil {
		b.Fatal(err)
	}
	c := recipe.Config
	c.Epochs = b.N
	set := &dataset.Set{C: 3, H: 32, W: 32, Pix: make([]uint8, 32*c.Batch*3*32*32), Labels: make([]int, 32*c.Batch)}
	tr, err := train.NewOn(onHollow(b, engine.Config{Batch: c.Batch, Train: true}), set, c)
	if err != nil {
		b.Fatal(err)
	}
	for b.ResetTimer(); !tr.Done(); {
		if err := tr.RunEpoch(b.Context(), nil); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(32*b.N), "ns/step")
}

// beginSGD begins a descent without decay.
func beginSGD(t testing.TB, e *engine.Engine) {
	t.Helper()
	d := engine.SGD{Momentum: .9, Smoothing: .1}
	for _, p := range e.Params() {
		d.Decay, d.Velocity = append(d.Decay, 0), append(d.Velocity, make([]float32, len(p.Grad)))
	}
	if ok, err := e.BeginSGD(d); !ok || err != nil {
		t.Fatal("no descent: ", err)
	}
}

// TestSpeed tries how fast the GPU trains: by steps without waits, which leave no trace.
func TestSpeed(t *testing.T) {
	gpu := backend(t)
	e, err := engine.New(gpu, withoutConvolutions(), engine.Config{Batch: 4, Train: true})
	if err != nil {
		t.Fatal(err)
	}
	var before [][]float32
	for _, p := range e.Params() {
		before = append(before, slices.Clone(p.Value))
	}
	waits := gpu.Counts().Reads
	if speed := e.StepSpeed(time.Millisecond); speed <= 0 {
		t.Errorf("a speed of %g images a second", speed)
	}
	if gpu.Counts().Reads == waits {
		t.Error("the trial has not waited for the GPU")
	}
	for i, p := range e.Params() {
		if !slices.Equal(p.Value, before[i]) {
			t.Errorf("the trial moved %s", p.Name)
		}
	}
	if _, err := e.DrainTotals(); !errors.Is(err, engine.ErrMode) {
		t.Errorf("after the trial: %v, want ErrMode: its descent is over", err)
	}
}
