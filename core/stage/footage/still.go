package footage

import (
	"math"
	"slices"

	"steady/core/img"
)

// Still is an image, looked at by a camera that is held by hand: the part that is seen moves a little.
type Still struct {
	side int
	pix  []byte // of the whole image, RGBA
	out  []byte
}

// margin is how far the part that is seen moves to each side.
const margin = 12

// NewStill returns the middle square of an image.
func NewStill(m *img.Image) *Still {
	s := &Still{side: Side + 2*margin}
	m = m.Fit(s.side, s.side)
	s.pix = make([]byte, 4*s.side*s.side)
	m.PutRGBA(s.pix)
	return s
}

// Frame returns a frame, valid until the next call.
func (s *Still) Frame(n int) []byte {
	x, y := sway(n)
	s.out = slices.Grow(s.out[:0], 4*Side*Side)
	for row := range Side {
		from := 4 * ((y+row)*s.side + x)
		s.out = append(s.out, s.pix[from:from+4*Side]...)
	}
	return s.out
}

// sway returns where in its margins an image is seen in a frame.
func sway(frame int) (x, y int) {
	t := float64(frame) / 30
	return margin + int(math.Round(margin*math.Sin(1.1*t))), margin + int(math.Round(margin*math.Sin(0.7*t+1)))
}
