package score

import (
	"math"
	"testing"

	"steady/core/random"
)

func TestPair(t *testing.T) {
	a := []bool{true, true, true, false, false, false, true}
	b := []bool{true, false, false, true, false, false, false}
	p := Pair(a, b)
	if want := (Paired{Both: 1, Neither: 2, OnlyA: 3, OnlyB: 1}); p != want || p.N() != 7 {
		t.Fatalf("%+v, want %+v", p, want)
	}
	near(t, "difference", p.Difference(), 2./7, 1e-16)
	// By hand: of 4 images about which they differ, at most 1 in the smaller count: 2·(1 + 4)/16.
	near(t, "McNemar", p.McNemar(), .625, 1e-14)
	// By hand: a = 4/9, b = 2/9.
	half := 1.959963984540054 * math.Sqrt((6./9-4./81)/9)
	got := p.DifferenceInterval(.95)
	near(t, "lower", got.Lower, 2./9-half, 1e-15)
	near(t, "upper", got.Upper, 2./9+half, 1e-15)
}

func TestPairedEdges(t *testing.T) {
	none := Pair(nil, nil)
	if !math.IsNaN(none.Difference()) || none.McNemar() != 1 || none.DifferenceInterval(.95) != (Interval{-1, 1}) {
		t.Errorf("no images: %g, %g, %v", none.Difference(), none.McNemar(), none.DifferenceInterval(.95))
	}
	equal := Paired{Both: 90, Neither: 10}
	if equal.McNemar() != 1 || !equal.DifferenceInterval(.95).Contains(0) {
		t.Errorf("equal networks: %g, %v", equal.McNemar(), equal.DifferenceInterval(.95))
	}
	opposite := Paired{OnlyA: 20}
	near(t, "opposite networks", opposite.McNemar(), 0x1p-19, 1e-20)
	if i := opposite.DifferenceInterval(.999999); i.Upper != 1 || i.Lower < -1 {
		t.Errorf("opposite networks: %v", i)
	}
	if p := (Paired{OnlyA: 100000}).McNemar(); p != 0 {
		t.Errorf("no doubt: %g", p)
	}
}

// TestMcNemarAgainstSum holds the p-value against the sum of all binomial terms, which it finds otherwise.
func TestMcNemarAgainstSum(t *testing.T) {
	for n := range 50 {
		for k := range n + 1 {
			sum, choose := 0.0, 1.0
			for i := 0; i <= min(k, n-k); i++ {
				sum += choose
				choose = choose * float64(n-i) / float64(i+1)
			}
			p := Paired{OnlyA: k, OnlyB: n - k}
			near(t, "McNemar", p.McNemar(), min(1, math.Ldexp(sum, 1-n)), 1e-13)
			if mirrored := (Paired{OnlyA: n - k, OnlyB: k}); p.McNemar() != mirrored.McNemar() || p.Difference() != -mirrored.Difference() && n > 0 {
				t.Errorf("%+v and %+v differ", p, mirrored)
			}
		}
	}
}

// TestDifferenceCoverage draws pairs of networks whose difference is known, and counts how often it is in the interval.
func TestDifferenceCoverage(t *testing.T) {
	s := random.New(1, 0, "coverage", 0)
	for _, of := range []struct {
		n            int
		onlyA, onlyB float64
	}{{30, .2, .1}, {100, .05, .01}, {500, .1, .1}} {
		const runs = 4000
		inside := 0
		for range runs {
			p := Paired{Both: of.n}
			for range of.n {
				switch u := s.Float64(); {
				case u < of.onlyA:
					p.OnlyA++
					p.Both--
				case u < of.onlyA+of.onlyB:
					p.OnlyB++
					p.Both--
				}
			}
			if p.DifferenceInterval(.95).Contains(of.onlyA - of.onlyB) {
				inside++
			}
		}
		if c := float64(inside) / runs; c < .94 || c > .985 {
			t.Errorf("n = %d: the difference is in %g of the intervals, want about 0.95", of.n, c)
		}
	}
}

func TestHolm(t *testing.T) {
	got := Holm([]float64{.02, .5, .01, .4})
	for i, want := range []float64{.06, .8, .04, .8} {
		near(t, "adjusted", got[i], want, 1e-15)
	}
	if len(Holm(nil)) != 0 {
		t.Error("none: not empty")
	}
	for _, p := range Holm([]float64{.1, math.NaN(), .2}) {
		if !math.IsNaN(p) {
			t.Errorf("with a NaN: %g", p)
		}
	}
	near(t, "at most 1", Holm([]float64{.9, .8})[0], 1, 0)
}
