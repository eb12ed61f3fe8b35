package filter

import (
	"math"
	"slices"
	"testing"

	"steady/core/corrupt/internal/scratch"
	"steady/core/random"
)

// The smoothing must be the plain sum over mirrored places, folded or not.
func TestSmoothMirrored(t *testing.T) {
	const w, h = 7, 5
	for _, sigma := range []float64{.5, 1, 3, 40} {
		s := new(scratch.Buffers)
		plane := make([]float32, w*h)
		random.New(1, 1, "test", 1).FillUniform(plane, -1, 1)
		reach := int(3*sigma + .5)
		kernel := slices.Clone(Bell(2*reach+1, reach, sigma, s))
		want := make([]float64, w*h)
		for y := range h {
			for x := range w {
				for r, wy := range kernel {
					for k, wx := range kernel {
						want[y*w+x] += float64(wy) * float64(wx) * float64(plane[MirrorHalf(y+r-reach, h)*w+MirrorHalf(x+k-reach, w)])
					}
				}
			}
		}
		SmoothMirrored(plane, w, sigma, s)
		for i, v := range plane {
			off := 1e-5
			if sigma == 40 { // by cosines, of which those with a negligible gain are left out
				off = 2 * negligibleGain
			}
			if math.Abs(float64(v)-want[i]) > off {
				t.Fatalf("sigma %g: %g at %d, want %g", sigma, v, i, want[i])
			}
		}
	}
}
