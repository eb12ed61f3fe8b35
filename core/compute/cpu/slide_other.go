//go:build !(goexperiment.simd && wasm)

package cpu

func (m *maxRows) run() {
	row, most := m.row[:m.columns], m.most[:(m.outputs-1)*m.step+m.window]
	for i := range m.count {
		x := m.x[i*m.stride*m.pitch:]
		copy(row, x)
		for r := 1; r < m.rows; r++ {
			larger(row, x[r*m.pitch:])
		}
		copy(most, m.padded)
		for k := 1; k < m.window; k++ {
			larger(most[:len(most)-k], most[1:])
		}
		everyNth(m.y[i*m.outputs:][:m.outputs], most, m.step)
	}
}

func everyNth(dst, x []float32, step int) { plainEveryNth(dst, x, step) }
