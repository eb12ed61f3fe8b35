//go:build !goexperiment.simd

package cpu

import "steady/core/compute"

func affineVectors(y, x []float32, a, b float32, act compute.Activation) int                { return 0 }
func addActivatedVectors(y, a, b []float32, act compute.Activation) int                     { return 0 }
func addToVectors(dst, src []float32) int                                                   { return 0 }
func sumVectors(x []float32) (int, float32)                                                 { return 0, 0 }
func momentsVectors(x []float32, shift float32) (int, float32, float32)                     { return 0, 0, 0 }
func gradientSumsVectors(dy, x []float32, mean float32) (int, float32, float32)             { return 0, 0, 0 }
func combineVectors(dst, x, y []float32, a, b, c float32, add bool) int                     { return 0 }
func multiplyRowsVectors(dst, x, y []float32, add bool) int                                 { return 0 }
func scaleRowVectors(dst, x []float32, a float32, add bool) int                             { return 0 }
func dotRowsVectors(x, y []float32) (int, float32)                                          { return 0, 0 }
func normalizeVectors(y, x, scale, shift []float32, a, b float32) int                       { return 0 }
func activationGradientVectors(dx, dy, ref []float32, act compute.Activation, add bool) int { return 0 }

func finishRowsVectors(y, x, base []float32, width, pitch int, bias float32, act compute.Activation) (whole, each int) {
	return 0, 0
}

func larger(dst, src []float32) { plainLarger(dst, src) }
