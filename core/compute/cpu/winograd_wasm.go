//go:build goexperiment.simd && wasm

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

// The transforms are described in winograd.go. They are in assembly because the compiler's packages have no shuffles on
// wasm, and for the loops (tile_wasm.s).

func vectorColumns() int { return 4 }

func winogradColumns(to unsafe.Pointer, pitch int, from *stripRows, n, channels int) {
	for c := range channels {
		rows := from.rows
		for i := range rows {
			rows[i] = unsafe.Add(rows[i], c*from.steps[i])
		}
		wasmColumns(unsafe.Add(to, c*winogradInput*pitch), pitch, &rows, n)
	}
}

func winogradRows(to unsafe.Pointer, place int, at *[8]unsafe.Pointer, panels, pitch, channels int) {
	for p := range panels {
		wasmRows(unsafe.Add(to, 16*channels*p), place, (*[4]unsafe.Pointer)(at[4*p:]), pitch, channels)
	}
}

func winogradOutputs(o *outputs) {
	o.addsNothing()
	for range o.tiles {
		tile := *o
		wasmOutputs(&tile) // which leaves y and base behind the channels
		o.next()
	}
}

// wasmColumns transforms the columns of a channel.
//
//go:noescape
func wasmColumns(to unsafe.Pointer, pitch int, from *[winogradInput]unsafe.Pointer, n int)

// wasmRows transforms the rows of the tiles of a panel.
//
//go:noescape
func wasmRows(to unsafe.Pointer, place int, at *[4]unsafe.Pointer, pitch, channels int)

// wasmOutputs makes the outputs of a tile.
//
//go:noescape
func wasmOutputs(o *outputs)
