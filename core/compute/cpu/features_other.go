//go:build !goexperiment.simd || !amd64

package cpu

// vectors reports whether the processor has what the code with vectors of a fixed length is compiled to.
const vectors = true
