package resample

import (
	"math"
	"testing"

	"steady/core/corrupt/internal/scratch"
)

// What Pillow 9.4 makes of bytes, which is not what it makes of floats when they are rounded once.
func TestBilinear(t *testing.T) {
	floats := func(bytes ...float32) []float32 {
		for i := range bytes {
			bytes[i] /= 255
		}
		return bytes
	}
	src := floats(
		0, 51, 230, 102, 255, 26, 179,
		9, 80, 13, 200, 77, 140, 255,
		255, 3, 90, 31, 17, 64, 128)
	s := new(scratch.Buffers)
	small, back := make([]float32, 6), make([]float32, 21)
	NewBilinear(7, 3, 3, 2).Scale(small, src, s)
	near(t, "smaller", small, floats(59, 144, 144, 85, 70, 111), 0)
	NewBilinear(3, 2, 7, 3).Scale(back, small, s)
	near(t, "larger again", back, floats(
		59, 71, 108, 144, 144, 144, 144,
		72, 77, 92, 107, 116, 125, 128,
		85, 83, 76, 70, 88, 105, 111), 0)
	upright := make([]float32, 6)
	NewBilinear(1, 7, 2, 3).Scale(upright, src[:7], s)
	near(t, "one direction smaller, the other larger", upright, floats(71, 71, 161, 161, 130, 130), 0)
}

func near(t *testing.T, what string, got, want []float32, tolerance float64) {
	t.Helper()
	for i, v := range want {
		if math.Abs(float64(got[i]-v)) > tolerance {
			t.Fatalf("%s: value %d is %g, want %g", what, i, got[i], v)
		}
	}
}
