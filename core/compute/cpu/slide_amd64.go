//go:build goexperiment.simd

package cpu

import "steady/core/simdx"

func everyNth(dst, x []float32, step int) {
	n := len(dst)
	if !simdx.HasAVX2 || step != 2 || n < 8 || len(x) < 2*n {
		plainEveryNth(dst, x, step)
		return
	}
	everySecondAVX2(dst[:n&^7], x)
	if n%8 != 0 { // the last eight, some of them once more
		everySecondAVX2(dst[n-8:], x[2*(n-8):])
	}
}

// everySecondAVX2 is everyNth for every second element and a multiple of eight of them, at least eight.
//
//go:noescape
func everySecondAVX2(dst, x []float32)
