//go:build goexperiment.simd && wasm

package cpu

import "unsafe"

// packs reports whether the inner loop reads columns that lie next to each other.
const packs = true

//go:noescape
func packColumns(to, b unsafe.Pointer, rows *uintptr, k, blocks, last int)

//go:noescape
func fusedTiles(t *fusedTile)

//go:noescape
func packedTiles(k int, a unsafe.Pointer, panels int, b unsafe.Pointer, blocks int, c unsafe.Pointer, ldc int)
