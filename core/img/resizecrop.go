package img

import (
	"fmt"
	"math"
)

// ResizeCrop scales the image, keeping its proportions, until its shorter side is short pixels, and returns the w×h
// pixels in its middle. It is the usual preparation of photographs for a network, Resize(256) and CenterCrop(224) of
// torchvision, and makes the bytes that Pillow makes: a triangle filter that widens when the image gets smaller, first
// along rows and then along columns, in 22 bits of fraction, each rounded to a byte. Sizes are rounded as torchvision
// does it: the longer side down, the margin left and above to the nearest even number. A short of 0 leaves the size. It
// is an error if the scaled image does not cover w×h.
//
// Source: the documentation of torchvision.transforms, and Pillow's of Image.resize with the filter BILINEAR.
func (m *Image) ResizeCrop(short, w, h int) (*Image, error) {
	rw, rh := m.W, m.H
	switch {
	case short < 0 || w <= 0 || h <= 0:
		panic(fmt.Sprintf("img: shorter side %d, crop of %d×%d: sizes must be positive", short, w, h))
	case short > 0 && m.W <= m.H:
		rw, rh = short, int(int64(short)*int64(m.H)/int64(m.W))
	case short > 0:
		rw, rh = int(int64(short)*int64(m.W)/int64(m.H)), short
	}
	if rw < w || rh < h {
		return nil, fmt.Errorf("img: an image of %d×%d, scaled to %d×%d, does not cover a crop of %d×%d", m.W, m.H, rw, rh, w, h)
	}
	columns, rows := triangle(m.W, rw, margin(rw, w), w), triangle(m.H, rh, margin(rh, h), h)
	first, last := rows[0].first, rows[h-1].first+len(rows[h-1].weights) // of the source's rows, those that take part
	between := make([]uint8, (last-first)*w)
	line := make([]uint8, m.W)
	out := New(w, h)
	for c := range 3 {
		for y := first; y < last; y++ {
			for x, v := range m.Plane(c)[y*m.W:][:m.W] {
				line[x] = toByte(v)
			}
			to := between[(y-first)*w:][:w]
			for x, t := range columns {
				sum := int32(1 << (fraction - 1))
				in := line[t.first:][:len(t.weights)]
				for i, k := range t.weights {
					sum += k * int32(in[i])
				}
				to[x] = uint8(min(max(sum>>fraction, 0), 255))
			}
		}
		plane := out.Plane(c)
		sums := make([]int32, w)
		for y, t := range rows {
			for x := range sums {
				sums[x] = 1 << (fraction - 1)
			}
			for i, k := range t.weights {
				in := between[(t.first+i-first)*w:][:w]
				for x, v := range in {
					sums[x] += k * int32(v)
				}
			}
			to := plane[y*w:][:w]
			for x, sum := range sums {
				to[x] = Unit(uint8(min(max(sum>>fraction, 0), 255)))
			}
		}
	}
	return out, nil
}

// margin returns what is cut off at one side when size becomes crop: half of the difference, rounded to even.
func margin(size, crop int) int { return int(math.RoundToEven(float64(size-crop) / 2)) }

// fraction is the number of bits behind the point of a weight.
const fraction = 22

// fixedTaps are taps with weights in units of 2^-fraction.
type fixedTaps struct {
	first   int
	weights []int32
}

// triangle returns the taps of count pixels, from the one at start on, of n that size pixels are scaled to by a triangle
// filter. The others are not computed: scaled to a height of 224, a strip one pixel high is 224 times as long.
func triangle(size, n, start, count int) []fixedTaps {
	axis := make([]fixedTaps, count)
	if size == n {
		for i := range axis {
			axis[i] = fixedTaps{start + i, []int32{1 << fraction}}
		}
		return axis
	}
	step := float64(size) / float64(n)
	support := max(step, 1)
	for i := range axis {
		center := float64((float64(start+i) + .5) * step) // rounded before it is added to, on any processor
		lo := max(int(center-support+.5), 0)
		hi := min(int(center+support+.5), size)
		weights, sum := make([]float64, hi-lo), 0.0
		for j := range weights {
			weights[j] = max(1-math.Abs(float64(lo+j)-center+.5)/support, 0)
			sum += weights[j]
		}
		axis[i] = fixedTaps{lo, make([]int32, hi-lo)}
		for j, k := range weights {
			axis[i].weights[j] = int32(math.Floor(float64(k/sum*(1<<fraction)) + .5))
		}
	}
	return axis
}
