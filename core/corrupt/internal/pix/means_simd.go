//go:build goexperiment.simd

package pix

import (
	"simd"

	"steady/core/simdx"
)

func roundMeansVectors(sums []int32, weight int32) int {
	w, half, full := simd.BroadcastInt32s(weight), simd.BroadcastInt32s(1<<(fractionBits-1)), simd.BroadcastInt32s(255)
	n, i := lanes(), 0
	for ; i <= len(sums)-n; i += n {
		simdx.PutInts(sums, i, simdx.Ints(sums, i).Mul(w).Add(half).ShiftAllRight(fractionBits).Min(full))
	}
	simdx.ClearUpper()
	return i
}

func meansVectors(dst, bytes []int32, step, count int, weight int32) int {
	w, half, full := simd.BroadcastInt32s(weight), simd.BroadcastInt32s(1<<(fractionBits-1)), simd.BroadcastInt32s(255)
	n, i := lanes(), 0
	for ; i <= len(dst)-n; i += n {
		sum := simdx.Ints(bytes, i)
		for k := 1; k < count; k++ {
			sum = sum.Add(simdx.Ints(bytes, i+k*step))
		}
		simdx.PutInts(dst, i, sum.Mul(w).Add(half).ShiftAllRight(fractionBits).Min(full))
	}
	simdx.ClearUpper()
	return i
}
