package resample

import (
	"steady/core/corrupt/internal/pix"
	"steady/core/corrupt/internal/scratch"
)

// Warped images are kept with four values a pixel, red, green, blue and nothing, so that a vector of four holds one.

// Interleave writes planes as pixels of four values: red, green, blue and 0.
func Interleave(pixels []float32, from pix.Planes) {
	r, g, b := from[0], from[1], from[2]
	g, b = g[:len(r)], b[:len(r)]
	for i, v := range r {
		p := pixels[4*i : 4*i+4 : 4*i+4]
		p[0], p[1], p[2], p[3] = v, g[i], b[i], 0
	}
}

// Separate writes pixels of four values as planes.
func Separate(to pix.Planes, pixels []float32) {
	r, g, b := to[0], to[1], to[2]
	g, b = g[:len(r)], b[:len(r)]
	for i := range r {
		p := pixels[4*i : 4*i+4 : 4*i+4]
		r[i], g[i], b[i] = p[0], p[1], p[2]
	}
}

// places says where the pixels of a row come from.
type places struct {
	x, y          []float32 // the place; then how far it lies to the right of and below the pixel at its upper left
	left, top     []int32   // that pixel
	at            []int32   // its index, or -1 if not all four pixels around are in the image
	width, height int
}

// Warp writes to every pixel of dst what lies at a place in src, bilinearly; both are w×h pixels of four values and must
// not be the same. row fills in the places of row y; ramp holds 0, 1, 2 ... reflect brings a coordinate i that lies
// outside [0,n) into it. It uses Floats 2 and Ints 0.
func Warp(dst, src []float32, w, h int, reflect func(i, n int) int, row func(px, py, ramp []float32, y int), s *scratch.Buffers) {
	floats, ints := s.Floats(2, 3*w), s.Ints(0, 3*w)
	ramp := floats[2*w:]
	for x := range ramp {
		ramp[x] = float32(x)
	}
	p := places{floats[:w], floats[w : 2*w], ints[:w], ints[w : 2*w], ints[2*w:], w, h}
	for y := range h {
		row(p.x, p.y, ramp, y)
		p.find()
		fetch(dst[4*y*w:][:4*w], src, &p, reflect)
	}
}

// find finds the pixels around places.
func (p *places) find() {
	for i := findVectors(p); i < len(p.x); i++ {
		left, top := floor(p.x[i]), floor(p.y[i])
		p.x[i], p.y[i] = p.x[i]-float32(left), p.y[i]-float32(top)
		p.left[i], p.top[i], p.at[i] = left, top, -1
		if left >= 0 && top >= 0 && int(left) < p.width-1 && int(top) < p.height-1 {
			p.at[i] = top*int32(p.width) + left
		}
	}
}

func floor(v float32) int32 {
	i := int32(v)
	if float32(i) > v {
		i--
	}
	return i
}

// corners returns the indices of the first values of the four pixels around place i: upper left, upper right, lower
// left, lower right.
func (p *places) corners(i int, reflect func(i, n int) int) (a, b, c, d int) {
	if at := int(p.at[i]); at >= 0 {
		return 4 * at, 4*at + 4, 4 * (at + p.width), 4*(at+p.width) + 4
	}
	left, right := reflect(int(p.left[i]), p.width), reflect(int(p.left[i])+1, p.width)
	top, low := reflect(int(p.top[i]), p.height)*p.width, reflect(int(p.top[i])+1, p.height)*p.width
	return 4 * (top + left), 4 * (top + right), 4 * (low + left), 4 * (low + right)
}

// fetchPlain writes the pixels at a row's places.
func fetchPlain(dst, src []float32, p *places, reflect func(i, n int) int) {
	for i := range p.x {
		a, b, c, d := p.corners(i, reflect)
		for k := range 3 {
			top := src[a+k] + float32((src[b+k]-src[a+k])*p.x[i])
			low := src[c+k] + float32((src[d+k]-src[c+k])*p.x[i])
			dst[4*i+k] = top + float32((low-top)*p.y[i])
		}
	}
}
