//go:build goexperiment.simd

package cpu

import (
	"simd"
	"unsafe"

	"steady/core/compute"
	"steady/core/simdx"
)

// Where the fields of an activation lie, for the assembly.
const (
	//lint:ignore U1000 used in assembly
	actSlope = unsafe.Offsetof(compute.Activation{}.Slope)
	//lint:ignore U1000 used in assembly
	actMin = unsafe.Offsetof(compute.Activation{}.Min)
	//lint:ignore U1000 used in assembly
	actMax = unsafe.Offsetof(compute.Activation{}.Max)
)

// The transforms are described in winograd.go.

// cacheWay: sets have places for eight or twelve such elements.
const cacheWay = 4096

func vectorColumns() int {
	if simdx.HasAVX2 {
		return 8
	}
	var v simd.Float32s
	return v.Len()
}

func winogradColumns(to unsafe.Pointer, pitch int, from *stripRows, n, channels int) {
	if simdx.HasAVX2 {
		columnsAVX2(to, pitch, from, 4*n, channels)
	} else {
		simdWinogradColumns(to, pitch, from, n, channels)
	}
}

func winogradRows(to unsafe.Pointer, place int, at *[8]unsafe.Pointer, panels, pitch, channels int) {
	if simdx.HasAVX2 {
		rowsAVX2(to, place, at, pitch, channels)
	} else {
		simdWinogradRows(to, place, at, panels, pitch, channels)
	}
}

func winogradOutputs(o *outputs) {
	if simdx.HasAVX2 {
		outputsAVX2(o)
	} else {
		simdWinogradOutputs(o)
	}
}

//go:noescape
func columnsAVX2(to unsafe.Pointer, pitch int, from *stripRows, bytes, channels int)

//go:noescape
func rowsAVX2(to unsafe.Pointer, place int, at *[8]unsafe.Pointer, pitch, channels int)

//go:noescape
func outputsAVX2(o *outputs)
