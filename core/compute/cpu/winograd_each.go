//go:build goexperiment.simd && (arm64 || wasm)

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

// The transforms are described in winograd.go. With vectors of four they are assembly for one channel, panel or tile
// (winograd_arm64.s, winograd_wasm.s): on wasm because the compiler's packages have no shuffles there, and for the loops
// (tile_wasm.s); on arm64 because the compiler keeps neither constants nor results in registers.

const cacheWay = 0

func vectorColumns() int { return 4 }

func winogradColumns(to unsafe.Pointer, pitch int, from *stripRows, n, channels int) {
	for c := range channels {
		rows := from.rows
		for i := range rows {
			rows[i] = unsafe.Add(rows[i], c*from.steps[i])
		}
		channelColumns(unsafe.Add(to, c*winogradInput*pitch), pitch, &rows, n)
	}
}

func winogradRows(to unsafe.Pointer, place int, at *[8]unsafe.Pointer, panels, pitch, channels int) {
	for p := range panels {
		panelRows(unsafe.Add(to, 16*channels*p), place, (*[4]unsafe.Pointer)(at[4*p:]), pitch, channels)
	}
}

func winogradOutputs(o *outputs) {
	o.addsNothing()
	for range o.tiles {
		tile := *o
		tileOutputs(&tile) // which may leave y and base behind the channels
		o.next()
	}
}

//go:noescape
func channelColumns(to unsafe.Pointer, pitch int, from *[winogradInput]unsafe.Pointer, n int)

//go:noescape
func panelRows(to unsafe.Pointer, place int, at *[4]unsafe.Pointer, pitch, channels int)

//go:noescape
func tileOutputs(o *outputs)
