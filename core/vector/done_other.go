//go:build !goexperiment.simd || !amd64

package vector

// Done ends a stretch of vector code.
func Done() {}
