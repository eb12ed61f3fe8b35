package img

import "fmt"

// unit holds v/255 for every 8-bit v.
var unit = func() (t [256]float32) {
	for i := range t {
		t[i] = float32(i) / 255
	}
	return t
}()

// Unit returns v/255, the value of a byte in [0,1].
func Unit(v uint8) float32 { return unit[v] }

// toByte returns the nearest of 256 levels. What lies outside [0,1] is clipped, and NaN is 0.
func toByte(v float32) uint8 {
	if !(v > 0) {
		return 0
	}
	return uint8(min(float32(v*255)+.5, 255))
}

// FromRGBA returns the image of w×h pixels of four bytes, red, green, blue and alpha (not premultiplied), as a canvas
// has them, laid on white. It returns an error if the sides are not positive or the number of bytes is not 4·w·h.
func FromRGBA(pix []byte, w, h int) (*Image, error) {
	m := new(Image)
	if err := m.SetRGBA(pix, w, h); err != nil {
		return nil, err
	}
	return m, nil
}

// SetRGBA is FromRGBA into m, in its memory if that is enough. On an error m is as before.
func (m *Image) SetRGBA(pix []byte, w, h int) error {
	const limit = 1 << 28 // pixels; keeps the product below from overflowing where int has 32 bits
	if w <= 0 || h <= 0 || w > limit || h > limit || int64(w)*int64(h) > limit {
		return fmt.Errorf("img: RGBA image of %d×%d: want positive sides and at most %d pixels",
			w, h, limit)
	}
	if int64(len(pix)) != 4*int64(w)*int64(h) {
		return fmt.Errorf("img: %d bytes of RGBA pixels: image of %d×%d has %d", len(pix), w, h, 4*w*h)
	}
	m.resize(w, h)
	m.setNRGBA(0, pix)
	return nil
}

// setNRGBA sets the pixels from index first on.
func (m *Image) setNRGBA(first int, pix []byte) {
	n := len(pix) / 4
	r, g, b := m.Plane(0)[first:][:n], m.Plane(1)[first:][:n], m.Plane(2)[first:][:n]
	for i := fromRGBAVectors(r, g, b, pix); i < n; i++ {
		p := pix[4*i : 4*i+4 : 4*i+4]
		if p[3] == 255 {
			r[i], g[i], b[i] = unit[p[0]], unit[p[1]], unit[p[2]]
			continue
		}
		r[i], g[i], b[i] = onWhite(p[0], p[3]), onWhite(p[1], p[3]), onWhite(p[2], p[3])
	}
}

// onWhite returns a value of opacity alpha/255 laid on white.
func onWhite(v, alpha uint8) float32 {
	a := int(alpha)
	return float32(int(v)*a+255*(255-a)) / (255 * 255)
}

// PutRGBA writes the image as RGBA bytes, rounded to the nearest level and opaque. It panics if dst does not hold
// exactly 4·W·H bytes.
func (m *Image) PutRGBA(dst []byte) {
	if len(dst) != 4*m.W*m.H {
		panic(fmt.Sprintf("img: PutRGBA into %d bytes: image of %d×%d has %d", len(dst), m.W, m.H, 4*m.W*m.H))
	}
	r := m.Plane(0)
	g, b := m.Plane(1)[:len(r)], m.Plane(2)[:len(r)]
	for i := putRGBAVectors(dst, r, g, b); i < len(r); i++ {
		p := dst[4*i : 4*i+4 : 4*i+4]
		p[0], p[1], p[2], p[3] = toByte(r[i]), toByte(g[i]), toByte(b[i]), 255
	}
}
