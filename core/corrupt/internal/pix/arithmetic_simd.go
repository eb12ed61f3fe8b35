//go:build goexperiment.simd

package pix

import (
	"simd"

	"steady/core/simdx"
)

// lanes returns the number of values that a vector holds.
func lanes() int {
	var v simd.Float32s
	return v.Len()
}

func outsideVectors(x []float32, lo, hi float32) (int, bool) {
	var found [64]int32 // cleared while the upper halves are
	vlo, vhi := simd.BroadcastFloat32s(lo), simd.BroadcastFloat32s(hi)
	within := vlo.Equal(vlo)
	n, i := lanes(), 0
	for ; i <= len(x)-n; i += n {
		v := simdx.Floats(x, i)
		within = within.And(v.GreaterEqual(vlo).And(v.LessEqual(vhi)))
	}
	within.ToInt32s().Store(found[:])
	simdx.ClearUpper()
	for _, w := range found[:n] {
		if w == 0 {
			return i, true
		}
	}
	return i, false
}

func clipVectors(x []float32) int {
	var zero simd.Float32s
	one := simd.BroadcastFloat32s(1)
	n, i := lanes(), 0
	for ; i <= len(x)-n; i += n {
		simdx.PutFloats(x, i, simdx.Floats(x, i).Max(zero).Min(one))
	}
	simdx.ClearUpper()
	return i
}

func extentVectors(x []float32) (n int, low, high float32) {
	var lows, highs [64]float32 // cleared while the upper halves are
	vlow, vhigh := simd.BroadcastFloat32s(x[0]), simd.BroadcastFloat32s(x[0])
	n, i := lanes(), 0
	for ; i <= len(x)-n; i += n {
		v := simdx.Floats(x, i)
		vlow, vhigh = vlow.Min(v), vhigh.Max(v)
	}
	vlow.Store(lows[:])
	vhigh.Store(highs[:])
	simdx.ClearUpper()
	low, high = x[0], x[0]
	for k := range n {
		low, high = min(low, lows[k]), max(high, highs[k])
	}
	return i, low, high
}

func addSumVectors(sums *[16]float32, x []float32) int {
	n, end := lanes(), len(x)&^15
	if 16%n != 0 {
		return 0
	}
	for k := 0; k < 16; k += n {
		sum := simdx.Floats(sums[:], k)
		for i := k; i < end; i += 16 {
			sum = sum.Add(simdx.Floats(x, i))
		}
		simdx.PutFloats(sums[:], k, sum)
	}
	simdx.ClearUpper()
	return end
}

func scaleAroundVectors(dst, x []float32, middle, factor float32) int {
	m, f := simd.BroadcastFloat32s(middle), simd.BroadcastFloat32s(factor)
	n, i := lanes(), 0
	for ; i <= len(x)-n; i += n {
		simdx.PutFloats(dst, i, simdx.Floats(x, i).Sub(m).Mul(f).Add(m))
	}
	simdx.ClearUpper()
	return i
}

func standardizeVectors(x []float32, low, width float32) int {
	l, w := simd.BroadcastFloat32s(low), simd.BroadcastFloat32s(width)
	n, i := lanes(), 0
	for ; i <= len(x)-n; i += n {
		simdx.PutFloats(x, i, simdx.Floats(x, i).Sub(l).Div(w))
	}
	simdx.ClearUpper()
	return i
}

func scaleAddVectors(dst, x []float32, a, b float32) int {
	va, vb := simd.BroadcastFloat32s(a), simd.BroadcastFloat32s(b)
	n, i := lanes(), 0
	for ; i <= len(x)-n; i += n {
		simdx.PutFloats(dst, i, va.Mul(simdx.Floats(x, i)).Add(vb))
	}
	simdx.ClearUpper()
	return i
}

func scaleVectors(dst, x []float32, factor float32) int {
	f := simd.BroadcastFloat32s(factor)
	n, i := lanes(), 0
	for ; i <= len(x)-n; i += n {
		simdx.PutFloats(dst, i, simdx.Floats(x, i).Mul(f))
	}
	simdx.ClearUpper()
	return i
}

func addScaledVectors(dst, x, y []float32, a float32) int {
	va := simd.BroadcastFloat32s(a)
	n, i := lanes(), 0
	for ; i <= len(x)-n; i += n {
		simdx.PutFloats(dst, i, simdx.Floats(x, i).Add(va.Mul(simdx.Floats(y, i))))
	}
	simdx.ClearUpper()
	return i
}

func addBothVectors(dst, x, a, b []float32) int {
	n, i := lanes(), 0
	for ; i <= len(x)-n; i += n {
		simdx.PutFloats(dst, i, simdx.Floats(x, i).Add(simdx.Floats(a, i).Add(simdx.Floats(b, i))))
	}
	simdx.ClearUpper()
	return i
}

func lerpVectors(dst, a, b []float32, share float32) int {
	s := simd.BroadcastFloat32s(share)
	n, i := lanes(), 0
	for ; i <= len(a)-n; i += n {
		v := simdx.Floats(a, i)
		simdx.PutFloats(dst, i, v.Add(simdx.Floats(b, i).Sub(v).Mul(s)))
	}
	simdx.ClearUpper()
	return i
}

func addLerpVectors(dst, a, b []float32, share float32) int {
	s := simd.BroadcastFloat32s(share)
	n, i := lanes(), 0
	for ; i <= len(a)-n; i += n {
		v := simdx.Floats(a, i)
		v = v.Add(simdx.Floats(b, i).Sub(v).Mul(s))
		simdx.PutFloats(dst, i, simdx.Floats(dst, i).Add(v))
	}
	simdx.ClearUpper()
	return i
}

func thresholdAffineVectors(dst, x []float32, b, a, threshold float32) int {
	va, vb, least := simd.BroadcastFloat32s(a), simd.BroadcastFloat32s(b), simd.BroadcastFloat32s(threshold)
	n, i := lanes(), 0
	for ; i <= len(x)-n; i += n {
		v := va.Mul(simdx.Floats(x, i)).Add(vb)
		simdx.PutFloats(dst, i, v.Masked(v.GreaterEqual(least)))
	}
	simdx.ClearUpper()
	return i
}
