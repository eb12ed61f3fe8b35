package cpu

import (
	"math"
	"testing"
	"unsafe"

	"steady/core/compute"
	"steady/core/scalar"
)

// What is not a number stays so through an activation, whichever limits and slope it has: a network that has lost its way
// must not look as if it had an answer.
func TestActivationsKeepNaN(t *testing.T) {
	nan := float32(math.NaN())
	acts := map[string]compute.Activation{
		"none": compute.NoActivation, "relu": compute.Relu, "clipped": {Slope: 0, Min: 0, Max: 6},
		"leaky": {Slope: .1, Min: float32(math.Inf(-1)), Max: float32(math.Inf(1))},
	}
	for name, act := range acts {
		x, y, zeros := make([]float32, 37), make([]float32, 37), make([]float32, 37)
		for i := range x {
			x[i] = nan
		}
		check := func(what string) {
			t.Helper()
			for i, v := range y {
				if v == v {
					t.Errorf("%s, %s: element %d is %g", name, what, i, v)
					return
				}
			}
			clear(y)
		}
		affine(y, x, 1, 0, act)
		check("affine")
		addActivated(y, x, zeros, act)
		check("addActivated of the first")
		addActivated(y, zeros, x, act)
		check("addActivated of the second")
		more := make([]float32, len(y)+filterColumns()+slack)
		for i := range more {
			more[i] = nan
		}
		to := make([]float32, len(more))
		filter(to, len(y), unsafe.Pointer(&more[0]), []uintptr{0}, []float32{1}, 0, act)
		copy(y, to)
		check("filter")
		filter(to, len(y), unsafe.Pointer(&to[0]), []uintptr{0}, []float32{1}, nan, act)
		copy(y, to)
		check("filter with such a bias")
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
