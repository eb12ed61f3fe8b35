//go:build goexperiment.simd

package cpu

import (
	"unsafe"

	"steady/core/simdx"
)

func everyNth(dst, x []float32, step int) { everyNthOfRows(dst, 0, x, 0, step, len(dst), 1) }

func everyNthOfRows(dst []float32, dstPitch int, x []float32, xPitch, step, n, rows int) {
	vectors := 0 // rows, but for one whose last vector would reach beyond x
	if simdx.HasAVX2 && step <= 2 && n >= 4 {
		vectors = rows
		if (rows-1)*xPitch+step*n > len(x) {
			vectors--
		}
	}
	if vectors > 0 {
		_ = dst[(vectors-1)*dstPitch+n-1]
		if to, from := unsafe.Pointer(&dst[0]), unsafe.Pointer(&x[0]); step == 1 {
			copyRowsAVX2(to, 4*dstPitch, from, 4*xPitch, n, vectors)
		} else {
			everySecondAVX2(to, 4*dstPitch, from, 4*xPitch, n, vectors)
		}
	}
	for i := vectors; i < rows; i++ {
		plainEveryNth(dst[i*dstPitch:][:n], x[i*xPitch:], step)
	}
}

// everySecondAVX2 is everyNthOfRows for every second element and rows of at least four, whose pitches are in bytes.
//
//go:noescape
func everySecondAVX2(dst unsafe.Pointer, dstPitch int, x unsafe.Pointer, xPitch, n, rows int)

// copyRowsAVX2 is everySecondAVX2 for all elements.
//
//go:noescape
func copyRowsAVX2(dst unsafe.Pointer, dstPitch int, x unsafe.Pointer, xPitch, n, rows int)
