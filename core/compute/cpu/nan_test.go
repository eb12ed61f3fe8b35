package cpu

import (
	"math"
	"testing"
	"unsafe"

	"steady/core/compute"
	"steady/core/scalar"
)

// What is not a number stays so through an activation, whichever limits and slope it has: a network that has lost its way
// must not look as if it had an answer. Infinities end at the limits.
func TestActivationsOfNaNAndInfinity(t *testing.T) {
	nan, inf := float32(math.NaN()), float32(math.Inf(1))
	for _, c := range []struct {
		name               string
		act                compute.Activation
		ofLeast, ofLargest float32 // of minus and plus infinity
	}{
		{"none", compute.NoActivation, -inf, inf},
		{"relu", compute.Relu, 0, inf},
		{"clipped", compute.Activation{Slope: 1, Min: 0, Max: 6}, 0, 6},
		{"flat", compute.Activation{Slope: 0, Min: 0, Max: 6}, nan, 6},
		{"leaky", compute.Activation{Slope: .1, Min: -inf, Max: inf}, -inf, inf},
	} {
		for _, v := range []struct{ of, want float32 }{{nan, nan}, {-inf, c.ofLeast}, {inf, c.ofLargest}} {
			if v.of == -inf && c.act.Slope == 0 { // their product is not defined
				continue
			}
			x, y, zeros := make([]float32, 37), make([]float32, 37), make([]float32, 37)
			for i := range x {
				x[i] = v.of
			}
			check := func(what string) {
				t.Helper()
				for i, got := range y {
					if got != v.want && (got == got || v.want == v.want) {
						t.Errorf("%s of %g, %s: element %d is %g, want %g", c.name, v.of, what, i, got, v.want)
						return
					}
				}
				clear(y)
			}
			affine(y, x, 1, 0, c.act)
			check("affine")
			addActivated(y, x, zeros, c.act)
			check("addActivated of the first")
			addActivated(y, zeros, x, c.act)
			check("addActivated of the second")
			finishRows(y, x, nil, 37, 37, 0, c.act)
			check("finishRows")
			finishRows(y, x, zeros, 37, 37, 0, c.act)
			check("finishRows of a sum")
			more := make([]float32, len(y)+filterColumns()+slack)
			for i := range more {
				more[i] = v.of
			}
			to := make([]float32, len(more))
			filter(to, len(y), unsafe.Pointer(&more[0]), []uintptr{0}, []float32{1}, 0, c.act)
			copy(y, to)
			check("filter")
			clear(more)
			filter(to, len(y), unsafe.Pointer(&more[0]), []uintptr{0}, []float32{1}, v.of, c.act)
			copy(y, to)
			check("filter with such a bias")
		}
	}
	for _, at := range []int{1, 16} {
		for what, dst := range map[string]int{"first": 0, "second": 1} {
			var x [2][17]float32
			x[dst][at] = nan
			larger(x[0][:], x[1][:])
			if v := x[0][at]; v == v {
				t.Errorf("larger, of the %s: element %d is %g", what, at, v)
			}
		}
	}
	for _, kind := range []scalar.Kind{scalar.Sigmoid, scalar.Silu, scalar.HardSwish, scalar.Gelu, scalar.Erf, scalar.Tanh,
		scalar.Exp, scalar.Sqrt, scalar.Round} {
		x, y := make([]float32, 19), make([]float32, 19)
		for i := range x {
			x[i] = nan
		}
		mapRow(scalar.Function{Kind: kind}, y, x)
		for i, v := range y {
			if v == v {
				t.Errorf("function %v: element %d is %g", kind, i, v)
				break
			}
		}
	}
	x, y := make([]float32, 19), make([]float32, 19)
	x[3] = nan
	if s := expRow(y, x, 1); s == s || y[3] == y[3] {
		t.Errorf("expRow: sum %g, element %g", s, y[3])
	}
}
