package corrupt

import (
	"steady/core/corrupt/internal/pix"
	"steady/core/img"
)

var laugrosContrast = newRangeCorruption("contrast", Color,
	"Mixes the image with its mean, a single gray.",
	floatRange{.33, .74}, "part of the mean in the mixture",
	func(j *job, part float64) {
		pix.ScaleAround(j.dst.Pix, j.src.Pix, pix.Mean(j.src.Pix), float32(1-part))
	})

var laugrosBrightness = newRangeCorruption("brightness", Color,
	"Makes the image brighter or darker.",
	floatRange{.16, .51}, "added to every value or taken away, in parts of the full range",
	func(j *job, amount float64) { pix.ScaleAdd(j.dst.Pix, j.src.Pix, 1, float32(j.sign())*float32(amount)) })

var laugrosBacklight = newRangeCorruption("backlight", Color,
	"Makes one side of the image brighter and the other darker; they meet in a line near the middle.",
	floatRange{.11, .44}, "added on one side and taken away on the other, in parts of the full range",
	func(j *job, amount float64) {
		by := float32(j.sign()) * float32(amount)
		// The line lies within a fifth of the side from the middle; the reference rounds both ends down.
		line := func(n int) int { return max(n/2+j.intBetween(-((n+4)/5), n/5), 0) }
		if j.random.IntN(2) == 0 {
			top := line(j.h) * j.w
			for c := range 3 {
				src, dst := j.src.Plane(c), j.dst.Plane(c)
				pix.ScaleAdd(dst[:top], src[:top], 1, by)
				pix.ScaleAdd(dst[top:], src[top:], 1, -by)
			}
			return
		}
		left := line(j.w)
		for y := range 3 * j.h {
			src, dst := j.src.Pix[y*j.w:][:j.w], j.dst.Pix[y*j.w:][:j.w]
			pix.ScaleAdd(dst[:left], src[:left], 1, by)
			pix.ScaleAdd(dst[left:], src[left:], 1, -by)
		}
	})

// The reference spells it color_disortion.
var laugrosColor = newRangeCorruption("color_distortion", Color,
	"Makes one channel brighter: red, green or blue.",
	floatRange{.09, .40}, "added to the channel, in parts of the full range",
	func(j *job, amount float64) {
		chosen := j.random.IntN(3)
		for c := range 3 {
			if c == chosen {
				pix.ScaleAdd(j.dst.Plane(c), j.src.Plane(c), 1, float32(amount))
			} else {
				copy(j.dst.Plane(c), j.src.Plane(c))
			}
		}
	})

var laugrosHue = newRangeCorruption("hue", Color,
	"Rotates the hue of every color, one way or the other.",
	floatRange{.05, .5}, "part of the circle",
	func(j *job, part float64) {
		pix.RotateHue(pix.PlanesOf(j.dst), pix.PlanesOf(j.src), float32(float64(j.sign())*part))
	})

var laugrosGray = newRangeCorruption("gray_scale", Color,
	"Mixes the image with a gray one.",
	floatRange{.49, 1}, "part of the gray image in the mixture",
	func(j *job, part float64) {
		r, g, b := j.src.Plane(0), j.src.Plane(1), j.src.Plane(2)
		gray := j.scratch.Floats(0, len(r))
		for i := range gray {
			gray[i] = img.Luma(r[i], g[i], b[i])
		}
		pix.Truncate(gray, gray, .5/255) // the reference's gray image is one of bytes
		for c := range 3 {
			pix.Lerp(j.dst.Plane(c), j.src.Plane(c), gray, float32(part))
		}
	})
