package corrupt

import (
	"math"

	"steady/core/corrupt/internal/pix"
)

var laugrosGaussian = newRangeCorruption("gaussian", Noise,
	"Adds the absolute value of normal noise to every channel of every pixel, which makes the image brighter.",
	floatRange{.05, .18}, "standard deviation of the noise, in parts of the full range",
	func(j *job, sigma float64) {
		noise := j.normals(len(j.src.Pix))
		for i, v := range noise {
			noise[i] = float32(math.Abs(float64(v)))
		}
		pix.AddScaled(j.dst.Pix, j.src.Pix, noise, float32(sigma))
	})

var laugrosSaltPepper = newRangeCorruption("salt_pepper", Noise,
	"Makes a few channels of pixels full or empty.",
	floatRange{.003, .032}, "share of the values that are replaced, half by 0 and half by 1",
	(*job).addImpulses)
