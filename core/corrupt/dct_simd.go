//go:build goexperiment.simd

package corrupt

import (
	"math"
	"simd"

	"steady/core/simdx"
)

func shiftVectors(x []int32, by, low, high int32) int {
	b, l, h := simd.BroadcastInt32s(by), simd.BroadcastInt32s(low), simd.BroadcastInt32s(high)
	n, i := lanes(), 0
	for ; i+n <= len(x); i += n {
		simd.LoadInt32s(x[i:]).Add(b).Max(l).Min(h).Store(x[i:])
	}
	simdx.ClearUpper()
	return i
}

// roundToVectors multiplies by the divisor's inverse, rounded up. For numbers below 2¹⁷ the product exceeds the quotient
// by less than what is missing to the next whole number.
func roundToVectors(x []int32, step int32) int {
	inverse := 1 / float32(8*step)
	if float64(inverse)*float64(8*step) < 1 {
		inverse = math.Nextafter32(inverse, 1)
	}
	by, half, s := simd.BroadcastFloat32s(inverse), simd.BroadcastInt32s(4*step), simd.BroadcastInt32s(step)
	n, i := lanes(), 0
	for ; i+n <= len(x); i += n {
		v := simd.LoadInt32s(x[i:])
		sign := v.ShiftAllRight(31)
		steps := v.Xor(sign).Sub(sign).Add(half).ConvertToFloat32().Mul(by).ConvertToInt32()
		steps.Xor(sign).Sub(sign).Mul(s).Store(x[i:])
	}
	simdx.ClearUpper()
	return i
}

func times(v simd.Int32s, c int32) simd.Int32s { return v.Mul(simd.BroadcastInt32s(c)) }

func forwardVectors(v []int32, stride, count int, bits uint) int {
	half, shift := simd.BroadcastInt32s(1<<(bits-1)), uint64(bits)
	n, i := lanes(), 0
	for ; i+n <= count; i += n {
		a, b := simd.LoadInt32s(v[i:]), simd.LoadInt32s(v[7*stride+i:])
		s0, d0 := a.Add(b), a.Sub(b)
		a, b = simd.LoadInt32s(v[stride+i:]), simd.LoadInt32s(v[6*stride+i:])
		s1, d1 := a.Add(b), a.Sub(b)
		a, b = simd.LoadInt32s(v[2*stride+i:]), simd.LoadInt32s(v[5*stride+i:])
		s2, d2 := a.Add(b), a.Sub(b)
		a, b = simd.LoadInt32s(v[3*stride+i:]), simd.LoadInt32s(v[4*stride+i:])
		s3, d3 := a.Add(b), a.Sub(b)
		e0, e1, e2, e3 := s0.Add(s3), s1.Add(s2), s0.Sub(s3), s1.Sub(s2)
		e0.Add(e1).ShiftAllLeft(cosineBits).Add(half).ShiftAllRight(shift).Store(v[i:])
		e0.Sub(e1).ShiftAllLeft(cosineBits).Add(half).ShiftAllRight(shift).Store(v[4*stride+i:])
		z := times(e2.Add(e3), c0541).Add(half)
		z.Add(times(e2, c0765)).ShiftAllRight(shift).Store(v[2*stride+i:])
		z.Sub(times(e3, c1847)).ShiftAllRight(shift).Store(v[6*stride+i:])
		z5 := times(d3.Add(d1).Add(d2).Add(d0), c1175).Add(half)
		z1, z2 := times(d3.Add(d0), -c0899), times(d2.Add(d1), -c2562)
		z3, z4 := times(d3.Add(d1), -c1961).Add(z5), times(d2.Add(d0), -c0390).Add(z5)
		times(d0, c1501).Add(z1).Add(z4).ShiftAllRight(shift).Store(v[stride+i:])
		times(d1, c3072).Add(z2).Add(z3).ShiftAllRight(shift).Store(v[3*stride+i:])
		times(d2, c2053).Add(z2).Add(z4).ShiftAllRight(shift).Store(v[5*stride+i:])
		times(d3, c0298).Add(z1).Add(z3).ShiftAllRight(shift).Store(v[7*stride+i:])
	}
	simdx.ClearUpper()
	return i
}

func backwardVectors(v []int32, stride, count int, bits uint) int {
	half, shift := simd.BroadcastInt32s(1<<(bits-1)), uint64(bits)
	n, i := lanes(), 0
	for ; i+n <= count; i += n {
		v2, v6 := simd.LoadInt32s(v[2*stride+i:]), simd.LoadInt32s(v[6*stride+i:])
		z := times(v2.Add(v6), c0541)
		low, high := z.Sub(times(v6, c1847)), z.Add(times(v2, c0765))
		v0, v4 := simd.LoadInt32s(v[i:]), simd.LoadInt32s(v[4*stride+i:])
		sum, difference := v0.Add(v4).ShiftAllLeft(cosineBits).Add(half), v0.Sub(v4).ShiftAllLeft(cosineBits).Add(half)
		e0, e1, e2, e3 := sum.Add(high), difference.Add(low), difference.Sub(low), sum.Sub(high)
		v1, v3 := simd.LoadInt32s(v[stride+i:]), simd.LoadInt32s(v[3*stride+i:])
		v5, v7 := simd.LoadInt32s(v[5*stride+i:]), simd.LoadInt32s(v[7*stride+i:])
		z5 := times(v7.Add(v3).Add(v5).Add(v1), c1175)
		z1, z2 := times(v7.Add(v1), -c0899), times(v5.Add(v3), -c2562)
		z3, z4 := times(v7.Add(v3), -c1961).Add(z5), times(v5.Add(v1), -c0390).Add(z5)
		o := times(v1, c1501).Add(z1).Add(z4)
		e0.Add(o).ShiftAllRight(shift).Store(v[i:])
		e0.Sub(o).ShiftAllRight(shift).Store(v[7*stride+i:])
		o = times(v3, c3072).Add(z2).Add(z3)
		e1.Add(o).ShiftAllRight(shift).Store(v[stride+i:])
		e1.Sub(o).ShiftAllRight(shift).Store(v[6*stride+i:])
		o = times(v5, c2053).Add(z2).Add(z4)
		e2.Add(o).ShiftAllRight(shift).Store(v[2*stride+i:])
		e2.Sub(o).ShiftAllRight(shift).Store(v[5*stride+i:])
		o = times(v7, c0298).Add(z1).Add(z3)
		e3.Add(o).ShiftAllRight(shift).Store(v[3*stride+i:])
		e3.Sub(o).ShiftAllRight(shift).Store(v[4*stride+i:])
	}
	simdx.ClearUpper()
	return i
}

func toYCCVectors(y, cb, cr []int32, from planes) int {
	half, middle := simd.BroadcastInt32s(colourHalf), simd.BroadcastInt32s(colourMiddle)
	n, i := lanes(), 0
	for ; i+n <= len(y); i += n {
		vr, vg := bytesOf(simd.LoadFloat32s(from[0][i:])), bytesOf(simd.LoadFloat32s(from[1][i:]))
		vb := bytesOf(simd.LoadFloat32s(from[2][i:]))
		times(vr, redY).Add(times(vg, greenY)).Add(times(vb, blueY)).Add(half).ShiftAllRight(colourBits).Store(y[i:])
		times(vr, redCb).Add(times(vg, greenCb)).Add(times(vb, halfCb)).Add(middle).ShiftAllRight(colourBits).Store(cb[i:])
		times(vr, halfCb).Add(times(vg, greenCr)).Add(times(vb, blueCr)).Add(middle).ShiftAllRight(colourBits).Store(cr[i:])
	}
	simdx.ClearUpper()
	return i
}

func clampLevel(v simd.Int32s) simd.Float32s {
	return level(v.Max(simd.BroadcastInt32s(0)).Min(simd.BroadcastInt32s(255)))
}

func fromYCCVectors(to planes, y, cb, cr []int32) int {
	half, middle := simd.BroadcastInt32s(colourHalf), simd.BroadcastInt32s(128)
	n, i := lanes(), 0
	for ; i+n <= len(y); i += n {
		l, vb, vr := simd.LoadInt32s(y[i:]), simd.LoadInt32s(cb[i:]).Sub(middle), simd.LoadInt32s(cr[i:]).Sub(middle)
		clampLevel(l.Add(times(vr, crToR).Add(half).ShiftAllRight(colourBits))).Store(to[0][i:])
		clampLevel(l.Add(times(vb, cbToG).Add(times(vr, crToG)).Add(half).ShiftAllRight(colourBits))).Store(to[1][i:])
		clampLevel(l.Add(times(vb, cbToB).Add(half).ShiftAllRight(colourBits))).Store(to[2][i:])
	}
	simdx.ClearUpper()
	return i
}

func mixRowsVectors(dst, near, far []int32) int {
	n, i := lanes(), 0
	for ; i+n <= len(near); i += n {
		times(simd.LoadInt32s(near[i:]), 3).Add(simd.LoadInt32s(far[i:])).Store(dst[i:])
	}
	simdx.ClearUpper()
	return i
}

func upsampleVectors(even, odd, sums []int32) int {
	seven, eight := simd.BroadcastInt32s(7), simd.BroadcastInt32s(8)
	n, i := lanes(), 0
	for ; i+n <= len(even); i += n {
		near := times(simd.LoadInt32s(sums[i+1:]), 3)
		near.Add(simd.LoadInt32s(sums[i:])).Add(eight).ShiftAllRight(4).Store(even[i:])
		near.Add(simd.LoadInt32s(sums[i+2:])).Add(seven).ShiftAllRight(4).Store(odd[i:])
	}
	simdx.ClearUpper()
	return i
}

func quarterVectors(x []int32) int {
	bias := simd.LoadInt32s(biases[:])
	n, i := lanes(), 0
	if n > 16 {
		return 0
	}
	for ; i+n <= len(x); i += n {
		simd.LoadInt32s(x[i:]).Add(bias).ShiftAllRight(2).Store(x[i:])
	}
	simdx.ClearUpper()
	return i
}
