//go:build goexperiment.simd

package filter

import (
	"simd"

	"steady/core/simdx"
)

// lanes returns the number of values that a vector holds.
func lanes() int {
	var v simd.Float32s
	return v.Len()
}

// correlateVectors does Correlate's work for as many values as fill vectors, and returns their number: four vectors at a
// time, so that a sum need not wait for the one before.
func correlateVectors(dst, src []float32, offsets []int, weights []float32) int {
	n := lanes()
	weights = weights[:len(offsets)]
	i := 0
	for ; i <= len(dst)-4*n; i += 4 * n {
		var a, b, c, d simd.Float32s
		for t, o := range offsets {
			at := i + o
			four := src[at : at+4*n : at+4*n]
			w := simd.BroadcastFloat32s(weights[t])
			a = a.Add(w.Mul(simdx.Floats(four, 0)))
			b = b.Add(w.Mul(simdx.Floats(four, n)))
			c = c.Add(w.Mul(simdx.Floats(four, 2*n)))
			d = d.Add(w.Mul(simdx.Floats(four, 3*n)))
		}
		simdx.PutFloats(dst, i, a)
		simdx.PutFloats(dst, i+n, b)
		simdx.PutFloats(dst, i+2*n, c)
		simdx.PutFloats(dst, i+3*n, d)
	}
	for ; i <= len(dst)-n; i += n {
		var a simd.Float32s
		for t, o := range offsets {
			a = a.Add(simd.BroadcastFloat32s(weights[t]).Mul(simdx.Floats(src, i+o)))
		}
		simdx.PutFloats(dst, i, a)
	}
	simdx.ClearUpper()
	return i
}
