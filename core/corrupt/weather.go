package corrupt

import (
	"steady/core/corrupt/internal/fractal"
	"steady/core/corrupt/internal/pix"
)

// fogParams are the amount of fog, in parts of the full range, and how fast its patches lose height from one scale to
// the next.
type fogParams struct{ amount, decay float32 }

var fogTable = severityTable[fogParams]{
	imageNet: [5]fogParams{{1.5, 2}, {2, 2}, {2.5, 1.7}, {2.5, 1.5}, {3, 1.4}},
	cifar:    [5]fogParams{{.2, 3}, {.5, 3}, {.75, 2.5}, {1, 2}, {1.5, 1.75}},
}

var fog = &Corruption{
	Name: "fog", Family: Weather, Stochastic: true,
	Summary:   "Lays patchy fog, a random fractal, over the image.",
	described: fogTable.describe("amount of fog, in parts of the full range, and decay of its patches"),
	Source:    hendrycks + "; the fractal's side is the next power of two",
	apply: func(j *job) {
		side := 1
		for side < max(j.w, j.h) {
			side *= 2
		}
		p, field := fogTable.at(j), j.scratch.Floats(0, side*side)
		fractal.Plasma(field, side, p.decay, j.random, &j.scratch)
		_, most := pix.Extent(j.src.Pix)
		most = max(most, 0)
		shrink := most / (most + p.amount) // back to the brightest that the image had
		for c := range 3 {
			src, dst := j.src.Plane(c), j.dst.Plane(c)
			for y := range j.h {
				pix.AddFog(dst[y*j.w:][:j.w], src[y*j.w:][:j.w], field[y*side:], p.amount, shrink)
			}
		}
	},
}

var brightnessShift = severityTable[float32]{
	imageNet: [5]float32{.1, .2, .3, .4, .5},
	cifar:    [5]float32{.05, .10, .15, .20, .30},
}

var brightness = &Corruption{
	Name: "brightness", Family: Weather,
	Summary:   "Makes the image brighter and keeps its colors, as glaring light does.",
	described: brightnessShift.describe("added to the value of HSV, in parts of the full range"),
	Source:    hendrycks,
	apply: func(j *job) {
		pix.AddValue(pix.PlanesOf(j.dst), pix.PlanesOf(j.src), brightnessShift.at(j))
	},
}
