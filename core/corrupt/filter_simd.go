//go:build goexperiment.simd && !wasm

package corrupt

import (
	"simd"
	"unsafe"

	"steady/core/vector"
)

// correlateVectors does correlate's work for as many values as fill vectors, and gives their number. Products are
// rounded before they are added, so that the bits are those of the plain loop.
func correlateVectors(dst, src []float32, offsets []int, weights []float32) int {
	var zero simd.Float32s
	lanes := zero.Len()
	step := 2 * lanes
	n := len(dst) / step * step
	weights = weights[:len(offsets)]
	for i := 0; i < n; i += step {
		at := unsafe.Pointer(&src[i])
		var a, b simd.Float32s
		for t, o := range offsets {
			p := unsafe.Add(at, o*4)
			w := simd.BroadcastFloat32s(weights[t])
			a = a.Add(w.Mul(simd.LoadFloat32s((*[16]float32)(p)[:])))
			b = b.Add(w.Mul(simd.LoadFloat32s((*[16]float32)(unsafe.Add(p, lanes*4))[:])))
		}
		a.Store(dst[i:])
		b.Store(dst[i+lanes:])
	}
	vector.Done()
	return n
}
