//go:build goexperiment.simd && wasm

package corrupt

import (
	"simd/archsimd"
	"unsafe"
)

// correlateVectors is described in filter_simd.go.
func correlateVectors(dst, src []float32, offsets []int, weights []float32) int {
	n := len(dst) &^ 15
	weights = weights[:len(offsets)]
	for i := 0; i < n; i += 16 {
		at := unsafe.Pointer(&src[i])
		var a, b, c, d archsimd.Float32x4
		for t, o := range offsets {
			p := unsafe.Add(at, o*4)
			w := archsimd.BroadcastFloat32x4(weights[t])
			a = a.Add(w.Mul(archsimd.LoadFloat32x4Array((*[4]float32)(p))))
			b = b.Add(w.Mul(archsimd.LoadFloat32x4Array((*[4]float32)(unsafe.Add(p, 16)))))
			c = c.Add(w.Mul(archsimd.LoadFloat32x4Array((*[4]float32)(unsafe.Add(p, 32)))))
			d = d.Add(w.Mul(archsimd.LoadFloat32x4Array((*[4]float32)(unsafe.Add(p, 48)))))
		}
		out := unsafe.Pointer(&dst[i])
		a.StoreArray((*[4]float32)(out))
		b.StoreArray((*[4]float32)(unsafe.Add(out, 16)))
		c.StoreArray((*[4]float32)(unsafe.Add(out, 32)))
		d.StoreArray((*[4]float32)(unsafe.Add(out, 48)))
	}
	return n
}
