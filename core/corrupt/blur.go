package corrupt

import (
	"steady/core/corrupt/internal/filter"
	"steady/core/corrupt/internal/pix"
)

// defocusParams are the radius of the disc that a point becomes, and the standard deviation that its edge is softened
// by, in pixels.
type defocusParams struct{ radius, alias float64 }

var defocusTable = severityTable[defocusParams]{
	imageNet: [5]defocusParams{{3, .1}, {4, .5}, {6, .5}, {8, .5}, {10, .5}},
	cifar:    [5]defocusParams{{.3, .4}, {.4, .5}, {.5, .6}, {1, .2}, {1.5, .1}},
}

var defocusBlur = &Corruption{
	Name: "defocus_blur", Family: Blur,
	Summary:   "Spreads every point over a disc, as a lens out of focus does.",
	described: defocusTable.describe("radius of the disc and standard deviation that softens its edge, in pixels"),
	Source:    hendrycks,
	apply: func(j *job) {
		p := defocusTable.at(j)
		kernel, reach := filter.Disc(p.radius, p.alias)
		filter.Spread(pix.PlanesOf(j.dst), pix.PlanesOf(j.src), j.w, kernel, reach, &j.scratch)
	},
}

// motionParams are the length of a smear, 2·radius+1 pixels, and the standard deviation of its weights, in pixels.
type motionParams struct {
	radius int
	sigma  float64
}

var motionTable = severityTable[motionParams]{
	imageNet: [5]motionParams{{10, 3}, {15, 5}, {15, 8}, {15, 12}, {20, 15}},
	cifar:    [5]motionParams{{6, 1}, {6, 1.5}, {6, 2}, {8, 2}, {9, 2.5}},
}

var motionBlur = &Corruption{
	Name: "motion_blur", Family: Blur, Stochastic: true,
	Summary:   "Smears along a random direction within 45 degrees of level, as a moving camera does.",
	described: motionTable.describe("radius and standard deviation of the smear, in pixels"),
	Source:    hendrycks + ", by ImageMagick's algorithm",
	apply: func(j *job) {
		p := motionTable.at(j)
		m := filter.NewMotion(j.w, j.h, p.radius, p.sigma, float64(j.random.Uniform(-45, 45)), &j.scratch)
		for c := range 3 {
			m.Apply(j.dst.Plane(c), j.src.Plane(c))
		}
		// ImageMagick hands on bytes, rounded to the nearest.
		pix.Truncate(j.dst.Pix, j.dst.Pix, .5/255)
	},
}

var gaussianBlurSigma = severityTable[float64]{
	imageNet: [5]float64{1, 2, 3, 4, 6},
	cifar:    [5]float64{.4, .6, .7, .8, 1},
}

var gaussianBlur = &Corruption{
	Name: "gaussian_blur", Family: Blur,
	Summary:   "Blurs evenly in all directions, as frosted film does.",
	described: gaussianBlurSigma.describe("standard deviation of the blur, in pixels"),
	Source:    hendrycks + " (one of the extra four)",
	apply:     func(j *job) { j.smooth(filter.Gaussian(gaussianBlurSigma.at(j), &j.scratch)) },
}

// smooth filters the rows and the columns of every plane with a kernel of odd length; borders are replicated.
func (j *job) smooth(kernel []float32) {
	for c := range 3 {
		filter.Smooth(j.dst.Plane(c), j.src.Plane(c), j.w, kernel, &j.scratch)
	}
}
