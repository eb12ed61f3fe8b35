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

// floats returns the vector at x[i], and ints that of integers. A slice of constant length costs nothing to make.
func floats(x []float32, i int) simd.Float32s {
	n := lanes()
	return simd.LoadFloat32s(x[i : i+n : i+n])
}

func ints(x []int32, i int) simd.Int32s {
	n := lanes()
	return simd.LoadInt32s(x[i : i+n : i+n])
}

// putFloats and putInts store a vector at x[i].
func putFloats(x []float32, i int, v simd.Float32s) {
	n := lanes()
	v.Store(x[i : i+n : i+n])
}

func putInts(x []int32, i int, v simd.Int32s) {
	n := lanes()
	v.Store(x[i : i+n : i+n])
}

func outsideVectors(x []float32, lo, hi float32) (int, bool) {
	var found [64]int32 // cleared while the upper halves are
	vlo, vhi := simd.BroadcastFloat32s(lo), simd.BroadcastFloat32s(hi)
	within := vlo.Equal(vlo)
	n, i := lanes(), 0
	for ; i <= len(x)-n; i += n {
		v := floats(x, i)
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
		putFloats(x, i, floats(x, i).Max(zero).Min(one))
	}
	simdx.ClearUpper()
	return i
}

func extentVectors(x []float32) (n int, low, high float32) {
	var lows, highs [64]float32 // cleared while the upper halves are
	vlow, vhigh := simd.BroadcastFloat32s(x[0]), simd.BroadcastFloat32s(x[0])
	n, i := lanes(), 0
	for ; i <= len(x)-n; i += n {
		v := floats(x, i)
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
		sum := floats(sums[:], k)
		for i := k; i < end; i += 16 {
			sum = sum.Add(floats(x, i))
		}
		putFloats(sums[:], k, sum)
	}
	simdx.ClearUpper()
	return end
}

func shrinkToVectors(dst, x []float32, middle, factor float32) int {
	m, f := simd.BroadcastFloat32s(middle), simd.BroadcastFloat32s(factor)
	n, i := lanes(), 0
	for ; i <= len(x)-n; i += n {
		putFloats(dst, i, floats(x, i).Sub(m).Mul(f).Add(m))
	}
	simdx.ClearUpper()
	return i
}

func standardiseVectors(x []float32, low, width float32) int {
	l, w := simd.BroadcastFloat32s(low), simd.BroadcastFloat32s(width)
	n, i := lanes(), 0
	for ; i <= len(x)-n; i += n {
		putFloats(x, i, floats(x, i).Sub(l).Div(w))
	}
	simdx.ClearUpper()
	return i
}

func scaleAddVectors(dst, x []float32, a, b float32) int {
	va, vb := simd.BroadcastFloat32s(a), simd.BroadcastFloat32s(b)
	n, i := lanes(), 0
	for ; i <= len(x)-n; i += n {
		putFloats(dst, i, va.Mul(floats(x, i)).Add(vb))
	}
	simdx.ClearUpper()
	return i
}

func scaleByVectors(dst, x []float32, factor float32) int {
	f := simd.BroadcastFloat32s(factor)
	n, i := lanes(), 0
	for ; i <= len(x)-n; i += n {
		putFloats(dst, i, floats(x, i).Mul(f))
	}
	simdx.ClearUpper()
	return i
}

func addNoiseVectors(dst, x, noise []float32, a float32) int {
	va := simd.BroadcastFloat32s(a)
	n, i := lanes(), 0
	for ; i <= len(x)-n; i += n {
		putFloats(dst, i, floats(x, i).Add(va.Mul(floats(noise, i))))
	}
	simdx.ClearUpper()
	return i
}

func addSpeckleVectors(dst, x, noise []float32, a float32) int {
	va := simd.BroadcastFloat32s(a)
	n, i := lanes(), 0
	for ; i <= len(x)-n; i += n {
		v := floats(x, i)
		putFloats(dst, i, v.Add(v.Mul(va.Mul(floats(noise, i)))))
	}
	simdx.ClearUpper()
	return i
}

func addImpulsesVectors(dst, x []float32, bits []uint32, half uint32) int {
	var zero simd.Float32s
	one := simd.BroadcastFloat32s(1)
	h, h2 := simd.BroadcastUint32s(half), simd.BroadcastUint32s(2*half)
	n, i := lanes(), 0
	for ; i <= len(x)-n; i += n {
		u := simd.LoadUint32s(bits[i : i+n : i+n])
		v := one.IfElse(u.Less(h2), floats(x, i))
		putFloats(dst, i, zero.IfElse(u.Less(h), v))
	}
	simdx.ClearUpper()
	return i
}

// A constant in memory is an operand of the instruction that needs it; broadcast, it takes two instructions of its own,
// in every turn of a loop. No vector is longer than these.
var (
	fulls        = repeated[float32](255)
	roundings    = repeated[float32](rounding)
	perBytes     = repeated[float32](perByte)
	perByteRests = repeated[float32](perByteRest)
)

func repeated[T any](v T) (c [16]T) {
	for i := range c {
		c[i] = v
	}
	return c
}

// bytesOf is Byte for a vector.
func bytesOf(v simd.Float32s) simd.Int32s {
	var zero simd.Float32s
	full := simd.LoadFloat32s(fulls[:])
	return v.Mul(full).Add(simd.LoadFloat32s(roundings[:])).Max(zero).Min(full).ConvertToInt32()
}

// level is levels[v].
func level(v simd.Int32s) simd.Float32s {
	b := v.ConvertToFloat32()
	return b.Mul(simd.LoadFloat32s(perBytes[:])).Add(b.Mul(simd.LoadFloat32s(perByteRests[:])))
}

func truncateVectors(dst, x []float32, bias float32) int {
	vbias := simd.BroadcastFloat32s(bias)
	n, i := lanes(), 0
	for ; i <= len(x)-n; i += n {
		putFloats(dst, i, level(bytesOf(floats(x, i).Add(vbias))))
	}
	simdx.ClearUpper()
	return i
}

func toBytesVectors(dst []int32, x []float32) int {
	n, i := lanes(), 0
	for ; i <= len(x)-n; i += n {
		putInts(dst, i, bytesOf(floats(x, i)))
	}
	simdx.ClearUpper()
	return i
}

func fromBytesVectors(dst []float32, x []int32) int {
	n, i := lanes(), 0
	for ; i <= len(x)-n; i += n {
		putFloats(dst, i, level(ints(x, i)))
	}
	simdx.ClearUpper()
	return i
}

func divideVectors(dst []float32, x []int32, by float32) int {
	d := simd.BroadcastFloat32s(by)
	n, i := lanes(), 0
	for ; i <= len(x)-n; i += n {
		putFloats(dst, i, ints(x, i).ConvertToFloat32().Div(d))
	}
	simdx.ClearUpper()
	return i
}

func beyondLevelsVectors(x []float32, levels []int32) (int, bool) {
	var found [64]float32 // cleared while the upper halves are
	var most simd.Float32s
	n, i := lanes(), 0
	for ; i <= len(x)-n; i += n {
		most = most.Max(floats(x, i).Sub(level(ints(levels, i))))
	}
	most.Store(found[:])
	simdx.ClearUpper()
	for _, v := range found[:n] {
		if v > rounding/255 {
			return i, true
		}
	}
	return i, false
}

func addBothVectors(dst, x, a, b []float32) int {
	n, i := lanes(), 0
	for ; i <= len(x)-n; i += n {
		putFloats(dst, i, floats(x, i).Add(floats(a, i).Add(floats(b, i))))
	}
	simdx.ClearUpper()
	return i
}

func addIntsVectors(dst, x []int32) int {
	n, i := lanes(), 0
	for ; i <= len(dst)-n; i += n {
		putInts(dst, i, ints(dst, i).Add(ints(x, i)))
	}
	simdx.ClearUpper()
	return i
}

func roundMeansVectors(sums []int32, weight int32) int {
	w, half, full := simd.BroadcastInt32s(weight), simd.BroadcastInt32s(1<<(fractionBits-1)), simd.BroadcastInt32s(255)
	n, i := lanes(), 0
	for ; i <= len(sums)-n; i += n {
		putInts(sums, i, ints(sums, i).Mul(w).Add(half).ShiftAllRight(fractionBits).Min(full))
	}
	simdx.ClearUpper()
	return i
}

func means8Vectors(dst, bytes []int32, step, count int, weight int32) int {
	w, half, full := simd.BroadcastInt32s(weight), simd.BroadcastInt32s(1<<(fractionBits-1)), simd.BroadcastInt32s(255)
	n, i := lanes(), 0
	for ; i <= len(dst)-n; i += n {
		sum := ints(bytes, i)
		for k := 1; k < count; k++ {
			sum = sum.Add(ints(bytes, i+k*step))
		}
		putInts(dst, i, sum.Mul(w).Add(half).ShiftAllRight(fractionBits).Min(full))
	}
	simdx.ClearUpper()
	return i
}

func lerpVectors(dst, a, b []float32, share float32) int {
	s := simd.BroadcastFloat32s(share)
	n, i := lanes(), 0
	for ; i <= len(a)-n; i += n {
		v := floats(a, i)
		putFloats(dst, i, v.Add(floats(b, i).Sub(v).Mul(s)))
	}
	simdx.ClearUpper()
	return i
}

func addLerpVectors(dst, a, b []float32, share float32) int {
	s := simd.BroadcastFloat32s(share)
	n, i := lanes(), 0
	for ; i <= len(a)-n; i += n {
		v := floats(a, i)
		v = v.Add(floats(b, i).Sub(v).Mul(s))
		putFloats(dst, i, floats(dst, i).Add(v))
	}
	simdx.ClearUpper()
	return i
}

func addFogVectors(dst, x, fog []float32, amount, shrink float32) int {
	va, vs := simd.BroadcastFloat32s(amount), simd.BroadcastFloat32s(shrink)
	n, i := lanes(), 0
	for ; i <= len(x)-n; i += n {
		putFloats(dst, i, floats(x, i).Add(va.Mul(floats(fog, i))).Mul(vs))
	}
	simdx.ClearUpper()
	return i
}

func brightenVectors(to, from planes, shift float32) int {
	var zero simd.Float32s
	one, s := simd.BroadcastFloat32s(1), simd.BroadcastFloat32s(shift)
	n, i := lanes(), 0
	for ; i <= len(from[0])-n; i += n {
		r, g, b := floats(from[0], i), floats(from[1], i), floats(from[2], i)
		v := r.Max(g).Max(b)
		some := v.Greater(zero)
		f := v.Add(s).Min(one).Div(v)
		putFloats(to[0], i, r.Mul(f).IfElse(some, s))
		putFloats(to[1], i, g.Mul(f).IfElse(some, s))
		putFloats(to[2], i, b.Mul(f).IfElse(some, s))
	}
	simdx.ClearUpper()
	return i
}

func colourInVectors(to, from planes, factor, shift float32) int {
	var zero simd.Float32s
	unshifted := 1 - shift
	one, rest := simd.BroadcastFloat32s(1), simd.BroadcastFloat32s(unshifted)
	vf, vs := simd.BroadcastFloat32s(factor), simd.BroadcastFloat32s(shift)
	n, i := lanes(), 0
	for ; i <= len(from[0])-n; i += n {
		r, g, b := floats(from[0], i), floats(from[1], i), floats(from[2], i)
		v := r.Max(g).Max(b)
		depth := v.Sub(r.Min(g).Min(b))
		some, coloured := v.Greater(zero), depth.Greater(zero)
		f := v.Mul(vf.Mul(depth.Div(v)).Add(vs).Min(one)).Div(depth)
		other := v.Mul(rest)
		putFloats(to[0], i, v.Sub(v.Sub(r).Mul(f)).IfElse(coloured, v).IfElse(some, zero))
		putFloats(to[1], i, v.Sub(v.Sub(g).Mul(f)).IfElse(coloured, other).IfElse(some, zero))
		putFloats(to[2], i, v.Sub(v.Sub(b).Mul(f)).IfElse(coloured, other).IfElse(some, zero))
	}
	simdx.ClearUpper()
	return i
}

func settleVectors(dst, x []float32, b, a, threshold float32) int {
	va, vb, least := simd.BroadcastFloat32s(a), simd.BroadcastFloat32s(b), simd.BroadcastFloat32s(threshold)
	n, i := lanes(), 0
	for ; i <= len(x)-n; i += n {
		v := va.Mul(floats(x, i)).Add(vb)
		putFloats(dst, i, v.Masked(v.GreaterEqual(least)))
	}
	simdx.ClearUpper()
	return i
}

func addSnowVectors(to, from planes, keep float32, a, b []float32) int {
	unkept := 1 - keep
	vkeep, white := simd.BroadcastFloat32s(keep), simd.BroadcastFloat32s(unkept)
	redLight, greenLight, blueLight := simd.BroadcastFloat32s(.299), simd.BroadcastFloat32s(.587), simd.BroadcastFloat32s(.114)
	contrast, least := simd.BroadcastFloat32s(1.5), simd.BroadcastFloat32s(.5)
	n, i := lanes(), 0
	for ; i <= len(a)-n; i += n {
		r, g, bl := floats(from[0], i), floats(from[1], i), floats(from[2], i)
		light := redLight.Mul(r).Add(greenLight.Mul(g)).Add(blueLight.Mul(bl)).Mul(contrast).Add(least)
		layers := floats(a, i).Add(floats(b, i))
		putFloats(to[0], i, vkeep.Mul(r).Add(white.Mul(r.Max(light))).Add(layers))
		putFloats(to[1], i, vkeep.Mul(g).Add(white.Mul(g.Max(light))).Add(layers))
		putFloats(to[2], i, vkeep.Mul(bl).Add(white.Mul(bl.Max(light))).Add(layers))
	}
	simdx.ClearUpper()
	return i
}

func findVectors(p *places) int {
	var zero simd.Int32s
	right, bottom := simd.BroadcastInt32s(int32(p.width-1)), simd.BroadcastInt32s(int32(p.height-1))
	width, none := simd.BroadcastInt32s(int32(p.width)), simd.BroadcastInt32s(-1)
	n, i := lanes(), 0
	for ; i <= len(p.x)-n; i += n {
		x, y := floats(p.x, i), floats(p.y, i)
		left, top := x.ConvertToInt32(), y.ConvertToInt32() // towards zero: one too many below it
		left = left.Add(x.Less(left.ConvertToFloat32()).ToInt32s())
		top = top.Add(y.Less(top.ConvertToFloat32()).ToInt32s())
		putFloats(p.x, i, x.Sub(left.ConvertToFloat32()))
		putFloats(p.y, i, y.Sub(top.ConvertToFloat32()))
		putInts(p.left, i, left)
		putInts(p.top, i, top)
		inside := left.GreaterEqual(zero).And(top.GreaterEqual(zero)).And(left.Less(right)).And(top.Less(bottom))
		putInts(p.at, i, top.Mul(width).Add(left).IfElse(inside, none))
	}
	simdx.ClearUpper()
	return i
}

func turnHueVectors(to, from planes, turn float32) int {
	var zero simd.Float32s
	one, two, three := simd.BroadcastFloat32s(1), simd.BroadcastFloat32s(2), simd.BroadcastFloat32s(3)
	four, five, circle := simd.BroadcastFloat32s(4), simd.BroadcastFloat32s(5), simd.BroadcastFloat32s(6)
	by := simd.BroadcastFloat32s(turn)
	channel := func(hue, most, depth simd.Float32s, coloured simd.Mask32s) simd.Float32s {
		hue = hue.Sub(circle).IfElse(hue.GreaterEqual(circle), hue)
		lack := hue.Min(four.Sub(hue)).Min(one).Max(zero)
		return most.Sub(depth.Mul(lack)).IfElse(coloured, most)
	}
	n, i := lanes(), 0
	for ; i <= len(from[0])-n; i += n {
		r, g, b := floats(from[0], i), floats(from[1], i), floats(from[2], i)
		most := r.Max(g).Max(b)
		depth := most.Sub(r.Min(g).Min(b))
		isRed, isGreen := r.Equal(most), g.Equal(most)
		slope := g.Sub(b).IfElse(isRed, b.Sub(r).IfElse(isGreen, r.Sub(g)))
		hue := slope.Div(depth).Add(zero.IfElse(isRed, two.IfElse(isGreen, four))).Add(by)
		hue = hue.Add(circle).IfElse(hue.Less(zero), hue)
		hue = hue.Sub(circle).IfElse(hue.GreaterEqual(circle), hue)
		coloured := depth.Greater(zero)
		putFloats(to[0], i, channel(hue.Add(five), most, depth, coloured))
		putFloats(to[1], i, channel(hue.Add(three), most, depth, coloured))
		putFloats(to[2], i, channel(hue.Add(one), most, depth, coloured))
	}
	simdx.ClearUpper()
	return i
}
