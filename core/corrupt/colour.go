package corrupt

var contrastFactor = scale[float32]{
	imageNet: [5]float32{.4, .3, .2, .1, .05},
	cifar:    [5]float32{.75, .50, .40, .30, .15},
}

var contrast = &Corruption{
	Name: "contrast", Family: Digital,
	Summary:  "Brings every channel nearer to its mean over the picture.",
	Severity: contrastFactor.says("the part of the differences from the mean that is left"),
	Source:   hendrycks,
	apply: func(j *job) {
		factor := contrastFactor.at(j)
		for c := range 3 {
			src, dst := j.src.Plane(c), j.dst.Plane(c)
			shrinkTo(dst, src, mean(src), factor)
		}
	},
}

// vividness is what saturation is multiplied by, and what is added to it.
type vividness struct{ factor, shift float32 }

var saturateVividness = scale[vividness]{
	imageNet: [5]vividness{{.3, 0}, {.1, 0}, {2, 0}, {5, .1}, {20, .2}},
	cifar:    [5]vividness{{.3, 0}, {.1, 0}, {1.5, 0}, {2, .1}, {2.5, .2}},
}

var saturate = &Corruption{
	Name: "saturate", Family: Digital,
	Summary:  "Makes colours paler or stronger.",
	Severity: saturateVividness.says("factor of HSV's saturation and what is added to it"),
	Source:   hendrycks + " (one of the extra four)",
	apply: func(j *job) {
		s := saturateVividness.at(j)
		colourIn(planesOf(j.dst), planesOf(j.src), s.factor, s.shift)
	},
}
