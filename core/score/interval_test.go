package score

import (
	"math"
	"testing"

	"steady/core/random"
)

func TestAccuracy(t *testing.T) {
	near(t, "3 of 4", Accuracy(3, 4), .75, 0)
	if a := Accuracy(0, 0); !math.IsNaN(a) {
		t.Errorf("0 of 0: %g, want NaN", a)
	}
}

func TestWilson(t *testing.T) {
	// By hand: of 1 of 2 the middle is 1/2, and half the width z·√(1·1/2 + z²/4)/(2 + z²).
	z2 := 3.841458820694124
	half := math.Sqrt(z2*(.5+z2/4)) / (2 + z2)
	got := Wilson(1, 2, .95)
	near(t, "1 of 2, lower", got.Lower, .5-half, 1e-15)
	near(t, "1 of 2, upper", got.Upper, .5+half, 1e-15)
	// All of n: from n/(n+z²) to 1.
	got = Wilson(10, 10, .95)
	near(t, "10 of 10, lower", got.Lower, 10/(10+z2), 1e-15)
	near(t, "10 of 10, upper", got.Upper, 1, 0)
	near(t, "0 of 10, lower", Wilson(0, 10, .95).Lower, 0, 0)
	if got := Wilson(0, 0, .95); got != (Interval{0, 1}) {
		t.Errorf("0 of 0: %v, want [0,1]", got)
	}
	for n := 1; n <= 60; n++ {
		for k := range n + 1 {
			i, mirrored, wider := Wilson(k, n, .9), Wilson(n-k, n, .9), Wilson(k, n, .99)
			if !(0 <= i.Lower && i.Lower < i.Upper && i.Upper <= 1) || !i.Contains(Accuracy(k, n)) {
				t.Errorf("%d of %d: %v", k, n, i)
			}
			if math.Abs(i.Lower-(1-mirrored.Upper)) > 1e-15 {
				t.Errorf("%d of %d: %v, and of the others %v", k, n, i, mirrored)
			}
			if !wider.Contains(i.Lower) || !wider.Contains(i.Upper) {
				t.Errorf("%d of %d: %v is not in %v, of a higher level", k, n, i, wider)
			}
		}
	}
}

func TestMean(t *testing.T) {
	near(t, "mean", Mean([]float64{1, 2, 6}), 3, 0)
	for _, x := range [][]float64{nil, {1, math.NaN()}} {
		if m := Mean(x); !math.IsNaN(m) {
			t.Errorf("%v: %g, want NaN", x, m)
		}
	}
}

func TestNormal(t *testing.T) {
	near(t, "quantile", normalQuantile(.975), 1.959963984540054, 1e-15)
	near(t, "quantile of a half", normalQuantile(.5), 0, 0)
	s := random.New(1, 0, "normal", 0)
	for range 1000 {
		p := s.Float64()
		near(t, "there and back", normalCDF(normalQuantile(p)), p, 1e-14)
	}
	if z := normalQuantile(0); !math.IsInf(z, -1) {
		t.Errorf("quantile of 0: %g", z)
	}
}

// TestMistakes calls functions in ways that are mistakes of a program.
func TestMistakes(t *testing.T) {
	for name, call := range map[string]func(){
		"more than all":      func() { Wilson(3, 2, .95) },
		"negative":           func() { Accuracy(-1, 2) },
		"level in percent":   func() { Wilson(1, 2, 95) },
		"level 0":            func() { Paired{}.DifferenceInterval(0) },
		"level NaN":          func() { Wilson(1, 2, math.NaN()) },
		"unequal":            func() { Pearson(make([]float64, 2), make([]float64, 3)) },
		"unequal ranks":      func() { Spearman(make([]float64, 2), make([]float64, 3)) },
		"unequal, Kendall":   func() { Kendall(make([]float64, 2), make([]float64, 3)) },
		"unequal answers":    func() { Pair(make([]bool, 2), make([]bool, 3)) },
		"negative count":     func() { Paired{OnlyA: -1, OnlyB: 3}.McNemar() },
		"unequal cells":      func() { PerImage(make([]bool, 2), make([]bool, 3)) },
		"no cell":            func() { PerImage() },
		"no bins":            func() { NewReliability(nil, nil, 0) },
		"unequal confidence": func() { NewReliability(make([]float64, 1), nil, 1) },
		"unequal columns":    func() { Bootstrap([][]float64{{1}, {1, 2}}, nil, BootstrapOptions{}) },
		"resamples":          func() { Bootstrap([][]float64{{1}}, nil, BootstrapOptions{Resamples: -1}) },
	} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%s: does not panic", name)
				}
			}()
			call()
		}()
	}
}
