//go:build goexperiment.simd && wasm

package cpu

import "unsafe"

// fuses tells whether products become outputs in one pass.
const fuses = true

//go:noescape
func packColumns(to, b unsafe.Pointer, rows *uintptr, k, blocks, last int)

//go:noescape
func fusedTiles(t *fusedTile)
