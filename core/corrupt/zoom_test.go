package corrupt

import (
	"math"
	"testing"

	"steady/core/img"
)

// A slope becomes less steep by the mean of 1/factor, and its middle stays.
func TestZoomOfASlope(t *testing.T) {
	const side = 224
	src := img.New(side, side)
	for i := range src.Plane(0) {
		src.Plane(0)[i] = float32(i%side) / side
		src.Plane(1)[i] = float32(i/side) / side
	}
	for severity, factors := range [][2]float64{{12, .01}, {16, .01}, {11, .02}, {13, .02}, {11, .03}} {
		got := corrupted(t, zoomBlur, src, Options{Severity: severity + 1, Profile: ImageNet})
		steepness := 1.
		for k := range int(factors[0]) {
			steepness += 1 / (1 + float64(k)*factors[1])
		}
		steepness /= factors[0] + 1
		for i := range side {
			want := .5 + (float64(i)/side-.5)*steepness
			a, b := float64(got.Plane(0)[100*side+i]), float64(got.Plane(1)[i*side+30])
			if math.Abs(a-want) > .005 || math.Abs(b-want) > .005 {
				t.Fatalf("severity %d: at %d %g and %g, want %g", severity+1, i, a, b, want)
			}
		}
	}
}
