package engine

import (
	"errors"
	"math"
	"slices"
	"testing"

	"steady/core/compute"
	"steady/core/compute/cpu"
	"steady/core/nn"
)

// moved has a training engine take a step, after which it is not what it was made of.
func moved(t *testing.T, n *nn.Network) *Engine {
	t.Helper()
	e, err := New(backend(t, 2), n, Config{Batch: testImages, Train: true})
	if err != nil {
		t.Fatal(err)
	}
	advance(t, e, 5)
	return e
}

func advance(t *testing.T, e *Engine, seed uint64) {
	t.Helper()
	x := random(testImages*e.InputShape().Size(), seed)
	if err := e.TrainStep(x, weighted(random(testImages*e.Classes(), seed+1), e.Classes())); err != nil {
		t.Fatal(err)
	}
	for _, p := range e.Params() {
		for i, g := range p.Grad {
			p.Value[i] -= .01 * g
		}
	}
}

func contents(e *Engine) (all []float32) {
	for _, p := range e.Params() {
		all = append(all, p.Value...)
	}
	return all
}

// An evaluator with running statistics is an evaluation engine of what is stored, to the bit, step after step.
func TestEvaluator(t *testing.T) {
	for name, n := range networks() {
		if len(n.Params()) == 0 {
			continue
		}
		t.Run(name, func(t *testing.T) {
			e := moved(t, n)
			x := random(2*testImages*n.Image.Size(), 1)
			weights := random(2*testImages*e.Classes(), 2)
			for round := range 3 {
				v, err := e.Evaluator(RunningStatistics)
				if err != nil {
					t.Fatal(err)
				}
				stored := n.Clone()
				if err := e.store(stored, false); err != nil {
					t.Fatal(err)
				}
				fresh, err := New(backend(t, 2), stored, Config{Batch: testImages})
				if err != nil {
					t.Fatal(err)
				}
				before := contents(e)
				var got, want [3][]float32
				for i, on := range []*Engine{v, fresh} {
					out := [3][]float32{make([]float32, len(weights)), make([]float32, len(x)), make([]float32, len(weights))}
					if err := on.Logits(out[0], x); err != nil {
						t.Fatal(err)
					}
					if err := on.Gradient(out[1], out[2], x, weighted(weights, e.Classes())); err != nil {
						t.Fatal(err)
					}
					*[]*[3][]float32{&got, &want}[i] = out
				}
				for i := range got {
					if !slices.Equal(got[i], want[i]) {
						t.Fatalf("round %d: answer %d is not that of the network that is stored", round, i)
					}
				}
				if !slices.Equal(contents(e), before) {
					t.Fatalf("round %d: what is asked changes the network", round)
				}
				advance(t, e, uint64(10*round))
			}
		})
	}
}

// An evaluator with the statistics of the batch answers what a training step sees, to the bit, and its input gradient is
// that of the textbook, which goes through the statistics.
func TestBatchStatistics(t *testing.T) {
	for name, n := range networks() {
		if len(n.Params()) == 0 {
			continue
		}
		t.Run(name, func(t *testing.T) {
			e := moved(t, n)
			v, err := e.Evaluator(BatchStatistics)
			if err != nil {
				t.Fatal(err)
			}
			before := contents(e)
			x := random(testImages*n.Image.Size(), 1)
			weights := random(testImages*e.Classes(), 2)
			logits, again, grad := make([]float32, len(weights)), make([]float32, len(weights)), make([]float32, len(x))
			if err := v.Logits(logits, x); err != nil {
				t.Fatal(err)
			}
			if err := v.Gradient(grad, again, x, weighted(weights, e.Classes())); err != nil {
				t.Fatal(err)
			}
			if !slices.Equal(logits, again) {
				t.Error("logits with the gradient are not those alone")
			}
			if !slices.Equal(contents(e), before) {
				t.Error("what is asked moves the running statistics")
			}
			stored := n.Clone()
			if err := e.store(stored, false); err != nil {
				t.Fatal(err)
			}
			truth := reference{net: stored, values: map[*nn.Param][]float64{}, train: true}
			x64 := wide(x)
			for i, want := range truth.run(x64, testImages) {
				if math.Abs(float64(logits[i])-want) > 1e-4*max(1, math.Abs(want)) {
					t.Fatalf("logit %d = %g, want %g", i, logits[i], want)
				}
			}
			slopes(t, "gradient", grad, x64, func() float64 { return weightedSum(truth.run(x64, testImages), weights) })
			var seen []float32
			if err := e.TrainStep(x, func(_ int, z, _ []float32) { seen = slices.Clone(z) }); err != nil {
				t.Fatal(err)
			}
			if !slices.Equal(seen, logits) {
				t.Error("a training step sees other logits")
			}
		})
	}
}

func TestEvaluatorMisuse(t *testing.T) {
	n := residual(8)
	e, err := New(cpu.New(1), n, Config{Batch: 2})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := e.Evaluator(RunningStatistics); !errors.Is(err, ErrMode) {
		t.Errorf("the evaluator of an evaluation engine: %v, want ErrMode", err)
	}
	if e, err = New(cpu.New(1), n, Config{Batch: 2, Statistics: BatchStatistics}); err != nil {
		t.Fatal(err)
	}
	if err := e.Logits(make([]float32, 15), make([]float32, 3*n.Image.Size())); err == nil {
		t.Error("three images of which there may be two: no error")
	}
	if _, err := New(cpu.New(1), n, Config{Batch: 1 << 20, MaxBytes: 1 << 20, Statistics: BatchStatistics}); !errors.Is(err, ErrMemory) {
		t.Errorf("statistics of a million images in a megabyte: %v, want ErrMemory", err)
	}
}

// A backend that fails while it is asked costs nothing: another one answers. The failure is reported once, although both
// engines have lost it.
func TestEvaluatorFails(t *testing.T) {
	n := residual(6)
	x := random(testImages*n.Image.Size(), 1)
	answers := func(b *fragile) []float32 {
		failures := 0
		defer func() {
			if failures > 1 || b.err != nil && failures == 0 {
				t.Errorf("a backend that fails once is reported %d times", failures)
			}
		}()
		e, err := New(b, n, Config{Batch: testImages, Train: true, Fallback: func(error) compute.Backend {
			failures++
			return cpu.New(1)
		}})
		if err != nil {
			t.Fatal(err)
		}
		var all []float32
		for _, s := range []Statistics{RunningStatistics, BatchStatistics, RunningStatistics} {
			v, err := e.Evaluator(s)
			if err != nil {
				t.Fatal(err)
			}
			logits := make([]float32, testImages*5)
			if err := v.Logits(logits, x); err != nil {
				t.Fatal(err)
			}
			all = append(all, logits...)
			advance(t, e, 3)
		}
		return all
	}
	want := answers(&fragile{Backend: cpu.New(1)})
	for at := 1; at < 20; at++ {
		same(t, "after a failure", want, answers(&fragile{Backend: cpu.New(1), left: at}))
	}
}
