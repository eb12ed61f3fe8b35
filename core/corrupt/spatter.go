package corrupt

// splash says what the liquid layer is: noise of a mean and a deviation, blurred, of which what lies above a threshold
// is liquid. Water is laid on with a weight; mud has an edge, blurred by a deviation.
type splash struct {
	mean, deviation float32
	blur            float64
	threshold       float32
	weight          float32 // of water; 0 for mud
	edge            float64 // of mud, in pixels; 0 for water
}

var spatterSplash = scale[splash]{
	imageNet: [5]splash{
		{.65, .3, 4, .69, .6, 0},
		{.65, .3, 3, .68, .6, 0},
		{.65, .3, 2, .68, .5, 0},
		{.65, .3, 1, .65, 0, 1.5},
		{.67, .4, 1, .65, 0, 1.5},
	},
	cifar: [5]splash{
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
	Severity: spatterSplash.says("mean and deviation of the noise, its blur in pixels, threshold, " +
		"weight of water, blur of mud's edge"),
	Source: hendrycks + " (one of the extra four)",
	apply: func(j *job) {
		s := spatterSplash.at(j)
		liquid := j.floats(2, j.w*j.h)
		j.random.FillNormal(liquid)
		j.smoothPlane(liquid, liquid, j.gaussianKernel(s.blur))
		settle(liquid, liquid, s.mean, s.deviation, s.threshold)
		if s.edge > 0 {
			j.mud(liquid, s.threshold, s.edge)
		} else {
			j.water(liquid, s.weight)
		}
	},
}

// mud covers what lies above the threshold, but for a soft edge.
func (j *job) mud(liquid []float32, threshold float32, edge float64) {
	const thick = .8
	binarise(liquid, threshold)
	j.smoothPlane(liquid, liquid, j.gaussianKernel(edge))
	settle(liquid, liquid, 0, 1, thick)
	for c, colour := range mudBrown {
		blend(j.dst.Plane(c), j.src.Plane(c), liquid, colour)
	}
}

// water brightens where the liquid is, most where it is deep and far from an edge, with a relief that a light from the
// lower right gives.
func (j *job) water(liquid []float32, weight float32) {
	depth, shore, relief := j.framed(1, 1), j.framed(2, 2), j.framed(3, 1)
	for y := range j.h {
		toDepth(depth.line(y), liquid[y*j.w:][:j.w])
	}
	depth.replicate()
	j.canny(shore, depth, 50, 150)
	shore.distances()
	shore.mirror()
	j.raise(relief, shore)
	lit := shore // whose distances are not needed any more
	for y := range j.h {
		shade(lit.line(y), relief.window(y))
	}
	lit.mirror()
	line := j.ints(0, j.w)
	for y := range j.h {
		sumNine(line, lit.window(y))
		roundMeans(line, 9)
		product(liquid[y*j.w:][:j.w], depth.line(y), line)
	}
	if _, most := extent(liquid); most > 0 { // there is something to be seen
		standardise(liquid, 0, most)
	}
	scaleBy(liquid, liquid, weight)
	for c, colour := range paleTurquoise {
		addNoise(j.dst.Plane(c), j.src.Plane(c), liquid, colour)
	}
}

// raise makes a height of distances: means of nine in whole pixels, their histogram made even.
func (j *job) raise(relief, distances framed) {
	for y := range j.h {
		sumNine(relief.line(y), distances.window(y))
		meanDistances(relief.line(y))
	}
	relief.equalise()
	relief.mirror()
}
