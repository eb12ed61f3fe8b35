package cpu

// Steps of max pooling and of strided convolutions, in assembly on wasm (slide_wasm.s):
//
//	maxRows(dst, x, pitch, rows)    dst[j] = max_r x[r·pitch+j]
//	maxColumns(row, window, n)      row[j] = max_k row[j+k], for the first n columns; a few after them are as good
//	everyNth(dst, x, step)          dst[j] = x[j·step]
//
// There is at least one row and one column. What becomes of a NaN depends on the processor. Behind the last window of a
// row maxColumns may read slideOverrun elements.
const slideOverrun = 3

// plainMaxRows, plainMaxColumns and plainEveryNth are these in plain Go.
func plainMaxRows(dst, x []float32, pitch, rows int) {
	for j := range dst {
		most := x[j]
		for r := 1; r < rows; r++ {
			if v := x[r*pitch+j]; v > most { // not max, which is slow on wasm
				most = v
			}
		}
		dst[j] = most
	}
}

func plainMaxColumns(row []float32, window, n int) {
	for j := range row[:n] {
		for k := 1; k < window; k++ {
			if row[j+k] > row[j] {
				row[j] = row[j+k]
			}
		}
	}
}

func plainEveryNth(dst, x []float32, step int) {
	at := 0
	for j := range dst {
		dst[j] = x[at]
		at += step
	}
}
