//go:build goexperiment.simd && wasm

package cpu

import "unsafe"

func maxRows(dst, x []float32, pitch, rows int) {
	n := len(dst)
	if n < 4 {
		plainMaxRows(dst, x, pitch, rows)
		return
	}
	_ = x[(rows-1)*pitch+n-1]
	wasmMaxRows(unsafe.Pointer(&dst[0]), unsafe.Pointer(&x[0]), 4*pitch, rows, n)
}

func maxColumns(row []float32, window, n int) {
	if window > 1 {
		_ = row[n+window-2+slideOverrun]
		wasmMaxColumns(unsafe.Pointer(&row[0]), window-1, n)
	}
}

func everyNth(dst, x []float32, step int) {
	if len(dst) > 0 {
		_ = x[(len(dst)-1)*step]
		wasmEveryNth(unsafe.Pointer(&dst[0]), unsafe.Pointer(&x[0]), 4*step, len(dst))
	}
}

// wasmMaxRows is for at least four columns. The last four are done together, some of them perhaps twice.
//
//go:noescape
func wasmMaxRows(dst, x unsafe.Pointer, pitch, rows, n int)

// wasmMaxColumns is for windows that have so many elements more than one.
//
//go:noescape
func wasmMaxColumns(row unsafe.Pointer, more, n int)

//go:noescape
func wasmEveryNth(dst, x unsafe.Pointer, step, n int)
