//go:build !goexperiment.simd || !(amd64 || wasm)

package cpu

func everyNth(dst, x []float32, step int) { plainEveryNth(dst, x, step) }

func everyNthOfRows(dst []float32, dstPitch int, x []float32, xPitch, step, n, rows int) {
	for i := range rows {
		everyNth(dst[i*dstPitch:][:n], x[i*xPitch:], step)
	}
}
