//go:build !goexperiment.simd

package cpu

import (
	"math"

	"steady/core/scalar"
)

// mapRow is y = f(x); y may be x.
func mapRow(f scalar.Function, y, x []float32) {
	y = y[:len(x)]
	for i, v := range x {
		y[i] = float32(f.At(float64(v)))
	}
}

// mapGradientRow is dx = dy·f'(x), or dx += where add; dx may be dy.
func mapGradientRow(f scalar.Function, dx, dy, x []float32, add bool) {
	dx, dy = dx[:len(x)], dy[:len(x)]
	for i, v := range x {
		g := dy[i] * float32(f.Slope(float64(v)))
		if add {
			g += dx[i]
		}
		dx[i] = g
	}
}

// expRow is y = exp(x-top), and returns the sum of y; y may be x.
func expRow(y, x []float32, top float32) float32 {
	y = y[:len(x)]
	s := float32(0)
	for i, v := range x {
		y[i] = float32(math.Exp(float64(v - top)))
		s += y[i]
	}
	return s
}
