//go:build !goexperiment.simd

package cpu

import "steady/core/compute"

// affine is y = act(x·a + b); y may be x.
func affine(y, x []float32, a, b float32, act compute.Activation) {
	y = y[:len(x)]
	for i, v := range x {
		y[i] = activate(v*a+b, act)
	}
}

// addActivated is y = act(a + b).
func addActivated(y, a, b []float32, act compute.Activation) {
	a, b = a[:len(y)], b[:len(y)]
	for i, v := range a {
		y[i] = activate(v+b[i], act)
	}
}

// activationGradient is dx = dy·act'(ref), or dx += where add; dx may be dy.
func activationGradient(dx, dy, ref []float32, act compute.Activation, add bool) {
	dx, dy = dx[:len(ref)], dy[:len(ref)]
	for i, r := range ref {
		g := dy[i] * slopeAt(r, act)
		if add {
			g += dx[i]
		}
		dx[i] = g
	}
}

// addTo is dst += src.
func addTo(dst, src []float32) {
	dst = dst[:len(src)]
	for i, v := range src {
		dst[i] += v
	}
}

// larger is dst = max(dst, src).
func larger(dst, src []float32) {
	src = src[:len(dst)]
	for i, v := range src {
		if v > dst[i] || v != v {
			dst[i] = v
		}
	}
}

// sum is Σx.
func sum(x []float32) float32 {
	s := float32(0)
	for _, v := range x {
		s += v
	}
	return s
}

// moments is Σ(x-shift) and Σ(x-shift)².
func moments(x []float32, shift float32) (s, s2 float32) {
	for _, v := range x {
		d := v - shift
		s += d
		s2 += d * d
	}
	return s, s2
}

// gradientSums is Σdy and Σdy·(x-mean).
func gradientSums(dy, x []float32, mean float32) (s, sx float32) {
	x = x[:len(dy)]
	for i, g := range dy {
		s += g
		sx += g * (x[i] - mean)
	}
	return s, sx
}

// combine is dst = a·x + b·y + c, or dst += where add; dst may be x.
func combine(dst, x, y []float32, a, b, c float32, add bool) {
	dst, y = dst[:len(x)], y[:len(x)]
	for i, v := range x {
		v = a*v + (b*y[i] + c)
		if add {
			v += dst[i]
		}
		dst[i] = v
	}
}
