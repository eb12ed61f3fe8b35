//go:build goexperiment.simd

package cpu

import (
	"math"
	"simd"

	"steady/core/scalar"
	"steady/core/simdx"
)

const shifter = 12582912 // 1.5·2²³

// exp is e to the x with a relative error of a few units in the last place; x is limited to where the result is
// a normal number. It is 2^n·e^r with n = round(x/ln 2) and the Taylor polynomial of e^r, |r| ≤ ln(2)/2.
func exp(x simd.Float32s) simd.Float32s {
	x = clamp(x, simd.BroadcastFloat32s(-87.33), simd.BroadcastFloat32s(88.37))
	// Adding shifter leaves no bits behind the point: n is in the lowest bits of the sum.
	t := x.MulAdd(simd.BroadcastFloat32s(math.Log2E), simd.BroadcastFloat32s(shifter))
	n := t.Sub(simd.BroadcastFloat32s(shifter))
	// ln 2 in two parts, the first with so few bits that n times it is exact (Cody and Waite 1980).
	r := x.Sub(n.Mul(simd.BroadcastFloat32s(0.693359375)))
	r = n.MulAdd(simd.BroadcastFloat32s(2.12194440e-4), r)
	p := simd.BroadcastFloat32s(1. / 5040)
	p = p.MulAdd(r, simd.BroadcastFloat32s(1./720))
	p = p.MulAdd(r, simd.BroadcastFloat32s(1./120))
	p = p.MulAdd(r, simd.BroadcastFloat32s(1./24))
	p = p.MulAdd(r, simd.BroadcastFloat32s(1./6))
	p = p.MulAdd(r, simd.BroadcastFloat32s(0.5))
	one := simd.BroadcastFloat32s(1)
	p = p.MulAdd(r, one).MulAdd(r, one)
	scale := t.ToBits().ShiftAllLeft(23).Add(one.ToBits()).BitsToFloat32()
	return p.Mul(scale)
}

func sigmoid(x simd.Float32s) simd.Float32s {
	one := simd.BroadcastFloat32s(1)
	return one.Div(one.Add(exp(x.Neg())))
}

// tanh is 1 - 2/(exp(2x)+1), and near 0, where that cancels, the Taylor polynomial.
func tanh(x simd.Float32s) simd.Float32s {
	one := simd.BroadcastFloat32s(1)
	far := one.Sub(simd.BroadcastFloat32s(2).Div(exp(x.Add(x)).Add(one)))
	s := x.Mul(x)
	p := simd.BroadcastFloat32s(-17. / 315)
	p = p.MulAdd(s, simd.BroadcastFloat32s(2./15))
	p = p.MulAdd(s, simd.BroadcastFloat32s(-1./3))
	near := p.Mul(s).MulAdd(x, x)
	return near.IfElse(x.Abs().Less(simd.BroadcastFloat32s(0.15)), far)
}

// erfc is 1-erf(x) for x ≥ 0 with an absolute error of 1.5e-7; e is exp(-x²). Abramowitz and Stegun, Handbook of
// Mathematical Functions, 7.1.26.
func erfc(x, e simd.Float32s) simd.Float32s {
	one := simd.BroadcastFloat32s(1)
	t := one.Div(x.MulAdd(simd.BroadcastFloat32s(0.3275911), one))
	p := simd.BroadcastFloat32s(1.061405429)
	p = p.MulAdd(t, simd.BroadcastFloat32s(-1.453152027))
	p = p.MulAdd(t, simd.BroadcastFloat32s(1.421413741))
	p = p.MulAdd(t, simd.BroadcastFloat32s(-0.284496736))
	p = p.MulAdd(t, simd.BroadcastFloat32s(0.254829592))
	return p.Mul(t).Mul(e)
}

// erf is the error function: near 0 by its Taylor polynomial, whose relative error is small there.
func erf(x simd.Float32s) simd.Float32s {
	var zero simd.Float32s
	s := x.Mul(x)
	far := simd.BroadcastFloat32s(1).Sub(erfc(x.Abs(), exp(s.Neg())))
	far = far.Neg().IfElse(x.Less(zero), far)
	p := simd.BroadcastFloat32s(1. / 216)
	p = p.MulAdd(s, simd.BroadcastFloat32s(-1./42))
	p = p.MulAdd(s, simd.BroadcastFloat32s(1./10))
	p = p.MulAdd(s, simd.BroadcastFloat32s(-1./3))
	p = p.MulAdd(s, simd.BroadcastFloat32s(1))
	near := p.Mul(x).Mul(simd.BroadcastFloat32s(2 / math.SqrtPi))
	return near.IfElse(x.Abs().Less(simd.BroadcastFloat32s(0.4)), far)
}

// normal is the distribution function of the normal distribution, and bell is exp(-x²/2).
func normal(x simd.Float32s) (n, bell simd.Float32s) {
	var zero simd.Float32s
	half := simd.BroadcastFloat32s(0.5)
	bell = exp(x.Mul(x).Mul(half).Neg())
	tail := erfc(x.Abs().Mul(simd.BroadcastFloat32s(math.Sqrt2/2)), bell).Mul(half)
	return tail.IfElse(x.Less(zero), simd.BroadcastFloat32s(1).Sub(tail)), bell
}

// ramp is min(max(x+3, 0), 6)/6.
func ramp(x simd.Float32s) simd.Float32s {
	var zero simd.Float32s
	six := simd.BroadcastFloat32s(6)
	return clamp(x.Add(simd.BroadcastFloat32s(3)), zero, six).Mul(simd.BroadcastFloat32s(1. / 6))
}

// round adds and takes away what leaves no bits behind the point; from 2²² on there may be none to begin with.
func round(x simd.Float32s) simd.Float32s {
	t := x.Add(simd.BroadcastFloat32s(shifter)).Sub(simd.BroadcastFloat32s(shifter))
	return t.IfElse(x.Abs().Less(simd.BroadcastFloat32s(1<<22)), x)
}

// quick reports whether at and slope know a function. Those that they do not know are rare in classifiers.
func quick(f scalar.Function) bool {
	switch f.Kind {
	case scalar.Sigmoid, scalar.Silu, scalar.HardSwish, scalar.Gelu, scalar.Erf, scalar.Tanh, scalar.Exp, scalar.Sqrt, scalar.Round:
		return true
	}
	return f.Kind == scalar.Power && f.Alpha == 2
}

func at(k scalar.Kind, x simd.Float32s) simd.Float32s {
	switch k {
	case scalar.Sigmoid:
		return sigmoid(x)
	case scalar.Silu:
		return x.Div(simd.BroadcastFloat32s(1).Add(exp(x.Neg())))
	case scalar.HardSwish:
		return x.Mul(ramp(x))
	case scalar.Gelu:
		n, _ := normal(x)
		return x.Mul(n)
	case scalar.Erf:
		return erf(x)
	case scalar.Tanh:
		return tanh(x)
	case scalar.Exp:
		return exp(x)
	case scalar.Sqrt:
		return x.Sqrt()
	case scalar.Round:
		return round(x)
	}
	return x.Mul(x)
}

func slope(k scalar.Kind, x simd.Float32s) simd.Float32s {
	one := simd.BroadcastFloat32s(1)
	switch k {
	case scalar.Sigmoid:
		s := sigmoid(x)
		return s.Mul(one.Sub(s))
	case scalar.Silu:
		s := sigmoid(x)
		return s.MulAdd(x.Mul(one.Sub(s)), s)
	case scalar.HardSwish:
		three := simd.BroadcastFloat32s(3)
		inside := x.MulAdd(simd.BroadcastFloat32s(1./3), simd.BroadcastFloat32s(0.5))
		return one.IfElse(x.Greater(three), inside.Masked(x.Greater(three.Neg())))
	case scalar.Gelu:
		n, bell := normal(x)
		return bell.Mul(x).MulAdd(simd.BroadcastFloat32s(1/(math.Sqrt2*math.SqrtPi)), n)
	case scalar.Erf:
		return exp(x.Mul(x).Neg()).Mul(simd.BroadcastFloat32s(2 / math.SqrtPi))
	case scalar.Tanh:
		t := tanh(x)
		return one.Sub(t.Mul(t))
	case scalar.Exp:
		return exp(x)
	case scalar.Sqrt:
		return simd.BroadcastFloat32s(0.5).Div(x.Sqrt())
	case scalar.Round:
		return one
	}
	return x.Add(x)
}

// mapRow is y = f(x); y may be x.
func mapRow(f scalar.Function, y, x []float32) {
	y = y[:len(x)]
	if !quick(f) {
		for i, v := range x {
			y[i] = float32(f.At(float64(v)))
		}
		return
	}
	var zero simd.Float32s
	n, i := zero.Len(), 0
	if f.Kind == scalar.Silu {
		i = siluVectors(y, x, nil, false)
	}
	for ; i+n <= len(x); i += n {
		at(f.Kind, simd.LoadFloat32s(x[i:])).Store(y[i:])
	}
	simdx.ClearUpper()
	if i < len(x) {
		var rest [16]float32
		copy(rest[:], x[i:])
		at(f.Kind, simd.LoadFloat32s(rest[:])).Store(rest[:])
		simdx.ClearUpper()
		copy(y[i:], rest[:])
	}
}

// mapGradientRow is dx = dy·f'(x), or dx += where add; dx may be dy.
func mapGradientRow(f scalar.Function, dx, dy, x []float32, add bool) {
	dx, dy = dx[:len(x)], dy[:len(x)]
	if !quick(f) {
		for i, v := range x {
			g := dy[i] * float32(f.Slope(float64(v)))
			if add {
				g += dx[i]
			}
			dx[i] = g
		}
		return
	}
	var zero simd.Float32s
	n, i := zero.Len(), 0
	if f.Kind == scalar.Silu {
		i = siluVectors(dx, x, dy, add)
	}
	for ; i+n <= len(x); i += n {
		g := slope(f.Kind, simd.LoadFloat32s(x[i:])).Mul(simd.LoadFloat32s(dy[i:]))
		if add {
			g = g.Add(simd.LoadFloat32s(dx[i:]))
		}
		g.Store(dx[i:])
	}
	simdx.ClearUpper()
	if i < len(x) {
		var rest [16]float32
		copy(rest[:], x[i:])
		slope(f.Kind, simd.LoadFloat32s(rest[:])).Store(rest[:])
		simdx.ClearUpper()
		for j := range dx[i:] {
			g := dy[i+j] * rest[j]
			if add {
				g += dx[i+j]
			}
			dx[i+j] = g
		}
	}
}

// expRow is y = exp(x-top), and returns the sum of y; y may be x.
func expRow(y, x []float32, top float32) float32 {
	y = y[:len(x)]
	i, s := expRowVectors(y, x, top)
	if i < len(x) {
		var rest [16]float32
		n := copy(rest[:], x[i:])
		expRowVectors(rest[:], rest[:], top)
		for _, v := range rest[:n] {
			s += v
		}
		copy(y[i:], rest[:n])
	}
	return s
}

// expRowVectors does whole vectors, and returns how many elements these are and their sum.
func expRowVectors(y, x []float32, top float32) (i int, s float32) {
	var l laneSums
	var total simd.Float32s
	t := simd.BroadcastFloat32s(top)
	n := total.Len()
	for ; i+n <= len(x); i += n {
		e := exp(simd.LoadFloat32s(x[i:]).Sub(t))
		total = total.Add(e)
		e.Store(y[i:])
	}
	total.Store(l[:])
	simdx.ClearUpper()
	return i, l.sum(n)
}
