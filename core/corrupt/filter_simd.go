//go:build goexperiment.simd

package corrupt

import (
	"simd"
	"unsafe"

	"steady/core/simdx"
)

// correlateVectors does correlate's work for as many values as fill vectors, and gives their number. Four vectors at a
// time, so that a sum need not wait for the one before.
func correlateVectors(dst, src []float32, offsets []int, weights []float32) int {
	n := lanes()
	size := uintptr(n) * 4
	weights = weights[:len(offsets)]
	i := 0
	for ; i+4*n <= len(dst); i += 4 * n {
		at := unsafe.Pointer(&src[i])
		var a, b, c, d simd.Float32s
		for t, o := range offsets {
			p := unsafe.Add(at, o*4)
			w := simd.BroadcastFloat32s(weights[t])
			a = a.Add(w.Mul(simd.LoadFloat32s((*[16]float32)(p)[:])))
			p = unsafe.Add(p, size)
			b = b.Add(w.Mul(simd.LoadFloat32s((*[16]float32)(p)[:])))
			p = unsafe.Add(p, size)
			c = c.Add(w.Mul(simd.LoadFloat32s((*[16]float32)(p)[:])))
			p = unsafe.Add(p, size)
			d = d.Add(w.Mul(simd.LoadFloat32s((*[16]float32)(p)[:])))
		}
		a.Store(dst[i:])
		b.Store(dst[i+n:])
		c.Store(dst[i+2*n:])
		d.Store(dst[i+3*n:])
	}
	for ; i+n <= len(dst); i += n {
		at := unsafe.Pointer(&src[i])
		var a simd.Float32s
		for t, o := range offsets {
			w := simd.BroadcastFloat32s(weights[t])
			a = a.Add(w.Mul(simd.LoadFloat32s((*[16]float32)(unsafe.Add(at, o*4))[:])))
		}
		a.Store(dst[i:])
	}
	simdx.ClearUpper()
	return i
}
