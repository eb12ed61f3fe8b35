package random

import "math"

// Poisson returns a count from the Poisson distribution of mean lambda; 0 if lambda is not positive.
func (s *Source) Poisson(lambda float32) int {
	switch {
	case !(lambda > 0):
		return 0
	case lambda < 10:
		return s.poissonProduct(float64(lambda))
	}
	return s.poissonRejection(float64(lambda))
}

// poissonProduct multiplies uniform draws until they fall below exp(-lambda) (Knuth).
func (s *Source) poissonProduct(lambda float64) int {
	limit := Exp(-lambda)
	k := 0
	for p := s.Float64(); p > limit; p *= s.Float64() {
		k++
	}
	return k
}

// poissonRejection is PTRS of Hörmann 1993, the transformed rejection with squeeze.
func (s *Source) poissonRejection(lambda float64) int {
	b := .931 + float64(2.53*math.Sqrt(lambda))
	a := -.059 + float64(.02483*b)
	inverseAlpha := 1.1239 + 1.1328/(b-3.4)
	vr := .9277 - 3.6224/(b-2)
	for {
		u := s.Float64() - .5
		v := s.Float64()
		us := .5 - math.Abs(u)
		k := math.Floor(float64((float64(2*a)/us+b)*u) + lambda + .43)
		if us >= .07 && v <= vr {
			return int(k)
		}
		if k < 0 || (us < .013 && v > us) {
			continue
		}
		if Log(v)+Log(inverseAlpha)-Log(a/float64(us*us)+b) <= float64(k*Log(lambda))-lambda-logFactorial(k) {
			return int(k)
		}
	}
}

// logFactorial is ln k!, by Stirling's series beyond a small table.
func logFactorial(k float64) float64 {
	if k < 10 {
		f := 1.0
		for i := 2.0; i <= k; i++ {
			f *= i
		}
		return Log(f)
	}
	n := k + 1
	inverse := 1 / n
	square := float64(inverse * inverse)
	series := float64(inverse * (1./12 - float64(square*(1./360-float64(square/1260)))))
	return float64((n-.5)*Log(n)) - n + .91893853320467274178 + series
}
