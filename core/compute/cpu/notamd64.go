//go:build !(goexperiment.simd && amd64)

package cpu

import (
	"unsafe"

	"steady/core/compute"
)

// What has assembly on amd64 only (finish_amd64.s, linear_amd64.h, slide_amd64.s, tile_amd64.h).

func tileAdds() bool      { return false }
func tileTakesLast() bool { return false }

func everyNthOfRows(dst []float32, dstPitch int, x []float32, xPitch, step, n, rows int) {
	for i := range rows {
		if to, from := dst[i*dstPitch:][:n], x[i*xPitch:]; step == 1 {
			copy(to, from)
		} else {
			everyNth(to, from, step)
		}
	}
}

func rowsTogether(int) int { return 1 }

func alongRows() bool { return false }

func panelSums(*[8][4]float32, unsafe.Pointer, int, unsafe.Pointer, int, int, int) {}

func assemblyFinishRows(y, x, base []float32, width, pitch int, bias float32, act compute.Activation) bool {
	return false
}
