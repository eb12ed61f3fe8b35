//go:build goexperiment.simd

package cpu

import (
	"unsafe"

	"steady/core/compute"
	"steady/core/simdx"
)

// assemblyFinishRows is finishRows, and reports whether it did it.
func assemblyFinishRows(y, x, base []float32, width, pitch int, bias float32, act compute.Activation) bool {
	if rows := len(y) / width; simdx.HasAVX2 && rows > 0 && act.Slope <= 1 {
		_ = x[(rows-1)*pitch+width-1]
		if base != nil {
			_ = base[len(y)-1]
		}
		end := filterEnd{bias, act}
		finishRowsAVX2(unsafe.Pointer(&y[0]), unsafe.Pointer(&x[0]), unsafe.Pointer(unsafe.SliceData(base)), width, 4*pitch, rows, &end)
		return true
	}
	return false
}

// finishRowsAVX2 is finishRows with the pitch in bytes.
//
//go:noescape
func finishRowsAVX2(y, x, base unsafe.Pointer, width, pitch, rows int, end *filterEnd)
