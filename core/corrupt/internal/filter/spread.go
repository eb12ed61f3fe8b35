package filter

import (
	"math"

	"steady/core/corrupt/internal/pix"
	"steady/core/corrupt/internal/scratch"
)

// negligible is a weight of a kernel too small to change an image.
const negligible = 1e-9

// Spread filters an image, w pixels wide, with a kernel of 2·reach+1 pixels squared that is symmetric from left to
// right; borders are mirrored. dst may be src. It uses Floats 0 and 1.
//
// A row of such a kernel is a sum of runs of equal weight around its middle, and of few where it is flat. So the sums of
// all runs are made once for a row of the image, each from the next shorter one.
func Spread(dst, src pix.Planes, w int, kernel []float64, reach int, s *scratch.Buffers) {
	const band = 32 // rows at a time, so that their sums stay in the cache
	h := len(src[0]) / w
	runs, side := reach+1, 2*reach+1
	offsets, weights := s.Offsets(side * runs)[:0], s.Weights(side * runs)[:0]
	for y := range side {
		for m := range runs {
			weight := kernel[y*side+reach+m]
			if m < reach {
				weight -= kernel[y*side+reach+m+1]
			}
			if math.Abs(weight) > negligible {
				offsets, weights = append(offsets, (y*runs+m)*w), append(weights, float32(weight))
			}
		}
	}
	stride := runs * w
	work := s.Floats(0, w+2*reach+w*h)
	padded, plane := work[:w+2*reach], work[w+2*reach:]
	sums := s.Floats(1, (band+2*reach)*stride)
	for c := range 3 {
		copy(plane, src[c])
		to := dst[c]
		for top := 0; top < h; top += band {
			rows := min(band, h-top)
			first := 0
			if top > 0 {
				first = 2 * reach
				copy(sums[:first*stride], sums[band*stride:])
			}
			for i := first; i < rows+2*reach; i++ {
				from := plane[Mirror101(top+i-reach, h)*w:][:w]
				copy(padded[reach:], from)
				for x := range reach {
					padded[x] = from[Mirror101(x-reach, w)]
					padded[reach+w+x] = from[Mirror101(w+x, w)]
				}
				run := sums[i*stride:][:w]
				copy(run, from)
				for m := 1; m < runs; m++ {
					longer := sums[i*stride+m*w:][:len(run)]
					pix.AddBoth(longer, run, padded[reach-m:], padded[reach+m:])
					run = longer
				}
			}
			for i := range rows {
				Correlate(to[(top+i)*w:][:w], sums[i*stride:], offsets, weights)
			}
		}
	}
}
