//go:build !goexperiment.simd

package cpu

import "unsafe"

// multiplyRows is dst = x·y, or dst += where add.
func multiplyRows(dst, x, y []float32, add bool) {
	dst, y = dst[:len(x)], y[:len(x)]
	for i, v := range x {
		v *= y[i]
		if add {
			v += dst[i]
		}
		dst[i] = v
	}
}

// scaleRow is dst = a·x, or dst += where add.
func scaleRow(dst, x []float32, a float32, add bool) {
	dst = dst[:len(x)]
	for i, v := range x {
		v *= a
		if add {
			v += dst[i]
		}
		dst[i] = v
	}
}

// dotRows is Σx·y.
func dotRows(x, y []float32) float32 {
	y = y[:len(x)]
	s := float32(0)
	for i, v := range x {
		s += v * y[i]
	}
	return s
}

// normalise is y = (x·a + b)·scale + shift with a scale and a shift for each element.
func normalise(y, x, scale, shift []float32, a, b float32) {
	y, scale, shift = y[:len(x)], scale[:len(x)], shift[:len(x)]
	for i, v := range x {
		y[i] = (v*a+b)*scale[i] + shift[i]
	}
}

// filterColumns is how many columns filter makes at a time; it reads and writes up to a multiple of them.
func filterColumns() int { return 8 }

// filter computes y[j] = Σ_q weights[q]·x[rows[q]+j] for n columns j; rows holds byte offsets into x.
func filter(y []float32, n int, x unsafe.Pointer, rows []uintptr, weights []float32) {
	weights = weights[:len(rows)]
	for j := 0; j < n; j += 8 {
		var sums [8]float32
		for q, w := range weights {
			for i, v := range (*[8]float32)(unsafe.Add(x, rows[q]+uintptr(4*j))) {
				sums[i] += w * v
			}
		}
		copy(y[j:], sums[:])
	}
}
