//go:build !goexperiment.simd

package cpu

import (
	"unsafe"

	"steady/core/compute"
)

func filterColumns() int { return 8 }

func filter(y []float32, n int, x unsafe.Pointer, rows []uintptr, weights []float32, bias float32, act compute.Activation) {
	weights = weights[:len(rows)]
	for j := 0; j < n; j += 8 {
		var sums [8]float32
		for q, w := range weights {
			for i, v := range (*[8]float32)(unsafe.Add(x, rows[q]+uintptr(4*j))) {
				sums[i] += w * v
			}
		}
		for i, v := range sums {
			y[j+i] = activate(v+bias, act)
		}
	}
}
