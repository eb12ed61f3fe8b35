package score

import (
	"math"
	"testing"

	"steady/core/random"
)

func TestDraw(t *testing.T) {
	source := random.New(1, 0, "test", 0)
	for _, n := range []int{1, 3, 64, 65, 200} {
		right := make([]bool, n)
		column, count := make([]float64, n), 0
		for i := range right {
			if right[i] = source.IntN(3) > 0; right[i] {
				column[i] = 1
				count++
			}
		}
		p := Pack(right)
		if got := Once(n).Accuracy(p); got != float64(count)/float64(n) || p.Len() != n {
			t.Errorf("%d of %d are %g", count, n, got)
		}
		// The resamples, and so the intervals, are those of Bootstrap.
		var values []float64
		for k := range 100 {
			values = append(values, Resample(n, 9, k).Accuracy(p))
		}
		want, err := Bootstrap([][]float64{column}, func(c [][]float64) float64 { return Mean(c[0]) }, BootstrapOptions{Resamples: 100, Seed: 9})
		got := Percentiles(values, .95)
		if err != nil || math.Abs(got.Lower-want.Lower) > 1e-12 || math.Abs(got.Upper-want.Upper) > 1e-12 {
			t.Errorf("%d images: %v, want %v (%v)", n, got, want, err)
		}
	}
	// Three, none and one of three images.
	if got := newDraw([]int{3, 0, 1}).Accuracy(Pack([]bool{true, true, false})); got != 1 {
		t.Errorf("%g, want 3/3", got)
	}
	if i := Percentiles([]float64{1, math.NaN()}, .95); !math.IsNaN(i.Lower) {
		t.Errorf("an interval of what is no number: %v", i)
	}
	if i := Percentiles(nil, .95); !math.IsNaN(i.Lower) {
		t.Errorf("an interval of nothing: %v", i)
	}
	defer func() {
		if recover() == nil {
			t.Error("a draw of other images: no panic")
		}
	}()
	Once(2).Accuracy(Pack([]bool{true}))
}
