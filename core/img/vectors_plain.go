//go:build !goexperiment.simd

package img

// Without SIMD the loops of bytes.go and scale.go do everything.

func fromRGBAVectors(r, g, b []float32, pix []byte) int { return 0 }
func putRGBAVectors(dst []byte, r, g, b []float32) int  { return 0 }
func addScaledVectors(dst, x []float32, a float32) int  { return 0 }
