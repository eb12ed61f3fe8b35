//go:build goexperiment.simd && !amd64 && !wasm

package cpu

import (
	"simd"
	"unsafe"

	"steady/core/compute"
)

func filterColumns() int {
	var v simd.Float32s
	return 2 * v.Len()
}

func filter(y []float32, n int, x unsafe.Pointer, rows []uintptr, weights []float32, bias float32, act compute.Activation) {
	portableFilter(y, n, x, rows, weights, bias, act)
}
