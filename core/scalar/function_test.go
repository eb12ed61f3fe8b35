package scalar

import (
	"math"
	"strings"
	"testing"
)

// Slopes against central differences, at places on both sides of every kink.
func TestSlope(t *testing.T) {
	for _, k := range Kinds() {
		if k == Round { // its slope is not its derivative
			continue
		}
		for _, alpha := range []float32{-1, 0, 0.7, 2, 3} {
			f := Function{k, alpha}
			for x := -5.03; x < 5; x += 0.1 {
				if x < 0 && (k == Log || k == Sqrt || k == Power && alpha != float32(int(alpha))) {
					continue
				}
				const h = 1e-6
				want := (f.At(x+h) - f.At(x-h)) / (2 * h)
				if got := f.Slope(x); !(math.Abs(got-want) < 1e-5*(1+math.Abs(want))) {
					t.Errorf("slope of %v at %v is %v, central difference %v", f, x, got, want)
				}
			}
		}
	}
}

// Values from tables and definitions.
func TestAt(t *testing.T) {
	for _, test := range []struct {
		f       Function
		x, want float64
	}{
		{Function{Kind: Sigmoid}, 0, 0.5}, {Function{Kind: Sigmoid}, -1000, 0}, {Function{Kind: Silu}, 1, 0.731058578630005},
		{Function{Kind: HardSwish}, 1, 2. / 3}, {Function{Kind: HardSwish}, -4, 0}, {Function{Kind: HardSwish}, 4, 4},
		{Function{Kind: Gelu}, 1, 0.841344746068543}, {Function{Kind: Erf}, 0.5, 0.520499877813047},
		{Function{Kind: Tanh}, 0.5, 0.46211715726001}, {Function{Kind: Softplus}, 0, math.Ln2},
		{Function{Kind: Softplus}, 1000, 1000}, {Function{Elu, 2}, -1, 2*math.Exp(-1) - 2}, {Function{Elu, 2}, 3, 3},
		{Function{Kind: Exp}, 1, math.E}, {Function{Kind: Log}, math.E, 1}, {Function{Kind: Sqrt}, 9, 3},
		{Function{Power, -2}, 4, 0.0625}, {Function{Power, 2}, -3, 9}, {Function{Kind: Abs}, -3, 3},
		{Function{Kind: Round}, 2.5, 2}, {Function{Kind: Round}, -1.5, -2}, {Function{Kind: Round}, 0.51, 1},
	} {
		if got := test.f.At(test.x); !(math.Abs(got-test.want) < 1e-12) {
			t.Errorf("%v at %v is %v, want %v", test.f, test.x, got, test.want)
		}
	}
}

// A gradient goes through rounding as if it were not there.
func TestStraightThrough(t *testing.T) {
	for _, x := range []float64{-7.5, -0.2, 0, 3.7} {
		if s := (Function{Kind: Round}).Slope(x); s != 1 {
			t.Errorf("slope of Round at %v is %v, want 1", x, s)
		}
	}
}

func TestCheck(t *testing.T) {
	for want, f := range map[string]Function{"Kind(-1)": {Kind: -1}, "Kind(14)": {Kind: kinds},
		"Power is NaN": {Power, float32(math.NaN())}} {
		if err := f.Check(); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want an error with %q", err, want)
		}
	}
	for _, k := range Kinds() {
		if err := (Function{Kind: k}).Check(); err != nil {
			t.Error(err)
		}
	}
}
