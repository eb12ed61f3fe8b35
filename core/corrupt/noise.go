package corrupt

import (
	"steady/core/corrupt/internal/pix"
	"steady/core/corrupt/internal/poisson"
)

var gaussianSigma = severityTable[float32]{
	imageNet: [5]float32{.08, .12, .18, .26, .38},
	cifar:    [5]float32{.04, .06, .08, .09, .10},
}

var gaussianNoise = &Corruption{
	Name: "gaussian_noise", Family: Noise, Stochastic: true,
	Summary:   "Adds normal noise to every channel of every pixel, as a sensor does in low light.",
	described: gaussianSigma.describe("standard deviation of the noise, in parts of the full range"),
	Source:    hendrycks,
	apply: func(j *job) {
		pix.AddScaled(j.dst.Pix, j.src.Pix, j.normals(len(j.src.Pix)), gaussianSigma.at(j))
	},
}

var shotPhotons = severityTable[float32]{
	imageNet: [5]float32{60, 25, 12, 5, 3},
	cifar:    [5]float32{500, 250, 100, 75, 50},
}

var shotNoise = &Corruption{
	Name: "shot_noise", Family: Noise, Stochastic: true,
	Summary:   "Counts photons: the fewer there are, the more their number flickers (Poisson noise).",
	described: shotPhotons.describe("photons that make full brightness"),
	Source:    hendrycks,
	apply: func(j *job) {
		white := shotPhotons.at(j)
		photons := poisson.For(white)
		counts := j.scratch.Ints(0, len(j.src.Pix))
		pix.ToBytes(counts, j.src.Pix)
		photons.Count(counts, j.src.Pix, j.bits(len(j.src.Pix)), j.random)
		pix.Divide(j.dst.Pix, counts, white)
	},
}

var impulseAmount = severityTable[float64]{
	imageNet: [5]float64{.03, .06, .09, .17, .27},
	cifar:    [5]float64{.01, .02, .03, .05, .07},
}

var impulseNoise = &Corruption{
	Name: "impulse_noise", Family: Noise, Stochastic: true,
	Summary:   "Makes channels of pixels full or empty, as errors of transmission do (salt and pepper).",
	described: impulseAmount.describe("share of the values that are replaced, half by 0 and half by 1"),
	Source:    hendrycks,
	apply:     func(j *job) { j.addImpulses(impulseAmount.at(j)) },
}

// addImpulses replaces a share of the values by 0 or 1, each as often.
func (j *job) addImpulses(share float64) {
	half := uint32(float64(share * (1 << 31)))
	pix.AddImpulses(j.dst.Pix, j.src.Pix, j.bits(len(j.src.Pix)), half)
}

var speckleSigma = severityTable[float32]{
	imageNet: [5]float32{.15, .20, .35, .45, .60},
	cifar:    [5]float32{.06, .10, .12, .16, .20},
}

var speckleNoise = &Corruption{
	Name: "speckle_noise", Family: Noise, Stochastic: true,
	Summary:   "Adds normal noise in proportion to the value, so that bright parts flicker most.",
	described: speckleSigma.describe("standard deviation of the noise, in parts of the value"),
	Source:    hendrycks + " (one of the extra four)",
	apply: func(j *job) {
		pix.AddSpeckle(j.dst.Pix, j.src.Pix, j.normals(len(j.src.Pix)), speckleSigma.at(j))
	},
}
