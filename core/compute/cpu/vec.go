package cpu

import "steady/core/compute"

// Loops over rows. Vectors do as many elements as fill them (vec_simd.go), and say how many; single floats do the rest,
// or all where there are no vectors.

// affine is y = act(x·a + b); y may be x.
func affine(y, x []float32, a, b float32, act compute.Activation) {
	y = y[:len(x)]
	for i := affineVectors(y, x, a, b, act); i < len(x); i++ {
		y[i] = activate(x[i]*a+b, act)
	}
}

// finishRows is y = act(x + bias + base) for rows of width elements: those of y, and of base unless it is nil, follow each
// other, those of x begin pitch elements apart. base may be y.
func finishRows(y, x, base []float32, width, pitch int, bias float32, act compute.Activation) {
	if assemblyFinishRows(y, x, base, width, pitch, bias, act) {
		return
	}
	whole, each := finishRowsVectors(y, x, base, width, pitch, bias, act)
	for row := whole; row < len(y)/width; row++ {
		for i := each; i < width; i++ {
			v := x[row*pitch+i] + bias
			if base != nil {
				v += base[row*width+i]
			}
			y[row*width+i] = activate(v, act)
		}
	}
}

// addActivated is y = act(a + b).
func addActivated(y, a, b []float32, act compute.Activation) {
	a, b = a[:len(y)], b[:len(y)]
	for i := addActivatedVectors(y, a, b, act); i < len(y); i++ {
		y[i] = activate(a[i]+b[i], act)
	}
}

// activationGradient is dx = dy·act'(ref), or dx += where add; dx may be dy.
func activationGradient(dx, dy, ref []float32, act compute.Activation, add bool) {
	dx, dy = dx[:len(ref)], dy[:len(ref)]
	for i := activationGradientVectors(dx, dy, ref, act, add); i < len(ref); i++ {
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
	for i := addToVectors(dst, src); i < len(src); i++ {
		dst[i] += src[i]
	}
}

// plainLarger is dst = max(dst, src), where NaN counts as the largest. So is larger, for which src may be dst from its second
// element on only where both are whole vectors of 16.
func plainLarger(dst, src []float32) {
	src = src[:len(dst)]
	for i, v := range src {
		if v > dst[i] || v != v { // not max, which is slow on wasm
			dst[i] = v
		}
	}
}

// sum returns Σx.
func sum(x []float32) float32 {
	i, s := sumVectors(x)
	for ; i < len(x); i++ {
		s += x[i]
	}
	return s
}

// moments returns Σ(x-shift) and Σ(x-shift)².
func moments(x []float32, shift float32) (s, s2 float32) {
	i, s, s2 := momentsVectors(x, shift)
	for ; i < len(x); i++ {
		d := x[i] - shift
		s += d
		s2 += d * d
	}
	return s, s2
}

// gradientSums returns Σdy and Σdy·(x-mean).
func gradientSums(dy, x []float32, mean float32) (s, sx float32) {
	x = x[:len(dy)]
	i, s, sx := gradientSumsVectors(dy, x, mean)
	for ; i < len(dy); i++ {
		s += dy[i]
		sx += dy[i] * (x[i] - mean)
	}
	return s, sx
}

// combine is dst = a·x + b·y + c, or dst += where add; dst may be x.
func combine(dst, x, y []float32, a, b, c float32, add bool) {
	dst, y = dst[:len(x)], y[:len(x)]
	for i := combineVectors(dst, x, y, a, b, c, add); i < len(x); i++ {
		v := a*x[i] + (b*y[i] + c)
		if add {
			v += dst[i]
		}
		dst[i] = v
	}
}

// multiplyRows is dst = x·y, or dst += where add.
func multiplyRows(dst, x, y []float32, add bool) {
	dst, y = dst[:len(x)], y[:len(x)]
	for i := multiplyRowsVectors(dst, x, y, add); i < len(x); i++ {
		v := x[i] * y[i]
		if add {
			v += dst[i]
		}
		dst[i] = v
	}
}

// scaleRow is dst = a·x, or dst += where add.
func scaleRow(dst, x []float32, a float32, add bool) {
	dst = dst[:len(x)]
	for i := scaleRowVectors(dst, x, a, add); i < len(x); i++ {
		v := x[i] * a
		if add {
			v += dst[i]
		}
		dst[i] = v
	}
}

// dotRows returns Σx·y.
func dotRows(x, y []float32) float32 {
	y = y[:len(x)]
	i, s := dotRowsVectors(x, y)
	for ; i < len(x); i++ {
		s += x[i] * y[i]
	}
	return s
}

// normalize is y = (x·a + b)·scale + shift with a scale and a shift for each element.
func normalize(y, x, scale, shift []float32, a, b float32) {
	y, scale, shift = y[:len(x)], scale[:len(x)], shift[:len(x)]
	for i := normalizeVectors(y, x, scale, shift, a, b); i < len(x); i++ {
		y[i] = (x[i]*a+b)*scale[i] + shift[i]
	}
}
