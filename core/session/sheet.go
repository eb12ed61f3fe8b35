package session

import (
	"math"

	"steady/core/img"
	"steady/core/nn"
)

// sheet collects the images of one answer in one run of RGBA bytes, which the next answer uses again.
type sheet struct {
	pix    []byte
	placed []Placed
}

func (s *sheet) reset() { s.pix, s.placed = s.pix[:0], s.placed[:0] }

// grow makes room for an image and returns its bytes.
func (s *sheet) grow(name string, w, h int) []byte {
	offset, end := len(s.pix), len(s.pix)+4*w*h
	if end > cap(s.pix) {
		s.pix = append(make([]byte, 0, end), s.pix...)
	}
	s.pix = s.pix[:end]
	s.placed = append(s.placed, Placed{name, w, h, offset})
	return s.pix[offset:end]
}

// image adds an image.
func (s *sheet) image(name string, m *img.Image) { m.PutRGBA(s.grow(name, m.W, m.H)) }

// tensor adds an image given as a network's input, 1×H×W or 3×H×W.
func (s *sheet) tensor(name string, x []float32, shape nn.Shape) {
	s.draw(name, shape, func(i int) float32 { return x[i] })
}

// change adds the difference of two inputs, magnified around middle gray.
func (s *sheet) change(name string, x, from []float32, shape nn.Shape, magnified int) {
	s.draw(name, shape, func(i int) float32 { return 0.5 + float32(magnified)*(x[i]-from[i]) })
}

func (s *sheet) draw(name string, shape nn.Shape, at func(int) float32) {
	c, h, w := shape[0], shape[1], shape[2]
	out := s.grow(name, w, h)
	for i := range w * h {
		for k := range 3 {
			v := at(min(k, c-1)*w*h + i)
			out[4*i+k] = uint8(min(max(v, 0), 1)*255 + 0.5)
		}
		out[4*i+3] = 255
	}
}

// distances returns the L2 and Linf distances of two inputs.
func distances(a, b []float32) (l2, linf float64) {
	for i := range a {
		d := math.Abs(float64(a[i]) - float64(b[i]))
		l2 += d * d
		linf = max(linf, d)
	}
	return math.Sqrt(l2), linf
}

// magnification returns the whole number of times that a largest change can be drawn without leaving the range; 0 for none.
func magnification(linf float64) int {
	if linf < 1e-6 {
		return 0
	}
	return max(1, int(0.5/linf))
}
