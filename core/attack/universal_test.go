package attack

import (
	"context"
	"errors"
	"math"
	"testing"

	"steady/core/random"
)

// movingScene returns frames of one scene: the same image with noise of its own in each, as a camera sees it, and what
// the model says of them.
func movingScene(m *mlp, frames int) (x []float32, labels []int) {
	d := m.shape.Size()
	scene, _ := m.images(1, 0.2, 0.8)
	noise := make([]float32, frames*d)
	random.New(9, 0, "frames", 0).FillUniform(noise, -0.05, 0.05)
	for i := range noise {
		noise[i] += scene[i%d]
	}
	for i := range frames {
		z := make([]float32, m.classes)
		m.Logits(z, noise[i*d:][:d])
		best := 0
		for k, v := range z {
			if v > z[best] {
				best = k
			}
		}
		labels = append(labels, best)
	}
	return noise, labels
}

// What 16 frames teach changes the answer for frames that come later, and random noise of the same size does not.
func TestUniversalOnLaterFrames(t *testing.T) {
	for _, norm := range []Norm{Linf, L2} {
		m := newMLP(shape, 16, 5, 0.5)
		d := shape.Size()
		x, labels := movingScene(m, 64)
		later, laterLabels := x[16*d:], labels[16:]
		eps := map[Norm]float64{Linf: 0.12, L2: 0.7}[norm]
		u, err := NewUniversal(norm, eps, d)
		if err != nil {
			t.Fatal(err)
		}
		if err := u.Improve(ctx, m, x[:16*d], labels[:16], 20); err != nil {
			t.Fatal(err)
		}
		if length := balls[norm].length(u.Delta()); length > eps*(1+1e-5) || length < eps/2 {
			t.Errorf("%v: the perturbation has length %g, want nearly %g", norm, length, eps)
		}
		adv := make([]float32, len(later))
		u.Add(adv, later)
		for i, v := range adv {
			if v < 0 || v > 1 || norm == Linf && math.Abs(float64(v-later[i])) > eps+1e-6 {
				t.Fatalf("%v: element %d is %g, from %g", norm, i, v, later[i])
			}
		}
		if got := m.accuracy(adv, laterLabels); got > 0.1 {
			t.Errorf("%v: the answers of %.0f %% of the later frames stay, want at most 10 %%", norm, 100*got)
		}
		start := append([]float32(nil), later...)
		balls[norm].start(start, later, eps, random.New(1, 0, "noise", 0))
		if got := m.accuracy(start, laterLabels); got < 0.8 {
			t.Errorf("%v: random noise alone leaves %.0f %%: the test shows nothing", norm, 100*got)
		}
	}
}

// On one image of a linear model of two classes, which is not clipped, the best perturbation is known: eps against the
// sign of the difference of the weights.
func TestUniversalClosedForm(t *testing.T) {
	m := newMLP(shape, 0, 2, 1)
	x, labels := m.images(6, 0.4, 0.6)
	d := shape.Size()
	for i, l := range labels {
		if l != labels[0] { // all of one class, so that the perturbations of the images agree
			copy(x[i*d:][:d], x[:d])
			labels[i] = labels[0]
		}
	}
	u, err := NewUniversal(Linf, 0.05, d)
	if err != nil {
		t.Fatal(err)
	}
	if err := u.Improve(ctx, m, x, labels, 10); err != nil {
		t.Fatal(err)
	}
	l := labels[0]
	for j, got := range u.Delta() {
		want := float32(0.05)
		if m.a[l*d+j] > m.a[(1-l)*d+j] {
			want = -want
		}
		if got != want {
			t.Errorf("element %d: %g, want %g", j, got, want)
		}
	}
}

func TestUniversalRefuses(t *testing.T) {
	m := newMLP(shape, 0, 2, 1)
	d := shape.Size()
	x, labels := m.images(2, 0.4, 0.6)
	for _, c := range []struct {
		norm Norm
		eps  float64
	}{{L1, 1}, {Linf, 0}, {Linf, -1}, {Linf, 1.5}, {L2, math.NaN()}} {
		if _, err := NewUniversal(c.norm, c.eps, d); err == nil {
			t.Errorf("%v, eps %g: no error", c.norm, c.eps)
		}
	}
	u, _ := NewUniversal(Linf, 0.1, d)
	if err := u.Improve(ctx, m, x[:d], labels, 1); !errors.Is(err, ErrInput) {
		t.Errorf("one image for two labels: %v", err)
	}
	if err := u.Improve(ctx, m, nil, nil, 1); !errors.Is(err, ErrInput) {
		t.Errorf("no image: %v", err)
	}
	if err := u.Improve(ctx, m, x, []int{0, 2}, 1); !errors.Is(err, ErrInput) {
		t.Errorf("a label that the model does not have: %v", err)
	}
	if err := u.Improve(ctx, m, x, labels, 0); err == nil {
		t.Error("no steps: no error")
	}
	ended, cancel := context.WithCancel(ctx)
	cancel()
	if err := u.Improve(ended, m, x, labels, 1); !errors.Is(err, context.Canceled) || u.Delta()[0] != 0 {
		t.Errorf("canceled: %v, %g", err, u.Delta()[0])
	}
	m.poison = func(_ int, _, grad []float32) { grad[0] = float32(math.NaN()) }
	if err := u.Improve(ctx, m, x, labels, 1); !errors.Is(err, ErrModel) {
		t.Errorf("a gradient that is not a number: %v", err)
	}
}
