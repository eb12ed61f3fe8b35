package corrupt

import "math"

// lens is the radius of the disc that a point becomes, and the standard deviation that its edge is softened by.
type lens struct{ radius, alias float64 }

var defocusLens = scale[lens]{
	imageNet: [5]lens{{3, .1}, {4, .5}, {6, .5}, {8, .5}, {10, .5}},
	cifar:    [5]lens{{.3, .4}, {.4, .5}, {.5, .6}, {1, .2}, {1.5, .1}},
}

var defocusBlur = &Corruption{
	Name: "defocus_blur", Family: Blur,
	Summary:  "Spreads every point over a disc, as a lens out of focus does.",
	Severity: defocusLens.says("radius of the disc and standard deviation that softens its edge, in pixels"),
	Source:   hendrycks,
	apply: func(j *job) {
		l := defocusLens.at(j)
		kernel, reach := l.disc()
		j.spread(kernel, reach)
	},
}

// disc gives the kernel as OpenCV makes it, without the rows of nothing around it. It has the symmetries of a square.
// Its sum is 1.013 for a radius of 8 and 1.011 for 10, as the reference's: there the disc touches the edge of the square
// whose mirror image it is softened with, and the picture becomes a little brighter.
func (l lens) disc() (kernel []float64, reach int) {
	reach, soft := 8, 1
	if l.radius > 8 {
		reach, soft = int(l.radius), 2
	}
	side := 2*reach + 1
	at := func(k []float64, y, x int) float64 { // k beyond its border is its mirror image
		return k[mirror101(y+reach, side)*side+mirror101(x+reach, side)]
	}
	kernel, wide := make([]float64, side*side), make([]float64, side*side)
	count := 0.
	for i := range kernel {
		x, y := i%side-reach, i/side-reach
		if float64(x*x+y*y) <= float64(l.radius*l.radius) {
			kernel[i] = 1
			count++
		}
	}
	taps := new(job).bell(2*soft+1, soft, l.alias)
	for i := range wide {
		for t, weight := range taps {
			wide[i] += float64(float64(weight) * at(kernel, i/side-reach, i%side-reach+t-soft) / count)
		}
	}
	clear(kernel)
	for i := range kernel {
		for t, weight := range taps {
			kernel[i] += float64(float64(weight) * at(wide, i/side-reach+t-soft, i%side-reach))
		}
	}
	inner := 0 // how far from the middle there is something
	for x := range reach + 1 {
		if at(kernel, 0, x) > negligible {
			inner = x
		}
	}
	trimmed := make([]float64, 0, side*side)
	for y := -inner; y <= inner; y++ {
		for x := -inner; x <= inner; x++ {
			trimmed = append(trimmed, at(kernel, y, x))
		}
	}
	return trimmed, inner
}

// negligible is a weight too small to change a picture.
const negligible = 1e-9

// spread filters with a kernel that is symmetric from left to right, with mirrored borders. A row of such a kernel is a
// sum of runs of equal weight around its middle, and of few where it is flat. So the sums of all runs are made once for
// a row of the picture, each from the next shorter one.
func (j *job) spread(kernel []float64, reach int) {
	const band = 32 // rows at a time, so that their sums stay at hand
	runs, side := reach+1, 2*reach+1
	offsets, weights := room(&j.offsetRoom, side*runs)[:0], room(&j.weightRoom, side*runs)[:0]
	for y := range side {
		for m := range runs {
			weight := kernel[y*side+reach+m]
			if m < reach {
				weight -= kernel[y*side+reach+m+1]
			}
			if math.Abs(weight) > negligible {
				offsets, weights = append(offsets, (y*runs+m)*j.w), append(weights, float32(weight))
			}
		}
	}
	stride := runs * j.w
	room := j.floats(0, j.w+2*reach+j.w*j.h)
	padded, plane := room[:j.w+2*reach], room[j.w+2*reach:]
	sums := j.floats(1, (band+2*reach)*stride)
	for c := range 3 {
		copy(plane, j.src.Plane(c))
		dst := j.dst.Plane(c)
		for top := 0; top < j.h; top += band {
			rows := min(band, j.h-top)
			first := 0
			if top > 0 {
				first = 2 * reach
				copy(sums[:first*stride], sums[band*stride:])
			}
			for i := first; i < rows+2*reach; i++ {
				from := plane[mirror101(top+i-reach, j.h)*j.w:][:j.w]
				copy(padded[reach:], from)
				for x := range reach {
					padded[x] = from[mirror101(x-reach, j.w)]
					padded[reach+j.w+x] = from[mirror101(j.w+x, j.w)]
				}
				run := sums[i*stride:][:j.w]
				copy(run, from)
				for m := 1; m < runs; m++ {
					longer := sums[i*stride+m*j.w:][:len(run)]
					addBoth(longer, run, padded[reach-m:], padded[reach+m:])
					run = longer
				}
			}
			for i := range rows {
				correlate(dst[(top+i)*j.w:][:j.w], sums[i*stride:], offsets, weights)
			}
		}
	}
}
