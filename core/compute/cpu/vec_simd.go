//go:build goexperiment.simd

package cpu

import (
	"simd"

	"steady/core/compute"
	"steady/core/simdx"
)

// clamp limits a vector; what is not a number stays so. It does without Min and Max, of which the compiler takes whichever
// operand comes second where one is not a number, and it exchanges them.
func clamp(v, lo, hi simd.Float32s) simd.Float32s {
	v = hi.IfElse(v.Greater(hi), v)
	return lo.IfElse(v.Less(lo), v)
}

// affine is y = act(x·a + b); y may be x.
func affine(y, x []float32, a, b float32, act compute.Activation) {
	y = y[:len(x)]
	va, vb := simd.BroadcastFloat32s(a), simd.BroadcastFloat32s(b)
	lo, hi, slope := simd.BroadcastFloat32s(act.Min), simd.BroadcastFloat32s(act.Max), simd.BroadcastFloat32s(act.Slope)
	var zero simd.Float32s
	n, i := zero.Len(), 0
	for ; i+n <= len(x); i += n {
		v := simd.LoadFloat32s(x[i:]).MulAdd(va, vb)
		v = v.Mul(slope).IfElse(v.Less(zero), v)
		clamp(v, lo, hi).Store(y[i:])
	}
	simdx.ClearUpper()
	for ; i < len(x); i++ {
		y[i] = activate(x[i]*a+b, act)
	}
}

// addActivated is y = act(a + b).
func addActivated(y, a, b []float32, act compute.Activation) {
	a, b = a[:len(y)], b[:len(y)]
	lo, hi, slope := simd.BroadcastFloat32s(act.Min), simd.BroadcastFloat32s(act.Max), simd.BroadcastFloat32s(act.Slope)
	var zero simd.Float32s
	n, i := zero.Len(), 0
	for ; i+n <= len(y); i += n {
		v := simd.LoadFloat32s(a[i:]).Add(simd.LoadFloat32s(b[i:]))
		v = v.Mul(slope).IfElse(v.Less(zero), v)
		clamp(v, lo, hi).Store(y[i:])
	}
	simdx.ClearUpper()
	for ; i < len(y); i++ {
		y[i] = activate(a[i]+b[i], act)
	}
}

// activationGradient is dx = dy·act'(ref), or dx += where add; dx may be dy.
func activationGradient(dx, dy, ref []float32, act compute.Activation, add bool) {
	dx, dy = dx[:len(ref)], dy[:len(ref)]
	lo, hi, slope := simd.BroadcastFloat32s(act.Min), simd.BroadcastFloat32s(act.Max), simd.BroadcastFloat32s(act.Slope)
	var zero simd.Float32s
	n, i := zero.Len(), 0
	for ; i+n <= len(ref); i += n {
		r, g := simd.LoadFloat32s(ref[i:]), simd.LoadFloat32s(dy[i:])
		g = g.IfElse(r.Greater(zero), g.Mul(slope))
		g = g.Masked(r.Greater(lo).And(r.Less(hi)))
		if add {
			g = g.Add(simd.LoadFloat32s(dx[i:]))
		}
		g.Store(dx[i:])
	}
	simdx.ClearUpper()
	for ; i < len(ref); i++ {
		g := dy[i] * slopeAt(ref[i], act)
		if add {
			g += dx[i]
		}
		dx[i] = g
	}
}

// addTo is dst += src.
func addTo(dst, src []float32) {
	dst = dst[:len(src)]
	var zero simd.Float32s
	n, i := zero.Len(), 0
	for ; i+n <= len(src); i += n {
		simd.LoadFloat32s(dst[i:]).Add(simd.LoadFloat32s(src[i:])).Store(dst[i:])
	}
	simdx.ClearUpper()
	for ; i < len(src); i++ {
		dst[i] += src[i]
	}
}

// larger is dst = max(dst, src).
func larger(dst, src []float32) {
	src = src[:len(dst)]
	var zero simd.Float32s
	n, i := zero.Len(), 0
	for ; i+n <= len(dst); i += n {
		d := simd.LoadFloat32s(dst[i:])
		v := simd.LoadFloat32s(src[i:])
		v.IfElse(v.Greater(d).Or(v.NotEqual(v)), d).Store(dst[i:])
	}
	simdx.ClearUpper()
	for ; i < len(dst); i++ {
		if v := src[i]; v > dst[i] || v != v { // not max, which is slow on wasm
			dst[i] = v
		}
	}
}

// sum is Σx.
func sum(x []float32) float32 {
	var l lanes
	var v simd.Float32s
	n, i := v.Len(), 0
	for ; i+n <= len(x); i += n {
		v = v.Add(simd.LoadFloat32s(x[i:]))
	}
	v.Store(l[:])
	simdx.ClearUpper()
	s := l.sum(n)
	for ; i < len(x); i++ {
		s += x[i]
	}
	return s
}

// moments is Σ(x-shift) and Σ(x-shift)².
func moments(x []float32, shift float32) (s, s2 float32) {
	var l, l2 lanes
	var v, v2 simd.Float32s
	c := simd.BroadcastFloat32s(shift)
	n, i := v.Len(), 0
	for ; i+n <= len(x); i += n {
		d := simd.LoadFloat32s(x[i:]).Sub(c)
		v = v.Add(d)
		v2 = d.MulAdd(d, v2)
	}
	v.Store(l[:])
	v2.Store(l2[:])
	simdx.ClearUpper()
	s, s2 = l.sum(n), l2.sum(n)
	for ; i < len(x); i++ {
		d := x[i] - shift
		s += d
		s2 += d * d
	}
	return s, s2
}

// gradientSums is Σdy and Σdy·(x-mean).
func gradientSums(dy, x []float32, mean float32) (s, sx float32) {
	x = x[:len(dy)]
	var l, lx lanes
	var v, vx simd.Float32s
	c := simd.BroadcastFloat32s(mean)
	n, i := v.Len(), 0
	for ; i+n <= len(dy); i += n {
		g := simd.LoadFloat32s(dy[i:])
		v = v.Add(g)
		vx = g.MulAdd(simd.LoadFloat32s(x[i:]).Sub(c), vx)
	}
	v.Store(l[:])
	vx.Store(lx[:])
	simdx.ClearUpper()
	s, sx = l.sum(n), lx.sum(n)
	for ; i < len(dy); i++ {
		s += dy[i]
		sx += dy[i] * (x[i] - mean)
	}
	return s, sx
}

// combine is dst = a·x + b·y + c, or dst += where add; dst may be x.
func combine(dst, x, y []float32, a, b, c float32, add bool) {
	dst, y = dst[:len(x)], y[:len(x)]
	va, vb, vc := simd.BroadcastFloat32s(a), simd.BroadcastFloat32s(b), simd.BroadcastFloat32s(c)
	n, i := va.Len(), 0
	for ; i+n <= len(x); i += n {
		v := va.MulAdd(simd.LoadFloat32s(x[i:]), vb.MulAdd(simd.LoadFloat32s(y[i:]), vc))
		if add {
			v = v.Add(simd.LoadFloat32s(dst[i:]))
		}
		v.Store(dst[i:])
	}
	simdx.ClearUpper()
	for ; i < len(x); i++ {
		v := a*x[i] + (b*y[i] + c)
		if add {
			v += dst[i]
		}
		dst[i] = v
	}
}

// lanes has room for any vector, which is written there to add its elements up. It is declared before the vector is made,
// because it is cleared with single floats in mind (package simdx).
type lanes [16]float32

// sum returns the sum of the first n.
func (l *lanes) sum(n int) float32 {
	s := float32(0)
	for _, x := range l[:n] {
		s += x
	}
	return s
}
