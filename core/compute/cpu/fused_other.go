//go:build !(goexperiment.simd && wasm)

package cpu

import "unsafe"

// fuses tells whether products become outputs in one pass.
const fuses = false

func packColumns(to, b unsafe.Pointer, rows *uintptr, k, blocks, last int) {
	plainPackColumns(to, b, rows, k, blocks, last)
}

func fusedTiles(t *fusedTile) { plainFusedTiles(t) }
