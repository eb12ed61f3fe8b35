package corrupt

import (
	"steady/core/corrupt/internal/pix"
	"steady/core/corrupt/internal/resample"
)

// flakes says how many snowflakes there are (mean, deviation and threshold of the noise), how large they are, how far
// they fall, and how much of the picture stays as it is.
type flakes struct {
	mean, deviation float32
	zoom            float64
	threshold       float32
	fall            trail
	keep            float32
}

var snowFlakes = scale[flakes]{
	imageNet: [5]flakes{
		{.1, .3, 3, .5, trail{10, 4}, .8},
		{.2, .3, 2, .5, trail{12, 4}, .7},
		{.55, .3, 4, .9, trail{12, 8}, .7},
		{.55, .3, 4.5, .85, trail{12, 8}, .65},
		{.55, .3, 2.5, .85, trail{12, 12}, .55},
	},
	cifar: [5]flakes{
		{.1, .2, 1, .6, trail{8, 3}, .95},
		{.1, .2, 1, .5, trail{10, 4}, .9},
		{.15, .3, 1.75, .55, trail{10, 4}, .9},
		{.25, .3, 2.25, .6, trail{12, 6}, .85},
		{.3, .3, 1.25, .65, trail{14, 12}, .8},
	},
}

var snow = &Corruption{
	Name: "snow", Family: Weather, Stochastic: true,
	Summary:  "Lets snow fall, streaks of enlarged noise, and whitens the picture.",
	Severity: snowFlakes.says("mean and deviation of the noise, its enlargement, threshold, radius and deviation of the fall, share of the picture kept"),
	Source:   hendrycks,
	apply: func(j *job) {
		f, w, h := snowFlakes.at(j), j.w, j.h
		n := w * h
		work := j.scratch.Floats(1, 2*n+1+3*w)
		noise, layer := work[:n+1], work[n+1:2*n+1]
		j.random.FillNormal(noise[:n])
		noise[n] = 0
		z := resample.NewZoom(w, h, f.zoom, work[2*n+1:], &j.scratch)
		z.Begin(noise)
		for y := range h {
			row := layer[y*w:][:w]
			upper, lower, share := z.Row(y)
			pix.Lerp(row, upper, lower, share)
		}
		pix.ThresholdAffine(layer, layer, f.mean, f.deviation, f.threshold)
		pix.Truncate(layer, layer, 0)
		j.streak(f.fall, float64(j.random.Uniform(-135, -45))).draw(layer, layer)
		pix.Truncate(layer, layer, .5/255)
		turned := noise[:n]
		for i, v := range layer {
			turned[n-1-i] = v
		}
		pix.AddSnow(pix.PlanesOf(j.dst), pix.PlanesOf(j.src), f.keep, layer, turned)
	},
}
