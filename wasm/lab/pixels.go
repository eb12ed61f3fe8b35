package main

import (
	"math"

	"steady/core/img"
	"steady/core/nn"
)

// sheet gathers the pictures of one answer in one run of RGBA bytes, which it uses again for the next answer.
type sheet struct {
	pix    []byte
	placed []placed
}

func (s *sheet) reset() { s.pix, s.placed = s.pix[:0], s.placed[:0] }

// room makes room for a picture and gives its bytes.
func (s *sheet) room(name string, w, h int) []byte {
	offset, end := len(s.pix), len(s.pix)+4*w*h
	if end > cap(s.pix) {
		s.pix = append(make([]byte, 0, end), s.pix...)
	}
	s.pix = s.pix[:end]
	s.placed = append(s.placed, placed{name, w, h, offset})
	return s.pix[offset:end]
}

// image adds a picture.
func (s *sheet) image(name string, m *img.Image) { m.PutRGBA(s.room(name, m.W, m.H)) }

// tensor adds a picture given as a network's input, 1×H×W or 3×H×W.
func (s *sheet) tensor(name string, x []float32, shape nn.Shape) {
	s.draw(name, shape, func(i int) float32 { return x[i] })
}

// change adds the difference of two inputs, magnified around middle grey.
func (s *sheet) change(name string, x, from []float32, shape nn.Shape, magnified int) {
	s.draw(name, shape, func(i int) float32 { return 0.5 + float32(magnified)*(x[i]-from[i]) })
}

func (s *sheet) draw(name string, shape nn.Shape, at func(int) float32) {
	c, h, w := shape[0], shape[1], shape[2]
	out := s.room(name, w, h)
	for i := range w * h {
		for k := range 3 {
			v := at(min(k, c-1)*w*h + i)
			out[4*i+k] = uint8(min(max(v, 0), 1)*255 + 0.5)
		}
		out[4*i+3] = 255
	}
}

// fill writes a picture of the network's size as the network's input. A network of one channel gets the luma.
func fill(x []float32, m *img.Image, channels int) {
	if channels == 3 {
		copy(x, m.Pix)
		return
	}
	r, g, b := m.Plane(0), m.Plane(1), m.Plane(2)
	for i := range x {
		x[i] = img.Luma(r[i], g[i], b[i])
	}
}

// distances gives the L2 and Linf distances of two inputs.
func distances(a, b []float32) (l2, linf float64) {
	for i := range a {
		d := math.Abs(float64(a[i]) - float64(b[i]))
		l2 += d * d
		linf = max(linf, d)
	}
	return math.Sqrt(l2), linf
}

// magnification is the whole number of times that a largest change can be drawn without leaving the range; 0 for none.
func magnification(linf float64) int {
	if linf < 1e-6 {
		return 0
	}
	return max(1, int(0.5/linf))
}
