//go:build !goexperiment.simd || !amd64

package simdx

// HasFloat32x4 reports whether the processor has archsimd's vectors of four floats (if archsimd knows the processor).
const HasFloat32x4 = true

// Check returns an error where the code compiled for vectors cannot run.
func Check() error { return nil }

// ClearUpper clears the upper halves of the vector registers, where there are any.
func ClearUpper() {}
