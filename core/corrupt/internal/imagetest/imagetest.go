package imagetest

import "steady/core/img"

// Synthetic returns an image made of integers, the same everywhere: slopes, edges, fine checks, and colors at the ends
// of the range.
func Synthetic(w, h int) *img.Image {
	m := img.New(w, h)
	noise := uint32(1)
	for y := range h {
		for x := range w {
			noise = noise*1664525 + 1013904223
			values := [3]int{x * 255 / w, y * 255 / h, (x*x + y*y) * 255 / (w*w + h*h)}
			switch {
			case (x/8+y/8)%5 == 0:
				values[(x/8)%3] = 255
			case (x/8+y/8)%7 == 0:
				values = [3]int{}
			case (x/16+y/16)%3 == 0:
				for c := range values {
					values[c] = (values[c] + int(noise>>(8*c)&63)) & 255
				}
			}
			for c, v := range values {
				m.Plane(c)[y*w+x] = float32(v) / 255
			}
		}
	}
	return m
}

// Flat returns an image of one value.
func Flat(w, h int, v float32) *img.Image {
	m := img.New(w, h)
	for i := range m.Pix {
		m.Pix[i] = v
	}
	return m
}

// Moments returns the mean of values, and the means of the squares and of the fourth powers of the differences from it.
func Moments(pix []float32) (mean, variance, fourth float64) {
	n := float64(len(pix))
	for _, v := range pix {
		mean += float64(v) / n
	}
	for _, v := range pix {
		d := float64(v) - mean
		variance += d * d / n
		fourth += d * d * d * d / n
	}
	return mean, variance, fourth
}
