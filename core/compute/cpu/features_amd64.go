//go:build goexperiment.simd

package cpu

import "simd/archsimd"

// vectors reports whether the processor has what the code with vectors of a fixed length is compiled to; package simd
// looks for itself.
var vectors = archsimd.X86.AVX2() && archsimd.X86.FMA()
