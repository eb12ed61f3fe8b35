package train

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"steady/core/compute"
	"steady/core/compute/cpu"
	"steady/core/engine"
	"steady/core/loss"
	"steady/core/nn"
)

// stepping is the processor as a backend that takes the steps of training by itself, and may fail at one of its runs
// or reads.
type stepping struct {
	compute.Backend
	steps int // of single parameters
	left  int
	err   error
}

func (d *stepping) Measuring() compute.Measuring {
	m := d.Backend.Measuring()
	return steppingMeter{&stepping{Backend: m}, m}
}

// steppingMeter is a stepping on a backend that counts.
type steppingMeter struct {
	*stepping
	m compute.Measuring
}

func (s steppingMeter) Count(bytes float64) { s.m.Count(bytes) }
func (s steppingMeter) Bytes() float64      { return s.m.Bytes() }

// own is a kernel of it.
type own func(images int)

func (d *stepping) content(b compute.Buffer) []float32 {
	x := make([]float32, b.Len())
	d.Backend.Read(x, b, 0)
	return x
}

func (d *stepping) CrossEntropy(s compute.CrossEntropyShape, dlogits, value, logits, labels compute.Buffer) compute.Kernel {
	return own(func(images int) {
		z, dz, y := d.content(logits), d.content(dlogits), d.content(labels)
		for i := range images {
			total := loss.Total{}
			first, end := i*s.Classes, (i+1)*s.Classes
			loss.Smoothed([]int{int(y[i])}, s.Classes, s.Smoothing, &total)(0, z[first:end], dz[first:end])
			d.Write(value, 2*i, []float32{float32(total.Loss), float32(total.Correct)})
		}
		d.Write(dlogits, 0, dz)
	})
}

func (d *stepping) SoftCrossEntropy(s compute.CrossEntropyShape, dlogits, value, logits, targets compute.Buffer) compute.Kernel {
	return own(func(images int) {
		z, dz, y := d.content(logits), d.content(dlogits), d.content(targets)
		for i := range images {
			total := loss.Total{}
			first, end := i*s.Classes, (i+1)*s.Classes
			loss.SoftCrossEntropy(y[first:end], s.Classes, s.Smoothing, &total)(0, z[first:end], dz[first:end])
			d.Write(value, 2*i, []float32{float32(total.Loss), float32(total.Correct)})
		}
		d.Write(dlogits, 0, dz)
	})
}

func (d *stepping) SGDStep(s compute.SGDShape, value, velocity, gradient, rate compute.Buffer) compute.Kernel {
	return own(func(images int) {
		d.steps++
		p := engine.Param{Shape: []int{1, s.Size}, Value: d.content(value), Grad: d.content(gradient)}
		sgd := sgd{params: []engine.Param{p}, velocity: [][]float32{d.content(velocity)}, momentum: s.Momentum, decay: s.Decay}
		sgd.step(float64(d.content(rate)[0]), images)
		d.Write(value, 0, p.Value)
		d.Write(velocity, 0, sgd.velocity[0])
	})
}

var errGone = errors.New("gone")

// working counts down to the failure.
func (d *stepping) working() bool {
	if d.left--; d.left == 0 {
		d.err = errGone
	}
	return d.err == nil
}

func (d *stepping) Run(images int, kernels []compute.Kernel) {
	if !d.working() {
		return
	}
	for _, k := range kernels {
		if step, ok := k.(own); ok {
			step(images)
		} else {
			d.Backend.Run(images, []compute.Kernel{k})
		}
	}
}

func (d *stepping) Read(dst []float32, src compute.Buffer, offset int) {
	if d.working() {
		d.Backend.Read(dst, src, offset)
	}
}

func (d *stepping) ReadAll(dst [][]float32, src []compute.Buffer) {
	for i := range dst {
		d.Read(dst[i], src[i], 0)
	}
}

func (d *stepping) Err() error { return d.err }

// smallConfig is without an average, which is followed here.
func smallConfig(epochs int) Config {
	c := config(epochs)
	c.EMADecay = 0
	return c
}

func onBackend(t *testing.T, b compute.Backend, n *nn.Network, c Config, fallback func(error) compute.Backend) *Trainer {
	t.Helper()
	Initialize(n, c.Seed)
	e, err := engine.New(b, n, engine.Config{Batch: c.StepImages(), Train: true, Fallback: fallback})
	if err != nil {
		t.Fatal(err)
	}
	tr, err := NewOn(e, stripes(64, 4), c)
	if err != nil {
		t.Fatal(err)
	}
	return tr
}

// A run whose steps the backend takes is the same run, and what is stored in its midst is what there is then.
func TestStepper(t *testing.T) {
	for _, averaging := range []float64{0, .95} {
		c := smallConfig(2)
		c.EMADecay = averaging
		var stored [2][]*nn.Network // after each step that was told
		var runs [2][]uint32
		var taken []int // steps of the backend by then
		b := &stepping{Backend: cpu.New(1)}
		for i, on := range []compute.Backend{cpu.New(1), b} {
			n := tiny(4)
			tr := onBackend(t, on, n, c, nil)
			for !tr.Done() {
				err := tr.RunEpoch(t.Context(), func(p Progress) {
					if err := tr.Store(); err != nil {
						t.Fatal(err)
					}
					stored[i] = append(stored[i], n.Clone())
					taken = append(taken, b.steps/5) // 5 parameters are not running statistics
				})
				if err != nil {
					t.Fatal(err)
				}
			}
			runs[i] = bits(tr)
		}
		if !slices.Equal(runs[0], runs[1]) {
			t.Errorf("averaging %g: another run where the backend takes the steps", averaging)
		}
		for told, n := range stored[1] {
			at := told
			if averaging == 0 {
				at = taken[8+told] - 1
			}
			for k, p := range n.Params() {
				if !slices.Equal(p.Data, stored[0][at].Params()[k].Data) {
					t.Errorf("averaging %g: %s was stored with other values when step %d was told", averaging, p.Name, told+1)
				}
			}
		}
		if want := averaging == 0; (b.steps == 5*8) != want {
			t.Errorf("averaging %g: the backend took %d steps", averaging, b.steps)
		}
	}
}

// Clipping and lookahead take the steps here, also where the backend could: it is the same run.
func TestStepsHere(t *testing.T) {
	for _, change := range []func(*Config){
		func(c *Config) { c.EMADecay, c.Clip = 0, .5 },
		func(c *Config) { c.EMADecay, c.Lookahead, c.LookaheadAlpha = 0, 3, .5 },
	} {
		c := smallConfig(2)
		change(&c)
		b := &stepping{Backend: cpu.New(1)}
		here, able := onBackend(t, cpu.New(1), tiny(4), c, nil), onBackend(t, b, tiny(4), c, nil)
		epochs(t, here, 2)
		epochs(t, able, 2)
		if b.steps != 0 || !slices.Equal(bits(here), bits(able)) {
			t.Errorf("%+v: the backend took %d steps, or another run", c, b.steps)
		}
	}
}

// What passed is told of each step in order, whichever losses a recipe has made; and of which step a loss is no number.
func TestStepperProgress(t *testing.T) {
	c := smallConfig(2)
	doubled := func(b *Batch) {
		whole := b.CrossEntropy()
		b.Loss = func(first int, logits, dlogits []float32) {
			whole(first, logits, dlogits)
			for i := range dlogits {
				dlogits[i] *= 2
			}
		}
	}
	for name, prepare := range map[string]func(context.Context, *Batch) error{
		"standard": nil,
		"its own loss": func(_ context.Context, b *Batch) error {
			doubled(b)
			return nil
		},
		"at times its own loss": func(_ context.Context, b *Batch) error {
			if b.Step%5 == 3 {
				doubled(b)
			}
			return nil
		},
		"other labels": func(_ context.Context, b *Batch) error {
			b.Labels = slices.Repeat([]int{1}, len(b.Labels))
			return nil
		},
		"broken": func(_ context.Context, b *Batch) error {
			if b.Epoch == 1 && b.Step == 9 {
				b.X[7] = float32(math.NaN())
			}
			return nil
		},
	} {
		t.Run(name, func(t *testing.T) {
			var told [2][]Progress
			var ends [2]string
			var runs [2][]uint32
			for i, b := range []compute.Backend{cpu.New(1), &stepping{Backend: cpu.New(1)}} {
				n := tiny(4)
				Initialize(n, c.Seed)
				tr, err := New(b, n, stripes(30*c.Batch, 4), c)
				if err != nil {
					t.Fatal(err)
				}
				tr.prepare = prepare
				for !tr.Done() && err == nil {
					err = tr.RunEpoch(t.Context(), func(p Progress) { told[i] = append(told[i], p) })
				}
				ends[i], runs[i] = fmt.Sprint(err), bits(tr)
			}
			if steps := map[bool]int{false: 60, true: 39}[name == "broken"]; len(told[0]) != steps || len(told[1]) != steps {
				t.Fatalf("%d and %d steps were told, want %d", len(told[0]), len(told[1]), steps)
			}
			for k, want := range told[0] {
				got := told[1][k]
				if math.Abs(got.Loss-want.Loss) > 1e-6*want.Loss || got.Accuracy != want.Accuracy || got.Step != want.Step ||
					got.Epoch != want.Epoch || got.LearningRate != want.LearningRate || got.Rate <= 0 || got.Left < 0 {
					t.Errorf("%+v, want %+v", got, want)
				}
			}
			if ends[0] != ends[1] || (name == "broken") != strings.Contains(ends[0], "epoch 2, step 10: the loss is not a number") {
				t.Errorf("the backend's run ends with %q, the processor's with %q", ends[1], ends[0])
			}
			if name != "broken" && !slices.Equal(runs[0], runs[1]) {
				t.Error("another run where the backend takes the steps")
			}
		})
	}
}

// Totals come a step each, and before there are more than the backend is to be left to itself for.
func TestTotals(t *testing.T) {
	n := tiny(4)
	Initialize(n, 1)
	e, err := engine.New(&stepping{Backend: cpu.New(1)}, n, engine.Config{Batch: 4, Train: true})
	if err != nil {
		t.Fatal(err)
	}
	x := make([]float32, 4*3*8*8)
	labels := []int{0, 1, 2, 3}
	if _, err := e.StepLabels(x, labels, .1); !errors.Is(err, engine.ErrMode) {
		t.Errorf("a step before SGD was begun: %v", err)
	}
	if _, err := e.DrainTotals(); !errors.Is(err, engine.ErrMode) {
		t.Errorf("totals before SGD was begun: %v", err)
	}
	d := newSGD(e.Params(), &Config{Momentum: .9}).forEngine(.1)
	begin := func() {
		t.Helper()
		if ok, err := e.BeginSGD(d); !ok || err != nil {
			t.Fatal("no SGD: ", err)
		}
	}
	begin()
	for name, wrong := range map[string][]int{
		"few labels": labels[:3], "many labels": {0, 1, 2, 3, 0}, "a large label": {0, 1, 2, 4}, "a negative label": {-1, 1, 2, 3},
	} {
		if _, err := e.StepLabels(x, wrong, .1); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
	steps, told, most := 0, 0, 0
	take := func(totals []loss.Total, err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		for _, total := range totals {
			if told++; total.Images != 1+(told-1)%4 || !(total.Loss > 0) || total.Correct > total.Images {
				t.Errorf("step %d: %+v", told, total)
			}
		}
		most = max(most, steps-told)
	}
	for steps < 99 {
		m := 1 + steps%4
		steps++
		take(e.StepLabels(x[:m*3*8*8], labels[:m], .1))
	}
	take(e.DrainTotals())
	if told != steps || most > 15 {
		t.Errorf("%d of %d steps are told at the end, up to %d were not in between", told, steps, most)
	}
	take(e.DrainTotals())
	if told != steps {
		t.Error("totals are told twice")
	}
	begin() // as after an epoch that was aborted
	for range 2 {
		if _, err := e.StepLabels(x, labels, .1); err != nil {
			t.Fatal(err)
		}
	}
	e.AbortSGD()
	begin()
	if totals, err := e.DrainTotals(); len(totals) > 0 || err != nil {
		t.Errorf("what an aborted epoch left pending: %v, %v", totals, err)
	}
}

// A backend that fails at any moment costs the epoch under way, and changes nothing.
func TestStepperFails(t *testing.T) {
	c := smallConfig(2)
	straight := onBackend(t, cpu.New(1), tiny(4), c, nil)
	epochs(t, straight, 2)
	want := bits(straight)
	for name, prepare := range map[string]func(context.Context, *Batch) error{
		"standard": nil,
		"its own loss": func(_ context.Context, b *Batch) error {
			b.Loss = b.CrossEntropy()
			return nil
		},
	} {
		failures := 0
		for left := 1; ; left++ {
			b := &stepping{Backend: cpu.New(1), left: left}
			tr := onBackend(t, b, tiny(4), c, func(error) compute.Backend { return cpu.New(1) })
			tr.prepare = prepare
			steps := 0
			for !tr.Done() {
				if err := tr.RunEpoch(t.Context(), func(p Progress) {
					if steps++; p.Step > 4 || p.Loss <= 0 || p.Loss > 3 {
						t.Errorf("%s, failing at %d: %+v", name, left, p)
					}
				}); err != nil {
					t.Fatal(err)
				}
			}
			if !slices.Equal(bits(tr), want) {
				t.Fatalf("%s, failing at %d: another run", name, left)
			}
			if b.err == nil {
				if steps != 8 {
					t.Errorf("%s: %d steps without a failure, want 8", name, steps)
				}
				break
			}
			failures++
		}
		if failures < 40 {
			t.Errorf("%s: there were %d moments to fail at, want more", name, failures)
		}
	}
	b := &stepping{Backend: cpu.New(1), left: 5}
	tr := onBackend(t, b, tiny(4), c, nil)
	if err := tr.RunEpoch(t.Context(), nil); !errors.Is(err, errGone) {
		t.Errorf("failing with no other backend: %v", err)
	}
}

// After an epoch that was aborted, what is stored is what was restored.
func TestRestoreAfterSteps(t *testing.T) {
	n := tiny(4)
	tr := onBackend(t, &stepping{Backend: cpu.New(1)}, n, smallConfig(2), nil)
	epochs(t, tr, 1)
	var saved bytes.Buffer
	if err := tr.Checkpoint(&saved); err != nil {
		t.Fatal(err)
	}
	if err := tr.Store(); err != nil {
		t.Fatal(err)
	}
	want := n.Clone()
	ctx, cancel := context.WithCancel(t.Context())
	batches := 0
	tr.prepare = func(context.Context, *Batch) error {
		if batches++; batches == 2 {
			cancel()
		}
		return nil
	}
	if err := tr.RunEpoch(ctx, nil); !errors.Is(err, context.Canceled) || batches != 2 {
		t.Fatalf("an epoch that was canceled in its second step: %v after %d", err, batches)
	}
	if err := tr.Restore(&saved); err != nil {
		t.Fatal(err)
	}
	if err := tr.Store(); err != nil {
		t.Fatal(err)
	}
	for i, p := range n.Params() {
		if !slices.Equal(p.Data, want.Params()[i].Data) {
			t.Errorf("%s is that of the epoch that was aborted", p.Name)
		}
	}
}
