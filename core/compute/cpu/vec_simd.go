//go:build goexperiment.simd

package cpu

import (
	"simd"

	"steady/core/compute"
)

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
		v.Min(hi).Max(lo).Store(y[i:])
	}
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
		v.Min(hi).Max(lo).Store(y[i:])
	}
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
		simd.LoadFloat32s(dst[i:]).Max(simd.LoadFloat32s(src[i:])).Store(dst[i:])
	}
	for ; i < len(dst); i++ {
		if v := src[i]; v > dst[i] || v != v { // not max, which is slow on wasm
			dst[i] = v
		}
	}
}

// sum is Σx.
func sum(x []float32) float32 {
	var v simd.Float32s
	n, i := v.Len(), 0
	for ; i+n <= len(x); i += n {
		v = v.Add(simd.LoadFloat32s(x[i:]))
	}
	s := lanesSum(v)
	for ; i < len(x); i++ {
		s += x[i]
	}
	return s
}

// moments is Σ(x-shift) and Σ(x-shift)².
func moments(x []float32, shift float32) (s, s2 float32) {
	var v, v2 simd.Float32s
	c := simd.BroadcastFloat32s(shift)
	n, i := v.Len(), 0
	for ; i+n <= len(x); i += n {
		d := simd.LoadFloat32s(x[i:]).Sub(c)
		v = v.Add(d)
		v2 = d.MulAdd(d, v2)
	}
	s, s2 = lanesSum(v), lanesSum(v2)
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
	var v, vx simd.Float32s
	c := simd.BroadcastFloat32s(mean)
	n, i := v.Len(), 0
	for ; i+n <= len(dy); i += n {
		g := simd.LoadFloat32s(dy[i:])
		v = v.Add(g)
		vx = g.MulAdd(simd.LoadFloat32s(x[i:]).Sub(c), vx)
	}
	s, sx = lanesSum(v), lanesSum(vx)
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
	for ; i < len(x); i++ {
		v := a*x[i] + (b*y[i] + c)
		if add {
			v += dst[i]
		}
		dst[i] = v
	}
}

func lanesSum(v simd.Float32s) float32 {
	var lanes [16]float32
	v.Store(lanes[:])
	s := float32(0)
	for _, x := range lanes[:v.Len()] {
		s += x
	}
	return s
}
