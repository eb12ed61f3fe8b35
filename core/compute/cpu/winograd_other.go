//go:build !goexperiment.simd || !(amd64 || arm64 || wasm)

package cpu

import "unsafe"

// The transforms are described in winograd.go.

const cacheWay = 0

func vectorColumns() int { return 4 }

func winogradColumns(to unsafe.Pointer, pitch int, from *stripRows, n, channels int) {
	plainWinogradColumns(to, pitch, from, n, channels)
}

func winogradRows(to unsafe.Pointer, place int, at *[8]unsafe.Pointer, panels, pitch, channels int) {
	plainWinogradRows(to, place, at, panels, pitch, channels)
}

func winogradOutputs(o *outputs) { plainWinogradOutputs(o) }
