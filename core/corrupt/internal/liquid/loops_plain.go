//go:build !goexperiment.simd

package liquid

// Without SIMD the loops of loops.go do everything.

func slopesVectors(dx, dy, length []int32, w window) int { return 0 }
func nonMaxSuppressVectors(dst, above []int32, row slopes, below []int32, low, high int32) int {
	return 0
}
func relaxDistancesVectors(row, next, second []int32) int { return 0 }
func sumNineVectors(dst []int32, w window) int            { return 0 }
func meanDistancesVectors(sums []int32) int               { return 0 }
func shadeVectors(dst []int32, w window) int              { return 0 }
func toDepthVectors(dst []int32, x []float32) int         { return 0 }
func productVectors(dst []float32, a, b []int32) int      { return 0 }
