//go:build goexperiment.simd && wasm

package cpu

import (
	"simd/archsimd"
	"unsafe"
)

// tileColumns is how many columns a call of tile makes: three vectors of 4, the fastest shape found on wasm.
func tileColumns() int { return 12 }

// tile is described in tile_simd.go. WebAssembly has no fused multiply-add: each product is rounded.
func tile(k int, a, b unsafe.Pointer, rows *uintptr, c unsafe.Pointer, ldc int) {
	var c00, c01, c02, c10, c11, c12, c20, c21, c22, c30, c31, c32 archsimd.Float32x4
	row := unsafe.Pointer(rows)
	for ; k > 0; k-- {
		at := unsafe.Add(b, *(*uintptr)(row))
		b0 := archsimd.LoadFloat32x4Array((*[4]float32)(at))
		b1 := archsimd.LoadFloat32x4Array((*[4]float32)(unsafe.Add(at, 16)))
		b2 := archsimd.LoadFloat32x4Array((*[4]float32)(unsafe.Add(at, 32)))
		w := archsimd.BroadcastFloat32x4((*[4]float32)(a)[0])
		c00 = c00.Add(w.Mul(b0))
		c01 = c01.Add(w.Mul(b1))
		c02 = c02.Add(w.Mul(b2))
		w = archsimd.BroadcastFloat32x4((*[4]float32)(a)[1])
		c10 = c10.Add(w.Mul(b0))
		c11 = c11.Add(w.Mul(b1))
		c12 = c12.Add(w.Mul(b2))
		w = archsimd.BroadcastFloat32x4((*[4]float32)(a)[2])
		c20 = c20.Add(w.Mul(b0))
		c21 = c21.Add(w.Mul(b1))
		c22 = c22.Add(w.Mul(b2))
		w = archsimd.BroadcastFloat32x4((*[4]float32)(a)[3])
		c30 = c30.Add(w.Mul(b0))
		c31 = c31.Add(w.Mul(b1))
		c32 = c32.Add(w.Mul(b2))
		a = unsafe.Add(a, 16)
		row = unsafe.Add(row, unsafe.Sizeof(uintptr(0)))
	}
	next := uintptr(ldc) * 4
	c00.StoreArray((*[4]float32)(c))
	c01.StoreArray((*[4]float32)(unsafe.Add(c, 16)))
	c02.StoreArray((*[4]float32)(unsafe.Add(c, 32)))
	c = unsafe.Add(c, next)
	c10.StoreArray((*[4]float32)(c))
	c11.StoreArray((*[4]float32)(unsafe.Add(c, 16)))
	c12.StoreArray((*[4]float32)(unsafe.Add(c, 32)))
	c = unsafe.Add(c, next)
	c20.StoreArray((*[4]float32)(c))
	c21.StoreArray((*[4]float32)(unsafe.Add(c, 16)))
	c22.StoreArray((*[4]float32)(unsafe.Add(c, 32)))
	c = unsafe.Add(c, next)
	c30.StoreArray((*[4]float32)(c))
	c31.StoreArray((*[4]float32)(unsafe.Add(c, 16)))
	c32.StoreArray((*[4]float32)(unsafe.Add(c, 32)))
}

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
