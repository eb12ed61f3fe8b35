package img

import "fmt"

// Image holds the planes of red, green and blue, each H rows of W values in [0,1].
type Image struct {
	W, H int       // in pixels
	Pix  []float32 // 3·W·H values: plane, row, column
}

// New returns a black image of w×h pixels. It panics if a side is not positive.
func New(w, h int) *Image {
	if w <= 0 || h <= 0 {
		panic(fmt.Sprintf("img: image of %d×%d: both sides must be positive", w, h))
	}
	return &Image{w, h, make([]float32, 3*w*h)}
}

// Plane returns the plane of channel c: 0 red, 1 green, 2 blue. It shares the image's memory.
func (m *Image) Plane(c int) []float32 {
	n := m.W * m.H
	return m.Pix[c*n : (c+1)*n : (c+1)*n]
}

// Clone returns a copy with memory of its own.
func (m *Image) Clone() *Image {
	return &Image{m.W, m.H, append([]float32(nil), m.Pix...)}
}

// CopyFrom makes m equal to o, in m's memory if that is enough.
func (m *Image) CopyFrom(o *Image) {
	m.resize(o.W, o.H)
	copy(m.Pix, o.Pix)
}

// resize changes the size of m; its pixels are then anything.
func (m *Image) resize(w, h int) {
	m.W, m.H = w, h
	if n := 3 * w * h; cap(m.Pix) < n {
		m.Pix = make([]float32, n)
	} else {
		m.Pix = m.Pix[:n]
	}
}
