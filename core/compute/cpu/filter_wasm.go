//go:build goexperiment.simd && wasm

package cpu

import (
	"unsafe"

	"steady/core/compute"
)

func filter(y []float32, n int, x unsafe.Pointer, rows []uintptr, weights []float32, bias float32, act compute.Activation) {
	if n <= 0 || len(rows) == 0 || act.Slope > 1 { // the activation is max(v, Slope·v), within the limits
		portableFilter(y, n, x, rows, weights, bias, act)
		return
	}
	_ = weights[len(rows)-1]
	end := filterEnd{bias, act}
	wasmFilter(unsafe.Pointer(unsafe.SliceData(y)), x, &rows[0], unsafe.Pointer(&weights[0]), len(rows), n, &end)
}

// filterEnd is what is done to the sums.
type filterEnd struct {
	bias float32
	act  compute.Activation
}

// wasmFilter is filter, for at least one tap and column, 16 columns at a time and 8 where no more are left.
//
//go:noescape
func wasmFilter(y, x unsafe.Pointer, rows *uintptr, weights unsafe.Pointer, taps, n int, end *filterEnd)
