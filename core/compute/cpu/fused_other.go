//go:build !(goexperiment.simd && wasm)

package cpu

import "unsafe"

// packs reports whether the inner loop reads columns that lie next to each other.
const packs = false

func packColumns(to, b unsafe.Pointer, rows *uintptr, k, blocks, last int) {
	plainPackColumns(to, b, rows, k, blocks, last)
}

func fusedTiles(t *fusedTile) { plainFusedTiles(t) }

func packedTiles(k int, a unsafe.Pointer, panels int, b unsafe.Pointer, blocks int, c unsafe.Pointer, ldc int) {
	plainPackedTiles(k, a, panels, b, blocks, c, ldc)
}
