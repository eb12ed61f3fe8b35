//go:build goexperiment.simd && !amd64 && !arm64 && !wasm

package cpu

import "unsafe"

// tileColumns is how many columns a block has: a vector.
func tileColumns() int { return portableColumns() }

func tileBlocks() int { return 2 }

// tiles is described in tile.go.
func tiles(k int, a unsafe.Pointer, panels int, b unsafe.Pointer, rows *uintptr, blocks int, c unsafe.Pointer, ldc int) {
	portableTiles(k, a, panels, b, rows, blocks, c, ldc)
}

// sumTiles is described in tile.go.
func sumTiles(k int, a unsafe.Pointer, panels int, b unsafe.Pointer, rows *uintptr, blocks int, c unsafe.Pointer, ldc int, more []float32) {
	addTiles(k, a, panels, b, rows, blocks, c, ldc, more)
}

// outputTiles is described in tile.go.
func outputTiles(k int, a unsafe.Pointer, panels int, b unsafe.Pointer, rows *uintptr, blocks int, c unsafe.Pointer, ldc int, end *tileEnd) {
	tilesThenOutputs(k, a, panels, b, rows, blocks, c, ldc, end)
}
