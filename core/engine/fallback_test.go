package engine

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"steady/core/compute"
	"steady/core/compute/cpu"
	"steady/core/nn"
)

// fragile is a backend that fails once, at one of its runs or reads.
type fragile struct {
	compute.Backend
	left int
	err  error
}

var errGone = errors.New("gone")

func (f *fragile) Run(images int, kernels []compute.Kernel) {
	if f.left--; f.left == 0 {
		f.err = errGone
	}
	if f.err == nil {
		f.Backend.Run(images, kernels)
	}
}

func (f *fragile) Read(dst []float32, src compute.Buffer, offset int) {
	if f.left--; f.left == 0 {
		f.err = errGone
	}
	if f.err == nil {
		f.Backend.Read(dst, src, offset)
	}
}

func (f *fragile) ReadAll(dst [][]float32, src []compute.Buffer) {
	for i, d := range dst {
		f.Read(d, src[i], 0)
	}
}

func (f *fragile) Err() error { return f.err }

// lacking is a backend without average pooling.
type lacking struct {
	compute.Backend
	err error
}

func (l *lacking) AveragePool(compute.PoolShape, compute.Buffer, compute.Buffer) compute.Kernel {
	l.err = &compute.UnsupportedError{Backend: "lacking", Op: "AveragePool"}
	return nil
}

func (l *lacking) Err() error { return l.err }

func TestFallback(t *testing.T) {
	n := residual(6)
	x := random(testImages*n.Image.Size(), 1)
	weights := random(testImages*5, 2)
	run := func(b compute.Backend, fallback func(error) compute.Backend) ([]float32, error) {
		e, err := New(b, n, Config{Batch: 3, Fallback: fallback})
		if err != nil {
			return nil, err
		}
		logits, grad := make([]float32, testImages*5), make([]float32, len(x))
		if err := e.Logits(logits, x); err != nil {
			return nil, err
		}
		if err := e.Gradient(grad, nil, x, weighted(weights, 5)); err != nil {
			return nil, err
		}
		trainer, err := New(b, n, Config{Batch: testImages, Train: true, Fallback: fallback})
		if err != nil {
			return nil, err
		}
		if err := trainer.TrainStep(x, weighted(weights, 5)); err != nil {
			return nil, err
		}
		all := append(logits, grad...)
		for _, p := range trainer.Params() {
			all = append(append(all, p.Value...), p.Grad...)
		}
		return all, nil
	}
	want, err := run(cpu.New(1), nil)
	if err != nil {
		t.Fatal(err)
	}
	for at := 1; at <= 40; at++ {
		if _, err := run(&fragile{Backend: cpu.New(1), left: at}, nil); !errors.Is(err, errGone) && at < 30 {
			t.Fatalf("failing at %d without a fallback: %v, want what failed", at, err)
		}
		got, err := run(&fragile{Backend: cpu.New(1), left: at}, func(error) compute.Backend {
			return microbatches{cpu.New(1), 2} // fewer at a time than those that failed
		})
		if err != nil {
			t.Fatal(err)
		}
		same(t, "after a failure", want, got)
	}
	_, err = run(&lacking{Backend: cpu.New(1)}, nil)
	if unsupported := new(compute.UnsupportedError); !errors.As(err, &unsupported) || unsupported.Op != "AveragePool" {
		t.Errorf("a backend that lacks a kernel: %v, want an UnsupportedError", err)
	}
	got, err := run(&lacking{Backend: cpu.New(1)}, func(error) compute.Backend { return cpu.New(1) })
	if err != nil {
		t.Fatal(err)
	}
	same(t, "after an unsupported kernel", want, got)
}

// narrow is a backend whose buffers have a limit, which a gradient's may be beyond where those of logits are not.
type narrow struct {
	compute.Backend
	limit int // elements
	err   error
}

func (n *narrow) NewBuffer(elements int) compute.Buffer {
	if elements > n.limit {
		n.err = fmt.Errorf("narrow: %w: %d elements", compute.ErrTooLarge, elements)
	}
	return n.Backend.NewBuffer(elements)
}

func (n *narrow) Err() (err error) {
	err, n.err = n.err, nil
	return err
}

// TestTooLarge has fewer images run together where buffers or memory are short, down to one and then on another backend,
// with the same results; but in training another backend, or an error.
func TestTooLarge(t *testing.T) {
	n := residual(6) // its largest value has 384 elements
	x := random(7*n.Image.Size(), 1)
	weights := random(7*5, 2)
	run := func(e *Engine) []float32 {
		t.Helper()
		logits, grad, again := make([]float32, 7*5), make([]float32, len(x)), make([]float32, 7*5)
		if err := e.Logits(logits, x); err != nil {
			t.Fatal(err)
		}
		asked := 0
		err := e.Gradient(grad, again, x, func(first int, logits, dlogits []float32) {
			if first != asked {
				t.Errorf("the loss is asked for image %d, want %d", first, asked)
			}
			asked += len(dlogits) / 5
			weighted(weights, 5)(first, logits, dlogits)
		})
		if err != nil || asked != 7 {
			t.Fatalf("the loss of %d images was asked, want 7: %v", asked, err)
		}
		return append(append(logits, grad...), again...)
	}
	whole, err := New(cpu.New(1), n, Config{Batch: 7})
	if err != nil {
		t.Fatal(err)
	}
	want := run(whole)
	// bytes is the memory for so many images together.
	bytes := func(images int) int64 {
		m, err := Measure(cpu.New(1), n, Config{Batch: images})
		if err != nil {
			t.Fatal(err)
		}
		return int64(m.Gradients)
	}
	for _, c := range []struct {
		limit int // elements of a buffer
		bytes int64
		batch int  // images together at the end
		other bool // on the other backend
	}{
		{7 * 384, 0, 7, false}, {7*384 - 1, 0, 3, false}, {3*384 - 1, 0, 1, false}, {383, 0, 7, true},
		{7 * 384, bytes(7), 7, false}, {7 * 384, bytes(7) - 1, 3, false}, {7 * 384, bytes(3) - 1, 1, false},
	} {
		failures := 0
		b := &narrow{Backend: cpu.New(1), limit: c.limit}
		e, err := New(b, n, Config{Batch: 7, MaxBytes: c.bytes, Fallback: func(error) compute.Backend {
			failures++
			return cpu.New(1)
		}})
		if err != nil {
			t.Fatalf("%+v: %v", c, err)
		}
		same(t, fmt.Sprintf("%+v", c), want, run(e))
		if other := e.Backend() != compute.Backend(b); e.batch != c.batch || other != c.other || other != (failures == 1) {
			t.Errorf("%+v: %d images together, on the other backend %t after %d failures", c, e.batch, other, failures)
		}
	}
	b := &narrow{Backend: cpu.New(1), limit: 7 * 384}
	e, err := New(b, n, Config{Batch: 7})
	if err != nil {
		t.Fatal(err)
	}
	b.limit = 3 * 384 // what the gradient needs is made only now
	same(t, "a gradient that needs more", want, run(e))
	if e.batch != 3 {
		t.Errorf("a gradient that needs more: %d images together, want 3", e.batch)
	}
	b = &narrow{Backend: cpu.New(1), limit: 383}
	if _, err := New(b, n, Config{Batch: 7}); !errors.Is(err, compute.ErrTooLarge) {
		t.Errorf("not even one image: %v, want ErrTooLarge", err)
	}
	b.limit = 7*384 - 1
	if _, err := New(b, n, Config{Batch: 7, Train: true}); !errors.Is(err, compute.ErrTooLarge) {
		t.Errorf("training: %v, want ErrTooLarge: fewer images would have other statistics", err)
	}
	trainer, err := New(b, n, Config{Batch: 7, Train: true, Fallback: func(error) compute.Backend { return cpu.New(1) }})
	if err != nil {
		t.Fatal(err)
	}
	if trainer.Backend() == compute.Backend(b) || trainer.batch != 7 {
		t.Errorf("training goes on with %d images on %v, want 7 on the other backend", trainer.batch, trainer.Backend())
	}
}

func TestSpeed(t *testing.T) {
	b := build(nn.Shape{2, 1, 2}, norm(2))
	for _, train := range []bool{false, true} {
		e, err := New(cpu.New(1), &b.Network, Config{Batch: 2, Train: train})
		if err != nil {
			t.Fatal(err)
		}
		speed := e.Speed
		if train {
			speed = e.StepSpeed
		}
		if s := speed(time.Millisecond); s <= 0 {
			t.Errorf("a speed of %g images a second", s)
		}
		if s := b.Layers[0].Op.(*nn.BatchNorm).Mean.Data; train {
			for _, p := range e.Params() {
				if p.Grad == nil && p.Name == b.Layers[0].Op.(*nn.BatchNorm).Mean.Name && p.Value[0] != s[0] {
					t.Errorf("the trial moved a running mean from %g to %g", s[0], p.Value[0])
				}
			}
		}
	}
	lost, err := New(&fragile{Backend: cpu.New(1), left: 3}, &b.Network, Config{Batch: 2})
	if err != nil {
		t.Fatal(err)
	}
	if s := lost.Speed(time.Millisecond); s != 0 {
		t.Errorf("a lost backend has a speed of %g", s)
	}
}
