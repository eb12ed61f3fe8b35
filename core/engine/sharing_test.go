package engine

import (
	"errors"
	"fmt"
	"math"
	"runtime"
	"slices"
	"testing"

	"steady/core/arch"
	"steady/core/compute"
	"steady/core/compute/cpu"
	"steady/core/loss"
	"steady/core/nn"
)

// sharing returns the evaluator that computes in a training engine's memory.
func sharing(t *testing.T, e *Engine) *Engine {
	t.Helper()
	v, err := e.Evaluator(BatchStatistics)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// answers returns the logits of images twice, alone and with the gradient, and the gradient.
func answers(t *testing.T, e *Engine, x []float32, f loss.Func) (all []float32) {
	t.Helper()
	n := len(x) / e.InputShape().Size() * e.Classes()
	alone, logits, grad := make([]float32, n), make([]float32, n), make([]float32, len(x))
	if err := errors.Join(e.Logits(alone, x), e.Gradient(grad, logits, x, f)); err != nil {
		t.Fatal(err)
	}
	return slices.Concat(alone, logits, grad)
}

// An evaluator in the memory of a training engine answers what an engine of its own does that the parameters are copied
// to, to the bit: for any network, whatever of it is frozen, whatever number of images, step after step.
func TestSharedMemory(t *testing.T) {
	for name, n := range networks() {
		if len(n.Params()) == 0 {
			continue
		}
		for frozen := range 3 {
			n := n.Clone()
			if all := n.Params(); frozen > 0 {
				if len(all) <= 2 {
					continue
				}
				of := all[:2] // the first layer
				if frozen == 2 {
					of = all[len(all)-1:]
				}
				for _, p := range of {
					p.Frozen = true
				}
			}
			t.Run(fmt.Sprint(name, " frozen ", frozen), func(t *testing.T) {
				e := moved(t, n)
				for round := range 3 {
					stored := n.Clone()
					if err := e.store(stored, false); err != nil {
						t.Fatal(err)
					}
					copying, err := New(backend(t, 1+round), stored, Config{Batch: testImages, Statistics: BatchStatistics})
					if err != nil {
						t.Fatal(err)
					}
					v := sharing(t, e)
					for _, images := range []int{testImages, 1, testImages - 1} {
						x := random(images*n.Image.Size(), uint64(round))
						f := weighted(random(images*e.Classes(), 2), e.Classes())
						if got, want := answers(t, v, x, f), answers(t, copying, x, f); !slices.Equal(got, want) {
							t.Fatalf("round %d, %d images: the answers are not those of an engine with copies", round, images)
						}
					}
					advance(t, e, uint64(10*round))
				}
			})
		}
	}
}

// What an evaluator computes in the memory of a training engine, be it not a number, leaves no trace in the next steps.
func TestSharedMemoryLeavesNoTrace(t *testing.T) {
	for name, n := range networks() {
		if len(n.Params()) == 0 {
			continue
		}
		x := random(testImages*n.Image.Size(), 3)
		for i := range x {
			x[i] = float32(math.Inf(1))
		}
		var runs [2][]float32
		for i := range runs {
			e := moved(t, n)
			for step := range 3 {
				if i == 1 {
					answers(t, sharing(t, e), x, func(_ int, _, dlogits []float32) {
						for k := range dlogits {
							dlogits[k] = float32(math.NaN())
						}
					})
				}
				advance(t, e, uint64(step))
			}
			runs[i] = contents(e)
		}
		if !slices.Equal(runs[0], runs[1]) {
			t.Errorf("%s: asking changes the steps", name)
		}
	}
}

// The memory of an evaluator is the training engine's but for a few numbers; with a limit below that it is refused.
func TestSharedMemoryIsCounted(t *testing.T) {
	n, err := arch.All()[0].Build(nn.Shape{3, 32, 32}, 10)
	if err != nil {
		t.Fatal(err)
	}
	const batch = 16
	before := live()
	e, err := New(cpu.New(1), n, Config{Batch: batch, Train: true})
	if err != nil {
		t.Fatal(err)
	}
	training := e.Bytes()
	x := make([]float32, batch*n.Image.Size())
	answers(t, sharing(t, e), x, func(int, []float32, []float32) {})
	if more := e.Bytes()/training - 1; more <= 0 || more > .01 {
		t.Errorf("an evaluator takes %.2g of the training engine's memory, want a hundredth at most", more)
	}
	near(t, "both", e.Bytes(), live()-before-4*float64(len(x)))
	runtime.KeepAlive(e)
	if e, err = New(cpu.New(1), n, Config{Batch: batch, Train: true, MaxBytes: int64(training)}); err != nil {
		t.Fatal(err)
	}
	if _, err := e.Evaluator(BatchStatistics); !errors.Is(err, ErrMemory) {
		t.Errorf("no room for an evaluator: %v, want ErrMemory", err)
	}
	if err := e.TrainStep(x, func(int, []float32, []float32) {}); err != nil {
		t.Errorf("a step after that: %v", err)
	}
}

// When the backend fails while an evaluator computes, the training engine goes to another one, with the parameters that it
// has; the failure is reported once, the loss asked once, and answers and steps stay the same.
func TestSharedMemoryFails(t *testing.T) {
	n := residual(6)
	x := random(testImages*n.Image.Size(), 1)
	run := func(b *fragile) (all []float32) {
		failures, losses := 0, 0
		e, err := New(b, n, Config{Batch: testImages, Train: true, Fallback: func(error) compute.Backend {
			failures++
			return cpu.New(1)
		}})
		if err != nil {
			t.Fatal(err)
		}
		for step := range 3 {
			v, f := sharing(t, e), weighted(random(testImages*5, 2), 5)
			all = append(all, answers(t, v, x, func(first int, logits, dlogits []float32) {
				losses++
				f(first, logits, dlogits)
			})...)
			if v.Backend() != e.Backend() {
				t.Error("evaluator and training engine are on two backends")
			}
			advance(t, e, uint64(step))
			all = append(all, contents(e)...)
		}
		if losses != 3 || b.err != nil && failures != 1 {
			t.Errorf("%d failures are reported, and the loss is asked %d times, want 1 and 3", failures, losses)
		}
		return all
	}
	want := run(&fragile{Backend: cpu.New(1)})
	for left := 1; ; left++ {
		b := &fragile{Backend: cpu.New(1), left: left}
		same(t, fmt.Sprint("failing at ", left), want, run(b))
		if b.err == nil {
			if left < 20 {
				t.Errorf("there are %d moments to fail at, want more", left-1)
			}
			break
		}
	}
}
