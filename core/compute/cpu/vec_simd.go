//go:build goexperiment.simd

package cpu

import (
	"simd"
	"unsafe"

	"steady/core/compute"
	"steady/core/simdx"
)

// clamp limits a vector; NaN stays NaN. It does without Min and Max, of which the compiler returns whichever operand
// comes second where one is NaN, and it exchanges them.
func clamp(v, lo, hi simd.Float32s) simd.Float32s {
	v = hi.IfElse(v.Greater(hi), v)
	return lo.IfElse(v.Less(lo), v)
}

// vectorAt is the memory of a vector of n floats. More than that may not be claimed: there need not be more behind it. As
// n is known when a version of a function for one length is compiled, nothing is left of the choice.
func vectorAt(p unsafe.Pointer, n int) []float32 {
	switch n {
	case 16:
		return (*[16]float32)(p)[:]
	case 8:
		return (*[8]float32)(p)[:]
	}
	return (*[4]float32)(p)[:]
}

func affineVectors(y, x []float32, a, b float32, act compute.Activation) int {
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
	return i
}

// finishRowsVectors returns how many rows it has done as a whole, and how many elements of each other one.
func finishRowsVectors(y, x, base []float32, width, pitch int, bias float32, act compute.Activation) (whole, each int) {
	b := simd.BroadcastFloat32s(bias)
	lo, hi, slope := simd.BroadcastFloat32s(act.Min), simd.BroadcastFloat32s(act.Max), simd.BroadcastFloat32s(act.Slope)
	var zero simd.Float32s
	n, rows := zero.Len(), len(y)/width
	if rows == 0 {
		return 0, 0
	}
	_ = x[(rows-1)*pitch+width-1]
	if base != nil {
		_ = base[len(y)-1]
		each = width / n * n
	}
	for row := range rows {
		to, of := unsafe.Pointer(&y[row*width]), unsafe.Pointer(&x[row*pitch])
		if base == nil {
			// The last vector may reach into the rows that follow, which are written after that. Behind the last row, it takes
			// some elements again.
			left := len(y) - row*width
			if left < n {
				break
			}
			for i := 0; i < width; i += n {
				i := min(i, left-n)
				v := simd.LoadFloat32s(vectorAt(unsafe.Add(of, 4*i), n)).Add(b)
				v = v.Mul(slope).IfElse(v.Less(zero), v)
				clamp(v, lo, hi).Store(vectorAt(unsafe.Add(to, 4*i), n))
			}
			whole++
			continue
		}
		add := unsafe.Pointer(&base[row*width])
		for i := 0; i < each; i += n {
			v := simd.LoadFloat32s(vectorAt(unsafe.Add(of, 4*i), n)).Add(b)
			v = v.Add(simd.LoadFloat32s(vectorAt(unsafe.Add(add, 4*i), n)))
			v = v.Mul(slope).IfElse(v.Less(zero), v)
			clamp(v, lo, hi).Store(vectorAt(unsafe.Add(to, 4*i), n))
		}
	}
	simdx.ClearUpper()
	return whole, each
}

func addActivatedVectors(y, a, b []float32, act compute.Activation) int {
	lo, hi, slope := simd.BroadcastFloat32s(act.Min), simd.BroadcastFloat32s(act.Max), simd.BroadcastFloat32s(act.Slope)
	var zero simd.Float32s
	n, i := zero.Len(), 0
	for ; i+n <= len(y); i += n {
		v := simd.LoadFloat32s(a[i:]).Add(simd.LoadFloat32s(b[i:]))
		v = v.Mul(slope).IfElse(v.Less(zero), v)
		clamp(v, lo, hi).Store(y[i:])
	}
	simdx.ClearUpper()
	return i
}

func activationGradientVectors(dx, dy, ref []float32, act compute.Activation, add bool) int {
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
	return i
}

func addToVectors(dst, src []float32) int {
	var zero simd.Float32s
	n, i := zero.Len(), 0
	for ; i+n <= len(src); i += n {
		simd.LoadFloat32s(dst[i:]).Add(simd.LoadFloat32s(src[i:])).Store(dst[i:])
	}
	simdx.ClearUpper()
	return i
}

// larger is described in vec.go: its last vector may take some elements again.
func larger(dst, src []float32) {
	var zero simd.Float32s
	n := zero.Len()
	if len(dst) < n {
		plainLarger(dst, src)
		return
	}
	_ = src[len(dst)-1]
	to, from := unsafe.Pointer(&dst[0]), unsafe.Pointer(&src[0])
	last := len(dst) - n
	for i := 0; ; i = min(i+n, last) {
		d, v := vectorAt(unsafe.Add(to, 4*i), n), simd.LoadFloat32s(vectorAt(unsafe.Add(from, 4*i), n))
		most := simd.LoadFloat32s(d)
		v.IfElse(v.Greater(most).Or(v.NotEqual(v)), most).Store(d)
		if i == last {
			break
		}
	}
	simdx.ClearUpper()
}

func sumVectors(x []float32) (i int, s float32) {
	var l laneSums
	var v simd.Float32s
	n := v.Len()
	for ; i+n <= len(x); i += n {
		v = v.Add(simd.LoadFloat32s(x[i:]))
	}
	v.Store(l[:])
	simdx.ClearUpper()
	return i, l.sum(n)
}

func momentsVectors(x []float32, shift float32) (i int, s, s2 float32) {
	var l, l2 laneSums
	var v, v2 simd.Float32s
	c := simd.BroadcastFloat32s(shift)
	n := v.Len()
	for ; i+n <= len(x); i += n {
		d := simd.LoadFloat32s(x[i:]).Sub(c)
		v = v.Add(d)
		v2 = d.MulAdd(d, v2)
	}
	v.Store(l[:])
	v2.Store(l2[:])
	simdx.ClearUpper()
	return i, l.sum(n), l2.sum(n)
}

func gradientSumsVectors(dy, x []float32, mean float32) (i int, s, sx float32) {
	var l, lx laneSums
	var v, vx simd.Float32s
	c := simd.BroadcastFloat32s(mean)
	n := v.Len()
	for ; i+n <= len(dy); i += n {
		g := simd.LoadFloat32s(dy[i:])
		v = v.Add(g)
		vx = g.MulAdd(simd.LoadFloat32s(x[i:]).Sub(c), vx)
	}
	v.Store(l[:])
	vx.Store(lx[:])
	simdx.ClearUpper()
	return i, l.sum(n), lx.sum(n)
}

func combineVectors(dst, x, y []float32, a, b, c float32, add bool) int {
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
	return i
}

func multiplyRowsVectors(dst, x, y []float32, add bool) int {
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
	return i
}

func scaleRowVectors(dst, x []float32, a float32, add bool) int {
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
	return i
}

func dotRowsVectors(x, y []float32) (i int, s float32) {
	var l laneSums
	var v, w simd.Float32s
	n := v.Len()
	for ; i+2*n <= len(x); i += 2 * n {
		v = simd.LoadFloat32s(x[i:]).MulAdd(simd.LoadFloat32s(y[i:]), v)
		w = simd.LoadFloat32s(x[i+n:]).MulAdd(simd.LoadFloat32s(y[i+n:]), w)
	}
	v.Add(w).Store(l[:])
	simdx.ClearUpper()
	return i, l.sum(n)
}

func normalizeVectors(y, x, scale, shift []float32, a, b float32) int {
	va, vb := simd.BroadcastFloat32s(a), simd.BroadcastFloat32s(b)
	n, i := va.Len(), 0
	for ; i+n <= len(x); i += n {
		v := simd.LoadFloat32s(x[i:]).MulAdd(va, vb)
		v.MulAdd(simd.LoadFloat32s(scale[i:]), simd.LoadFloat32s(shift[i:])).Store(y[i:])
	}
	simdx.ClearUpper()
	return i
}

// laneSums has room for any vector, which is written there to add its elements up. It is declared before the vector is made,
// because it is cleared with single floats in mind (package simdx).
type laneSums [16]float32

// sum returns the sum of the first n.
func (l *laneSums) sum(n int) float32 {
	s := float32(0)
	for _, x := range l[:n] {
		s += x
	}
	return s
}
