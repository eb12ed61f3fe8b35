//go:build goexperiment.simd

package cpu

import (
	"unsafe"

	"steady/core/simdx"
)

// tileColumns is how many columns a block has: a vector.
func tileColumns() int {
	if simdx.AVX2 {
		return 8
	}
	return portableColumns()
}

func tileBlocks() int {
	if simdx.AVX2 {
		return 3
	}
	return 2
}

// tiles is described in tile.go.
func tiles(k int, a unsafe.Pointer, panels int, b unsafe.Pointer, rows *uintptr, blocks int, c unsafe.Pointer, ldc int) {
	if simdx.AVX2 {
		tilesAVX2(k, a, panels, b, rows, blocks, c, ldc, false)
	} else {
		portableTiles(k, a, panels, b, rows, blocks, c, ldc)
	}
}

// sumTiles is described in tile.go.
func sumTiles(k int, a unsafe.Pointer, panels int, b unsafe.Pointer, rows *uintptr, blocks int, c unsafe.Pointer, ldc int, more []float32) {
	if simdx.AVX2 {
		tilesAVX2(k, a, panels, b, rows, blocks, c, ldc, true)
	} else {
		addTiles(k, a, panels, b, rows, blocks, c, ldc, more)
	}
}

//go:noescape
func tilesAVX2(k int, a unsafe.Pointer, panels int, b unsafe.Pointer, rows *uintptr, blocks int, c unsafe.Pointer, ldc int, add bool)
