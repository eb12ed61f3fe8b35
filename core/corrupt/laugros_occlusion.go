package corrupt

import "steady/core/corrupt/internal/pix"

var laugrosObstruction = newRangeCorruption("obstruction", Occlusion,
	"Hides a part of the image behind a gray square.",
	intRange{47, 125}, "side of the square, in "+pixelUnits,
	func(j *job, side int) {
		c := j.canvas()
		side = min(side, c.w, c.h)
		x, y := j.intBetween(0, c.w-side), j.intBetween(0, c.h-side)
		c.fill(x, y, x+side, y+side, j.random.Uniform(0, 1))
	})

var laugrosBorder = newRangeCorruption("border", Occlusion,
	"Puts the image in a gray frame, which hides its borders.",
	intRange{9, 46}, "width of the frame, in "+pixelUnits,
	func(j *job, width int) {
		c, gray := j.canvas(), j.random.Uniform(0, 1)
		c.fill(0, 0, c.w, width, gray)
		c.fill(0, c.h-width, c.w, c.h, gray)
		c.fill(0, width, width, c.h-width, gray)
		c.fill(c.w-width, width, c.w, c.h-width, gray)
	})

var laugrosRhombus = newRangeCorruption("rhombus", Occlusion,
	"Scatters small diamonds over the image, each of a gray of its own.",
	intRange{9, 76}, "number of diamonds, 14 wide and 13 high in "+pixelUnits,
	func(j *job, number int) {
		c := j.canvas()
		for range number {
			x, y := c.place()
			gray := j.random.Uniform(0, 1)
			c.stamp(&diamond, x, y, func(span []float32, _ int) { paint(span, gray) })
		}
	})

// The last version of the reference that has it is that of September 2020.
var laugrosArlequin = newRangeCorruption("arlequin", Occlusion,
	"Scatters small diamonds of one color over the image.",
	intRange{3, 36}, "number of diamonds, 14 wide and 13 high in "+pixelUnits,
	func(j *job, number int) {
		c := j.canvas()
		color := [3]float32{j.random.Uniform(0, 1), j.random.Uniform(0, 1), j.random.Uniform(0, 1)}
		for range number {
			x, y := c.place()
			c.stamp(&diamond, x, y, func(span []float32, channel int) { paint(span, color[channel]) })
		}
	})

var laugrosCircle = newRangeCorruption("circle", Occlusion,
	"Scatters small discs over the image, each of a gray of its own.",
	intRange{7, 50}, "number of discs, 13 wide in "+pixelUnits,
	func(j *job, number int) {
		c := j.canvas()
		for range number {
			x, y := c.place()
			gray := j.random.Uniform(0, 1)
			c.stamp(&disc, x, y, func(span []float32, _ int) { paint(span, gray) })
		}
	})

var laugrosRain = newRangeCorruption("rain", Weather,
	"Scatters drops over the image, discs in which it is whiter.",
	intRange{12, 120}, "number of drops, 13 wide in "+pixelUnits,
	func(j *job, number int) {
		c := j.canvas()
		for range number {
			x, y := c.place()
			c.stamp(&disc, x, y, func(span []float32, _ int) { pix.ScaleAdd(span, span, .5, .5) })
		}
	})

var laugrosArtifacts = newRangeCorruption("artifacts", Occlusion,
	"Scatters gray dashes with dotted ends over the image, as errors of transmission leave them.",
	intRange{14, 170}, "number of dashes, 5 to 25 long and 3 high in "+pixelUnits,
	func(j *job, number int) {
		c, gray := j.canvas(), j.random.Uniform(0, 1)
		j.dashes(number, c.w, c.h, func(x, y, length int) { c.fill(x, y-1, x+length, y+2, gray) })
	})

var laugrosVerticalArtifacts = newRangeCorruption("vertical_artifacts", Occlusion,
	"Scatters upright gray dashes with dotted ends over the image.",
	intRange{14, 180}, "number of dashes, 5 to 25 high and 3 wide in "+pixelUnits,
	func(j *job, number int) {
		c, gray := j.canvas(), j.random.Uniform(0, 1)
		j.dashes(number, c.h, c.w, func(y, x, length int) { c.fill(x-1, y, x+2, y+length, gray) })
	})

// dashes draws random places for dashes on lines of a length and calls draw for their parts. A dash has five pixels and,
// with a probability of 6/7, every second one on from there at either end, as far as there is room.
func (j *job) dashes(number, length, lines int, draw func(along, line, length int)) {
	for range number {
		line, at := j.intBetween(1, lines-2), j.intBetween(2, length-3)
		draw(at-2, line, 5)
		if j.random.IntN(7) == 0 {
			continue
		}
		if at < length-14 {
			for i := 6; i <= 14; i += 2 {
				draw(at+i, line, 1)
			}
		}
		if at > 9 {
			for i := 4; i <= 10; i += 2 {
				draw(at-i, line, 1)
			}
		}
	}
}

// canvas takes marks in published pixels, step² of which make one pixel of the image: that has the color of the one in
// their middle. So marks that are small for the image hide as large a part of it as they should.
type canvas struct {
	*job
	step, w, h int
}

// canvas returns a canvas with the image on it.
func (j *job) canvas() canvas {
	copy(j.dst.Pix, j.src.Pix)
	return canvas{j, j.downscale(), j.w * j.downscale(), j.h * j.downscale()}
}

// place draws a random place for a small mark, away from the borders.
func (c canvas) place() (x, y int) { return c.intBetween(7, c.w-7), c.intBetween(7, c.h-7) }

// pixel returns the first of n pixels whose middle is not before a place.
func (c canvas) pixel(place, n int) int { return min(max((place+c.step/2)/c.step, 0), n) }

// fill paints the rectangle from (x0,y0) to (x1,y1), which is outside.
func (c canvas) fill(x0, y0, x1, y1 int, gray float32) {
	w, h := c.job.w, c.job.h
	x0, x1 = c.pixel(x0, w), c.pixel(x1, w)
	if x0 >= x1 {
		return
	}
	for y := c.pixel(y0, h); y < c.pixel(y1, h); y++ {
		for channel := range 3 {
			paint(c.dst.Plane(channel)[y*w+x0:y*w+x1], gray)
		}
	}
}

func paint(span []float32, v float32) {
	for i := range span {
		span[i] = v
	}
}

// shape holds how far a mark reaches to the left of its middle, and to the right, where the end is outside: in the
// middle row, and in each further one above and below.
type shape struct{ left, right [7]int }

var (
	diamond = shape{[7]int{7, 6, 5, 4, 3, 2, 1}, [7]int{7, 6, 5, 4, 3, 2, 1}}
	disc    = shape{[7]int{6, 6, 5, 5, 4, 3, 1}, [7]int{7, 7, 6, 6, 5, 4, 2}}
)

// stamp calls paint with the rows of a shape around a place, in each channel.
func (c canvas) stamp(s *shape, x, y int, paint func(span []float32, channel int)) {
	w, h := c.job.w, c.job.h
	for row := c.pixel(y-6, h); row < c.pixel(y+7, h); row++ {
		i := row*c.step + c.step/2 - y
		i = max(i, -i)
		x0, x1 := c.pixel(x-s.left[i], w), c.pixel(x+s.right[i], w)
		if x0 >= x1 {
			continue
		}
		for channel := range 3 {
			paint(c.dst.Plane(channel)[row*w+x0:row*w+x1], channel)
		}
	}
}
