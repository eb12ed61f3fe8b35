//go:build goexperiment.simd && wasm

package cpu

import (
	"simd/archsimd"
	"unsafe"
)

// tileColumns is how many columns a tile has: two vectors of 4, the fastest shape found (tile_wasm.s).
func tileColumns() int { return 8 }

// tiles is described in tile_simd.go.
//
//go:noescape
func tiles(k int, a unsafe.Pointer, panels int, b unsafe.Pointer, rows *uintptr, blocks int, c unsafe.Pointer, ldc int)

// dotColumns is the step in which dot reads its columns.
func dotColumns() int { return 4 }

// dot is described in tile_simd.go.
func dot(n int, a unsafe.Pointer, lda int, b0, b1 unsafe.Pointer, sums *[8]float32) {
	var s00, s01, s10, s11, s20, s21, s30, s31 archsimd.Float32x4
	next := uintptr(lda) * 4
	a1 := unsafe.Add(a, next)
	a2 := unsafe.Add(a1, next)
	a3 := unsafe.Add(a2, next)
	at := uintptr(0)
	for ; n > 0; n -= 4 {
		x := archsimd.LoadFloat32x4Array((*[4]float32)(unsafe.Add(b0, at)))
		y := archsimd.LoadFloat32x4Array((*[4]float32)(unsafe.Add(b1, at)))
		w := archsimd.LoadFloat32x4Array((*[4]float32)(unsafe.Add(a, at)))
		s00 = s00.Add(w.Mul(x))
		s01 = s01.Add(w.Mul(y))
		w = archsimd.LoadFloat32x4Array((*[4]float32)(unsafe.Add(a1, at)))
		s10 = s10.Add(w.Mul(x))
		s11 = s11.Add(w.Mul(y))
		w = archsimd.LoadFloat32x4Array((*[4]float32)(unsafe.Add(a2, at)))
		s20 = s20.Add(w.Mul(x))
		s21 = s21.Add(w.Mul(y))
		w = archsimd.LoadFloat32x4Array((*[4]float32)(unsafe.Add(a3, at)))
		s30 = s30.Add(w.Mul(x))
		s31 = s31.Add(w.Mul(y))
		at += 16
	}
	for i, v := range [8]archsimd.Float32x4{s00, s01, s10, s11, s20, s21, s30, s31} {
		sums[i] += (v.GetElem(0) + v.GetElem(1)) + (v.GetElem(2) + v.GetElem(3))
	}
}
