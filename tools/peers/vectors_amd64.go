//go:build goexperiment.simd

package main

import "steady/core/simdx"

// vectorBits returns the width of the vectors that the engine uses, or 0.
func vectorBits() int { return simdx.Bits() }
