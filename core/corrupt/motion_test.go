package corrupt

import (
	"math"
	"slices"
	"testing"

	"steady/core/img"
	"steady/core/random"
)

// Straight angles have closed forms: a one-sided bell to the left of a point, or above it.
func TestSmear(t *testing.T) {
	const side, middle = 41, 20
	const radius, sigma = 5, 3.
	norm := 0.
	for i := range 2*radius + 1 {
		norm += math.Exp(-float64(i*i) / (2 * sigma * sigma))
	}
	for _, c := range []struct {
		degrees        float64
		stepX, stepY   int
		everySecondHas bool
	}{{0, -1, 0, false}, {90, 0, -1, false}, {-90, 0, 1, false}, {180, 1, 0, false}} {
		src := img.New(side, side)
		src.Plane(2)[middle*side+middle] = 1
		j := &job{src: src, dst: img.New(side, side), w: side, h: side}
		j.smear(trail{radius, sigma}, c.degrees)
		for i := -middle; i <= middle; i++ {
			want := 0.
			if i >= 0 && i <= 2*radius {
				want = math.Exp(-float64(i*i)/(2*sigma*sigma)) / norm
			}
			got := j.dst.Plane(2)[(middle+i*c.stepY)*side+middle+i*c.stepX]
			if math.Abs(float64(got)-want) > 1e-6 {
				t.Errorf("%g degrees, %d steps away: %g, want %g", c.degrees, i, got, want)
			}
		}
	}
}

// A plane may be drawn onto itself.
func TestStreak(t *testing.T) {
	m := img.New(30, 40)
	random.New(1, 1, "smear", 1).FillUniform(m.Pix, 0, 1)
	plane := slices.Clone(m.Plane(0))
	j := &job{w: 30, h: 40, src: m, dst: img.New(30, 40)}
	j.smear(trail{12, 8}, -70)
	j.streak(trail{12, 8}, -70).draw(plane, plane)
	if !slices.Equal(plane, j.dst.Plane(0)) {
		t.Error("a plane drawn onto itself differs from smear")
	}
}
