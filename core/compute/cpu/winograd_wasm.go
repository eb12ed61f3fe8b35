//go:build goexperiment.simd && wasm

package cpu

import "unsafe"

func cutPatch(y []float32, channel, row int, patch []float32, channels, height, width int) {
	_, _ = y[(channels-1)*channel+(height-1)*row+width-1], patch[16*channels-1]
	wasmCutPatch(unsafe.Pointer(&y[0]), 4*channel, 4*row, unsafe.Pointer(&patch[0]), channels, height, width)
}

//go:noescape
func wasmCutPatch(y unsafe.Pointer, channel, row int, patch unsafe.Pointer, channels, height, width int)
