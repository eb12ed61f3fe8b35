//go:build goexperiment.simd

package corrupt

import (
	"simd"

	"steady/core/simdx"
)

// lanes is how many values a vector holds.
func lanes() int {
	var v simd.Float32s
	return v.Len()
}

func outsideVectors(x []float32, lo, hi float32) (int, bool) {
	vlo, vhi := simd.BroadcastFloat32s(lo), simd.BroadcastFloat32s(hi)
	within := vlo.Equal(vlo)
	n, i := lanes(), 0
	for ; i+n <= len(x); i += n {
		v := simd.LoadFloat32s(x[i:])
		within = within.And(v.GreaterEqual(vlo).And(v.LessEqual(vhi)))
	}
	var found [64]int32
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
	zero, one := simd.BroadcastFloat32s(0), simd.BroadcastFloat32s(1)
	n, i := lanes(), 0
	for ; i+n <= len(x); i += n {
		simd.LoadFloat32s(x[i:]).Max(zero).Min(one).Store(x[i:])
	}
	simdx.ClearUpper()
	return i
}

func extentVectors(x []float32) (n int, low, high float32) {
	vlow, vhigh := simd.BroadcastFloat32s(x[0]), simd.BroadcastFloat32s(x[0])
	n, i := lanes(), 0
	for ; i+n <= len(x); i += n {
		v := simd.LoadFloat32s(x[i:])
		vlow, vhigh = vlow.Min(v), vhigh.Max(v)
	}
	var lows, highs [64]float32
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
		sum := simd.LoadFloat32s(sums[k:])
		for i := k; i < end; i += 16 {
			sum = sum.Add(simd.LoadFloat32s(x[i:]))
		}
		sum.Store(sums[k:])
	}
	simdx.ClearUpper()
	return end
}

func shrinkToVectors(dst, x []float32, middle, factor float32) int {
	m, f := simd.BroadcastFloat32s(middle), simd.BroadcastFloat32s(factor)
	n, i := lanes(), 0
	for ; i+n <= len(x); i += n {
		simd.LoadFloat32s(x[i:]).Sub(m).Mul(f).Add(m).Store(dst[i:])
	}
	simdx.ClearUpper()
	return i
}

func standardiseVectors(x []float32, low, width float32) int {
	l, w := simd.BroadcastFloat32s(low), simd.BroadcastFloat32s(width)
	n, i := lanes(), 0
	for ; i+n <= len(x); i += n {
		simd.LoadFloat32s(x[i:]).Sub(l).Div(w).Store(x[i:])
	}
	simdx.ClearUpper()
	return i
}

func scaleAddVectors(dst, x []float32, a, b float32) int {
	va, vb := simd.BroadcastFloat32s(a), simd.BroadcastFloat32s(b)
	n, i := lanes(), 0
	for ; i+n <= len(x); i += n {
		va.Mul(simd.LoadFloat32s(x[i:])).Add(vb).Store(dst[i:])
	}
	simdx.ClearUpper()
	return i
}

func scaleByVectors(dst, x []float32, factor float32) int {
	f := simd.BroadcastFloat32s(factor)
	n, i := lanes(), 0
	for ; i+n <= len(x); i += n {
		simd.LoadFloat32s(x[i:]).Mul(f).Store(dst[i:])
	}
	simdx.ClearUpper()
	return i
}

func addNoiseVectors(dst, x, noise []float32, a float32) int {
	va := simd.BroadcastFloat32s(a)
	n, i := lanes(), 0
	for ; i+n <= len(x); i += n {
		simd.LoadFloat32s(x[i:]).Add(va.Mul(simd.LoadFloat32s(noise[i:]))).Store(dst[i:])
	}
	simdx.ClearUpper()
	return i
}

func addSpeckleVectors(dst, x, noise []float32, a float32) int {
	va := simd.BroadcastFloat32s(a)
	n, i := lanes(), 0
	for ; i+n <= len(x); i += n {
		v := simd.LoadFloat32s(x[i:])
		v.Add(v.Mul(va.Mul(simd.LoadFloat32s(noise[i:])))).Store(dst[i:])
	}
	simdx.ClearUpper()
	return i
}

func addImpulsesVectors(dst, x []float32, bits []uint32, half uint32) int {
	zero, one := simd.BroadcastFloat32s(0), simd.BroadcastFloat32s(1)
	h, h2 := simd.BroadcastUint32s(half), simd.BroadcastUint32s(2*half)
	n, i := lanes(), 0
	for ; i+n <= len(x); i += n {
		u := simd.LoadUint32s(bits[i:])
		v := one.IfElse(u.Less(h2), simd.LoadFloat32s(x[i:]))
		zero.IfElse(u.Less(h), v).Store(dst[i:])
	}
	simdx.ClearUpper()
	return i
}

// bytesOf is Byte for a vector.
func bytesOf(v simd.Float32s) simd.Int32s {
	v = v.Mul(simd.BroadcastFloat32s(255)).Add(simd.BroadcastFloat32s(rounding))
	return v.Max(simd.BroadcastFloat32s(0)).Min(simd.BroadcastFloat32s(255)).ConvertToInt32()
}

// level is levels[v].
func level(v simd.Int32s) simd.Float32s {
	b := v.ConvertToFloat32()
	return b.Mul(simd.BroadcastFloat32s(perByte)).Add(b.Mul(simd.BroadcastFloat32s(perByteRest)))
}

func truncateVectors(dst, x []float32, bias float32) int {
	vbias := simd.BroadcastFloat32s(bias)
	n, i := lanes(), 0
	for ; i+n <= len(x); i += n {
		level(bytesOf(simd.LoadFloat32s(x[i:]).Add(vbias))).Store(dst[i:])
	}
	simdx.ClearUpper()
	return i
}

func toBytesVectors(dst []int32, x []float32) int {
	n, i := lanes(), 0
	for ; i+n <= len(x); i += n {
		bytesOf(simd.LoadFloat32s(x[i:])).Store(dst[i:])
	}
	simdx.ClearUpper()
	return i
}

func fromBytesVectors(dst []float32, x []int32) int {
	n, i := lanes(), 0
	for ; i+n <= len(x); i += n {
		level(simd.LoadInt32s(x[i:])).Store(dst[i:])
	}
	simdx.ClearUpper()
	return i
}

func addBothVectors(dst, x, a, b []float32) int {
	n, i := lanes(), 0
	for ; i+n <= len(x); i += n {
		simd.LoadFloat32s(x[i:]).Add(simd.LoadFloat32s(a[i:]).Add(simd.LoadFloat32s(b[i:]))).Store(dst[i:])
	}
	simdx.ClearUpper()
	return i
}

func addIntsVectors(dst, x []int32) int {
	n, i := lanes(), 0
	for ; i+n <= len(dst); i += n {
		simd.LoadInt32s(dst[i:]).Add(simd.LoadInt32s(x[i:])).Store(dst[i:])
	}
	simdx.ClearUpper()
	return i
}

func roundMeansVectors(sums []int32, weight int32) int {
	w, half, full := simd.BroadcastInt32s(weight), simd.BroadcastInt32s(1<<(fractionBits-1)), simd.BroadcastInt32s(255)
	n, i := lanes(), 0
	for ; i+n <= len(sums); i += n {
		simd.LoadInt32s(sums[i:]).Mul(w).Add(half).ShiftAllRight(fractionBits).Min(full).Store(sums[i:])
	}
	simdx.ClearUpper()
	return i
}

func lerpVectors(dst, a, b []float32, share float32) int {
	s := simd.BroadcastFloat32s(share)
	n, i := lanes(), 0
	for ; i+n <= len(a); i += n {
		v := simd.LoadFloat32s(a[i:])
		v.Add(simd.LoadFloat32s(b[i:]).Sub(v).Mul(s)).Store(dst[i:])
	}
	simdx.ClearUpper()
	return i
}

func addLerpVectors(dst, a, b []float32, share float32) int {
	s := simd.BroadcastFloat32s(share)
	n, i := lanes(), 0
	for ; i+n <= len(a); i += n {
		v := simd.LoadFloat32s(a[i:])
		v = v.Add(simd.LoadFloat32s(b[i:]).Sub(v).Mul(s))
		simd.LoadFloat32s(dst[i:]).Add(v).Store(dst[i:])
	}
	simdx.ClearUpper()
	return i
}

func addFogVectors(dst, x, fog []float32, amount, shrink float32) int {
	va, vs := simd.BroadcastFloat32s(amount), simd.BroadcastFloat32s(shrink)
	n, i := lanes(), 0
	for ; i+n <= len(x); i += n {
		simd.LoadFloat32s(x[i:]).Add(va.Mul(simd.LoadFloat32s(fog[i:]))).Mul(vs).Store(dst[i:])
	}
	simdx.ClearUpper()
	return i
}

func brightenVectors(to, from planes, shift float32) int {
	one, zero, s := simd.BroadcastFloat32s(1), simd.BroadcastFloat32s(0), simd.BroadcastFloat32s(shift)
	n, i := lanes(), 0
	for ; i+n <= len(from[0]); i += n {
		r, g, b := simd.LoadFloat32s(from[0][i:]), simd.LoadFloat32s(from[1][i:]), simd.LoadFloat32s(from[2][i:])
		v := r.Max(g).Max(b)
		some := v.Greater(zero)
		f := v.Add(s).Min(one).Div(v)
		r.Mul(f).IfElse(some, s).Store(to[0][i:])
		g.Mul(f).IfElse(some, s).Store(to[1][i:])
		b.Mul(f).IfElse(some, s).Store(to[2][i:])
	}
	simdx.ClearUpper()
	return i
}

func colourInVectors(to, from planes, factor, shift float32) int {
	one, zero := simd.BroadcastFloat32s(1), simd.BroadcastFloat32s(0)
	vf, vs, rest := simd.BroadcastFloat32s(factor), simd.BroadcastFloat32s(shift), simd.BroadcastFloat32s(1-shift)
	n, i := lanes(), 0
	for ; i+n <= len(from[0]); i += n {
		r, g, b := simd.LoadFloat32s(from[0][i:]), simd.LoadFloat32s(from[1][i:]), simd.LoadFloat32s(from[2][i:])
		v := r.Max(g).Max(b)
		depth := v.Sub(r.Min(g).Min(b))
		some, coloured := v.Greater(zero), depth.Greater(zero)
		f := v.Mul(vf.Mul(depth.Div(v)).Add(vs).Min(one)).Div(depth)
		other := v.Mul(rest)
		v.Sub(v.Sub(r).Mul(f)).IfElse(coloured, v).IfElse(some, zero).Store(to[0][i:])
		v.Sub(v.Sub(g).Mul(f)).IfElse(coloured, other).IfElse(some, zero).Store(to[1][i:])
		v.Sub(v.Sub(b).Mul(f)).IfElse(coloured, other).IfElse(some, zero).Store(to[2][i:])
	}
	simdx.ClearUpper()
	return i
}

func settleVectors(dst, x []float32, b, a, threshold float32) int {
	va, vb, least := simd.BroadcastFloat32s(a), simd.BroadcastFloat32s(b), simd.BroadcastFloat32s(threshold)
	n, i := lanes(), 0
	for ; i+n <= len(x); i += n {
		v := va.Mul(simd.LoadFloat32s(x[i:])).Add(vb)
		v.Masked(v.GreaterEqual(least)).Store(dst[i:])
	}
	simdx.ClearUpper()
	return i
}

func addSnowVectors(to, from planes, keep float32, a, b []float32) int {
	vkeep, white := simd.BroadcastFloat32s(keep), simd.BroadcastFloat32s(1-keep)
	n, i := lanes(), 0
	for ; i+n <= len(a); i += n {
		r, g, bl := simd.LoadFloat32s(from[0][i:]), simd.LoadFloat32s(from[1][i:]), simd.LoadFloat32s(from[2][i:])
		light := simd.BroadcastFloat32s(.299).Mul(r).Add(simd.BroadcastFloat32s(.587).Mul(g)).
			Add(simd.BroadcastFloat32s(.114).Mul(bl)).Mul(simd.BroadcastFloat32s(1.5)).Add(simd.BroadcastFloat32s(.5))
		layers := simd.LoadFloat32s(a[i:]).Add(simd.LoadFloat32s(b[i:]))
		vkeep.Mul(r).Add(white.Mul(r.Max(light))).Add(layers).Store(to[0][i:])
		vkeep.Mul(g).Add(white.Mul(g.Max(light))).Add(layers).Store(to[1][i:])
		vkeep.Mul(bl).Add(white.Mul(bl.Max(light))).Add(layers).Store(to[2][i:])
	}
	simdx.ClearUpper()
	return i
}

func findVectors(p *places) int {
	zero, right, bottom := simd.BroadcastInt32s(0), simd.BroadcastInt32s(int32(p.width-1)), simd.BroadcastInt32s(int32(p.height-1))
	width, none := simd.BroadcastInt32s(int32(p.width)), simd.BroadcastInt32s(-1)
	n, i := lanes(), 0
	for ; i+n <= len(p.x); i += n {
		x, y := simd.LoadFloat32s(p.x[i:]), simd.LoadFloat32s(p.y[i:])
		left, top := x.ConvertToInt32(), y.ConvertToInt32() // towards zero: one too many below it
		left = left.Add(x.Less(left.ConvertToFloat32()).ToInt32s())
		top = top.Add(y.Less(top.ConvertToFloat32()).ToInt32s())
		x.Sub(left.ConvertToFloat32()).Store(p.x[i:])
		y.Sub(top.ConvertToFloat32()).Store(p.y[i:])
		left.Store(p.left[i:])
		top.Store(p.top[i:])
		inside := left.GreaterEqual(zero).And(top.GreaterEqual(zero)).And(left.Less(right)).And(top.Less(bottom))
		top.Mul(width).Add(left).IfElse(inside, none).Store(p.at[i:])
	}
	simdx.ClearUpper()
	return i
}

func turnHueVectors(to, from planes, turn float32) int {
	zero, one, circle := simd.BroadcastFloat32s(0), simd.BroadcastFloat32s(1), simd.BroadcastFloat32s(6)
	two, four, by := simd.BroadcastFloat32s(2), simd.BroadcastFloat32s(4), simd.BroadcastFloat32s(turn)
	shifts := [3]simd.Float32s{simd.BroadcastFloat32s(5), simd.BroadcastFloat32s(3), one}
	n, i := lanes(), 0
	for ; i+n <= len(from[0]); i += n {
		r, g, b := simd.LoadFloat32s(from[0][i:]), simd.LoadFloat32s(from[1][i:]), simd.LoadFloat32s(from[2][i:])
		most := r.Max(g).Max(b)
		depth := most.Sub(r.Min(g).Min(b))
		isRed, isGreen := r.Equal(most), g.Equal(most)
		slope := g.Sub(b).IfElse(isRed, b.Sub(r).IfElse(isGreen, r.Sub(g)))
		hue := slope.Div(depth).Add(zero.IfElse(isRed, two.IfElse(isGreen, four))).Add(by)
		hue = hue.Add(circle).IfElse(hue.Less(zero), hue)
		hue = hue.Sub(circle).IfElse(hue.GreaterEqual(circle), hue)
		coloured := depth.Greater(zero)
		for c, shift := range shifts {
			h := hue.Add(shift)
			h = h.Sub(circle).IfElse(h.GreaterEqual(circle), h)
			lack := h.Min(four.Sub(h)).Min(one).Max(zero)
			most.Sub(depth.Mul(lack)).IfElse(coloured, most).Store(to[c][i:])
		}
	}
	simdx.ClearUpper()
	return i
}
