package corrupt

import (
	"steady/core/corrupt/internal/filter"
	"steady/core/corrupt/internal/pix"
	"steady/core/corrupt/internal/scratch"
)

// lens is the radius of the disc that a point becomes, and the standard deviation that its edge is softened by.
type lens struct{ radius, alias float64 }

var defocusLens = scale[lens]{
	imageNet: [5]lens{{3, .1}, {4, .5}, {6, .5}, {8, .5}, {10, .5}},
	cifar:    [5]lens{{.3, .4}, {.4, .5}, {.5, .6}, {1, .2}, {1.5, .1}},
}

var defocusBlur = &Corruption{
	Name: "defocus_blur", Family: Blur,
	Summary:  "Spreads every point over a disc, as a lens out of focus does.",
	Severity: defocusLens.says("radius of the disc and standard deviation that softens its edge, in pixels"),
	Source:   hendrycks,
	apply: func(j *job) {
		l := defocusLens.at(j)
		kernel, reach := l.disc()
		filter.Spread(pix.PlanesOf(j.dst), pix.PlanesOf(j.src), j.w, kernel, reach, &j.scratch)
	},
}

// disc gives the kernel as OpenCV makes it, without the rows of nothing around it. It has the symmetries of a square.
// Its sum is 1.013 for a radius of 8 and 1.011 for 10, as the reference's: there the disc touches the edge of the square
// whose mirror image it is softened with, and the picture becomes a little brighter.
func (l lens) disc() (kernel []float64, reach int) {
	reach, soft := 8, 1
	if l.radius > 8 {
		reach, soft = int(l.radius), 2
	}
	side := 2*reach + 1
	at := func(k []float64, y, x int) float64 { // k beyond its border is its mirror image
		return k[filter.Mirror101(y+reach, side)*side+filter.Mirror101(x+reach, side)]
	}
	kernel, wide := make([]float64, side*side), make([]float64, side*side)
	count := 0.
	for i := range kernel {
		x, y := i%side-reach, i/side-reach
		if float64(x*x+y*y) <= float64(l.radius*l.radius) {
			kernel[i] = 1
			count++
		}
	}
	taps := filter.Bell(2*soft+1, soft, l.alias, new(scratch.Buffers))
	for i := range wide {
		for t, weight := range taps {
			wide[i] += float64(float64(weight) * at(kernel, i/side-reach, i%side-reach+t-soft) / count)
		}
	}
	clear(kernel)
	for i := range kernel {
		for t, weight := range taps {
			kernel[i] += float64(float64(weight) * at(wide, i/side-reach+t-soft, i%side-reach))
		}
	}
	inner := 0 // how far from the middle there is something
	for x := range reach + 1 {
		if at(kernel, 0, x) > filter.Negligible {
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
