//go:build !goexperiment.simd || !amd64

package vector

// Fours tells whether archsimd's vectors of four floats may be used (of the processors that have them in Go).
const Fours = true

// Done ends a stretch of vector code.
func Done() {}
