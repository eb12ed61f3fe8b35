package filter

import (
	"math"
	"slices"
	"testing"

	"steady/core/corrupt/internal/scratch"
	"steady/core/random"
)

// Straight angles have closed forms: a one-sided bell to the left of a point, or above it.
func TestMotion(t *testing.T) {
	const side, middle = 41, 20
	const radius, sigma = 5, 3.
	norm := 0.
	for i := range 2*radius + 1 {
		norm += math.Exp(-float64(i*i) / (2 * sigma * sigma))
	}
	for _, c := range []struct {
		degrees      float64
		stepX, stepY int
	}{{0, -1, 0}, {90, 0, -1}, {-90, 0, 1}, {180, 1, 0}} {
		plane := make([]float32, side*side)
		plane[middle*side+middle] = 1
		NewMotion(side, side, radius, sigma, c.degrees, new(scratch.Buffers)).Apply(plane, plane)
		for i := -middle; i <= middle; i++ {
			want := 0.
			if i >= 0 && i <= 2*radius {
				want = math.Exp(-float64(i*i)/(2*sigma*sigma)) / norm
			}
			got := plane[(middle+i*c.stepY)*side+middle+i*c.stepX]
			if math.Abs(float64(got)-want) > 1e-6 {
				t.Errorf("%g degrees, %d steps away: %g, want %g", c.degrees, i, got, want)
			}
		}
	}
}

// The destination may be the source.
func TestMotionInPlace(t *testing.T) {
	src, dst := make([]float32, 30*40), make([]float32, 30*40)
	random.New(1, 1, "motion", 1).FillUniform(src, 0, 1)
	m := NewMotion(30, 40, 12, 8, -70, new(scratch.Buffers))
	m.Apply(dst, src)
	m.Apply(src, src)
	if !slices.Equal(src, dst) {
		t.Error("a plane smeared in place differs from one smeared to another")
	}
}
