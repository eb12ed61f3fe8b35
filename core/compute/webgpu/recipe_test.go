package webgpu

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"math"
	"slices"
	"testing"

	"steady/core/attack"
	"steady/core/compute"
	"steady/core/compute/cpu"
	"steady/core/dataset"
	"steady/core/engine"
	"steady/core/loss"
	"steady/core/nn"
	"steady/core/train"
)

// prepare is what the recipe "hook" does.
var prepare func(context.Context, *train.Batch) error

func init() {
	train.Register(&train.Recipe{
		Name: "hook",
		Config: train.Config{
			Recipe: "hook", Epochs: 2, Batch: 4, Schedule: train.Cosine, LearningRate: .5, Momentum: .9, WeightDecay: 1e-3,
			LabelSmoothing: .1,
		},
		Prepare: func(ctx context.Context, b *train.Batch) error { return prepare(ctx, b) },
	})
}

// hooked is a run with a recipe on a backend.
func hooked(t *testing.T, b compute.Backend, n *nn.Network, fallback func(error) compute.Backend) *train.Trainer {
	t.Helper()
	c, err := train.Parse("hook")
	if err != nil {
		t.Fatal(err)
	}
	train.Initialize(n, 1)
	e, err := engine.New(b, n, engine.Config{Batch: c.Batch, Train: true, Fallback: fallback})
	if err != nil {
		t.Fatal(err)
	}
	set := &dataset.Set{C: n.Image[0], H: n.Image[1], W: n.Image[2]}
	for i := range 12 {
		set.Labels = append(set.Labels, i%e.Classes())
		for p := range set.Size() {
			set.Pix = append(set.Pix, uint8((37*i+11*p)%251))
		}
	}
	tr, err := train.NewOn(e, set, c)
	if err != nil {
		t.Fatal(err)
	}
	return tr
}

// tensors are those of a run's checkpoint. What stands before them names the time that epochs took, besides.
func tensors(t *testing.T, tr *train.Trainer) []byte {
	t.Helper()
	var file bytes.Buffer
	if err := tr.Checkpoint(&file); err != nil {
		t.Fatal(err)
	}
	_, rest, _ := bytes.Cut(file.Bytes(), []byte("\n"))
	header := binary.LittleEndian.Uint32(rest)
	return rest[4+header : len(rest)-4] // the last are a checksum
}

// mixup mixes each image with the one before it, one to three.
func mixup(_ context.Context, b *train.Batch) error {
	n, size := len(b.Labels), len(b.X)/len(b.Labels)
	x := slices.Clone(b.X)
	b.Targets = make([]float32, n*b.Classes)
	for i := range n {
		j := (i + n - 1) % n
		for k := range size {
			b.X[i*size+k] = .75*x[i*size+k] + .25*x[j*size+k]
		}
		b.Targets[i*b.Classes+b.Labels[i]] += .75
		b.Targets[i*b.Classes+b.Labels[j]] += .25
	}
	return nil
}

// A recipe with soft targets trains on a GPU as on the processor, by one submission for each step.
func TestSoftTargetsTraining(t *testing.T) {
	gpu := backend(t)
	prepare = mixup
	var networks [2]*nn.Network
	for i, b := range []compute.Backend{gpu, cpu.New(1)} {
		networks[i] = withoutConvolutions()
		tr := hooked(t, b, networks[i], nil)
		for range 2 {
			before := gpu.Counts().Runs
			if err := tr.RunEpoch(t.Context(), nil); err != nil {
				t.Fatal(err)
			}
			if runs := gpu.Counts().Runs - before; i == 0 && runs != 3 {
				t.Errorf("%d submissions in an epoch of 3 steps", runs)
			}
		}
		if err := tr.Store(); err != nil {
			t.Fatal(err)
		}
	}
	for i, p := range networks[1].Params() {
		got := networks[0].Params()[i].Data
		if place, off := differ(got, p.Data); off > 1e-5 {
			t.Errorf("after two epochs %s[%d] is %g, on the CPU %g", p.Name, place, got[place], p.Data[place])
		}
	}
}

// What a recipe asks is answered with the parameters that the GPU has at that step, and changes nothing.
func TestRecipeAsks(t *testing.T) {
	gpu := backend(t)
	var files [2][]byte
	for i, asks := range []bool{false, true} {
		n := small()
		steps := 0
		var tr *train.Trainer
		prepare = func(_ context.Context, b *train.Batch) error {
			if !asks {
				return nil
			}
			steps++
			if err := tr.Store(); err != nil {
				return err
			}
			for _, s := range []engine.Statistics{engine.RunningStatistics, engine.BatchStatistics} {
				m, err := b.Network(s)
				if err != nil {
					return err
				}
				if e := m.(*engine.Engine); e.Backend() != compute.Backend(gpu) {
					t.Errorf("it is the %s that answers", e.Backend().Name())
				}
				truth, err := engine.New(cpu.New(1), n, engine.Config{Batch: 4, Statistics: s})
				if err != nil {
					return err
				}
				for what, f := range map[string]func(m attack.Model, dst []float32) error{
					"logits":   func(m attack.Model, dst []float32) error { return m.Logits(dst[:4*b.Classes], b.X) },
					"gradient": func(m attack.Model, dst []float32) error { return m.Gradient(dst, nil, b.X, b.CrossEntropy()) },
				} {
					total := *b.Total
					got, want := make([]float32, len(b.X)), make([]float32, len(b.X))
					if err := errors.Join(f(m, got), f(truth, want)); err != nil {
						return err
					}
					*b.Total = total
					if place, off := differ(got, want); off > 2e-5 {
						t.Errorf("step %d, statistics %d, %s: element %d is %g, on the CPU %g (%.2g of the largest)",
							steps, s, what, place, got[place], want[place], off)
					}
				}
			}
			return nil
		}
		tr = hooked(t, gpu, n, nil)
		for range 2 {
			if err := tr.RunEpoch(t.Context(), nil); err != nil {
				t.Fatal(err)
			}
		}
		files[i] = tensors(t, tr)
		if asks && steps != 6 {
			t.Errorf("asked in %d steps, want 6", steps)
		}
	}
	if !bytes.Equal(files[0], files[1]) {
		t.Error("asking changes the run")
	}
}

// An attack in a recipe takes its steps on the GPU, which then goes on training; and where the GPU is lost in the midst of
// it, the epoch is the processor's.
func TestRecipeAttacks(t *testing.T) {
	gpu := backend(t)
	pgd, err := attack.Lookup("pgd")
	if err != nil {
		t.Fatal(err)
	}
	p := pgd.Default(attack.Linf)
	p.Steps, p.Eps = 2, .1
	prepare = func(ctx context.Context, b *train.Batch) error {
		m, err := b.Network(engine.RunningStatistics)
		if err != nil {
			return err
		}
		p.Seed = b.Seed()
		r, err := pgd.Run(ctx, m, b.X, b.Labels, p, nil)
		if err != nil {
			return err
		}
		copy(b.X, r.Adv)
		return nil
	}
	run := func(b compute.Backend, fallback func(error) compute.Backend) []byte {
		tr := hooked(t, b, withoutConvolutions(), fallback)
		if err := tr.RunEpoch(t.Context(), nil); err != nil {
			t.Fatal(err)
		}
		return tensors(t, tr)
	}
	if !bytes.Equal(run(gpu, nil), run(gpu, nil)) {
		t.Error("one Config makes two runs")
	}
	want := run(cpu.New(1), nil)
	for at := 1; ; at += 2 {
		lossy, _ := losing(t, at)
		lost := false
		got := run(lossy, func(error) compute.Backend {
			lost = true
			return cpu.New(1)
		})
		if !lost {
			if at < 6 {
				t.Errorf("an epoch has %d submissions, want more", at-1)
			}
			break
		}
		if !bytes.Equal(got, want) {
			t.Errorf("lost at submission %d: it is not the processor's epoch", at)
		}
	}
}

// An input gradient in a recipe is computed in the memory of the training engine: no parameter leaves the GPU for it, and it
// is, to the bit, that of an engine that the parameters were copied to. Where the GPU is lost in the midst of it, the epoch
// is the processor's.
func TestRecipeGradients(t *testing.T) {
	gpu := backend(t)
	step := func(b *train.Batch) ([]float32, error) {
		x := slices.Clone(b.X)
		g, err := b.InputGradient(x, engine.BatchStatistics, loss.CrossEntropy(b.Labels, b.Classes))
		for i, v := range g {
			b.X[i] += float32(math.Copysign(.05, float64(v)))
		}
		return g, err
	}
	run := func(b compute.Backend, fallback func(error) compute.Backend) []byte {
		tr := hooked(t, b, small(), fallback)
		for range 2 {
			if err := tr.RunEpoch(t.Context(), nil); err != nil {
				t.Fatal(err)
			}
		}
		return tensors(t, tr)
	}
	prepare = func(_ context.Context, b *train.Batch) error {
		_, err := step(b)
		return err
	}
	want := run(gpu, nil)

	n := small()
	var tr *train.Trainer
	prepare = func(_ context.Context, b *train.Batch) error {
		x := slices.Clone(b.X)
		if _, err := b.Network(engine.BatchStatistics); err != nil { // prepares it
			return err
		}
		before := gpu.Counts()
		got, err := step(b)
		if err != nil {
			return err
		}
		after, answer := gpu.Counts(), 4*len(b.Labels)*b.Classes
		up, down := after.BytesWritten-before.BytesWritten, after.BytesRead-before.BytesRead
		if up != 4*len(x)+answer || down != 4*len(x)+answer || after.Runs-before.Runs != 2 {
			t.Errorf("step %d: %d bytes go up and %d down, want %d each: images, and an answer; %d submissions, want 2",
				b.Step, up, down, 4*len(x)+answer, after.Runs-before.Runs)
		}
		if err := tr.Store(); err != nil {
			return err
		}
		copying, err := engine.New(gpu, n, engine.Config{Batch: len(b.Labels), Statistics: engine.BatchStatistics})
		if err != nil {
			return err
		}
		other := make([]float32, len(x))
		if err := copying.Gradient(other, nil, x, loss.CrossEntropy(b.Labels, b.Classes)); err != nil {
			return err
		}
		if !slices.Equal(got, other) || slices.Max(got) == 0 {
			t.Errorf("step %d: the gradient is not that of an engine of its own", b.Step)
		}
		return nil
	}
	tr = hooked(t, gpu, n, nil)
	for range 2 {
		if err := tr.RunEpoch(t.Context(), nil); err != nil {
			t.Fatal(err)
		}
	}
	if !bytes.Equal(tensors(t, tr), want) {
		t.Error("engines beside it change the run")
	}

	prepare = func(_ context.Context, b *train.Batch) error {
		_, err := step(b)
		return err
	}
	want = run(cpu.New(1), nil)
	for _, at := range []int{1, 2, 3, 4, 8} {
		lossy, _ := losing(t, at)
		lost := 0
		got := run(lossy, func(error) compute.Backend {
			lost++
			return cpu.New(1)
		})
		if lost != 1 || !bytes.Equal(got, want) {
			t.Errorf("lost at submission %d, reported %d times: want the processor's run, and one report", at, lost)
		}
	}
}
