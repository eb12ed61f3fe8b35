package corrupt

import (
	"steady/core/corrupt/internal/filter"
	"steady/core/corrupt/internal/liquid"
	"steady/core/corrupt/internal/pix"
)

// spatterParams describe the layer of liquid: noise of a mean and a standard deviation, blurred, of which what lies
// above a threshold is liquid. Water is added with a weight; the edge of mud is blurred.
type spatterParams struct {
	mean, deviation float32
	blur            float64 // standard deviation, in pixels
	threshold       float32
	weight          float32 // of water; 0 for mud
	edge            float64 // of mud, in pixels; 0 for water
}

var spatterTable = severityTable[spatterParams]{
	imageNet: [5]spatterParams{
		{.65, .3, 4, .69, .6, 0},
		{.65, .3, 3, .68, .6, 0},
		{.65, .3, 2, .68, .5, 0},
		{.65, .3, 1, .65, 0, 1.5},
		{.67, .4, 1, .65, 0, 1.5},
	},
	cifar: [5]spatterParams{
		{.62, .1, .7, .7, .5, 0},
		{.65, .1, .8, .7, .5, 0},
		{.65, .3, 1, .69, .5, 0},
		{.65, .1, .7, .69, 0, .6},
		{.65, .1, .5, .68, 0, .6},
	},
}

var (
	paleTurquoise = [3]float32{175. / 255, 238. / 255, 238. / 255}
	mudBrown      = [3]float32{63. / 255, 42. / 255, 20. / 255}
)

var spatter = &Corruption{
	Name: "spatter", Family: Weather, Stochastic: true,
	Summary: "Splashes water on the lens, and from severity 4 on mud.",
	described: spatterTable.describe("mean and deviation of the noise, its blur in pixels, threshold, " +
		"weight of water, blur of mud's edge"),
	Source: hendrycks + " (one of the extra four)",
	apply: func(j *job) {
		p := spatterTable.at(j)
		layer := j.scratch.Floats(2, j.w*j.h)
		j.random.FillNormal(layer)
		filter.Smooth(layer, layer, j.w, filter.Gaussian(p.blur, &j.scratch), &j.scratch)
		pix.ThresholdAffine(layer, layer, p.mean, p.deviation, p.threshold)
		if p.edge > 0 {
			j.mud(layer, p.threshold, p.edge)
		} else {
			j.water(layer, p.weight)
		}
	},
}

// water adds the light of water of a depth, most of it with a weight.
func (j *job) water(depth []float32, weight float32) {
	liquid.Shade(depth, j.w, &j.scratch)
	pix.Scale(depth, depth, weight)
	for c, color := range paleTurquoise {
		pix.AddScaled(j.dst.Plane(c), j.src.Plane(c), depth, color)
	}
}

// mud covers what lies above the threshold, but for a soft edge.
func (j *job) mud(depth []float32, threshold float32, edge float64) {
	const thick = .8
	pix.Binarize(depth, threshold)
	filter.Smooth(depth, depth, j.w, filter.Gaussian(edge, &j.scratch), &j.scratch)
	pix.ThresholdAffine(depth, depth, 0, 1, thick)
	for c, color := range mudBrown {
		pix.Blend(j.dst.Plane(c), j.src.Plane(c), depth, color)
	}
}
