//go:build goexperiment.simd && wasm

package cpu

import "unsafe"

func (m *maxRows) run() {
	columns := (m.outputs-1)*m.step + 1
	if m.columns < 4 {
		m.plainRun()
		return
	}
	_, _, _ = m.x[((m.count-1)*m.stride+m.rows-1)*m.pitch+m.columns-1], m.row[m.columns-1], m.y[m.count*m.outputs-1]
	_, _ = m.padded[columns+m.window-2+slideOverrun], m.most[columns+2]
	for i := range m.count {
		wasmMaxRows(unsafe.Pointer(&m.row[0]), unsafe.Pointer(&m.x[i*m.stride*m.pitch]), 4*m.pitch, m.rows, m.columns)
		wasmMaxColumns(unsafe.Pointer(&m.most[0]), unsafe.Pointer(&m.padded[0]), m.window, columns)
		wasmEveryNth(unsafe.Pointer(&m.y[i*m.outputs]), unsafe.Pointer(&m.most[0]), 4*m.step, m.outputs)
	}
}

func everyNth(dst, x []float32, step int) {
	if len(dst) > 0 {
		_ = x[(len(dst)-1)*step]
		wasmEveryNth(unsafe.Pointer(&dst[0]), unsafe.Pointer(&x[0]), 4*step, len(dst))
	}
}

// wasmMaxRows is dst[j] = max_r x[r·pitch+j] for n columns, at least four. The last four are done together, some of them
// perhaps twice.
//
//go:noescape
func wasmMaxRows(dst, x unsafe.Pointer, pitch, rows, n int)

// wasmMaxColumns is dst[j] = max_k x[j+k] for windows of k elements and n columns, or some more.
//
//go:noescape
func wasmMaxColumns(dst, x unsafe.Pointer, window, n int)

//go:noescape
func wasmEveryNth(dst, x unsafe.Pointer, step, n int)
