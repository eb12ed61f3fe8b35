//go:build goexperiment.simd && !wasm

package cpu

import (
	"unsafe"

	"steady/core/compute"
)

func filter(y []float32, n int, x unsafe.Pointer, rows []uintptr, weights []float32, bias float32, act compute.Activation) {
	portableFilter(y, n, x, rows, weights, bias, act)
}
