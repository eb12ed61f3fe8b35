//go:build goexperiment.simd

package cpu

import (
	"unsafe"

	"steady/core/simdx"
)

// tileColumns is how many columns a block has: a vector.
func tileColumns() int {
	switch {
	case simdx.AVX512:
		return 16
	case simdx.AVX2:
		return 8
	}
	return portableColumns()
}

// tileBlocks is how many blocks tiles takes together.
func tileBlocks() int {
	if simdx.AVX512 || simdx.AVX2 {
		return 3
	}
	return 2
}

// tiles is described in tile.go.
func tiles(k int, a unsafe.Pointer, panels int, b unsafe.Pointer, rows *uintptr, blocks int, c unsafe.Pointer, ldc int) {
	switch {
	case simdx.AVX512:
		tilesAVX512(k, a, panels, b, rows, blocks, c, ldc, false, nil)
	case simdx.AVX2:
		tilesAVX2(k, a, panels, b, rows, blocks, c, ldc, false, nil)
	default:
		portableTiles(k, a, panels, b, rows, blocks, c, ldc)
	}
}

// sumTiles is described in tile.go.
func sumTiles(k int, a unsafe.Pointer, panels int, b unsafe.Pointer, rows *uintptr, blocks int, c unsafe.Pointer, ldc int, more []float32) {
	switch {
	case simdx.AVX512:
		tilesAVX512(k, a, panels, b, rows, blocks, c, ldc, true, nil)
	case simdx.AVX2:
		tilesAVX2(k, a, panels, b, rows, blocks, c, ldc, true, nil)
	default:
		addTiles(k, a, panels, b, rows, blocks, c, ldc, more)
	}
}

// outputTiles is described in tile.go.
func outputTiles(k int, a unsafe.Pointer, panels int, b unsafe.Pointer, rows *uintptr, blocks int, c unsafe.Pointer, ldc int, end *tileEnd) {
	switch {
	case simdx.AVX512:
		tilesAVX512(k, a, panels, b, rows, blocks, c, ldc, false, end)
	case simdx.AVX2:
		tilesAVX2(k, a, panels, b, rows, blocks, c, ldc, false, end)
	default:
		tilesThenOutputs(k, a, panels, b, rows, blocks, c, ldc, end)
	}
}

// tileAdds reports whether outputTiles can add something to sums, tileTakesLast whether it can make one more column.
func tileAdds() bool      { return simdx.AVX512 || simdx.AVX2 }
func tileTakesLast() bool { return simdx.AVX512 }

// tilesAVX2 is tiles, sumTiles where add, or outputTiles where there is an end.
//
//go:noescape
func tilesAVX2(k int, a unsafe.Pointer, panels int, b unsafe.Pointer, rows *uintptr, blocks int, c unsafe.Pointer, ldc int, add bool, end *tileEnd)

// tilesAVX512 is tilesAVX2 with vectors twice as wide.
//
//go:noescape
func tilesAVX512(k int, a unsafe.Pointer, panels int, b unsafe.Pointer, rows *uintptr, blocks int, c unsafe.Pointer, ldc int, add bool, end *tileEnd)
