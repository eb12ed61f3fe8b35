package resample

import (
	"math"
	"testing"

	"steady/core/corrupt/internal/scratch"
)

// What Pillow 9.4 makes of floats.
func TestBilinear(t *testing.T) {
	src := []float32{0, .2, .9, .4, 1, .1, .7}
	s := new(scratch.Buffers)
	small, back, upright := make([]float32, 3), make([]float32, 7), make([]float32, 6)
	NewBilinear(7, 1, 3, 1).Scale(small, src, s)
	near(t, "smaller", small, []float32{.27857143, .62941176, .50714284}, 1e-6)
	NewBilinear(3, 1, 7, 1).Scale(back, small, s)
	near(t, "larger again", back, []float32{.27857143, .32869148, .47905162, .62941176, .5770108, .5246098, .50714284}, 1e-6)
	NewBilinear(1, 7, 2, 3).Scale(upright, src, s)
	near(t, "one direction smaller, the other larger", upright, []float32{.27857143, .27857143, .62941176, .62941176, .50714284, .50714284}, 1e-6)
}

func near(t *testing.T, what string, got, want []float32, tolerance float64) {
	t.Helper()
	for i, v := range want {
		if math.Abs(float64(got[i]-v)) > tolerance {
			t.Fatalf("%s: value %d is %g, want %g", what, i, got[i], v)
		}
	}
}
