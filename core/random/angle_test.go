package random

import (
	"math"
	"testing"
)

func TestSinCos(t *testing.T) {
	for x := -400.0; x < 400; x += .0371 {
		sin, cos := SinCos(x)
		if math.Abs(sin-math.Sin(x)) > 4e-15 || math.Abs(cos-math.Cos(x)) > 4e-15 {
			t.Errorf("SinCos(%g) = %g, %g, want %g, %g", x, sin, cos, math.Sin(x), math.Cos(x))
		}
	}
	sum := uint64(14695981039346656037)
	for x := -100.0; x < 100; x += .017 {
		sin, cos := SinCos(x)
		sum = ((sum^math.Float64bits(sin))*1099511628211 ^ math.Float64bits(cos)) * 1099511628211
	}
	const want = 0x4c1bb0f485914b0
	if sum != want {
		t.Errorf("hash of the bits %#x, want %#x", sum, uint64(want))
	}
}
