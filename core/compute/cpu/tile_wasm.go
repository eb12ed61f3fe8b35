//go:build goexperiment.simd && wasm

package cpu

import "unsafe"

// tileColumns is how many columns a tile has: two vectors of 4, the fastest shape found (tile_wasm.s).
func tileColumns() int { return 8 }

func tileBlocks() int { return 1 }

// tiles is described in tile.go.
//
//go:noescape
func tiles(k int, a unsafe.Pointer, panels int, b unsafe.Pointer, rows *uintptr, blocks int, c unsafe.Pointer, ldc int)

// sumTiles is described in tile.go.
func sumTiles(k int, a unsafe.Pointer, panels int, b unsafe.Pointer, rows *uintptr, blocks int, c unsafe.Pointer, ldc int, more []float32) {
	addTiles(k, a, panels, b, rows, blocks, c, ldc, more)
}

// outputTiles is described in tile.go.
func outputTiles(k int, a unsafe.Pointer, panels int, b unsafe.Pointer, rows *uintptr, blocks int, c unsafe.Pointer, ldc int, end *tileEnd) {
	tilesThenOutputs(k, a, panels, b, rows, blocks, c, ldc, end)
}
