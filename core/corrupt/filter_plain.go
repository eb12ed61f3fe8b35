//go:build !goexperiment.simd

package corrupt

// correlateVectors leaves everything to correlate.
func correlateVectors(dst, src []float32, offsets []int, weights []float32) int { return 0 }
