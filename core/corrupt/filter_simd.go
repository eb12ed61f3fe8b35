//go:build goexperiment.simd

package corrupt

import (
	"simd"

	"steady/core/simdx"
)

// correlateVectors does correlate's work for as many values as fill vectors, and returns their number. Four vectors at a
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
			a = a.Add(w.Mul(floats(four, 0)))
			b = b.Add(w.Mul(floats(four, n)))
			c = c.Add(w.Mul(floats(four, 2*n)))
			d = d.Add(w.Mul(floats(four, 3*n)))
		}
		putFloats(dst, i, a)
		putFloats(dst, i+n, b)
		putFloats(dst, i+2*n, c)
		putFloats(dst, i+3*n, d)
	}
	for ; i <= len(dst)-n; i += n {
		var a simd.Float32s
		for t, o := range offsets {
			a = a.Add(simd.BroadcastFloat32s(weights[t]).Mul(floats(src, i+o)))
		}
		putFloats(dst, i, a)
	}
	simdx.ClearUpper()
	return i
}
