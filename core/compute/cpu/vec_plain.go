//go:build !goexperiment.simd

package cpu

import (
	"unsafe"

	"steady/core/compute"
)

func affineVectors(y, x []float32, a, b float32, act compute.Activation) int                { return 0 }
func addActivatedVectors(y, a, b []float32, act compute.Activation) int                     { return 0 }
func addToVectors(dst, src []float32) int                                                   { return 0 }
func largerVectors(dst, src []float32) int                                                  { return 0 }
func sumVectors(x []float32) (int, float32)                                                 { return 0, 0 }
func momentsVectors(x []float32, shift float32) (int, float32, float32)                     { return 0, 0, 0 }
func gradientSumsVectors(dy, x []float32, mean float32) (int, float32, float32)             { return 0, 0, 0 }
func combineVectors(dst, x, y []float32, a, b, c float32, add bool) int                     { return 0 }
func multiplyRowsVectors(dst, x, y []float32, add bool) int                                 { return 0 }
func scaleRowVectors(dst, x []float32, a float32, add bool) int                             { return 0 }
func dotRowsVectors(x, y []float32) (int, float32)                                          { return 0, 0 }
func normalizeVectors(y, x, scale, shift []float32, a, b float32) int                       { return 0 }
func activationGradientVectors(dx, dy, ref []float32, act compute.Activation, add bool) int { return 0 }

// filterColumns is how many columns filter makes at a time; it reads and writes up to a multiple of them.
func filterColumns() int { return 8 }

// filter computes y[j] = Σ_q weights[q]·x[rows[q]+j] for n columns j; rows holds byte offsets into x.
func filter(y []float32, n int, x unsafe.Pointer, rows []uintptr, weights []float32) {
	weights = weights[:len(rows)]
	for j := 0; j < n; j += 8 {
		var sums [8]float32
		for q, w := range weights {
			for i, v := range (*[8]float32)(unsafe.Add(x, rows[q]+uintptr(4*j))) {
				sums[i] += w * v
			}
		}
		copy(y[j:], sums[:])
	}
}
