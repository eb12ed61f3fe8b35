package filter

import (
	"math"
	"testing"

	"steady/core/corrupt/internal/scratch"
)

func TestKernels(t *testing.T) {
	for _, sigma := range []float64{.05, .4, 1, 6} {
		kernel := Gaussian(sigma, new(scratch.Buffers))
		if want := 2*int(4*sigma+.5) + 1; len(kernel) != want {
			t.Errorf("sigma %g: %d taps, want %d", sigma, len(kernel), want)
		}
		sum := 0.
		for i, k := range kernel {
			sum += float64(k)
			if k != kernel[len(kernel)-1-i] {
				t.Errorf("sigma %g: not symmetric", sigma)
			}
		}
		if math.Abs(sum-1) > 1e-6 {
			t.Errorf("sigma %g: sum %g", sigma, sum)
		}
	}
}
