package random

import (
	"math"
	"slices"
	"testing"
)

// Where the distribution function has a closed form, the draws must follow it (Kolmogorov and Smirnov).
func TestBetaDistribution(t *testing.T) {
	for _, test := range []struct {
		a, b float64
		cdf  func(x float64) float64
	}{
		{1, 1, func(x float64) float64 { return x }},
		{.5, .5, func(x float64) float64 { return 2 / math.Pi * math.Asin(math.Sqrt(x)) }},
		{2, 2, func(x float64) float64 { return x * x * (3 - 2*x) }},
		{.3, 1, func(x float64) float64 { return math.Pow(x, .3) }},
		{1, 7, func(x float64) float64 { return 1 - math.Pow(1-x, 7) }},
		{.02, 1, func(x float64) float64 { return math.Pow(x, .02) }},
	} {
		const n = 100_000
		s, x := New(1, 2, "beta", 3), make([]float64, n)
		for i := range x {
			x[i] = s.Beta(test.a, test.b)
		}
		slices.Sort(x)
		worst := 0.0
		for i, v := range x {
			f := test.cdf(v)
			worst = max(worst, math.Abs(f-float64(i)/n), math.Abs(f-float64(i+1)/n))
		}
		if limit := 1.63 / math.Sqrt(n); !(worst < limit) { // at 1 %
			t.Errorf("Beta(%g, %g) is %.4f from its distribution function, want less than %.4f", test.a, test.b, worst, limit)
		}
	}
}

// The first four moments are those of the closed form.
func TestBetaMoments(t *testing.T) {
	for _, p := range [][2]float64{{.1, .1}, {.3, .3}, {1, 1}, {4, 4}, {.2, 3}, {50, 20}} {
		const n = 200_000
		s, sums := New(4, 0, "beta", 0), [5]float64{}
		for range n {
			x, power := s.Beta(p[0], p[1]), 1.0
			for k := range sums {
				sums[k] += power
				power *= x
			}
		}
		want := [9]float64{1}
		for k := 1; k < len(want); k++ {
			want[k] = want[k-1] * (p[0] + float64(k-1)) / (p[0] + p[1] + float64(k-1))
		}
		for k := 1; k < len(sums); k++ {
			limit := 4 * math.Sqrt((want[2*k]-want[k]*want[k])/n) // standard errors of the mean of powers
			if got := sums[k] / n; !(math.Abs(got-want[k]) < limit) {
				t.Errorf("Beta(%g, %g): moment %d is %.5f, want %.5f ± %.5f", p[0], p[1], k, got, want[k], limit)
			}
		}
	}
}

// The smallest parameters draw numbers at 0 and 1, and never what is no number; the same bits everywhere.
func TestBetaExtremes(t *testing.T) {
	sum := uint64(14695981039346656037)
	for _, a := range []float64{1e-6, 1e-3, .3, 1, 30, 1e6} {
		s := New(9, 0, "beta", 0)
		low := 0
		for range 1000 {
			x := s.Beta(a, a)
			if !(x >= 0 && x <= 1) {
				t.Fatalf("Beta(%g, %g) draws %g", a, a, x)
			}
			if x < .5 {
				low++
			}
			sum = (sum ^ math.Float64bits(x)) * 1099511628211
		}
		if low < 430 || low > 570 {
			t.Errorf("Beta(%g, %g) draws %d of 1,000 below one half", a, a, low)
		}
	}
	const want uint64 = 0xf1402be8c61bd7d4
	if sum != want {
		t.Errorf("hash of the bits %#x, want %#x", sum, want)
	}
}
