//go:build goexperiment.simd

package cpu

import (
	"simd"
	"unsafe"

	"steady/core/simdx"
)

// multiplyRows is dst = x·y, or dst += where add.
func multiplyRows(dst, x, y []float32, add bool) {
	dst, y = dst[:len(x)], y[:len(x)]
	var zero simd.Float32s
	n, i := zero.Len(), 0
	for ; i+n <= len(x); i += n {
		v, w := simd.LoadFloat32s(x[i:]), simd.LoadFloat32s(y[i:])
		if add {
			v = v.MulAdd(w, simd.LoadFloat32s(dst[i:]))
		} else {
			v = v.Mul(w)
		}
		v.Store(dst[i:])
	}
	simdx.ClearUpper()
	for ; i < len(x); i++ {
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
	w := simd.BroadcastFloat32s(a)
	n, i := w.Len(), 0
	for ; i+n <= len(x); i += n {
		v := simd.LoadFloat32s(x[i:])
		if add {
			v = v.MulAdd(w, simd.LoadFloat32s(dst[i:]))
		} else {
			v = v.Mul(w)
		}
		v.Store(dst[i:])
	}
	simdx.ClearUpper()
	for ; i < len(x); i++ {
		v := x[i] * a
		if add {
			v += dst[i]
		}
		dst[i] = v
	}
}

// dotRows is Σx·y.
func dotRows(x, y []float32) float32 {
	y = y[:len(x)]
	var l lanes
	var v, w simd.Float32s
	n, i := v.Len(), 0
	for ; i+2*n <= len(x); i += 2 * n {
		v = simd.LoadFloat32s(x[i:]).MulAdd(simd.LoadFloat32s(y[i:]), v)
		w = simd.LoadFloat32s(x[i+n:]).MulAdd(simd.LoadFloat32s(y[i+n:]), w)
	}
	v.Add(w).Store(l[:])
	simdx.ClearUpper()
	s := l.sum(n)
	for ; i < len(x); i++ {
		s += x[i] * y[i]
	}
	return s
}

// normalise is y = (x·a + b)·scale + shift with a scale and a shift for each element.
func normalise(y, x, scale, shift []float32, a, b float32) {
	y, scale, shift = y[:len(x)], scale[:len(x)], shift[:len(x)]
	va, vb := simd.BroadcastFloat32s(a), simd.BroadcastFloat32s(b)
	n, i := va.Len(), 0
	for ; i+n <= len(x); i += n {
		v := simd.LoadFloat32s(x[i:]).MulAdd(va, vb)
		v.MulAdd(simd.LoadFloat32s(scale[i:]), simd.LoadFloat32s(shift[i:])).Store(y[i:])
	}
	simdx.ClearUpper()
	for ; i < len(x); i++ {
		y[i] = (x[i]*a+b)*scale[i] + shift[i]
	}
}

// filterColumns is how many columns filter makes at a time; it reads and writes up to a multiple of them.
func filterColumns() int {
	var v simd.Float32s
	return 2 * v.Len()
}

// filter computes y[j] = Σ_q weights[q]·x[rows[q]+j] for n columns j; rows holds byte offsets into x.
func filter(y []float32, n int, x unsafe.Pointer, rows []uintptr, weights []float32) {
	weights = weights[:len(rows)]
	var zero simd.Float32s
	lanes := zero.Len()
	second := uintptr(4 * lanes)
	to := unsafe.Pointer(unsafe.SliceData(y))
	for j := 0; j < n; j += 2 * lanes {
		var a, b simd.Float32s
		column := unsafe.Add(x, 4*j)
		for q, w := range weights {
			at := unsafe.Add(column, rows[q])
			v := simd.BroadcastFloat32s(w)
			a = v.MulAdd(simd.LoadFloat32s((*[16]float32)(at)[:]), a)
			b = v.MulAdd(simd.LoadFloat32s((*[16]float32)(unsafe.Add(at, second))[:]), b)
		}
		out := unsafe.Add(to, 4*j)
		a.Store((*[16]float32)(out)[:])
		b.Store((*[16]float32)(unsafe.Add(out, second))[:])
	}
	simdx.ClearUpper()
}
