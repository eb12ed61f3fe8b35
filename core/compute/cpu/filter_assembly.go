//go:build goexperiment.simd && (amd64 || wasm)

package cpu

import (
	"unsafe"

	"steady/core/compute"
)

func filter(y []float32, n int, x unsafe.Pointer, rows []uintptr, weights []float32, bias float32, act compute.Activation) {
	if !filterInAssembly() || n <= 0 || len(rows) == 0 || act.Slope > 1 { // the activation is max(v, Slope·v), within the limits
		portableFilter(y, n, x, rows, weights, bias, act)
		return
	}
	_ = weights[len(rows)-1]
	end := filterEnd{bias, act}
	assemblyFilter(unsafe.Pointer(unsafe.SliceData(y)), x, &rows[0], unsafe.Pointer(&weights[0]), len(rows), n, &end)
}

// filterEnd is what is done to the sums.
type filterEnd struct {
	bias float32
	act  compute.Activation
}
