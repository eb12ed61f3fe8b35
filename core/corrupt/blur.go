package corrupt

import "steady/core/corrupt/internal/filter"

var gaussianBlurSigma = scale[float64]{
	imageNet: [5]float64{1, 2, 3, 4, 6},
	cifar:    [5]float64{.4, .6, .7, .8, 1},
}

var gaussianBlur = &Corruption{
	Name: "gaussian_blur", Family: Blur,
	Summary:  "Blurs evenly in all directions, as frosted foil does.",
	Severity: gaussianBlurSigma.says("standard deviation of the blur, in pixels"),
	Source:   hendrycks + " (one of the extra four)",
	apply:    func(j *job) { j.smooth(filter.Gaussian(gaussianBlurSigma.at(j), &j.scratch)) },
}

// smooth filters the rows and the columns of every plane with a kernel of odd length; borders are replicated.
func (j *job) smooth(kernel []float32) {
	for c := range 3 {
		filter.Smooth(j.dst.Plane(c), j.src.Plane(c), j.w, kernel, &j.scratch)
	}
}
