//go:build goexperiment.simd

package corrupt

import (
	"simd"

	"steady/core/simdx"
)

func shiftVectors(x []int32, by, low, high int32) int {
	b, l, h := simd.BroadcastInt32s(by), simd.BroadcastInt32s(low), simd.BroadcastInt32s(high)
	n, i := lanes(), 0
	for ; i <= len(x)-n; i += n {
		putInts(x, i, ints(x, i).Add(b).Max(l).Min(h))
	}
	simdx.ClearUpper()
	return i
}

// roundVectors multiplies by the divisors' inverses, rounded up. For numbers below 2¹⁷ the product exceeds the quotient
// by less than what is missing to the next whole number. It reports whether vectors fill the strip.
func roundVectors(s strip, q *quantiser) bool {
	n := lanes()
	if s.stride%n != 0 {
		return false
	}
	for i, step := range q.steps {
		by, half, whole := simd.BroadcastFloat32s(q.inverses[i]), simd.BroadcastInt32s(4*step), simd.BroadcastInt32s(step)
		x := s.values[(i%8*8+i/8)*s.stride:][:s.stride]
		for k := 0; k <= len(x)-n; k += n {
			v := ints(x, k)
			sign := v.ShiftAllRight(31)
			steps := v.Xor(sign).Sub(sign).Add(half).ConvertToFloat32().Mul(by).ConvertToInt32()
			putInts(x, k, steps.Xor(sign).Sub(sign).Mul(whole))
		}
	}
	simdx.ClearUpper()
	return true
}

// What is multiplied with, in memory as those of vector_simd.go.
var (
	blueCrs     = repeated[int32](blueCr)
	blueYs      = repeated[int32](blueY)
	c0298s      = repeated[int32](c0298)
	c0541s      = repeated[int32](c0541)
	c0765s      = repeated[int32](c0765)
	c1175s      = repeated[int32](c1175)
	c1501s      = repeated[int32](c1501)
	c1847s      = repeated[int32](c1847)
	c2053s      = repeated[int32](c2053)
	c3072s      = repeated[int32](c3072)
	cbToBs      = repeated[int32](cbToB)
	cbToGs      = repeated[int32](cbToG)
	crToGs      = repeated[int32](crToG)
	crToRs      = repeated[int32](crToR)
	greenCbs    = repeated[int32](greenCb)
	greenCrs    = repeated[int32](greenCr)
	greenYs     = repeated[int32](greenY)
	halfCbs     = repeated[int32](halfCb)
	minusC0390s = repeated[int32](-c0390)
	minusC0899s = repeated[int32](-c0899)
	minusC1961s = repeated[int32](-c1961)
	minusC2562s = repeated[int32](-c2562)
	redCbs      = repeated[int32](redCb)
	redYs       = repeated[int32](redY)
	threes      = repeated[int32](3)
)

func times(v simd.Int32s, c *[16]int32) simd.Int32s { return v.Mul(simd.LoadInt32s(c[:])) }

// A shift by a variable would be an SSE instruction in each loop: every divisor has a loop of its own.

func forwardVectors(v []int32, stride, count int, bits uint) int {
	if bits == rowBits {
		return forwardRows(v, stride, count)
	}
	return forwardColumns(v, stride, count)
}

func forwardRows(v []int32, stride, count int) int {
	half := simd.BroadcastInt32s(1 << (rowBits - 1))
	n, i := lanes(), 0
	for ; i <= count-n; i += n {
		a, b, c, d, e, f, g, h := forwardSums(load8(v[i:], stride))
		putInts(v, i, a.Add(half).ShiftAllRight(rowBits))
		putInts(v, stride+i, b.Add(half).ShiftAllRight(rowBits))
		putInts(v, 2*stride+i, c.Add(half).ShiftAllRight(rowBits))
		putInts(v, 3*stride+i, d.Add(half).ShiftAllRight(rowBits))
		putInts(v, 4*stride+i, e.Add(half).ShiftAllRight(rowBits))
		putInts(v, 5*stride+i, f.Add(half).ShiftAllRight(rowBits))
		putInts(v, 6*stride+i, g.Add(half).ShiftAllRight(rowBits))
		putInts(v, 7*stride+i, h.Add(half).ShiftAllRight(rowBits))
	}
	simdx.ClearUpper()
	return i
}

func forwardColumns(v []int32, stride, count int) int {
	half := simd.BroadcastInt32s(1 << (columnBits - 1))
	n, i := lanes(), 0
	for ; i <= count-n; i += n {
		a, b, c, d, e, f, g, h := forwardSums(load8(v[i:], stride))
		putInts(v, i, a.Add(half).ShiftAllRight(columnBits))
		putInts(v, stride+i, b.Add(half).ShiftAllRight(columnBits))
		putInts(v, 2*stride+i, c.Add(half).ShiftAllRight(columnBits))
		putInts(v, 3*stride+i, d.Add(half).ShiftAllRight(columnBits))
		putInts(v, 4*stride+i, e.Add(half).ShiftAllRight(columnBits))
		putInts(v, 5*stride+i, f.Add(half).ShiftAllRight(columnBits))
		putInts(v, 6*stride+i, g.Add(half).ShiftAllRight(columnBits))
		putInts(v, 7*stride+i, h.Add(half).ShiftAllRight(columnBits))
	}
	simdx.ClearUpper()
	return i
}

func load8(v []int32, stride int) (a, b, c, d, e, f, g, h simd.Int32s) {
	return ints(v, 0), ints(v, stride), ints(v, 2*stride), ints(v, 3*stride),
		ints(v, 4*stride), ints(v, 5*stride), ints(v, 6*stride), ints(v, 7*stride)
}

// forwardSums is forward for vectors, before the division.
func forwardSums(v0, v1, v2, v3, v4, v5, v6, v7 simd.Int32s) (a, b, c, d, e, f, g, h simd.Int32s) {
	s0, s1, s2, s3 := v0.Add(v7), v1.Add(v6), v2.Add(v5), v3.Add(v4)
	d0, d1, d2, d3 := v0.Sub(v7), v1.Sub(v6), v2.Sub(v5), v3.Sub(v4)
	e0, e1, e2, e3 := s0.Add(s3), s1.Add(s2), s0.Sub(s3), s1.Sub(s2)
	z := times(e2.Add(e3), &c0541s)
	z5 := times(d3.Add(d1).Add(d2).Add(d0), &c1175s)
	z1, z2 := times(d3.Add(d0), &minusC0899s), times(d2.Add(d1), &minusC2562s)
	z3, z4 := times(d3.Add(d1), &minusC1961s).Add(z5), times(d2.Add(d0), &minusC0390s).Add(z5)
	a, e = e0.Add(e1).ShiftAllLeft(cosineBits), e0.Sub(e1).ShiftAllLeft(cosineBits)
	c, g = z.Add(times(e2, &c0765s)), z.Sub(times(e3, &c1847s))
	b, d = times(d0, &c1501s).Add(z1).Add(z4), times(d1, &c3072s).Add(z2).Add(z3)
	f, h = times(d2, &c2053s).Add(z2).Add(z4), times(d3, &c0298s).Add(z1).Add(z3)
	return a, b, c, d, e, f, g, h
}

func backwardVectors(v []int32, stride, count int, bits uint) int {
	if bits == rowBits {
		return backwardRows(v, stride, count)
	}
	return backwardColumns(v, stride, count)
}

func backwardRows(v []int32, stride, count int) int {
	half := simd.BroadcastInt32s(1 << (rowBits - 1))
	n, i := lanes(), 0
	for ; i <= count-n; i += n {
		a, b, c, d, e, f, g, h := backwardSums(load8(v[i:], stride))
		putInts(v, i, a.Add(half).ShiftAllRight(rowBits))
		putInts(v, stride+i, b.Add(half).ShiftAllRight(rowBits))
		putInts(v, 2*stride+i, c.Add(half).ShiftAllRight(rowBits))
		putInts(v, 3*stride+i, d.Add(half).ShiftAllRight(rowBits))
		putInts(v, 4*stride+i, e.Add(half).ShiftAllRight(rowBits))
		putInts(v, 5*stride+i, f.Add(half).ShiftAllRight(rowBits))
		putInts(v, 6*stride+i, g.Add(half).ShiftAllRight(rowBits))
		putInts(v, 7*stride+i, h.Add(half).ShiftAllRight(rowBits))
	}
	simdx.ClearUpper()
	return i
}

func backwardColumns(v []int32, stride, count int) int {
	const bits = columnBits + 3
	half := simd.BroadcastInt32s(1 << (bits - 1))
	n, i := lanes(), 0
	for ; i <= count-n; i += n {
		a, b, c, d, e, f, g, h := backwardSums(load8(v[i:], stride))
		putInts(v, i, a.Add(half).ShiftAllRight(bits))
		putInts(v, stride+i, b.Add(half).ShiftAllRight(bits))
		putInts(v, 2*stride+i, c.Add(half).ShiftAllRight(bits))
		putInts(v, 3*stride+i, d.Add(half).ShiftAllRight(bits))
		putInts(v, 4*stride+i, e.Add(half).ShiftAllRight(bits))
		putInts(v, 5*stride+i, f.Add(half).ShiftAllRight(bits))
		putInts(v, 6*stride+i, g.Add(half).ShiftAllRight(bits))
		putInts(v, 7*stride+i, h.Add(half).ShiftAllRight(bits))
	}
	simdx.ClearUpper()
	return i
}

// backwardSums is backward for vectors, before the division.
func backwardSums(v0, v1, v2, v3, v4, v5, v6, v7 simd.Int32s) (a, b, c, d, e, f, g, h simd.Int32s) {
	z := times(v2.Add(v6), &c0541s)
	low, high := z.Sub(times(v6, &c1847s)), z.Add(times(v2, &c0765s))
	sum, difference := v0.Add(v4).ShiftAllLeft(cosineBits), v0.Sub(v4).ShiftAllLeft(cosineBits)
	e0, e1, e2, e3 := sum.Add(high), difference.Add(low), difference.Sub(low), sum.Sub(high)
	z5 := times(v7.Add(v3).Add(v5).Add(v1), &c1175s)
	z1, z2 := times(v7.Add(v1), &minusC0899s), times(v5.Add(v3), &minusC2562s)
	z3, z4 := times(v7.Add(v3), &minusC1961s).Add(z5), times(v5.Add(v1), &minusC0390s).Add(z5)
	o := times(v1, &c1501s).Add(z1).Add(z4)
	a, h = e0.Add(o), e0.Sub(o)
	o = times(v3, &c3072s).Add(z2).Add(z3)
	b, g = e1.Add(o), e1.Sub(o)
	o = times(v5, &c2053s).Add(z2).Add(z4)
	c, f = e2.Add(o), e2.Sub(o)
	o = times(v7, &c0298s).Add(z1).Add(z3)
	d, e = e3.Add(o), e3.Sub(o)
	return a, b, c, d, e, f, g, h
}

func toYCCVectors(y, cb, cr []int32, from planes) int {
	half, middle := simd.BroadcastInt32s(colourHalf), simd.BroadcastInt32s(colourMiddle)
	n, i := lanes(), 0
	for ; i <= len(y)-n; i += n {
		vr, vg := bytesOf(floats(from[0], i)), bytesOf(floats(from[1], i))
		vb := bytesOf(floats(from[2], i))
		putInts(y, i, times(vr, &redYs).Add(times(vg, &greenYs)).Add(times(vb, &blueYs)).Add(half).ShiftAllRight(colourBits))
		putInts(cb, i, times(vr, &redCbs).Add(times(vg, &greenCbs)).Add(times(vb, &halfCbs)).Add(middle).ShiftAllRight(colourBits))
		putInts(cr, i, times(vr, &halfCbs).Add(times(vg, &greenCrs)).Add(times(vb, &blueCrs)).Add(middle).ShiftAllRight(colourBits))
	}
	simdx.ClearUpper()
	return i
}

func clampLevel(v simd.Int32s) simd.Float32s {
	var zero simd.Int32s
	return level(v.Max(zero).Min(simd.BroadcastInt32s(255)))
}

func fromYCCVectors(to planes, y, cb, cr []int32) int {
	half, middle := simd.BroadcastInt32s(colourHalf), simd.BroadcastInt32s(128)
	n, i := lanes(), 0
	for ; i <= len(y)-n; i += n {
		l, vb, vr := ints(y, i), ints(cb, i).Sub(middle), ints(cr, i).Sub(middle)
		putFloats(to[0], i, clampLevel(l.Add(times(vr, &crToRs).Add(half).ShiftAllRight(colourBits))))
		putFloats(to[1], i, clampLevel(l.Add(times(vb, &cbToGs).Add(times(vr, &crToGs)).Add(half).ShiftAllRight(colourBits))))
		putFloats(to[2], i, clampLevel(l.Add(times(vb, &cbToBs).Add(half).ShiftAllRight(colourBits))))
	}
	simdx.ClearUpper()
	return i
}

func mixRowsVectors(dst, near, far []int32) int {
	n, i := lanes(), 0
	for ; i <= len(near)-n; i += n {
		putInts(dst, i, times(ints(near, i), &threes).Add(ints(far, i)))
	}
	simdx.ClearUpper()
	return i
}

func upsampleVectors(even, odd, sums []int32) int {
	seven, eight := simd.BroadcastInt32s(7), simd.BroadcastInt32s(8)
	n, i := lanes(), 0
	for ; i <= len(even)-n; i += n {
		near := times(ints(sums, i+1), &threes)
		putInts(even, i, near.Add(ints(sums, i)).Add(eight).ShiftAllRight(4))
		putInts(odd, i, near.Add(ints(sums, i+2)).Add(seven).ShiftAllRight(4))
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
	for ; i <= len(x)-n; i += n {
		putInts(x, i, ints(x, i).Add(bias).ShiftAllRight(2))
	}
	simdx.ClearUpper()
	return i
}
