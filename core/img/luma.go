package img

// Luma returns the brightness of a color, .299·r + .587·g + .114·b (ITU-R BT.601, as PNG and JPEG tools have it), at
// most 1; that of a gray is exactly the gray itself.
func Luma(r, g, b float32) float32 {
	if r == g && g == b {
		return r
	}
	return min(float32(0.299*r)+float32(0.587*g)+float32(0.114*b), 1)
}

// Gray sets all planes to the luma.
func (m *Image) Gray() {
	r, g, b := m.Plane(0), m.Plane(1), m.Plane(2)
	for i := range r {
		y := Luma(r[i], g[i], b[i])
		r[i], g[i], b[i] = y, y, y
	}
}

// PutPlanes writes the image as channels×H×W: with 3 channels its planes, with 1 the luma of each pixel.
func (m *Image) PutPlanes(dst []float32, channels int) {
	if channels == 3 {
		copy(dst, m.Pix)
		return
	}
	r, g, b := m.Plane(0), m.Plane(1), m.Plane(2)
	for i := range dst {
		dst[i] = Luma(r[i], g[i], b[i])
	}
}
