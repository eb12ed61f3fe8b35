package filter

import "steady/core/corrupt/internal/scratch"

// Disc returns the kernel of a disc of a radius, its edge softened by a normal density of standard deviation soft, both
// in pixels: as the reference makes it with OpenCV, but without the rows of nothing around it. It has 2·reach+1 values
// squared and the symmetries of a square. Its sum is 1.013 for a radius of 8 and 1.011 for 10, as the reference's:
// there the disc touches the edge of the square whose mirror image it is softened with, and images become a little
// brighter.
func Disc(radius, soft float64) (kernel []float64, reach int) {
	reach, around := 8, 1
	if radius > 8 {
		reach, around = int(radius), 2
	}
	side := 2*reach + 1
	at := func(k []float64, y, x int) float64 { // k beyond its border is its mirror image
		return k[Mirror101(y+reach, side)*side+Mirror101(x+reach, side)]
	}
	kernel, wide := make([]float64, side*side), make([]float64, side*side)
	count := 0.
	for i := range kernel {
		x, y := i%side-reach, i/side-reach
		if float64(x*x+y*y) <= float64(radius*radius) {
			kernel[i] = 1
			count++
		}
	}
	taps := Bell(2*around+1, around, soft, new(scratch.Buffers))
	for i := range wide {
		for t, weight := range taps {
			wide[i] += float64(float64(weight) * at(kernel, i/side-reach, i%side-reach+t-around) / count)
		}
	}
	clear(kernel)
	for i := range kernel {
		for t, weight := range taps {
			kernel[i] += float64(float64(weight) * at(wide, i/side-reach+t-around, i%side-reach))
		}
	}
	inner := 0 // how far from the middle there is something
	for x := range reach + 1 {
		if at(kernel, 0, x) > negligible {
			inner = x
		}
	}
	trimmed := make([]float64, 0, side*side)
	for y := -inner; y <= inner; y++ {
		for x := -inner; x <= inner; x++ {
			trimmed = append(trimmed, at(kernel, y, x))
		}
	}
	return trimmed, inner
}
