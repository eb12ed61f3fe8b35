//go:build !goexperiment.simd || !amd64

package pix

// Go's portable vectors cannot bring values into another order.

func putBytesVectors(dst []byte, r, g, b []float32) int  { return 0 }
func gatherVectors(dst, src []float32, from []int32) int { return 0 }
