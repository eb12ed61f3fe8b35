//go:build !(goexperiment.simd && amd64)

package cpu

func everyNthOfRows(dst []float32, dstPitch int, x []float32, xPitch, step, n, rows int) {
	for i := range rows {
		everyNth(dst[i*dstPitch:][:n], x[i*xPitch:], step)
	}
}
