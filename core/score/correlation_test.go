package score

import (
	"math"
	"slices"
	"testing"

	"steady/core/random"
)

func TestCorrelationsByHand(t *testing.T) {
	x, y := []float64{1, 2, 3, 4}, []float64{1, 3, 2, 4}
	near(t, "Pearson", Pearson(x, y), .8, 1e-15)
	near(t, "Spearman", Spearman(x, []float64{-7, 5, 1, 900}), .8, 1e-15)
	near(t, "Kendall", Kendall(x, y), 4./6, 1e-15)
	// With ties: of six pairs, two have equal y; four agree, and none disagrees.
	near(t, "Kendall, ties", Kendall(x, []float64{1, 1, 2, 2}), 4/math.Sqrt(6*4), 1e-15)
	near(t, "Kendall, ties on both sides", Kendall([]float64{1, 1, 2}, []float64{1, 1, 2}), 1, 0)
	near(t, "partial", PartialCorrelation(.5, .6, .8), (.5-.48)/(.8*.6), 1e-15)
	near(t, "partial of what has nothing in common with z", PartialCorrelation(.5, 0, 0), .5, 0)
}

func TestRanks(t *testing.T) {
	for _, test := range []struct{ x, want []float64 }{
		{nil, []float64{}},
		{[]float64{3, 1, 2}, []float64{3, 1, 2}},
		{[]float64{5, 1, 5, 5, 0}, []float64{4, 2, 4, 4, 1}},
		{[]float64{2, 2}, []float64{1.5, 1.5}},
		{[]float64{math.Inf(1), 0, math.Inf(-1)}, []float64{3, 2, 1}},
	} {
		if got := Ranks(test.x); !slices.Equal(got, test.want) {
			t.Errorf("ranks of %v: %v, want %v", test.x, got, test.want)
		}
	}
}

func TestUndefinedCorrelations(t *testing.T) {
	nan := math.NaN()
	for _, test := range [][2][]float64{
		{nil, nil},
		{{1}, {2}},
		{{.1, .1, .1}, {1, 2, 3}}, // the mean of 0.1 three times is not 0.1
		{{1, 2, 3}, {.1, .1, .1}},
		{{1, nan, 3}, {1, 2, 4}},
		{{1, 2, 3}, {1, 2, nan}},
		{{nan, nan}, {nan, nan}},
	} {
		for name, f := range map[string]func(x, y []float64) float64{"Pearson": Pearson, "Spearman": Spearman, "Kendall": Kendall} {
			if r := f(test[0], test[1]); !math.IsNaN(r) {
				t.Errorf("%s of %v: %g, want NaN", name, test, r)
			}
		}
	}
	if r := Pearson([]float64{1, 2, math.Inf(1)}, []float64{1, 2, 3}); !math.IsNaN(r) {
		t.Errorf("Pearson of an infinity: %g", r)
	}
	near(t, "Spearman of an infinity", Spearman([]float64{1, 2, math.Inf(1)}, []float64{1, 2, 3}), 1, 0)
	for _, c := range [][3]float64{{.5, 1, .5}, {.5, .5, -1 + 2e-16}, {nan, 0, 0}, {0, nan, 0}, {0, 0, nan}} {
		if r := PartialCorrelation(c[0], c[1], c[2]); !math.IsNaN(r) {
			t.Errorf("partial of %v: %g, want NaN", c, r)
		}
	}
}

// TestCorrelationProperties holds what is true of any pairs, with and without ties.
func TestCorrelationProperties(t *testing.T) {
	s := random.New(3, 0, "correlation", 0)
	for run := range 200 {
		n := 3 + s.IntN(30)
		x, y := make([]float64, n), make([]float64, n)
		for i := range x {
			x[i], y[i] = float64(s.Normal()), float64(s.Normal())
			if run%2 == 0 {
				x[i], y[i] = math.Round(2*x[i]), math.Round(2*y[i])
			}
		}
		x[0], y[0], x[1], y[1] = 9, 9, -9, 8 // so that neither is constant
		stretched, mirrored := make([]float64, n), make([]float64, n)
		for i := range x {
			stretched[i], mirrored[i] = math.Exp(x[i])*x[i]*x[i]*x[i]+100*x[i], -y[i]
		}
		for name, f := range map[string]func(x, y []float64) float64{"Pearson": Pearson, "Spearman": Spearman, "Kendall": Kendall} {
			r := f(x, y)
			if !(r >= -1 && r <= 1) || f(y, x) != r || f(x, mirrored) != -r || f(x, x) != 1 {
				t.Errorf("%s: %g, %g swapped, %g mirrored, %g of itself", name, r, f(y, x), f(x, mirrored), f(x, x))
			}
			if name != "Pearson" && f(stretched, y) != r {
				t.Errorf("%s: %g, and %g of what has the same order", name, r, f(stretched, y))
			}
		}
	}
}
