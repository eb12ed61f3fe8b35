package engine

import (
	"errors"
	"testing"
	"time"

	"steady/core/compute"
	"steady/core/compute/cpu"
	"steady/core/net"
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
			return portions{cpu.New(1), 2} // fewer at a time than those that failed
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

func TestSpeed(t *testing.T) {
	b := build(net.Shape{2, 1, 2}, norm(2))
	for _, train := range []bool{false, true} {
		e, err := New(cpu.New(1), &b.Network, Config{Batch: 2, Train: train})
		if err != nil {
			t.Fatal(err)
		}
		if s := e.Speed(time.Millisecond); s <= 0 {
			t.Errorf("a speed of %g images a second", s)
		}
		if s := b.Layers[0].Op.(*net.BatchNorm).Mean.Data; train {
			for _, p := range e.Params() {
				if p.Grad == nil && p.Name == b.Layers[0].Op.(*net.BatchNorm).Mean.Name && p.Value[0] != s[0] {
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
