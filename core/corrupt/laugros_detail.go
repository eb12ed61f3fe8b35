package corrupt

import (
	"steady/core/corrupt/internal/filter"
	"steady/core/corrupt/internal/pix"
	"steady/core/corrupt/internal/resample"
)

var laugrosBlur = newRangeCorruption("blur", Blur,
	"Mixes the image with a blurred one; what lies outside the image counts as black.",
	floatRange{.4, .95}, "part of the image that five means of 3×3 pixels, at any size, have replaced",
	func(j *job, part float64) {
		w, h := j.w, j.h
		const reach = len(fiveMeans) / 2
		offsets := j.scratch.Offsets(2 * len(fiveMeans))
		along, across := offsets[:len(fiveMeans)], offsets[len(fiveMeans):]
		for i := range fiveMeans {
			along[i], across[i] = i, i*w
		}
		work := j.scratch.Floats(0, w+2*reach+w)
		row, line := work[:w+2*reach], work[w+2*reach:]
		tall := j.scratch.Floats(1, w*(h+2*reach))
		for c := range 3 {
			src, dst := j.src.Plane(c), j.dst.Plane(c)
			for y := range h {
				from := src[y*w:][:w]
				copy(row[reach:], from)
				for i := range reach {
					for _, x := range [2]int{-1 - i, w + i} {
						at, sign := filter.MirrorOdd(x, w)
						row[reach+x] = sign * from[at]
					}
				}
				filter.Correlate(tall[(reach+y)*w:][:w], row, along, fiveMeans[:])
			}
			for i := range reach {
				for _, y := range [2]int{-1 - i, h + i} {
					at, sign := filter.MirrorOdd(y, h)
					to := tall[(reach+y)*w:][:w]
					for x, v := range tall[(reach+at)*w:][:w] {
						to[x] = sign * v
					}
				}
			}
			for y := range h {
				filter.Correlate(line, tall[y*w:], across, fiveMeans[:])
				pix.Lerp(dst[y*w:][:w], src[y*w:][:w], line, float32(part))
			}
		}
	})

// fiveMeans is the kernel of five means of three values, one after the other: the coefficients of (1+x+x²)⁵.
var fiveMeans = [11]float32{
	1. / 243, 5. / 243, 15. / 243, 30. / 243, 45. / 243, 51. / 243, 45. / 243, 30. / 243, 15. / 243, 5. / 243, 1. / 243,
}

var laugrosThumbnail = newRangeCorruption("thumbnail_resize", Digital,
	"Makes the image smaller and larger again, smoothly, as a thumbnail shown large.",
	floatRange{1.1, 3.25}, "factor by which the image is made smaller",
	func(j *job, factor float64) {
		smallW, smallH := max(int(float64(j.w)/factor), 1), max(int(float64(j.h)/factor), 1)
		down, up := resample.NewBilinear(j.w, j.h, smallW, smallH), resample.NewBilinear(smallW, smallH, j.w, j.h)
		small := j.scratch.Floats(0, smallW*smallH)
		for c := range 3 {
			down.Scale(small, j.src.Plane(c), &j.scratch)
			up.Scale(j.dst.Plane(c), small, &j.scratch)
		}
	})

var laugrosPixelate = newRangeCorruption("pixelate", Digital,
	"Replaces squares of pixels by their mean.",
	intRange{2, 4}, "side of the squares, in pixels of the image, whatever its size",
	func(j *job, side int) {
		w, h := j.w, j.h
		sideX, sideY := min(side, w), min(side, h)
		columns, rows := w/sideX, h/sideY
		// Pixels for which there is no whole square go to both ends of a row, and look like the square next to them.
		square := func(i, side, squares, n int) int { return min(max(i-n%side/2, 0)/side, squares-1) }
		from := j.scratch.Ints(0, w)
		for x := range from {
			from[x] = int32(square(x, sideX, columns, w))
		}
		work := j.scratch.Floats(0, columns+rows*w)
		means, lines := work[:columns], work[columns:]
		for c := range 3 {
			src, dst := j.src.Plane(c), j.dst.Plane(c)
			for y := range rows {
				for x := range means {
					// One value after the other, as in the reference: its rounding errors decide what halves become.
					sum := float32(0)
					for i := range sideY {
						for _, v := range src[(y*sideY+i)*w+x*sideX:][:sideX] {
							sum += v
						}
					}
					means[x] = sum / float32(sideX*sideY)
				}
				line := lines[y*w:][:w]
				for x, i := range from {
					line[x] = means[i]
				}
			}
			for y := range h {
				copy(dst[y*w:][:w], lines[square(y, sideY, rows, h)*w:])
			}
		}
	})

var laugrosQuantization = newRangeCorruption("quantization", Digital,
	"Leaves few levels of each channel.",
	intRange{8, 3}, "steps from black to full brightness",
	func(j *job, steps int) {
		const whole = 1 << 23 // float32 has no fractions from here on: adding it rounds, halves to even
		n := float32(steps)
		for i, v := range j.src.Pix {
			j.dst.Pix[i] = (float32(float32(v*n)+whole) - whole) / n
		}
	})
