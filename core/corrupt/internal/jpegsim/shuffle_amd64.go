//go:build goexperiment.simd

package jpegsim

import (
	"simd/archsimd"
	"unsafe"

	"steady/core/simdx"
)

func split8Vectors(to *[8][]int32, row []int32) int {
	n := len(to[0]) &^ 7
	if !simdx.HasInt32x8 || n == 0 || len(row) < 8*n {
		return 0
	}
	stride := uintptr(unsafe.Pointer(&to[1][0])) - uintptr(unsafe.Pointer(&to[0][0]))
	for b := 0; b < n; b += 8 {
		transpose8(unsafe.Pointer(&to[0][b]), stride, unsafe.Pointer(&row[8*b]), 32)
	}
	simdx.ClearUpper()
	return n
}

func join8Vectors(row []int32, from *[8][]int32) int {
	n := len(from[0]) &^ 7
	if !simdx.HasInt32x8 || n == 0 || len(row) < 8*n {
		return 0
	}
	stride := uintptr(unsafe.Pointer(&from[1][0])) - uintptr(unsafe.Pointer(&from[0][0]))
	for b := 0; b < n; b += 8 {
		transpose8(unsafe.Pointer(&row[8*b]), 32, unsafe.Pointer(&from[0][b]), stride)
	}
	simdx.ClearUpper()
	return n
}

// transpose8 makes the columns of 8×8 values rows; strides are in bytes.
func transpose8(dst unsafe.Pointer, dstStride uintptr, src unsafe.Pointer, srcStride uintptr) {
	load := func(i uintptr) archsimd.Int32x8 {
		return archsimd.LoadInt32x8Array((*[8]int32)(unsafe.Add(src, i*srcStride)))
	}
	r0, r1, r2, r3 := load(0), load(1), load(2), load(3)
	r4, r5, r6, r7 := load(4), load(5), load(6), load(7)
	// Pairs of rows, then fours, then all eight.
	a0, a1 := r0.InterleaveLoGrouped(r1).AsInt64x4(), r0.InterleaveHiGrouped(r1).AsInt64x4()
	a2, a3 := r2.InterleaveLoGrouped(r3).AsInt64x4(), r2.InterleaveHiGrouped(r3).AsInt64x4()
	a4, a5 := r4.InterleaveLoGrouped(r5).AsInt64x4(), r4.InterleaveHiGrouped(r5).AsInt64x4()
	a6, a7 := r6.InterleaveLoGrouped(r7).AsInt64x4(), r6.InterleaveHiGrouped(r7).AsInt64x4()
	b0, b1, b2, b3 := a0.InterleaveLoGrouped(a2), a0.InterleaveHiGrouped(a2), a1.InterleaveLoGrouped(a3), a1.InterleaveHiGrouped(a3)
	b4, b5, b6, b7 := a4.InterleaveLoGrouped(a6), a4.InterleaveHiGrouped(a6), a5.InterleaveLoGrouped(a7), a5.InterleaveHiGrouped(a7)
	store := func(i uintptr, v archsimd.Int64x4) {
		v.AsInt32x8().StoreArray((*[8]int32)(unsafe.Add(dst, i*dstStride)))
	}
	store(0, b0.ConcatPermute128Scalars(0, 2, b4))
	store(1, b1.ConcatPermute128Scalars(0, 2, b5))
	store(2, b2.ConcatPermute128Scalars(0, 2, b6))
	store(3, b3.ConcatPermute128Scalars(0, 2, b7))
	store(4, b0.ConcatPermute128Scalars(1, 3, b4))
	store(5, b1.ConcatPermute128Scalars(1, 3, b5))
	store(6, b2.ConcatPermute128Scalars(1, 3, b6))
	store(7, b3.ConcatPermute128Scalars(1, 3, b7))
}

func zipVectors(dst, even, odd []int32) int {
	if !simdx.HasInt32x8 {
		return 0
	}
	odd = odd[:len(even)]
	x := 0
	for ; x <= len(even)-8; x += 8 {
		a, b := archsimd.LoadInt32x8(even[x:x+8:x+8]), archsimd.LoadInt32x8(odd[x:x+8:x+8])
		lo, hi := a.InterleaveLoGrouped(b), a.InterleaveHiGrouped(b)
		to := dst[2*x : 2*x+16 : 2*x+16]
		lo.ConcatPermute128Scalars(0, 2, hi).Store(to)
		lo.ConcatPermute128Scalars(1, 3, hi).Store(to[8:])
	}
	simdx.ClearUpper()
	return x
}

func addPairsVectors(dst, a []int32) int {
	if !simdx.HasInt32x8 {
		return 0
	}
	x := 0
	for ; x <= len(dst)-8; x += 8 {
		from := a[2*x : 2*x+16 : 2*x+16]
		v := archsimd.LoadInt32x8(from).ConcatAddPairsGrouped(archsimd.LoadInt32x8(from[8:])).AsInt64x4()
		// Of four pairs of sums the middle ones have changed places.
		lo, hi := v.ConcatPermute128Scalars(0, 0, v), v.ConcatPermute128Scalars(1, 1, v)
		lo.InterleaveLoGrouped(hi).ConcatPermute128Scalars(0, 2, lo.InterleaveHiGrouped(hi)).AsInt32x8().Store(dst[x : x+8 : x+8])
	}
	simdx.ClearUpper()
	return x
}
