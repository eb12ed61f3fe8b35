//go:build !(goexperiment.simd && wasm)

package cpu

func maxRows(dst, x []float32, pitch, rows int) {
	copy(dst, x)
	for r := 1; r < rows; r++ {
		larger(dst, x[r*pitch:])
	}
}

func maxColumns(row []float32, window, n int) {
	for k := 1; k < window; k++ {
		larger(row[:n+window-1-k], row[1:])
	}
}

func everyNth(dst, x []float32, step int) { plainEveryNth(dst, x, step) }
