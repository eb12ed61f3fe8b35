package random

import "math"

// Beta returns a number from the beta distribution with the parameters a and b, which must be above 0: of two gamma
// distributed numbers, the part that the first is of both. Small parameters draw numbers near 0 and 1.
func (s *Source) Beta(a, b float64) float64 {
	x := s.logGamma(a)
	return 1 / (1 + Exp(s.logGamma(b)-x))
}

// logGamma returns the logarithm of a number from the gamma distribution, by the method of Marsaglia and Tsang (2000). The
// number itself would be 0 for most draws of a small shape.
func (s *Source) logGamma(shape float64) float64 {
	if shape < 1 {
		return s.logGamma(shape+1) + Log(1-s.Float64())/shape
	}
	d := shape - 1./3
	scale := 1 / math.Sqrt(9*d)
	for {
		x := float64(s.Normal())
		v := 1 + float64(scale*x)
		if v <= 0 {
			continue
		}
		v = float64(float64(v*v) * v)
		if Log(1-s.Float64()) < float64(.5*float64(x*x))+d-float64(d*v)+float64(d*Log(v)) {
			return Log(d * v)
		}
	}
}
