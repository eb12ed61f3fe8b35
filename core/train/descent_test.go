package train

import (
	"bytes"
	"context"
	"errors"
	"slices"
	"testing"

	"steady/core/compute"
	"steady/core/compute/cpu"
	"steady/core/engine"
	"steady/core/net"
)

// descending is the processor as a backend that takes the steps of training by itself, and may fail at one of its runs
// or reads.
type descending struct {
	compute.Backend
	steps int // of single parameters
	left  int
	err   error
}

// descend is a kernel of it.
type descend func(images int)

func (d *descending) Descend(s compute.DescentShape, value, velocity, gradient, rate compute.Buffer) compute.Kernel {
	read := func(b compute.Buffer) []float32 {
		x := make([]float32, b.Len())
		d.Backend.Read(x, b, 0)
		return x
	}
	return descend(func(images int) {
		d.steps++
		p := engine.Param{Shape: []int{1, s.Size}, Value: read(value), Grad: read(gradient)}
		sgd := sgd{params: []engine.Param{p}, velocity: [][]float32{read(velocity)}, momentum: s.Momentum, decay: s.Decay}
		sgd.step(float64(read(rate)[0]), images)
		d.Write(value, 0, p.Value)
		d.Write(velocity, 0, sgd.velocity[0])
	})
}

var errGone = errors.New("gone")

// working counts down to the failure.
func (d *descending) working() bool {
	if d.left--; d.left == 0 {
		d.err = errGone
	}
	return d.err == nil
}

func (d *descending) Run(images int, kernels []compute.Kernel) {
	if !d.working() {
		return
	}
	for _, k := range kernels {
		if step, ok := k.(descend); ok {
			step(images)
		} else {
			d.Backend.Run(images, []compute.Kernel{k})
		}
	}
}

func (d *descending) Read(dst []float32, src compute.Buffer, offset int) {
	if d.working() {
		d.Backend.Read(dst, src, offset)
	}
}

func (d *descending) ReadAll(dst [][]float32, src []compute.Buffer) {
	for i := range dst {
		d.Read(dst[i], src[i], 0)
	}
}

func (d *descending) Err() error { return d.err }

// descentConfig is without an average, which is followed here.
func descentConfig(epochs int) Config {
	c := config(epochs)
	c.Averaging = 0
	return c
}

func onBackend(t *testing.T, b compute.Backend, n *net.Network, c Config, fallback func(error) compute.Backend) *Trainer {
	t.Helper()
	Initialise(n, c.Seed)
	e, err := engine.New(b, n, engine.Config{Batch: c.Batch, Train: true, Fallback: fallback})
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
func TestDescent(t *testing.T) {
	for _, averaging := range []float64{0, .95} {
		c := descentConfig(2)
		c.Averaging = averaging
		var stored [2][][]float32
		var runs [2][]uint32
		b := &descending{Backend: cpu.New(1)}
		for i, b := range []compute.Backend{cpu.New(1), b} {
			n := tiny(4)
			tr := onBackend(t, b, n, c, nil)
			for !tr.Done() {
				err := tr.RunEpoch(t.Context(), func(p Progress) {
					if p.Epoch == 2 && p.Step == 2 {
						if err := tr.Store(); err != nil {
							t.Fatal(err)
						}
						for _, p := range n.Params() {
							stored[i] = append(stored[i], slices.Clone(p.Data))
						}
					}
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
		for i, want := range stored[0] {
			if !slices.Equal(want, stored[1][i]) {
				t.Errorf("averaging %g: parameter %d was stored with other values in the midst of an epoch", averaging, i)
			}
		}
		if want := averaging == 0; (b.steps > 0) != want {
			t.Errorf("averaging %g: the backend took %d steps", averaging, b.steps)
		}
	}
}

// A backend that fails at any moment costs the epoch under way, and changes nothing.
func TestDescentFails(t *testing.T) {
	c := descentConfig(2)
	straight := onBackend(t, cpu.New(1), tiny(4), c, nil)
	epochs(t, straight, 2)
	want := bits(straight)
	failures := 0
	for left := 1; ; left++ {
		b := &descending{Backend: cpu.New(1), left: left}
		tr := onBackend(t, b, tiny(4), c, func(error) compute.Backend { return cpu.New(1) })
		steps := 0
		for !tr.Done() {
			if err := tr.RunEpoch(t.Context(), func(p Progress) {
				if steps++; p.Step > 4 || p.Loss <= 0 || p.Loss > 3 {
					t.Errorf("failing at %d: %+v", left, p)
				}
			}); err != nil {
				t.Fatal(err)
			}
		}
		if !slices.Equal(bits(tr), want) {
			t.Fatalf("failing at %d: another run", left)
		}
		if b.err == nil {
			if steps != 8 {
				t.Errorf("%d steps without a failure, want 8", steps)
			}
			break
		}
		failures++
	}
	if failures < 40 {
		t.Errorf("there were %d moments to fail at, want more", failures)
	}
	b := &descending{Backend: cpu.New(1), left: 5}
	tr := onBackend(t, b, tiny(4), c, nil)
	if err := tr.RunEpoch(t.Context(), nil); !errors.Is(err, errGone) {
		t.Errorf("failing with no other backend: %v", err)
	}
}

// After an epoch that was broken off, what is stored is what was restored.
func TestRestoreAfterDescent(t *testing.T) {
	n := tiny(4)
	tr := onBackend(t, &descending{Backend: cpu.New(1)}, n, descentConfig(2), nil)
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
	if err := tr.RunEpoch(ctx, func(p Progress) { cancel() }); !errors.Is(err, context.Canceled) {
		t.Fatalf("an epoch that was cancelled: %v", err)
	}
	if err := tr.Restore(&saved); err != nil {
		t.Fatal(err)
	}
	if err := tr.Store(); err != nil {
		t.Fatal(err)
	}
	for i, p := range n.Params() {
		if !slices.Equal(p.Data, want.Params()[i].Data) {
			t.Errorf("%s is that of the epoch that was broken off", p.Name)
		}
	}
}
