package recipes

import (
	"context"
	"math"
	"slices"
	"testing"

	"steady/core/loss"
	"steady/core/train"
)

// Each image and its target are mixed with those of another one, all by the same weight: they are the batch's own, once as
// they are and once in another order.
func TestMixup(t *testing.T) {
	set := edges(96, 4)
	var weights []float64
	inStep(t, small(2, 4), set, func(_ context.Context, b *train.Batch) error {
		before := slices.Clone(b.X)
		mixup(b, .4)
		n, size := len(b.Labels), set.Size()
		// What an image gives to its own target is 1 - weight, or 1 where the other one is of its class.
		weight := 0.0
		for i, l := range b.Labels {
			weight = max(weight, 1-float64(b.Targets[i*4+l]))
		}
		weights = append(weights, weight)
		used := make([]bool, n)
		for i := range n {
			found := false
			for k := 0; k < n && !found; k++ {
				if used[k] {
					continue
				}
				found = true
				for j, v := range b.X[i*size:][:size] {
					want := (1-weight)*float64(before[i*size+j]) + weight*float64(before[k*size+j])
					found = found && math.Abs(want-float64(v)) < 1e-6
				}
				if !found {
					continue
				}
				used[k] = true
				want := make([]float64, 4)
				want[b.Labels[i]] += 1 - weight
				want[b.Labels[k]] += weight
				for c, w := range want {
					if got := float64(b.Targets[i*4+c]); math.Abs(got-w) > 1e-6 {
						t.Errorf("image %d, class %d: target %g, want %g", i, c, got, w)
					}
				}
			}
			if !found {
				t.Fatalf("image %d is not a mixture of two by %g", i, weight)
			}
		}
		return nil
	})
	if len(weights) != 3 || weights[0] == weights[1] || weights[1] == weights[2] {
		t.Errorf("weights %v, want another one in each step", weights)
	}
}

func TestMixupWithoutAlpha(t *testing.T) {
	inStep(t, small(2, 4), edges(96, 4), func(_ context.Context, b *train.Batch) error {
		before := slices.Clone(b.X)
		mixup(b, 0)
		if !slices.Equal(b.X, before) {
			t.Error("alpha 0 changes images")
		}
		return nil
	})
}

// The defining property: between two training images of two classes the network's answer is nearly linear.
func TestMixupIsLinear(t *testing.T) {
	set := edges(192, 2)
	bend := func(recipe string) float64 {
		c := parse(t, recipe, 40)
		c.LabelSmoothing = 0 // which alone makes answers less sharp
		e := trained(t, small(8, 2), set, c)
		x, sum, n := floats(set), 0.0, 0
		at := func(x []float32) float64 {
			logits, p := make([]float32, 2), make([]float32, 2)
			if err := e.Logits(logits, x); err != nil {
				t.Fatal(err)
			}
			loss.Softmax(p, logits, 2)
			return float64(p[0])
		}
		for i := 0; i < 60; i += 2 { // labels alternate
			a, b := x[i*64:][:64], x[(i+61)*64:][:64]
			pa, pb := at(a), at(b)
			for _, w := range []float32{.25, .5, .75} {
				m := slices.Clone(a)
				mix(m, b, w)
				sum += math.Abs(at(m) - (1-float64(w))*pa - float64(w)*pb)
				n++
			}
		}
		return sum / float64(n)
	}
	plain, mixed := bend("standard"), bend("mixup")
	t.Logf("mean distance from linear: standard %.3f, mixup %.3f", plain, mixed)
	if !(mixed < plain/2) {
		t.Errorf("between images mixup is %.3f from linear, standard %.3f: want less than half", mixed, plain)
	}
}
