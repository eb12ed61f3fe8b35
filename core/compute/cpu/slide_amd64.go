//go:build goexperiment.simd

package cpu

import "steady/core/simdx"

func everyNth(dst, x []float32, step int) {
	if n := len(dst) &^ 7; simdx.HasAVX2 && step == 2 && n > 0 && len(x) >= 2*n {
		everySecondAVX2(dst[:n], x)
		dst, x = dst[n:], x[2*n:]
	}
	if len(dst) > 0 {
		plainEveryNth(dst, x, step)
	}
}

// everySecondAVX2 is everyNth for every second element and a multiple of eight of them, at least eight.
//
//go:noescape
func everySecondAVX2(dst, x []float32)
