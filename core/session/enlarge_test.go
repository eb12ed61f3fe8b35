package session

import (
	"math"
	"testing"

	"steady/core/img"
	"steady/core/nn"
)

// A change of one value is drawn as that value everywhere; one that grows along a line is drawn in between, and not in steps.
func TestEnlarge(t *testing.T) {
	photograph := img.New(40, 20)
	for i := range photograph.Pix {
		photograph.Pix[i] = 0.5
	}
	const w, h = 4, 2
	from, x := make([]float32, 3*w*h), make([]float32, 3*w*h)
	for i := range w * h {
		x[i] = 0.25                              // red
		x[w*h+i] = float32(i%w) * 0.1            // green grows to the right
		x[2*w*h+i] = float32(i/w)*2 - float32(1) // blue is black above and white below
	}
	var e enlarger
	m := e.draw(photograph, x, from, nn.Shape{3, h, w})
	for c, want := range [][]float64{{0.75, 0.75, 0.75}, {0.5, 0.65, 0.8}, {0, 0.5, 1}} {
		plane := m.Plane(c)
		middle := (float64(plane[9*40+19]) + float64(plane[9*40+20]) + float64(plane[10*40+19]) + float64(plane[10*40+20])) / 4
		for i, got := range []float64{float64(plane[0]), middle, float64(plane[20*40-1])} {
			if math.Abs(got-want[i]) > 1e-6 {
				t.Errorf("channel %d, place %d: %v, want %v", c, i, got, want[i])
			}
		}
	}
	if g := m.Plane(1); g[18] >= g[19] || g[19] >= g[20] {
		t.Errorf("a change that grows is drawn in steps: %v", g[15:25])
	}
	gray := e.draw(photograph, x[:w*h], from[:w*h], nn.Shape{1, h, w})
	for c := range 3 {
		if got := gray.Plane(c)[100]; got != 0.75 {
			t.Errorf("a gray network's change makes channel %d %v, want 0.75", c, got)
		}
	}
}
