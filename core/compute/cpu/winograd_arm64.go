//go:build goexperiment.simd

package cpu

import (
	"unsafe"

	"steady/core/compute"
)

// Where the fields of an activation lie, for the assembly.
const (
	actSlope = unsafe.Offsetof(compute.Activation{}.Slope)
	actMin   = unsafe.Offsetof(compute.Activation{}.Min)
	actMax   = unsafe.Offsetof(compute.Activation{}.Max)
)

// The transforms are described in winograd_plain.go.

// vectorColumns is the step in which winogradColumns writes columns.
func vectorColumns() int { return 4 }

//go:noescape
func winogradColumns(to unsafe.Pointer, pitch int, from *[winogradInput]unsafe.Pointer, n int)

//go:noescape
func winogradRows(to unsafe.Pointer, place int, at *[4]unsafe.Pointer, pitch, channels int)

//go:noescape
func winogradOutputs(o *outputs)
