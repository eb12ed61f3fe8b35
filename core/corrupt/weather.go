package corrupt

import (
	"steady/core/corrupt/internal/fractal"
	"steady/core/corrupt/internal/pix"
)

// mist is how much fog there is, and how fast its patches lose height from one scale to the next.
type mist struct{ amount, decay float32 }

var fogMist = scale[mist]{
	imageNet: [5]mist{{1.5, 2}, {2, 2}, {2.5, 1.7}, {2.5, 1.5}, {3, 1.4}},
	cifar:    [5]mist{{.2, 3}, {.5, 3}, {.75, 2.5}, {1, 2}, {1.5, 1.75}},
}

var fog = &Corruption{
	Name: "fog", Family: Weather, Stochastic: true,
	Summary:  "Lays patchy fog, a random fractal, over the picture.",
	Severity: fogMist.says("amount of fog, in parts of the full range, and decay of its patches"),
	Source:   hendrycks + "; the fractal's side is the next power of two",
	apply: func(j *job) {
		side := 1
		for side < max(j.w, j.h) {
			side *= 2
		}
		m, field := fogMist.at(j), j.scratch.Floats(0, side*side)
		fractal.Plasma(field, side, m.decay, j.random, &j.scratch)
		_, most := pix.Extent(j.src.Pix)
		most = max(most, 0)
		shrink := most / (most + m.amount) // back to the brightest that the picture had
		for c := range 3 {
			src, dst := j.src.Plane(c), j.dst.Plane(c)
			for y := range j.h {
				pix.AddFog(dst[y*j.w:][:j.w], src[y*j.w:][:j.w], field[y*side:], m.amount, shrink)
			}
		}
	},
}

var brightnessShift = scale[float32]{
	imageNet: [5]float32{.1, .2, .3, .4, .5},
	cifar:    [5]float32{.05, .10, .15, .20, .30},
}

var brightness = &Corruption{
	Name: "brightness", Family: Weather,
	Summary:  "Makes the picture brighter and keeps its colours, as glaring light does.",
	Severity: brightnessShift.says("added to the value of HSV, in parts of the full range"),
	Source:   hendrycks,
	apply: func(j *job) {
		pix.AddValue(pix.PlanesOf(j.dst), pix.PlanesOf(j.src), brightnessShift.at(j))
	},
}
