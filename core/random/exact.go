package random

import "math"

// Exp returns eˣ to about 1e-15 relative, the same bits everywhere: range reduction and a series.
func Exp(x float64) float64 {
	switch {
	case x != x:
		return x
	case x > 709:
		return math.Inf(1)
	case x < -708:
		return 0
	}
	const ln2hi, ln2lo = 6.93147180369123816490e-01, 1.90821492927058770002e-10
	k := math.Floor(float64(x*math.Log2E) + .5)
	r := float64(x-float64(k*ln2hi)) - float64(k*ln2lo)
	sum := 1.0
	for n := 13.0; n >= 1; n-- {
		sum = 1 + float64(float64(r/n)*sum)
	}
	return math.Ldexp(sum, int(k))
}

// Log returns the natural logarithm of x > 0 to about 1e-15 relative, the same bits everywhere: with x = f·2ᵏ,
// 2·artanh((f-1)/(f+1)) + k·ln 2.
func Log(x float64) float64 {
	if x == 0 {
		return math.Inf(-1)
	}
	f, k := math.Frexp(x)
	if f < math.Sqrt2/2 {
		f *= 2
		k--
	}
	s := (f - 1) / (f + 1)
	z := float64(s * s)
	sum := 0.0
	for n := 23.0; n >= 1; n -= 2 {
		sum = float64(sum*z) + 1/n
	}
	return float64(2*float64(s*sum)) + float64(float64(k)*math.Ln2)
}
