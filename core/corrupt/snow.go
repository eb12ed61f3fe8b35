package corrupt

import (
	"steady/core/corrupt/internal/filter"
	"steady/core/corrupt/internal/pix"
	"steady/core/corrupt/internal/resample"
)

// snowParams are the mean, standard deviation and threshold of the noise, which say how many snowflakes there are, its
// enlargement, which says how large they are, the motion blur of their fall, and the share of the image that is kept.
type snowParams struct {
	mean, deviation float32
	zoom            float64
	threshold       float32
	fall            motionParams
	keep            float32
}

var snowTable = severityTable[snowParams]{
	imageNet: [5]snowParams{
		{.1, .3, 3, .5, motionParams{10, 4}, .8},
		{.2, .3, 2, .5, motionParams{12, 4}, .7},
		{.55, .3, 4, .9, motionParams{12, 8}, .7},
		{.55, .3, 4.5, .85, motionParams{12, 8}, .65},
		{.55, .3, 2.5, .85, motionParams{12, 12}, .55},
	},
	cifar: [5]snowParams{
		{.1, .2, 1, .6, motionParams{8, 3}, .95},
		{.1, .2, 1, .5, motionParams{10, 4}, .9},
		{.15, .3, 1.75, .55, motionParams{10, 4}, .9},
		{.25, .3, 2.25, .6, motionParams{12, 6}, .85},
		{.3, .3, 1.25, .65, motionParams{14, 12}, .8},
	},
}

var snow = &Corruption{
	Name: "snow", Family: Weather, Stochastic: true,
	Summary:   "Falling snow: streaks of enlarged noise over a whitened image.",
	described: snowTable.describe("mean and deviation of the noise, its enlargement, threshold, radius and deviation of the fall, share of the image kept"),
	Source:    hendrycks,
	apply: func(j *job) {
		p, w, h := snowTable.at(j), j.w, j.h
		n := w * h
		work := j.scratch.Floats(1, 2*n+1+3*w)
		noise, layer := work[:n+1], work[n+1:2*n+1]
		j.random.FillNormal(noise[:n])
		noise[n] = 0
		z := resample.NewZoom(w, h, p.zoom, work[2*n+1:], &j.scratch)
		z.Begin(noise)
		for y := range h {
			row := layer[y*w:][:w]
			upper, lower, share := z.Row(y)
			pix.Lerp(row, upper, lower, share)
		}
		pix.ThresholdAffine(layer, layer, p.mean, p.deviation, p.threshold)
		pix.Truncate(layer, layer, 0)
		degrees := float64(j.random.Uniform(-135, -45))
		filter.NewMotion(w, h, p.fall.radius, p.fall.sigma, degrees, &j.scratch).Apply(layer, layer)
		pix.Truncate(layer, layer, .5/255)
		turned := noise[:n]
		for i, v := range layer {
			turned[n-1-i] = v
		}
		pix.AddSnow(pix.PlanesOf(j.dst), pix.PlanesOf(j.src), p.keep, layer, turned)
	},
}
