package score

import (
	"math"
	"testing"
)

// The example of Newcombe 1998, table II, method 10, and its limits.
func TestUnpairedInterval(t *testing.T) {
	for _, c := range []struct {
		u            Unpaired
		lower, upper float64
	}{
		{Unpaired{56, 70, 48, 80}, .0524, .3339},
		{Unpaired{9, 10, 3, 10}, .1705, .8090},
		{Unpaired{10, 10, 0, 20}, .6791, 1},
		{Unpaired{0, 0, 3, 10}, -1, 1},
	} {
		i := c.u.DifferenceInterval(.95)
		if math.Abs(i.Lower-c.lower) > 5e-5 || math.Abs(i.Upper-c.upper) > 5e-5 {
			t.Errorf("%+v: %+v, want %g to %g", c.u, i, c.lower, c.upper)
		}
		mirrored := Unpaired{c.u.RightB, c.u.B, c.u.RightA, c.u.A}.DifferenceInterval(.95)
		if math.Abs(mirrored.Lower+i.Upper) > 1e-12 || math.Abs(mirrored.Upper+i.Lower) > 1e-12 {
			t.Errorf("%+v: mirrored %+v", c.u, mirrored)
		}
	}
	if d := (Unpaired{56, 70, 48, 80}).Difference(); math.Abs(d-.2) > 1e-12 {
		t.Errorf("%g", d)
	}
	if d := (Unpaired{0, 0, 1, 2}).Difference(); !math.IsNaN(d) {
		t.Errorf("%g", d)
	}
}

// Fisher's tea (34/70), tables computed by hand, and the sum over all values by binomials.
func TestFisher(t *testing.T) {
	for _, c := range []struct {
		u    Unpaired
		want float64
	}{
		{Unpaired{3, 4, 1, 4}, 34. / 70},
		{Unpaired{4, 4, 0, 4}, 2. / 70},
		{Unpaired{2, 4, 2, 4}, 1},
		{Unpaired{0, 0, 3, 10}, 1},
		{Unpaired{5, 5, 9, 9}, 1},
		{Unpaired{1, 2, 0, 3}, 2. / 5},
	} {
		if p := c.u.Fisher(); math.Abs(p-c.want) > 1e-12 {
			t.Errorf("%+v: %.15g, want %.15g", c.u, p, c.want)
		}
	}
	for a := range 9 {
		for b := range 14 {
			u := Unpaired{a, 8, b, 13}
			all := logBinomial(21, a+b)
			probability := func(k int) float64 { return math.Exp(logBinomial(8, k) + logBinomial(13, a+b-k) - all) }
			want := 0.0
			for k := max(0, a+b-13); k <= min(8, a+b); k++ {
				if probability(k) <= probability(a)*(1+1e-7) {
					want += probability(k)
				}
			}
			if p := u.Fisher(); math.Abs(p-want) > 1e-9 {
				t.Errorf("%+v: %.12g, want %.12g", u, p, want)
			}
		}
	}
	// As many images as ImageNet has: like the normal distribution, and never NaN.
	u := Unpaired{38000, 50000, 37700, 50000}
	sd := math.Sqrt(.757 * .243 * 2 / 50000)
	if p, want := u.Fisher(), 2*normalCDF(-(.006-1./50000)/sd); math.Abs(p-want) > .02*want {
		t.Errorf("%g, want about %g", p, want)
	}
	if p := (Unpaired{50000, 50000, 0, 50000}).Fisher(); p != 0 {
		t.Errorf("%g, want 0", p)
	}
}
