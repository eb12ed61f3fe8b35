//go:build goexperiment.simd && !arm64 && !wasm

package cpu

import (
	"simd"
	"unsafe"

	"steady/core/simdx"
)

// portableColumns is how many columns a block of portableTiles has: a vector.
func portableColumns() int {
	var v simd.Float32s
	return v.Len()
}

// portableTiles is tiles for vectors of any width. It runs where there is no AVX2.
func portableTiles(k int, a unsafe.Pointer, panels int, b unsafe.Pointer, rows *uintptr, blocks int, c unsafe.Pointer, ldc int) {
	columns := uintptr(4 * portableColumns())
	for ; blocks >= 2; blocks -= 2 {
		for p := 0; p < panels; p++ {
			tile(k, unsafe.Add(a, 16*p*k), b, rows, unsafe.Add(c, 16*p*ldc), ldc)
		}
		b, c = unsafe.Add(b, 2*columns), unsafe.Add(c, 2*columns)
	}
	if blocks == 1 {
		for p := 0; p < panels; p++ {
			narrowTile(k, unsafe.Add(a, 16*p*k), b, rows, unsafe.Add(c, 16*p*ldc), ldc)
		}
	}
}

// tile is one panel and two blocks: more rows or vectors than 4×2 spill registers.
func tile(k int, a, b unsafe.Pointer, rows *uintptr, c unsafe.Pointer, ldc int) {
	var zero simd.Float32s
	lanes := zero.Len()
	second := uintptr(lanes) * 4
	var c00, c01, c10, c11, c20, c21, c30, c31 simd.Float32s
	row := unsafe.Pointer(rows)
	for ; k > 0; k-- {
		at := unsafe.Add(b, *(*uintptr)(row))
		b0 := simd.LoadFloat32s(vectorAt(at, lanes))
		b1 := simd.LoadFloat32s(vectorAt(unsafe.Add(at, second), lanes))
		w := simd.BroadcastFloat32s((*[4]float32)(a)[0])
		c00 = w.MulAdd(b0, c00)
		c01 = w.MulAdd(b1, c01)
		w = simd.BroadcastFloat32s((*[4]float32)(a)[1])
		c10 = w.MulAdd(b0, c10)
		c11 = w.MulAdd(b1, c11)
		w = simd.BroadcastFloat32s((*[4]float32)(a)[2])
		c20 = w.MulAdd(b0, c20)
		c21 = w.MulAdd(b1, c21)
		w = simd.BroadcastFloat32s((*[4]float32)(a)[3])
		c30 = w.MulAdd(b0, c30)
		c31 = w.MulAdd(b1, c31)
		a = unsafe.Add(a, 16)
		row = unsafe.Add(row, unsafe.Sizeof(uintptr(0)))
	}
	next := uintptr(ldc) * 4
	c00.Store(vectorAt(c, lanes))
	c01.Store(vectorAt(unsafe.Add(c, second), lanes))
	c = unsafe.Add(c, next)
	c10.Store(vectorAt(c, lanes))
	c11.Store(vectorAt(unsafe.Add(c, second), lanes))
	c = unsafe.Add(c, next)
	c20.Store(vectorAt(c, lanes))
	c21.Store(vectorAt(unsafe.Add(c, second), lanes))
	c = unsafe.Add(c, next)
	c30.Store(vectorAt(c, lanes))
	c31.Store(vectorAt(unsafe.Add(c, second), lanes))
	simdx.ClearUpper()
}

// narrowTile is one panel and one block.
func narrowTile(k int, a, b unsafe.Pointer, rows *uintptr, c unsafe.Pointer, ldc int) {
	var c0, c1, c2, c3 simd.Float32s
	lanes := c0.Len()
	row := unsafe.Pointer(rows)
	for ; k > 0; k-- {
		b0 := simd.LoadFloat32s(vectorAt(unsafe.Add(b, *(*uintptr)(row)), lanes))
		c0 = simd.BroadcastFloat32s((*[4]float32)(a)[0]).MulAdd(b0, c0)
		c1 = simd.BroadcastFloat32s((*[4]float32)(a)[1]).MulAdd(b0, c1)
		c2 = simd.BroadcastFloat32s((*[4]float32)(a)[2]).MulAdd(b0, c2)
		c3 = simd.BroadcastFloat32s((*[4]float32)(a)[3]).MulAdd(b0, c3)
		a = unsafe.Add(a, 16)
		row = unsafe.Add(row, unsafe.Sizeof(uintptr(0)))
	}
	next := uintptr(ldc) * 4
	c0.Store(vectorAt(c, lanes))
	c1.Store(vectorAt(unsafe.Add(c, next), lanes))
	c2.Store(vectorAt(unsafe.Add(c, 2*next), lanes))
	c3.Store(vectorAt(unsafe.Add(c, 3*next), lanes))
	simdx.ClearUpper()
}
