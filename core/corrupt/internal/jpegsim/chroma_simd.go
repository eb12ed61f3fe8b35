//go:build goexperiment.simd

package jpegsim

import (
	"simd"

	"steady/core/simdx"
)

var threes = simdx.Repeat[int32](3)

func addIntsVectors(dst, x []int32) int {
	n, i := lanes(), 0
	for ; i <= len(dst)-n; i += n {
		simdx.PutInts(dst, i, simdx.Ints(dst, i).Add(simdx.Ints(x, i)))
	}
	simdx.ClearUpper()
	return i
}

func mixRowsVectors(dst, near, far []int32) int {
	n, i := lanes(), 0
	for ; i <= len(near)-n; i += n {
		simdx.PutInts(dst, i, times(simdx.Ints(near, i), &threes).Add(simdx.Ints(far, i)))
	}
	simdx.ClearUpper()
	return i
}

func upsampleVectors(even, odd, sums []int32) int {
	seven, eight := simd.BroadcastInt32s(7), simd.BroadcastInt32s(8)
	n, i := lanes(), 0
	for ; i <= len(even)-n; i += n {
		near := times(simdx.Ints(sums, i+1), &threes)
		simdx.PutInts(even, i, near.Add(simdx.Ints(sums, i)).Add(eight).ShiftAllRight(4))
		simdx.PutInts(odd, i, near.Add(simdx.Ints(sums, i+2)).Add(seven).ShiftAllRight(4))
	}
	simdx.ClearUpper()
	return i
}

func quarterVectors(x []int32) int {
	bias := simd.LoadInt32s(biases[:])
	n, i := lanes(), 0
	if n > 16 {
		return 0
	}
	for ; i <= len(x)-n; i += n {
		simdx.PutInts(x, i, simdx.Ints(x, i).Add(bias).ShiftAllRight(2))
	}
	simdx.ClearUpper()
	return i
}
