package corrupt

import (
	"math"
	"slices"
	"testing"

	"steady/core/corrupt/internal/imagetest"
)

func TestLaugrosNoise(t *testing.T) {
	every(func(o Options) {
		o.Seed = 3
		sigma := drawn(laugrosGaussian, o)
		m := corrupted(t, laugrosGaussian, imagetest.Flat(224, 224, .05), o)
		if low := slices.Min(m.Pix); low < .05 {
			t.Errorf("gaussian makes a value darker: %g", low)
		}
		// The mean of |N(0,1)| is √(2/π), and its variance 1-2/π. Hardly anything reaches 1, where it is clipped.
		checkMoments(t, "gaussian", m.Pix, .05+sigma*math.Sqrt(2/math.Pi), sigma*sigma*(1-2/math.Pi))

		share := drawn(laugrosSaltPepper, o)
		m = corrupted(t, laugrosSaltPepper, imagetest.Flat(224, 224, .25), o)
		for i, v := range m.Pix {
			m.Pix[i] = map[float32]float32{0: -1, .25: 0, 1: 1}[v]
		}
		checkMoments(t, "salt_pepper", m.Pix, 0, share)
	})
}
