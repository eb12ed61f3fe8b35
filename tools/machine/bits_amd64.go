//go:build goexperiment.simd

package machine

import "steady/core/simdx"

// VectorBits returns the width of the vectors that the engine uses, or 0.
func VectorBits() int { return simdx.Bits() }
