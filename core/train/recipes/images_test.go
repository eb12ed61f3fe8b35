package recipes

import (
	"testing"

	"steady/core/corrupt"
	"steady/core/dataset"
	"steady/core/engine"
	"steady/core/img"
	"steady/core/loss"
)

// floats returns the images of a set in [0,1].
func floats(set *dataset.Set) []float32 {
	x := make([]float32, len(set.Pix))
	for i, v := range set.Pix {
		x[i] = img.Unit(v)
	}
	return x
}

// corrupted returns the gray images of a set with a corruption.
func corrupted(t *testing.T, set *dataset.Set, name string, severity int) []float32 {
	t.Helper()
	c, err := corrupt.Lookup(name)
	if err != nil {
		t.Fatal(err)
	}
	x, m := floats(set), img.New(set.W, set.H)
	for i := range set.Labels {
		one := x[i*set.Size():][:set.Size()]
		for p := range 3 {
			copy(m.Plane(p), one)
		}
		if err := c.ApplyBytes(m, corrupt.Options{Severity: severity, Seed: 77, Index: uint64(i), Gray: true}); err != nil {
			t.Fatal(err)
		}
		copy(one, m.Plane(0))
	}
	return x
}

// accuracy returns the fraction of images whose label has the largest logit.
func accuracy(t *testing.T, e *engine.Engine, x []float32, labels []int) float64 {
	t.Helper()
	logits := make([]float32, len(labels)*e.Classes())
	if err := e.Logits(logits, x); err != nil {
		t.Fatal(err)
	}
	right := 0
	for i, l := range labels {
		if loss.ArgMax(logits[i*e.Classes():][:e.Classes()]) == l {
			right++
		}
	}
	return float64(right) / float64(len(labels))
}
