package corrupt

import (
	"steady/core/corrupt/internal/pix"
	"steady/core/corrupt/internal/resample"
)

// zoomParams are the number of enlarged images, from factor 1 on, and the step from one factor to the next. The
// numbers are those of NumPy's arange, whose rounding sometimes gives one more than the stop that the reference names.
type zoomParams struct {
	count int
	step  float64
}

var zoomTable = severityTable[zoomParams]{
	imageNet: [5]zoomParams{{12, .01}, {16, .01}, {11, .02}, {13, .02}, {11, .03}},
	cifar:    [5]zoomParams{{7, .01}, {12, .01}, {16, .01}, {21, .01}, {26, .01}},
}

var zoomBlur = &Corruption{
	Name: "zoom_blur", Family: Blur,
	Summary:   "Smears away from the middle, as a camera that moves towards the scene does.",
	described: zoomTable.describe("number of enlarged images, from factor 1, and step of the factor"),
	Source:    hendrycks + "; each axis is enlarged by itself",
	apply: func(j *job) {
		p := zoomTable.at(j)
		w, h := j.w, j.h
		source := j.scratch.Floats(0, 3*w*h+1)
		source[3*w*h] = 0 // the last row, too, has a value after it, of which nothing is taken
		copy(source, j.src.Pix)
		// The mean is of the image and its enlargements; the first of these is the image itself.
		pix.Scale(j.dst.Pix, source[:3*w*h], 2)
		next := 1 + p.step
		delta := next - 1 // as rounded by arange
		for k := 1; k < p.count; k++ {
			z := resample.NewZoom(w, h, 1+float64(float64(k)*delta), j.scratch.Floats(1, 3*w), &j.scratch)
			for c := range 3 {
				z.Begin(source[c*w*h:][:w*h+1])
				for y := range h {
					upper, lower, share := z.Row(y)
					pix.AddLerp(j.dst.Plane(c)[y*w:][:w], upper, lower, share)
				}
			}
		}
		pix.Scale(j.dst.Pix, j.dst.Pix, 1/float32(p.count+1))
	},
}
