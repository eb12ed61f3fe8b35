package filter

import (
	"testing"

	"steady/core/corrupt/internal/imagetest"
)

// The vectors of the SIMD build and the plain loop must round alike, whatever is left over at the end of a row.
func TestCorrelate(t *testing.T) {
	src := imagetest.Synthetic(61, 7).Pix
	offsets := []int{0, 3, 7, 1, 30, 12, 5}
	weights := []float32{.1, .3, -.2, .05, .4, .15, .2}
	for n := 1; n < 200; n++ {
		got := make([]float32, n)
		Correlate(got, src, offsets, weights)
		for i, v := range got {
			want := float32(weights[0] * src[offsets[0]+i])
			for t, o := range offsets[1:] {
				want += float32(weights[t+1] * src[o+i])
			}
			if v != want {
				t.Fatalf("%d values: at %d %g, want %g", n, i, v, want)
			}
		}
	}
}
