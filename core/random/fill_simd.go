//go:build goexperiment.simd

package random

import (
	"simd"

	"steady/core/simdx"
)

// next is bulk.next for as many generators as a vector holds.
func next(s0, s1, s2, s3 simd.Uint32s) (t0, t1, t2, t3, out simd.Uint32s) {
	out = s0.Add(s3).RotateAllLeft(7).Add(s0)
	s2, s3 = s2.Xor(s0), s3.Xor(s1)
	return s0.Xor(s3), s1.Xor(s2), s2.Xor(s1.ShiftAllLeft(9)), s3.RotateAllLeft(11), out
}

func load(b *bulk, i int) (s0, s1, s2, s3 simd.Uint32s) {
	return simd.LoadUint32s(b[0][i:]), simd.LoadUint32s(b[1][i:]), simd.LoadUint32s(b[2][i:]), simd.LoadUint32s(b[3][i:])
}

func store(b *bulk, i int, s0, s1, s2, s3 simd.Uint32s) {
	s0.Store(b[0][i:])
	s1.Store(b[1][i:])
	s2.Store(b[2][i:])
	s3.Store(b[3][i:])
}

// lanes returns how many generators a vector holds, if they divide evenly.
func lanes() (n int, ok bool) {
	var v simd.Uint32s
	return v.Len(), streams%v.Len() == 0
}

// fillBits fills whole blocks; the generators of each group run through them all.
func fillBits(dst []uint32, b *bulk) {
	n, ok := lanes()
	if !ok {
		b.bitsPlain(dst)
		return
	}
	for i := 0; i < streams; i += n {
		s0, s1, s2, s3 := load(b, i)
		for k := i; k < len(dst); k += streams {
			var v simd.Uint32s
			s0, s1, s2, s3, v = next(s0, s1, s2, s3)
			v.Store(dst[k:])
		}
		store(b, i, s0, s1, s2, s3)
	}
	simdx.ClearUpper()
}

func fillUniform(dst []float32, lo, width float32, b *bulk) {
	n, ok := lanes()
	if !ok {
		b.uniformPlain(dst, lo, width)
		return
	}
	unit, wide, low := simd.BroadcastFloat32s(0x1p-24), simd.BroadcastFloat32s(width), simd.BroadcastFloat32s(lo)
	for i := 0; i < streams; i += n {
		s0, s1, s2, s3 := load(b, i)
		for k := i; k < len(dst); k += streams {
			var v simd.Uint32s
			s0, s1, s2, s3, v = next(s0, s1, s2, s3)
			v.ShiftAllRight(8).BitsToInt32().ConvertToFloat32().Mul(unit).Mul(wide).Add(low).Store(dst[k:])
		}
		store(b, i, s0, s1, s2, s3)
	}
	simdx.ClearUpper()
}

func fillNormal(dst []float32, b *bulk) {
	n, ok := lanes()
	if !ok {
		b.normalPlain(dst)
		return
	}
	for i := 0; i < streams; i += n {
		s0, s1, s2, s3 := load(b, i)
		for k := i; k < len(dst); k += 2 * streams {
			var u, v simd.Uint32s
			s0, s1, s2, s3, u = next(s0, s1, s2, s3)
			s0, s1, s2, s3, v = next(s0, s1, s2, s3)
			radius := polarRadii(u)
			sin, cos := polarAngles(v)
			radius.Mul(cos).Store(dst[k:])
			radius.Mul(sin).Store(dst[k+streams:])
		}
		store(b, i, s0, s1, s2, s3)
	}
	simdx.ClearUpper()
}

// A constant in memory is an operand of the instruction that needs it; broadcast, it takes two instructions of its own.

func c(v *[streams]float32) simd.Float32s { return simd.LoadFloat32s(v[:]) }

func repeat(v float32) (c [streams]float32) {
	for i := range c {
		c[i] = v
	}
	return c
}

var (
	twoHalves32 = repeat(2 * half32)
	half32s     = repeat(half32)
	ones        = repeat(1)
	twos        = repeat(2)
	minusTwos   = repeat(-2)
	ln2s        = repeat(ln2)
	log9s       = repeat(log9)
	log7s       = repeat(log7)
	log5s       = repeat(log5)
	log3s       = repeat(log3)
	angles      = repeat(angle)
	sin9s       = repeat(sin9)
	sin7s       = repeat(sin7)
	sin5s       = repeat(sin5)
	sin3s       = repeat(sin3)
	cos8s       = repeat(cos8)
	cos6s       = repeat(cos6)
	cos4s       = repeat(cos4)
	cos2s       = repeat(cos2)
)

// polarRadii is polarRadius for a vector.
func polarRadii(b simd.Uint32s) simd.Float32s {
	var zero simd.Float32s
	u := b.ShiftAllRight(1).BitsToInt32().ConvertToFloat32().Mul(c(&twoHalves32)).Add(c(&half32s))
	shifted := u.ToBits().Sub(simd.BroadcastUint32s(rootHalf))
	k := shifted.BitsToInt32().ShiftAllRight(23).ConvertToFloat32()
	f := shifted.And(simd.BroadcastUint32s(1<<23 - 1)).Add(simd.BroadcastUint32s(rootHalf)).BitsToFloat32()
	s := f.Sub(c(&ones)).Div(f.Add(c(&ones)))
	z := s.Mul(s)
	series := z.Mul(c(&log9s)).Add(c(&log7s))
	series = z.Mul(series).Add(c(&log5s))
	series = z.Mul(series).Add(c(&log3s))
	series = z.Mul(series).Add(c(&ones))
	ln := c(&twos).Mul(s.Mul(series)).Add(k.Mul(c(&ln2s)))
	return ln.Mul(c(&minusTwos)).Max(zero).Sqrt()
}

// polarAngles is polarAngle for a vector.
func polarAngles(b simd.Uint32s) (sin, cos simd.Float32s) {
	quarter := b.Add(simd.BroadcastUint32s(eighth)).ShiftAllRight(30)
	x := b.Sub(quarter.ShiftAllLeft(30)).BitsToInt32().ConvertToFloat32().Mul(c(&angles))
	z := x.Mul(x)
	sin = z.Mul(c(&sin9s)).Add(c(&sin7s))
	sin = z.Mul(sin).Add(c(&sin5s))
	sin = z.Mul(sin).Add(c(&sin3s))
	sin = x.Mul(z.Mul(sin)).Add(x)
	cos = z.Mul(c(&cos8s)).Add(c(&cos6s))
	cos = z.Mul(cos).Add(c(&cos4s))
	cos = z.Mul(cos).Add(c(&cos2s))
	cos = z.Mul(cos).Add(c(&ones))
	one := simd.BroadcastUint32s(1)
	odd := quarter.And(one).Equal(one)
	sign := quarter.ShiftAllRight(1).ShiftAllLeft(31)
	turned, other := cos.IfElse(odd, sin), sin.Neg().IfElse(odd, cos)
	return turned.ToBits().Xor(sign).BitsToFloat32(), other.ToBits().Xor(sign).BitsToFloat32()
}
