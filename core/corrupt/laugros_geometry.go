package corrupt

import (
	"math"

	"steady/core/corrupt/internal/resample"
	"steady/core/random"
)

var laugrosRotation = newRangeCorruption("rotation", Geometry,
	"Rotates the image about its middle, one way or the other; the corners become black.",
	intRange{7, 50}, "degrees",
	func(j *job, degrees int) {
		sin, cos := random.SinCos(float64(j.sign()*degrees) * (math.Pi / 180))
		j.transform(cos, sin, -sin, cos)
	}).noting("the middle stays in its place, as in torchvision since 0.8")

var laugrosShear = newRangeCorruption("shear", Geometry,
	"Shifts the rows of the image sideways, the more the further they are from the middle; the rest becomes black.",
	intRange{12, 39}, "degrees by which upright lines lean",
	func(j *job, degrees int) {
		sin, cos := random.SinCos(float64(j.sign()*degrees) * (math.Pi / 180))
		j.transform(1, sin/cos, 0, 1)
	}).noting("the middle stays in its place, as in torchvision since 0.8")

// transform sets the pixel at (x,y) from the middle to the color of the one nearest to (xx·x + xy·y, yx·x + yy·y) from
// there, and to black if that is outside the image.
func (j *job) transform(xx, xy, yx, yy float64) {
	// Coordinates are integers, in parts of a pixel, so that steps can be added without errors. Pillow has as many parts.
	const parts = 16
	fixed := func(v float64) int64 { return int64(math.Floor(float64(v*(1<<parts)) + .5)) }
	w, h := j.w, j.h
	r, g, b := j.copySource()
	middleX, middleY := float64(w-1)/2, float64(h-1)/2
	stepX, stepY, downX, downY := fixed(xx), fixed(yx), fixed(xy), fixed(yy)
	firstX := fixed(middleX + .5 - float64(xx*middleX) - float64(xy*middleY))
	firstY := fixed(middleY + .5 - float64(yx*middleX) - float64(yy*middleY))
	for y := range h {
		px, py := firstX+int64(y)*downX, firstY+int64(y)*downY
		toR, toG, toB := j.dst.Plane(0)[y*w:][:w], j.dst.Plane(1)[y*w:][:w], j.dst.Plane(2)[y*w:][:w]
		for x := range toR {
			fromX, fromY := px>>parts, py>>parts
			if uint64(fromX) < uint64(w) && uint64(fromY) < uint64(h) {
				i := int(fromY)*w + int(fromX)
				toR[x], toG[x], toB[x] = r[i], g[i], b[i]
			} else {
				toR[x], toG[x], toB[x] = 0, 0, 0
			}
			px += stepX
			py += stepY
		}
	}
}

// copySource returns the planes of a copy of the source, in Floats 0.
func (j *job) copySource() (r, g, b []float32) {
	n := j.w * j.h
	pix := j.scratch.Floats(0, 3*n)
	copy(pix, j.src.Pix)
	return pix[:n], pix[n:][:n], pix[2*n:]
}

var translationPixels = intRange{15, 62}

var laugrosTranslation = newRangeCorruption("translation", Geometry,
	"Moves the image left or right, and up or down; what comes in is black.",
	translationPixels, "width and, drawn by itself, height of the movement, in "+pixelUnits,
	func(j *job, width int) {
		height := translationPixels.at(j.quantile())
		j.move(j.sign()*j.scaled(width), j.sign()*j.scaled(height))
	})

// scaled returns a number of published pixels in those of the image.
func (j *job) scaled(published int) int { return (published + j.downscale()/2) / j.downscale() }

// move moves the image to the right and down by so many pixels; what comes in is black.
func (j *job) move(right, down int) {
	w, h := j.w, j.h
	r, g, b := j.copySource()
	clear(j.dst.Pix)
	left, first := max(right, 0), max(-right, 0)
	length := w - max(right, -right)
	if length <= 0 {
		return
	}
	for y := max(down, 0); y < min(h, h+down); y++ {
		for c, plane := range [3][]float32{r, g, b} {
			copy(j.dst.Plane(c)[y*w+left:][:length], plane[(y-down)*w+first:])
		}
	}
}

var laugrosElastic = newRangeCorruption("elastic", Geometry,
	"Cuts a strip off at the top or at the left and stretches what is left over the image.",
	intRange{44, 110}, "width of the strip, in "+pixelUnits,
	func(j *job, width int) {
		left, top := min(j.scaled(width), j.w-1), min(j.scaled(width), j.h-1)
		if j.random.IntN(2) == 0 {
			left = 0
		} else {
			top = 0
		}
		w, h := j.w-left, j.h-top
		stretch, rest := resample.NewBilinear(w, h, j.w, j.h), j.scratch.Floats(0, w*h)
		for c := range 3 {
			src := j.src.Plane(c)
			for y := range h {
				copy(rest[y*w:][:w], src[(top+y)*j.w+left:])
			}
			stretch.Scale(j.dst.Plane(c), rest, &j.scratch)
		}
	})
