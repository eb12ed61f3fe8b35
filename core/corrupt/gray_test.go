package corrupt

import (
	"math"
	"slices"
	"testing"

	"steady/core/corrupt/internal/imagetest"
	"steady/core/img"
)

// With Gray the result is gray, and the one without it where that is gray already.
func TestGray(t *testing.T) {
	src := imagetest.Synthetic(32, 32)
	src.Gray()
	isGray := func(m *img.Image) bool {
		return slices.Equal(m.Plane(0), m.Plane(1)) && slices.Equal(m.Plane(0), m.Plane(2))
	}
	every(func(o Options) {
		for _, c := range all {
			without := corrupted(t, c, src, o)
			o.Gray = true
			with := corrupted(t, c, src, o)
			o.Gray = false
			if !isGray(with) || isGray(without) && !slices.Equal(with.Pix, without.Pix) {
				t.Errorf("%s, %+v: a gray image becomes colored or another", c.Name, o)
			}
		}
	})
}

// Saturation colors gray red from severity 4 on, which darkens it by what green and blue weigh.
func TestGraySaturate(t *testing.T) {
	const v = .5
	for severity, shift := range map[int]float64{1: 0, 2: 0, 3: 0, 4: .1, 5: .2} {
		m := corrupted(t, saturate, imagetest.Flat(4, 4, v), Options{Severity: severity, Profile: ImageNet, Gray: true})
		if want := v * (1 - shift*(.587+.114)); math.Abs(float64(m.Pix[0])-want) > 1e-6 {
			t.Errorf("severity %d turns gray %g into %g, want %g", severity, v, m.Pix[0], want)
		}
	}
}

// A gray sensor's noise is not averaged away.
func TestGrayNoise(t *testing.T) {
	m := corrupted(t, gaussianNoise, imagetest.Flat(224, 224, .5), Options{Severity: 1, Profile: ImageNet, Gray: true})
	mean, variance := clippedNormal(.5, .08)
	checkMoments(t, "gray gaussian_noise", m.Plane(2), mean, variance)
}
