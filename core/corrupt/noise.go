package corrupt

var gaussianSigma = scale[float32]{
	imageNet: [5]float32{.08, .12, .18, .26, .38},
	cifar:    [5]float32{.04, .06, .08, .09, .10},
}

var gaussianNoise = &Corruption{
	Name: "gaussian_noise", Family: Noise, Stochastic: true,
	Summary:  "Adds normal noise to every channel of every pixel, as a sensor does in low light.",
	Severity: gaussianSigma.says("standard deviation of the noise, in parts of the full range"),
	Source:   hendrycks,
	apply: func(j *job) {
		sigma := gaussianSigma.at(j)
		for i, v := range j.src.Pix {
			j.dst.Pix[i] = v + float32(sigma*j.random.Normal())
		}
	},
}

var shotWhite = scale[float32]{
	imageNet: [5]float32{60, 25, 12, 5, 3},
	cifar:    [5]float32{500, 250, 100, 75, 50},
}

var shotNoise = &Corruption{
	Name: "shot_noise", Family: Noise, Stochastic: true,
	Summary:  "Counts photons: the fewer there are, the more their number flickers (Poisson noise).",
	Severity: shotWhite.says("photons that make full brightness"),
	Source:   hendrycks,
	apply: func(j *job) {
		white := shotWhite.at(j)
		photons := poissonFor(white)
		for i, v := range j.src.Pix {
			j.dst.Pix[i] = float32(photons.draw(j.random, v)) / white
		}
	},
}
