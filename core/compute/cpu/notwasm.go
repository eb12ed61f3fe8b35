//go:build !(goexperiment.simd && wasm)

package cpu

import (
	"math"
	"unsafe"
)

// What has assembly on wasm only (fused_wasm.s, slide_wasm.s, winograd_wasm.s).

// packs reports whether the inner loop reads columns that lie next to each other.
const packs = false

func packColumns(to, b unsafe.Pointer, rows *uintptr, k, blocks, last int) {
	plainPackColumns(to, b, rows, k, blocks, last)
}

func fusedTiles(t *fusedTile) { plainFusedTiles(t) }

func packedTiles(k int, a unsafe.Pointer, panels int, b unsafe.Pointer, blocks int, c unsafe.Pointer, ldc int) {
	plainPackedTiles(k, a, panels, b, blocks, c, ldc)
}

// portableRun takes the largest of the windows' columns in place, one column of all windows after the other.
func (m *maxRows) portableRun() {
	row, left := m.row[:m.columns], len(m.padded)-len(m.row)
	whole := len(m.padded) - slideOverrun
	for i := range m.count {
		fill(m.padded[:left], float32(math.Inf(-1)))
		x := m.x[i*m.stride*m.pitch:]
		copy(row, x)
		for r := 1; r < m.rows; r++ {
			larger(row, x[r*m.pitch:])
		}
		for k := 1; k < m.window; k++ {
			larger(m.padded[:whole], m.padded[1:])
		}
		everyNth(m.y[i*m.outputs:][:m.outputs], m.padded, m.step)
	}
}

func cutPatch(y []float32, channel, row int, patch []float32, channels, height, width int) {
	plainCutPatch(y, channel, row, patch, channels, height, width)
}
