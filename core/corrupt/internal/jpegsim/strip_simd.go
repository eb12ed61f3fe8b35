//go:build goexperiment.simd

package jpegsim

import (
	"simd"

	"steady/core/simdx"
)

// lanes returns the number of values that a vector holds.
func lanes() int {
	var v simd.Float32s
	return v.Len()
}

func shiftVectors(x []int32, by, low, high int32) int {
	b, l, h := simd.BroadcastInt32s(by), simd.BroadcastInt32s(low), simd.BroadcastInt32s(high)
	n, i := lanes(), 0
	for ; i <= len(x)-n; i += n {
		simdx.PutInts(x, i, simdx.Ints(x, i).Add(b).Max(l).Min(h))
	}
	simdx.ClearUpper()
	return i
}

// roundVectors multiplies by the divisors' inverses, rounded up. For numbers below 2¹⁷ the product exceeds the quotient
// by less than what is missing to the next whole number. It reports whether vectors fill the strip.
func roundVectors(s strip, q *quantizer) bool {
	n := lanes()
	if s.stride%n != 0 {
		return false
	}
	for i, step := range q.steps {
		by, half, whole := simd.BroadcastFloat32s(q.inverses[i]), simd.BroadcastInt32s(4*step), simd.BroadcastInt32s(step)
		x := s.values[(i%8*8+i/8)*s.stride:][:s.stride]
		for k := 0; k <= len(x)-n; k += n {
			v := simdx.Ints(x, k)
			sign := v.ShiftAllRight(31)
			steps := v.Xor(sign).Sub(sign).Add(half).ConvertToFloat32().Mul(by).ConvertToInt32()
			simdx.PutInts(x, k, steps.Xor(sign).Sub(sign).Mul(whole))
		}
	}
	simdx.ClearUpper()
	return true
}
