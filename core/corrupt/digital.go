package corrupt

import (
	"math"
	"slices"
)

var pixelateScale = scale[float64]{
	imageNet: [5]float64{.6, .5, .4, .3, .25},
	cifar:    [5]float64{.95, .90, .85, .75, .65},
}

var pixelate = &Corruption{
	Name: "pixelate", Family: Digital,
	Summary:  "Makes the picture smaller and larger again, which leaves coarse squares.",
	Severity: pixelateScale.says("the smaller picture's side, in parts of the side"),
	Source:   hendrycks,
	apply: func(j *job) {
		factor := pixelateScale.at(j)
		w, h := j.w, j.h
		smallW, smallH := max(int(float64(w)*factor), 1), max(int(float64(h)*factor), 1)
		columns, rows := boxes(w, smallW), boxes(h, smallH)
		sizes := boxSizes(columns)
		pad := sizes[len(sizes)-1]    // so that sums at the end of a row stay in the room
		stride := (smallW + 15) &^ 15 // of the small picture: whole vectors
		ints := j.ints(0, w+pad+len(sizes)*w+stride*h+stride+smallW+w)
		cut := func(n int) []int32 {
			part := ints[:n]
			ints = ints[n:]
			return part
		}
		whole, means, narrow := cut(w+pad), cut(len(sizes)*w), cut(stride*h)
		sum, place, from := cut(stride), cut(smallW), cut(w)
		for x, b := range columns { // where among the means of all boxes that of box x is
			place[x] = int32(slices.Index(sizes, b.count)*w + b.first)
		}
		for x := range from {
			from[x] = int32(nearest(x, w, smallW))
		}
		clear(whole[w:])
		clear(narrow)
		small, line := j.floats(0, stride), j.floats(1, w)
		for c := range 3 {
			src, dst := j.src.Plane(c), j.dst.Plane(c)
			for y := range h {
				toBytes(whole[:w], src[y*w:][:w])
				for i, size := range sizes {
					means8(means[i*w:][:w], whole, 1, size) // of the boxes that begin at every value
				}
				row := narrow[y*stride:][:len(place)]
				for x, p := range place {
					row[x] = means[p]
				}
			}
			// Each row of the small picture is written to the rows that it stands for as soon as it is there.
			for y, done := 0, 0; y < smallH; y++ {
				b := rows[y]
				means8(sum, narrow[b.first*stride:], stride, b.count)
				fromBytes(small, sum)
				repeat(line, small, from)
				for ; done < h && nearest(done, h, smallH) == y; done++ {
					copy(dst[done*w:][:w], line)
				}
			}
		}
	},
}

// boxSizes gives the sizes that boxes have, in order: one, or two that differ by one.
func boxSizes(boxes []box) []int {
	var sizes []int
	for _, b := range boxes {
		if !slices.Contains(sizes, b.count) {
			sizes = append(sizes, b.count)
		}
	}
	slices.Sort(sizes)
	return sizes
}

// means8 is dst[i] = the rounded mean of count bytes, those at i, i+step, and so on.
func means8(dst, bytes []int32, step, count int) {
	weight := boxWeight(count)
	for i := means8Vectors(dst, bytes, step, count, weight); i < len(dst); i++ {
		sum := int32(0)
		for k := range count {
			sum += bytes[i+k*step]
		}
		dst[i] = min((sum*weight+1<<(fractionBits-1))>>fractionBits, 255)
	}
}

// nearest gives which of small values the value at i of large ones comes from: Pillow's box filter when it enlarges.
func nearest(i, large, small int) int {
	return min(int(float64((float64(i)+.5)*(float64(small)/float64(large)))), small-1)
}

// box is the run of values whose mean a box filter takes. Values count whole or not at all.
type box struct{ first, count int }

// fractionBits are those of a box's weight, as in Pillow. Of bytes, sums of products with it stay below 2³¹.
const fractionBits = 22

// boxWeight returns what the sum of count bytes is multiplied by.
func boxWeight(count int) int32 {
	return int32(math.Floor(.5 + float64(1<<fractionBits)/float64(count)))
}

// roundMeans makes rounded means of sums of count bytes.
func roundMeans(sums []int32, count int) {
	weight := boxWeight(count)
	for i := roundMeansVectors(sums, weight); i < len(sums); i++ {
		sums[i] = min((sums[i]*weight+1<<(fractionBits-1))>>fractionBits, 255)
	}
}

// boxes gives the boxes that make large values into small ones, as Pillow's resize with its box filter.
func boxes(large, small int) []box {
	out := make([]box, small)
	ratio := float64(large) / float64(small)
	for i := range out {
		centre := float64((float64(i) + .5) * ratio)
		first := max(int(centre-ratio/2+.5), 0)
		end := min(int(centre+ratio/2+.5), large)
		inside := func(k int) bool {
			d := (float64(k) - centre + .5) * (1 / ratio)
			return d > -.5 && d <= .5
		}
		for first < end-1 && !inside(first) {
			first++
		}
		for end > first+1 && !inside(end-1) {
			end--
		}
		out[i] = box{first, end - first}
	}
	return out
}
