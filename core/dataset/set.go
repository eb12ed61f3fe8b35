package dataset

import "steady/core/img"

// Set is a labelled set of pictures of one size, as 8-bit values.
type Set struct {
	Name    string
	Classes []string
	C, H, W int
	Labels  []int
	Pix     []uint8 // N×C×H×W: planes of each picture one after the other
}

// Len is the number of pictures.
func (s *Set) Len() int { return len(s.Labels) }

// Size is the number of values of a picture.
func (s *Set) Size() int { return s.C * s.H * s.W }

// Image is picture i, C×H×W.
func (s *Set) Image(i int) []uint8 { return s.Pix[i*s.Size() : (i+1)*s.Size()] }

// Limit is the set of the first n pictures, sharing memory; n <= 0 means all.
func (s *Set) Limit(n int) *Set {
	if n <= 0 || n >= s.Len() {
		return s
	}
	part := *s
	part.Labels, part.Pix = s.Labels[:n], s.Pix[:n*s.Size()]
	return &part
}

// Fill writes the pictures first ... first+n-1 in [0,1], n being as many as dst holds.
func (s *Set) Fill(dst []float32, first int) {
	for i, x := range s.Pix[first*s.Size():][:len(dst)] {
		dst[i] = img.Unit(x)
	}
}
