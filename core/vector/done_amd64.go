//go:build goexperiment.simd

package vector

import "simd/archsimd"

var avx = archsimd.X86.AVX()

// Done ends a stretch of vector code.
func Done() {
	if avx {
		archsimd.ClearAVXUpperBits()
	}
}
