package random

import "math"

// SinCos returns the sine and the cosine of x radians to about 1e-15, the same bits everywhere, for |x| up to a million.
func SinCos(x float64) (sin, cos float64) {
	const halfPiHi, halfPiLo = 1.57079632673412561417e+00, 6.07710050650619224932e-11
	quarter := math.Floor(float64(x*(2/math.Pi)) + .5)
	r := float64(x-float64(quarter*halfPiHi)) - float64(quarter*halfPiLo)
	z := float64(r * r)
	sin, cos = 1, 1
	for n := 19.0; n > 1; n -= 2 { // Taylor's series, from the last term
		sin = 1 - float64(float64(z/(n*(n-1)))*sin)
		cos = 1 - float64(float64(z/((n-1)*(n-2)))*cos)
	}
	sin *= r
	switch int64(quarter) & 3 {
	case 1:
		return cos, -sin
	case 2:
		return -sin, -cos
	case 3:
		return -cos, sin
	}
	return sin, cos
}
