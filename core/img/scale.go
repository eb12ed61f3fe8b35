package img

import (
	"fmt"
	"math"

	"golang.org/x/image/draw"
)

// Resize returns the image scaled to w×h pixels with the Catmull-Rom cubic of golang.org/x/image/draw, which widens to
// cover all pixels when it makes an image smaller, so that nothing aliases. It is applied to the float planes, where
// the package itself would go through 8 or 16 bits. It panics if a side is not positive.
func (m *Image) Resize(w, h int) *Image {
	return m.resample(0, 0, float64(m.W), float64(m.H), w, h)
}

// Fit returns the image scaled, keeping its proportions, until it just covers w×h pixels, with what sticks out cut off
// evenly. It panics if a side is not positive.
func (m *Image) Fit(w, h int) *Image {
	f := min(float64(m.W)/float64(max(w, 1)), float64(m.H)/float64(max(h, 1)))
	cw, ch := f*float64(w), f*float64(h)
	return m.resample((float64(m.W)-cw)/2, (float64(m.H)-ch)/2, cw, ch, w, h)
}

// CenterCrop returns w×h pixels of the middle; a side longer than the image's becomes the image's. Where the rest is
// odd, the smaller half is cut off at the left and at the top.
func (m *Image) CenterCrop(w, h int) *Image {
	out := New(min(w, m.W), min(h, m.H))
	x0, y0 := (m.W-out.W)/2, (m.H-out.H)/2
	for c := range 3 {
		from, to := m.Plane(c), out.Plane(c)
		for y := range out.H {
			copy(to[y*out.W:(y+1)*out.W], from[(y0+y)*m.W+x0:])
		}
	}
	return out
}

// resample returns the rectangle of sw×sh source pixels at (x0, y0) scaled to w×h. Pixels around the rectangle take part
// where the kernel reaches them.
func (m *Image) resample(x0, y0, sw, sh float64, w, h int) *Image {
	out := New(w, h)
	columns, rows := newAxis(x0, sw, m.W, w), newAxis(y0, sh, m.H, h)
	// The direction that leaves less in between goes first: a strip of 1×25 million pixels must not become 224 wide.
	acrossFirst := int64(m.H)*int64(w) <= int64(h)*int64(m.W)
	between := make([]float32, min(int64(m.H)*int64(w), int64(h)*int64(m.W)))
	var band transposedBand
	for c := range 3 {
		from, to := m.Plane(c), out.Plane(c)
		if acrossFirst {
			band.resampleRows(between, from, m.W, columns)
			resampleColumns(to, between, w, rows)
		} else {
			resampleColumns(between, from, m.W, rows)
			band.resampleRows(to, between, m.W, columns)
		}
		for i, v := range to { // the cubic overshoots at edges
			to[i] = min(max(v, 0), 1)
		}
	}
	return out
}

// bandRows is how many rows transposedBand takes at a time.
const bandRows = 64

// transposedBand is memory for scaling rows: some at a time are transposed, so that vectors can add up columns.
type transposedBand struct{ transposed, scaled []float32 }

// resampleRows scales every row of width values.
func (b *transposedBand) resampleRows(dst, src []float32, width int, columns []taps) {
	n := len(columns)
	if b.transposed == nil {
		rows := min(bandRows, len(src)/width)
		b.transposed, b.scaled = make([]float32, rows*width), make([]float32, rows*n)
	}
	for len(src) > 0 {
		rows := min(bandRows, len(src)/width)
		transpose(b.transposed, src[:rows*width], width)
		resampleColumns(b.scaled[:rows*n], b.transposed, rows, columns)
		transpose(dst, b.scaled[:rows*n], rows)
		dst, src = dst[rows*n:], src[rows*width:]
	}
}

// transpose makes columns of the rows of width values.
func transpose(dst, src []float32, width int) {
	rows, y := len(src)/width, 0
	for ; y <= rows-4; y += 4 { // four at a time, for the sake of caches
		r0, r1, r2, r3 := src[y*width:][:width], src[(y+1)*width:][:width], src[(y+2)*width:][:width], src[(y+3)*width:][:width]
		for x, v := range r0 {
			*(*[4]float32)(dst[x*rows+y:]) = [4]float32{v, r1[x], r2[x], r3[x]}
		}
	}
	for ; y < rows; y++ {
		for x, v := range src[y*width:][:width] {
			dst[x*rows+y] = v
		}
	}
}

// resampleColumns scales every column of a plane that is width wide.
func resampleColumns(dst, src []float32, width int, rows []taps) {
	for y, t := range rows {
		o := dst[y*width : (y+1)*width]
		clear(o)
		for i, k := range t.weights {
			in := src[(t.first+i)*width:][:len(o)]
			for x := addScaledVectors(o, in, k); x < len(in); x++ {
				o[x] += float32(k * in[x])
			}
		}
	}
}

// taps are the weights, with a sum of 1, of the source pixels first, first+1, ... in a scaled pixel.
type taps struct {
	first   int
	weights []float32
}

// newAxis returns the taps of n scaled pixels that cover size pixels from start on, of a source with limit pixels.
func newAxis(start, size float64, limit, n int) []taps {
	if size <= 0 || n <= 0 {
		panic(fmt.Sprintf("img: scaling %g pixels to %d: both must be positive", size, n))
	}
	kernel := draw.CatmullRom
	step := size / float64(n)
	widened := max(step, 1)
	axis := make([]taps, n)
	for i := range axis {
		center := start + (float64(i)+.5)*step
		lo := max(int(math.Floor(center-kernel.Support*widened)), 0)
		hi := min(int(math.Ceil(center+kernel.Support*widened)), limit)
		weights, sum := make([]float64, hi-lo), 0.0
		for j := range weights {
			if t := math.Abs(float64(lo+j)+.5-center) / widened; t < kernel.Support {
				weights[j] = kernel.At(t)
			}
			sum += weights[j]
		}
		axis[i] = taps{lo, make([]float32, hi-lo)}
		for j, k := range weights {
			axis[i].weights[j] = float32(k / sum)
		}
	}
	return axis
}
