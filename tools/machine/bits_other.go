//go:build !goexperiment.simd || !amd64

package machine

import "runtime"

// VectorBits returns the width of the vectors that the engine uses, or 0.
func VectorBits() int {
	if runtime.GOARCH == "arm64" {
		return 128
	}
	return 0
}
