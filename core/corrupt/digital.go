package corrupt

import (
	"steady/core/corrupt/internal/jpegsim"
	"steady/core/corrupt/internal/pix"
	"steady/core/corrupt/internal/resample"
)

var contrastFactor = severityTable[float32]{
	imageNet: [5]float32{.4, .3, .2, .1, .05},
	cifar:    [5]float32{.75, .50, .40, .30, .15},
}

var contrast = &Corruption{
	Name: "contrast", Family: Digital,
	Summary:   "Brings every channel nearer to its mean over the image.",
	described: contrastFactor.describe("the part of the differences from the mean that is left"),
	Source:    hendrycks,
	apply: func(j *job) {
		factor := contrastFactor.at(j)
		for c := range 3 {
			src, dst := j.src.Plane(c), j.dst.Plane(c)
			pix.ScaleAround(dst, src, pix.Mean(src), factor)
		}
	},
}

// saturateParams are the factor of HSV's saturation and what is added to it.
type saturateParams struct{ factor, shift float32 }

var saturateTable = severityTable[saturateParams]{
	imageNet: [5]saturateParams{{.3, 0}, {.1, 0}, {2, 0}, {5, .1}, {20, .2}},
	cifar:    [5]saturateParams{{.3, 0}, {.1, 0}, {1.5, 0}, {2, .1}, {2.5, .2}},
}

var saturate = &Corruption{
	Name: "saturate", Family: Digital,
	Summary:   "Makes colors paler or stronger.",
	described: saturateTable.describe("factor of HSV's saturation and what is added to it"),
	Source:    hendrycks + " (one of the extra four)",
	apply: func(j *job) {
		s := saturateTable.at(j)
		pix.AdjustSaturation(pix.PlanesOf(j.dst), pix.PlanesOf(j.src), s.factor, s.shift)
	},
}

var pixelateScale = severityTable[float64]{
	imageNet: [5]float64{.6, .5, .4, .3, .25},
	cifar:    [5]float64{.95, .90, .85, .75, .65},
}

var pixelate = &Corruption{
	Name: "pixelate", Family: Digital,
	Summary:   "Makes the image smaller and larger again, which leaves coarse squares.",
	described: pixelateScale.describe("the smaller image's side, in parts of the side"),
	Source:    hendrycks,
	apply: func(j *job) {
		factor := pixelateScale.at(j)
		smallW, smallH := max(int(float64(j.w)*factor), 1), max(int(float64(j.h)*factor), 1)
		resample.Pixelate(pix.PlanesOf(j.dst), pix.PlanesOf(j.src), j.w, j.h, smallW, smallH, &j.scratch)
	},
}

var jpegQuality = severityTable[int]{
	imageNet: [5]int{25, 18, 15, 10, 7},
	cifar:    [5]int{80, 65, 58, 50, 40},
}

var jpegCompression = &Corruption{
	Name: "jpeg_compression", Family: Digital,
	Summary:   "Stores the image as a small JPEG file and reads it again.",
	described: jpegQuality.describe("quality of the JPEG file, 1 to 100, lower being worse"),
	Source:    hendrycks + "; libjpeg's settings",
	apply: func(j *job) {
		jpegsim.RoundTrip(pix.PlanesOf(j.dst), pix.PlanesOf(j.src), j.w, j.h, jpegQuality.at(j), &j.scratch)
	},
}
