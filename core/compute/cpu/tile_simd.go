//go:build goexperiment.simd && !wasm

package cpu

import (
	"simd"
	"unsafe"

	"steady/core/vector"
)

// tileColumns is how many columns a block has: a vector.
func tileColumns() int {
	var v simd.Float32s
	return v.Len()
}

// tiles computes c[i][j] = Σ_q a[i][q]·b[rows[q]+j] for panels of 4 rows i and blocks of tileColumns columns j.
// a is packed: 4 values for each q, panel after panel. rows holds k byte offsets into b, ldc is the row length of c in
// elements.
func tiles(k int, a unsafe.Pointer, panels int, b unsafe.Pointer, rows *uintptr, blocks int, c unsafe.Pointer, ldc int) {
	columns := uintptr(4 * tileColumns())
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
	second := uintptr(zero.Len()) * 4
	var c00, c01, c10, c11, c20, c21, c30, c31 simd.Float32s
	row := unsafe.Pointer(rows)
	for ; k > 0; k-- {
		at := unsafe.Add(b, *(*uintptr)(row))
		b0 := simd.LoadFloat32s((*[16]float32)(at)[:])
		b1 := simd.LoadFloat32s((*[16]float32)(unsafe.Add(at, second))[:])
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
	c00.Store((*[16]float32)(c)[:])
	c01.Store((*[16]float32)(unsafe.Add(c, second))[:])
	c = unsafe.Add(c, next)
	c10.Store((*[16]float32)(c)[:])
	c11.Store((*[16]float32)(unsafe.Add(c, second))[:])
	c = unsafe.Add(c, next)
	c20.Store((*[16]float32)(c)[:])
	c21.Store((*[16]float32)(unsafe.Add(c, second))[:])
	c = unsafe.Add(c, next)
	c30.Store((*[16]float32)(c)[:])
	c31.Store((*[16]float32)(unsafe.Add(c, second))[:])
}

// narrowTile is one panel and one block.
func narrowTile(k int, a, b unsafe.Pointer, rows *uintptr, c unsafe.Pointer, ldc int) {
	var c0, c1, c2, c3 simd.Float32s
	row := unsafe.Pointer(rows)
	for ; k > 0; k-- {
		b0 := simd.LoadFloat32s((*[16]float32)(unsafe.Add(b, *(*uintptr)(row)))[:])
		c0 = simd.BroadcastFloat32s((*[4]float32)(a)[0]).MulAdd(b0, c0)
		c1 = simd.BroadcastFloat32s((*[4]float32)(a)[1]).MulAdd(b0, c1)
		c2 = simd.BroadcastFloat32s((*[4]float32)(a)[2]).MulAdd(b0, c2)
		c3 = simd.BroadcastFloat32s((*[4]float32)(a)[3]).MulAdd(b0, c3)
		a = unsafe.Add(a, 16)
		row = unsafe.Add(row, unsafe.Sizeof(uintptr(0)))
	}
	next := uintptr(ldc) * 4
	c0.Store((*[16]float32)(c)[:])
	c1.Store((*[16]float32)(unsafe.Add(c, next))[:])
	c2.Store((*[16]float32)(unsafe.Add(c, 2*next))[:])
	c3.Store((*[16]float32)(unsafe.Add(c, 3*next))[:])
}

// dotColumns is the step in which dot reads its columns.
func dotColumns() int {
	var v simd.Float32s
	return v.Len()
}

// dot adds to sums[i][j] the products Σ_t a[i·lda+t]·b_j[t] of 4 rows i with 2 rows j over n columns,
// n a multiple of dotColumns.
func dot(n int, a unsafe.Pointer, lda int, b0, b1 unsafe.Pointer, sums *[8]float32) {
	var s00, s01, s10, s11, s20, s21, s30, s31 simd.Float32s
	lanes := s00.Len()
	step, next := uintptr(lanes)*4, uintptr(lda)*4
	a1 := unsafe.Add(a, next)
	a2 := unsafe.Add(a1, next)
	a3 := unsafe.Add(a2, next)
	at := uintptr(0)
	for ; n > 0; n -= lanes {
		x := simd.LoadFloat32s((*[16]float32)(unsafe.Add(b0, at))[:])
		y := simd.LoadFloat32s((*[16]float32)(unsafe.Add(b1, at))[:])
		w := simd.LoadFloat32s((*[16]float32)(unsafe.Add(a, at))[:])
		s00 = w.MulAdd(x, s00)
		s01 = w.MulAdd(y, s01)
		w = simd.LoadFloat32s((*[16]float32)(unsafe.Add(a1, at))[:])
		s10 = w.MulAdd(x, s10)
		s11 = w.MulAdd(y, s11)
		w = simd.LoadFloat32s((*[16]float32)(unsafe.Add(a2, at))[:])
		s20 = w.MulAdd(x, s20)
		s21 = w.MulAdd(y, s21)
		w = simd.LoadFloat32s((*[16]float32)(unsafe.Add(a3, at))[:])
		s30 = w.MulAdd(x, s30)
		s31 = w.MulAdd(y, s31)
		at += step
	}
	var lane [8][16]float32
	s00.Store(lane[0][:])
	s01.Store(lane[1][:])
	s10.Store(lane[2][:])
	s11.Store(lane[3][:])
	s20.Store(lane[4][:])
	s21.Store(lane[5][:])
	s30.Store(lane[6][:])
	s31.Store(lane[7][:])
	vector.Done()
	var t [8]float32
	for i := 0; i < lanes; i++ {
		t[0] += lane[0][i]
		t[1] += lane[1][i]
		t[2] += lane[2][i]
		t[3] += lane[3][i]
		t[4] += lane[4][i]
		t[5] += lane[5][i]
		t[6] += lane[6][i]
		t[7] += lane[7][i]
	}
	for i := range sums {
		sums[i] += t[i]
	}
}
