package train

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"

	"steady/core/attack"
	"steady/core/compute"
	"steady/core/compute/cpu"
	"steady/core/engine"
	"steady/core/loss"
)

var bothStatistics = []engine.Statistics{engine.RunningStatistics, engine.BatchStatistics}

// adversarial is the preparation of a recipe that trains on what an attack makes of the images.
func adversarial(name string, s engine.Statistics) func(context.Context, *Batch) error {
	return func(ctx context.Context, b *Batch) error {
		a, err := attack.Lookup(name)
		if err != nil {
			return err
		}
		m, err := b.Network(s)
		if err != nil {
			return err
		}
		p := a.Default(attack.Linf)
		p.Eps, p.Seed = 4./255, b.Seed()
		if name == "pgd" {
			p.Steps = 3
		}
		r, err := a.RunFor(ctx, m, b.X, attack.Unsatisfiable{Criterion: attack.Untargeted{Labels: b.Labels}}, p, nil)
		if err != nil {
			return fmt.Errorf("crafting: %w", err)
		}
		copy(b.X, r.Adv)
		return nil
	}
}

// What a recipe asks is answered with the parameters of the step, wherever steps are taken, and changes nothing.
func TestNetwork(t *testing.T) {
	c := smallConfig(2)
	for name, backend := range map[string]func() compute.Backend{
		"here":           func() compute.Backend { return cpu.New(2) },
		"on the backend": func() compute.Backend { return &stepping{Backend: cpu.New(2)} },
	} {
		var runs [][]uint32
		for _, asks := range []bool{false, true} {
			n := tiny(4)
			tr := onBackend(t, backend(), n, c, nil)
			steps := 0
			tr.prepare = func(_ context.Context, b *Batch) error {
				whole := b.CrossEntropy()
				var want []float32
				b.Loss = func(first int, logits, dlogits []float32) {
					if want != nil && !slices.Equal(logits, want) {
						t.Errorf("%s, step %d: with the batch's statistics a recipe gets other logits than the step", name, b.Step)
					}
					whole(first, logits, dlogits)
				}
				if !asks {
					return nil
				}
				steps++
				if err := tr.Store(); err != nil {
					return err
				}
				fresh, err := engine.New(cpu.New(1), n, engine.Config{Batch: c.Batch})
				if err != nil {
					return err
				}
				for _, s := range bothStatistics {
					m, err := b.Network(s)
					if err != nil {
						return err
					}
					logits, grad := make([]float32, 16*4), make([]float32, len(b.X))
					if err := m.Gradient(grad, nil, b.X, whole); err != nil {
						return err
					}
					if err := m.Logits(logits, b.X); err != nil {
						return err
					}
					*b.Total = loss.Total{}
					if slices.Max(grad) == 0 {
						t.Errorf("%s, step %d: no input gradient", name, b.Step)
					}
					if s == engine.BatchStatistics {
						want = logits
						continue
					}
					stored := make([]float32, len(logits))
					if err := fresh.Logits(stored, b.X); err != nil {
						return err
					}
					if !slices.Equal(logits, stored) {
						t.Errorf("%s, step %d: with running statistics a recipe gets other logits than the network has", name, b.Step)
					}
				}
				return nil
			}
			epochs(t, tr, 2)
			runs = append(runs, bits(tr))
			if asks && steps != 8 {
				t.Errorf("%s: asked in %d steps, want 8", name, steps)
			}
		}
		if !slices.Equal(runs[0], runs[1]) {
			t.Errorf("%s: asking changes the run", name)
		}
	}
	tr, err := NewOn(newFake(), stripes(16, 4), c)
	if err != nil {
		t.Fatal(err)
	}
	tr.prepare = func(_ context.Context, b *Batch) error {
		m, err := b.Network(engine.RunningStatistics)
		if m != nil {
			t.Error("a network beside an error")
		}
		return err
	}
	if err := tr.RunEpoch(t.Context(), nil); err == nil {
		t.Error("an engine that answers nothing: no error")
	}
}

// Batch.InputGradient is the gradient that the network of Batch.Network computes.
func TestInputGradient(t *testing.T) {
	tr := trainer(t, tiny(4), stripes(16, 4), config(1), 1)
	tr.prepare = func(_ context.Context, b *Batch) error {
		for _, s := range bothStatistics {
			m, err := b.Network(s)
			if err != nil {
				return err
			}
			x, f := b.X[:8*192], loss.CrossEntropy(b.Labels[:8], b.Classes)
			want := make([]float32, len(x))
			if err := m.Gradient(want, nil, x, f); err != nil {
				return err
			}
			got, err := b.InputGradient(x, s, f)
			if err != nil {
				return err
			}
			if !slices.Equal(got, want) || slices.Max(got) == 0 {
				t.Errorf("statistics %d: the gradient is not the network's", s)
			}
		}
		if g, err := b.InputGradient(b.X[:5], engine.BatchStatistics, b.CrossEntropy()); err == nil || g != nil {
			t.Errorf("the gradient of part of an image: %v, %v, want an error alone", g, err)
		}
		return nil
	}
	epochs(t, tr, 1)
}

// counting is a backend that counts its buffers.
type counting struct {
	compute.Backend
	buffers int
}

func (c *counting) NewBuffer(elements int) compute.Buffer {
	c.buffers++
	return c.Backend.NewBuffer(elements)
}

// Without a recipe that asks there is no second engine, and with one there is one for each kind of statistics.
func TestNetworkIsMadeOnce(t *testing.T) {
	for _, asks := range []bool{false, true} {
		b := &counting{Backend: cpu.New(1)}
		tr := onBackend(t, b, tiny(4), config(3), nil)
		if asks {
			tr.prepare = adversarial("fgsm", engine.RunningStatistics)
		}
		made := [3]int{b.buffers}
		for epoch := range 2 {
			epochs(t, tr, 1)
			made[1+epoch] = b.buffers
		}
		if asks != (made[1] > made[0]) || made[2] != made[1] {
			t.Errorf("asking %t: buffers %v by the beginning and after each epoch", asks, made)
		}
	}
}

// A run with an adversarial recipe, too, depends on its Config only: not on the number of cores, nor on a checkpoint in
// between, nor on a backend that takes the steps by itself and fails.
func TestAdversarialRun(t *testing.T) {
	set := stripes(64, 4)
	for _, s := range bothStatistics {
		for _, attack := range []string{"fgsm", "pgd"} {
			what := fmt.Sprintf("%s with statistics %d", attack, s)
			c := config(3)
			run := func(threads, first int, from *bytes.Buffer) (*Trainer, *bytes.Buffer) {
				tr := trainer(t, tiny(4), set, c, threads)
				tr.prepare = adversarial(attack, s)
				if from != nil {
					if err := tr.Restore(from); err != nil {
						t.Fatal(err)
					}
				}
				epochs(t, tr, first)
				var file bytes.Buffer
				if err := tr.Checkpoint(&file); err != nil {
					t.Fatal(err)
				}
				return tr, &file
			}
			straight, _ := run(1, 3, nil)
			want := bits(straight)
			plain := trainer(t, tiny(4), set, c, 1)
			epochs(t, plain, 3)
			if slices.Equal(bits(plain), want) {
				t.Errorf("%s: the run is that without it", what)
			}
			for threads := 2; threads <= 4; threads++ {
				if tr, _ := run(threads, 3, nil); !slices.Equal(bits(tr), want) {
					t.Errorf("%s: another run on %d cores", what, threads)
				}
			}
			_, half := run(3, 1, nil)
			if tr, _ := run(2, 2, half); !slices.Equal(bits(tr), want) {
				t.Errorf("%s: resumed after an epoch, it is another run", what)
			}
		}
	}
}

// A backend that fails while the network is asked costs the epoch under way, and changes nothing.
func TestAdversarialRunFails(t *testing.T) {
	c := smallConfig(2)
	for _, s := range bothStatistics {
		straight := onBackend(t, cpu.New(1), tiny(4), c, nil)
		straight.prepare = adversarial("fgsm", s)
		epochs(t, straight, 2)
		want := bits(straight)
		failures := 0
		for left := 1; ; left++ {
			b := &stepping{Backend: cpu.New(1), left: left}
			tr := onBackend(t, b, tiny(4), c, func(error) compute.Backend { return cpu.New(1) })
			tr.prepare = adversarial("fgsm", s)
			epochs(t, tr, 2)
			if !slices.Equal(bits(tr), want) {
				t.Fatalf("failing at %d: another run", left)
			}
			if b.err == nil {
				break
			}
			failures++
		}
		if failures < 80 {
			t.Errorf("there were %d moments to fail at, want more", failures)
		}
	}
}

// A recipe that is canceled in the midst of a step aborts the epoch.
func TestCancelInRecipe(t *testing.T) {
	tr := trainer(t, tiny(4), stripes(64, 4), config(2), 1)
	ctx, cancel := context.WithCancel(t.Context())
	run := adversarial("pgd", engine.RunningStatistics)
	tr.prepare = func(ctx context.Context, b *Batch) error {
		if b.Step == 2 {
			cancel()
		}
		return run(ctx, b)
	}
	if err := tr.RunEpoch(ctx, nil); err != context.Canceled {
		t.Errorf("canceled in a step: %v", err)
	}
	if err := tr.RunEpoch(t.Context(), nil); !errors.Is(err, ErrEpochAborted) {
		t.Errorf("going on: %v", err)
	}
}
