package filter

import (
	"math"

	"steady/core/corrupt/internal/scratch"
	"steady/core/random"
)

// Motion smears planes along an angle, as ImageMagick's motion blur does: every pixel trails to one side.
type Motion struct {
	width                    int
	weights                  []float32
	offsets                  []int
	padded                   []float32
	left, right, top, bottom int
}

// NewMotion returns the filter for planes of w×h pixels: 2·radius+1 pixels along an angle in degrees, with the weights
// of a normal density of standard deviation sigma, in pixels. Beyond the image its border goes on. It uses Floats 0,
// the Offsets and the Weights as long as it is in use.
func NewMotion(w, h, radius int, sigma, degrees float64, s *scratch.Buffers) Motion {
	m := Motion{width: w, weights: Bell(2*radius+1, 0, sigma, s)}
	sin, cos := random.SinCos(degrees * (math.Pi / 180))
	step := func(i int) (dx, dy int) {
		return int(math.Ceil(float64(float64(i)*cos) - .5)), int(math.Ceil(float64(float64(i)*sin) - .5))
	}
	farX, farY := step(len(m.weights) - 1)
	m.left, m.right, m.top, m.bottom = max(-farX, 0), max(farX, 0), max(-farY, 0), max(farY, 0)
	stride := m.left + w + m.right
	m.offsets = s.Offsets(len(m.weights))
	for i := range m.offsets {
		dx, dy := step(i)
		m.offsets[i] = (m.top+dy)*stride + m.left + dx
	}
	m.padded = s.Floats(0, stride*(m.top+h+m.bottom))
	return m
}

// Apply adds up copies of a plane, each a step further along and weaker; dst may be src.
func (m Motion) Apply(dst, src []float32) {
	Pad(m.padded, src, m.width, m.left, m.right, m.top, m.bottom)
	stride := m.left + m.width + m.right
	for y := range len(src) / m.width {
		Correlate(dst[y*m.width:][:m.width], m.padded[y*stride:], m.offsets, m.weights)
	}
}
