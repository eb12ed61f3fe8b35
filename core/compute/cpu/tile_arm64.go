//go:build goexperiment.simd

package cpu

import "unsafe"

// tileColumns returns how many columns a block has: a vector of NEON.
func tileColumns() int { return 4 }

func tileBlocks() int { return 4 }

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
