package img

import "image"

// FromImage converts an image of the standard library, laid on white. YCbCr is taken for that of a JPEG file, with color
// at half the resolution interpolated as libjpeg does. It panics if the image is empty.
func FromImage(src image.Image) *Image {
	box := src.Bounds()
	m := New(box.Dx(), box.Dy())
	switch s := src.(type) {
	case *image.NRGBA:
		for y := range m.H {
			at := s.PixOffset(box.Min.X, box.Min.Y+y)
			m.setNRGBA(y*m.W, s.Pix[at:at+4*m.W])
		}
	case *image.YCbCr:
		m.setJPEG(s)
	case image.RGBA64Image:
		m.each(box, func(x, y int) (r, g, b float32) {
			c := s.RGBA64At(x, y)
			return premultiplied(uint32(c.R), uint32(c.G), uint32(c.B), uint32(c.A))
		})
	default:
		m.each(box, func(x, y int) (r, g, b float32) { return premultiplied(s.At(x, y).RGBA()) })
	}
	return m
}

// each sets every pixel to what at returns for its place in box.
func (m *Image) each(box image.Rectangle, at func(x, y int) (r, g, b float32)) {
	r, g, b := m.Plane(0), m.Plane(1), m.Plane(2)
	i := 0
	for y := box.Min.Y; y < box.Max.Y; y++ {
		for x := box.Min.X; x < box.Max.X; x++ {
			r[i], g[i], b[i] = at(x, y)
			i++
		}
	}
}

// premultiplied returns a color of 16 bits, premultiplied with its alpha, laid on white.
func premultiplied(r, g, b, a uint32) (float32, float32, float32) {
	const full = 0xffff
	white := full - min(a, full)
	return float32(min(r+white, full)) / full, float32(min(g+white, full)) / full, float32(min(b+white, full)) / full
}

// ToImage returns the image with 8 bits a channel, rounded to the nearest level.
func (m *Image) ToImage() *image.NRGBA {
	out := image.NewNRGBA(image.Rect(0, 0, m.W, m.H))
	m.PutRGBA(out.Pix)
	return out
}
