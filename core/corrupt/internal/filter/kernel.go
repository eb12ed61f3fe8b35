package filter

import (
	"steady/core/corrupt/internal/scratch"
	"steady/core/random"
)

// Gaussian returns SciPy's kernel of a standard deviation, in pixels: cut off at 4 of them, of sum 1. It is in
// s.Weights.
func Gaussian(sigma float64, s *scratch.Buffers) []float32 {
	reach := int(float64(4*sigma) + .5)
	return Bell(2*reach+1, reach, sigma, s)
}

// Bell returns n weights of sum 1: a normal density of standard deviation sigma around a middle. They are in s.Weights.
func Bell(n, middle int, sigma float64, s *scratch.Buffers) []float32 {
	density := func(i int) float64 {
		d := float64(i - middle)
		return random.Exp(-float64(d*d) / float64(2*float64(sigma*sigma)))
	}
	sum := 0.
	for i := range n {
		sum += density(i)
	}
	weights := s.Weights(n)
	for i := range weights {
		weights[i] = float32(density(i) / sum)
	}
	return weights
}
