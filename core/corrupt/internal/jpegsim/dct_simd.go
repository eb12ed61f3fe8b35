//go:build goexperiment.simd

package jpegsim

import (
	"simd"

	"steady/core/simdx"
)

var (
	c0298s      = simdx.Repeat[int32](c0298)
	c0541s      = simdx.Repeat[int32](c0541)
	c0765s      = simdx.Repeat[int32](c0765)
	c1175s      = simdx.Repeat[int32](c1175)
	c1501s      = simdx.Repeat[int32](c1501)
	c1847s      = simdx.Repeat[int32](c1847)
	c2053s      = simdx.Repeat[int32](c2053)
	c3072s      = simdx.Repeat[int32](c3072)
	minusC0390s = simdx.Repeat[int32](-c0390)
	minusC0899s = simdx.Repeat[int32](-c0899)
	minusC1961s = simdx.Repeat[int32](-c1961)
	minusC2562s = simdx.Repeat[int32](-c2562)
)

// times is v·c, for a constant in memory (simdx.Repeat).
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
		simdx.PutInts(v, i, a.Add(half).ShiftAllRight(rowBits))
		simdx.PutInts(v, stride+i, b.Add(half).ShiftAllRight(rowBits))
		simdx.PutInts(v, 2*stride+i, c.Add(half).ShiftAllRight(rowBits))
		simdx.PutInts(v, 3*stride+i, d.Add(half).ShiftAllRight(rowBits))
		simdx.PutInts(v, 4*stride+i, e.Add(half).ShiftAllRight(rowBits))
		simdx.PutInts(v, 5*stride+i, f.Add(half).ShiftAllRight(rowBits))
		simdx.PutInts(v, 6*stride+i, g.Add(half).ShiftAllRight(rowBits))
		simdx.PutInts(v, 7*stride+i, h.Add(half).ShiftAllRight(rowBits))
	}
	simdx.ClearUpper()
	return i
}

func forwardColumns(v []int32, stride, count int) int {
	half := simd.BroadcastInt32s(1 << (columnBits - 1))
	n, i := lanes(), 0
	for ; i <= count-n; i += n {
		a, b, c, d, e, f, g, h := forwardSums(load8(v[i:], stride))
		simdx.PutInts(v, i, a.Add(half).ShiftAllRight(columnBits))
		simdx.PutInts(v, stride+i, b.Add(half).ShiftAllRight(columnBits))
		simdx.PutInts(v, 2*stride+i, c.Add(half).ShiftAllRight(columnBits))
		simdx.PutInts(v, 3*stride+i, d.Add(half).ShiftAllRight(columnBits))
		simdx.PutInts(v, 4*stride+i, e.Add(half).ShiftAllRight(columnBits))
		simdx.PutInts(v, 5*stride+i, f.Add(half).ShiftAllRight(columnBits))
		simdx.PutInts(v, 6*stride+i, g.Add(half).ShiftAllRight(columnBits))
		simdx.PutInts(v, 7*stride+i, h.Add(half).ShiftAllRight(columnBits))
	}
	simdx.ClearUpper()
	return i
}

func load8(v []int32, stride int) (a, b, c, d, e, f, g, h simd.Int32s) {
	return simdx.Ints(v, 0), simdx.Ints(v, stride), simdx.Ints(v, 2*stride), simdx.Ints(v, 3*stride),
		simdx.Ints(v, 4*stride), simdx.Ints(v, 5*stride), simdx.Ints(v, 6*stride), simdx.Ints(v, 7*stride)
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
		simdx.PutInts(v, i, a.Add(half).ShiftAllRight(rowBits))
		simdx.PutInts(v, stride+i, b.Add(half).ShiftAllRight(rowBits))
		simdx.PutInts(v, 2*stride+i, c.Add(half).ShiftAllRight(rowBits))
		simdx.PutInts(v, 3*stride+i, d.Add(half).ShiftAllRight(rowBits))
		simdx.PutInts(v, 4*stride+i, e.Add(half).ShiftAllRight(rowBits))
		simdx.PutInts(v, 5*stride+i, f.Add(half).ShiftAllRight(rowBits))
		simdx.PutInts(v, 6*stride+i, g.Add(half).ShiftAllRight(rowBits))
		simdx.PutInts(v, 7*stride+i, h.Add(half).ShiftAllRight(rowBits))
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
		simdx.PutInts(v, i, a.Add(half).ShiftAllRight(bits))
		simdx.PutInts(v, stride+i, b.Add(half).ShiftAllRight(bits))
		simdx.PutInts(v, 2*stride+i, c.Add(half).ShiftAllRight(bits))
		simdx.PutInts(v, 3*stride+i, d.Add(half).ShiftAllRight(bits))
		simdx.PutInts(v, 4*stride+i, e.Add(half).ShiftAllRight(bits))
		simdx.PutInts(v, 5*stride+i, f.Add(half).ShiftAllRight(bits))
		simdx.PutInts(v, 6*stride+i, g.Add(half).ShiftAllRight(bits))
		simdx.PutInts(v, 7*stride+i, h.Add(half).ShiftAllRight(bits))
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
