//go:build goexperiment.simd

package cpu

import (
	"simd"
	"unsafe"

	"steady/core/compute"
	"steady/core/simdx"
)

// portableFilter is filter with vectors of any width.
func portableFilter(y []float32, n int, x unsafe.Pointer, rows []uintptr, weights []float32, bias float32, act compute.Activation) {
	weights = weights[:len(rows)]
	var zero simd.Float32s
	lanes := zero.Len()
	second := uintptr(4 * lanes)
	to := unsafe.Pointer(unsafe.SliceData(y))
	vbias, active := simd.BroadcastFloat32s(bias), act != compute.NoActivation
	lo, hi, slope := simd.BroadcastFloat32s(act.Min), simd.BroadcastFloat32s(act.Max), simd.BroadcastFloat32s(act.Slope)
	for j := 0; j < n; j += 2 * lanes {
		a, b := vbias, vbias
		column := unsafe.Add(x, 4*j)
		for q, w := range weights {
			at := unsafe.Add(column, rows[q])
			v := simd.BroadcastFloat32s(w)
			a = v.MulAdd(simd.LoadFloat32s(vectorAt(at, lanes)), a)
			b = v.MulAdd(simd.LoadFloat32s(vectorAt(unsafe.Add(at, second), lanes)), b)
		}
		if active {
			a, b = a.Mul(slope).IfElse(a.Less(zero), a), b.Mul(slope).IfElse(b.Less(zero), b)
			a, b = clamp(a, lo, hi), clamp(b, lo, hi)
		}
		out := unsafe.Add(to, 4*j)
		a.Store(vectorAt(out, lanes))
		b.Store(vectorAt(unsafe.Add(out, second), lanes))
	}
	simdx.ClearUpper()
}
