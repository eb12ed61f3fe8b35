//go:build !(goexperiment.simd && amd64)

package cpu

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
