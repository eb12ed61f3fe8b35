//go:build goexperiment.simd

package vector

import "simd/archsimd"

// Fours tells whether archsimd's vectors of four floats may be used.
var Fours = archsimd.X86.AVX()

// Done ends a stretch of vector code.
func Done() {
	if Fours {
		archsimd.ClearAVXUpperBits()
	}
}
