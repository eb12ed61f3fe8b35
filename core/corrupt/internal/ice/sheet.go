package ice

import (
	"steady/core/corrupt/internal/pix"
	"steady/core/img"
)

// Sheet is an image of ice, W×H pixels, in bytes. It may be taken to begin anew beyond its border.
type Sheet struct {
	W, H   int
	Planes [3][]uint8 // red, green, blue
}

// NewSheet returns an image as a sheet, rounded to bytes.
func NewSheet(m *img.Image) *Sheet {
	s := &Sheet{W: m.W, H: m.H}
	for c := range s.Planes {
		s.Planes[c] = make([]uint8, m.W*m.H)
		for i, v := range m.Plane(c) {
			s.Planes[c][i] = pix.Byte(v + .5/255)
		}
	}
	return s
}
