//go:build !goexperiment.simd || !amd64

package main

import "runtime"

// vectorBits returns the width of the vectors that the engine uses, or 0.
func vectorBits() int {
	if runtime.GOARCH == "arm64" {
		return 128
	}
	return 0
}
