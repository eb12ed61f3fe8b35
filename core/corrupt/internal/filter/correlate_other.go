//go:build !goexperiment.simd || !amd64

package filter

func correlateAssembly(dst, src []float32, offsets []int, weights []float32) int { return 0 }
