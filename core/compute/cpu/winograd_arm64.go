//go:build goexperiment.simd

package cpu

import (
	"simd"
	"unsafe"
)

// The transforms are described in winograd.go.

func vectorColumns() int {
	var v simd.Float32s
	return v.Len()
}

func winogradColumns(to unsafe.Pointer, pitch int, from *stripRows, n, channels int) {
	simdWinogradColumns(to, pitch, from, n, channels)
}

func winogradRows(to unsafe.Pointer, place int, at *[8]unsafe.Pointer, panels, pitch, channels int) {
	simdWinogradRows(to, place, at, panels, pitch, channels)
}

func winogradOutputs(o *outputs) { simdWinogradOutputs(o) }
