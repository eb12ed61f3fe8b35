//go:build goexperiment.simd

package filter

import "steady/core/simdx"

//go:noescape
func correlateAVX2(dst, src *float32, n int, offsets *int, weights *float32, taps int)

// correlateAssembly does Correlate's work for as many values as fill vectors of eight, and returns their number. What
// the compiler makes of correlateVectors takes twice the time.
func correlateAssembly(dst, src []float32, offsets []int, weights []float32) int {
	n := len(dst) &^ 7
	if !simdx.AVX2 || n == 0 {
		return 0
	}
	correlateAVX2(&dst[0], &src[0], n, &offsets[0], &weights[0], len(offsets))
	return n
}
