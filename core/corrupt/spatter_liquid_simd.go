//go:build goexperiment.simd

package corrupt

import (
	"simd"

	"steady/core/simdx"
)

func slopesVectors(dx, dy, length []int32, w window) int {
	a, b, c := w.above, w.row, w.below
	n, i := lanes(), 0
	for ; i <= len(dx)-n; i += n {
		a0, a2, c0, c2 := ints(a, i), ints(a, i+2), ints(c, i), ints(c, i+2)
		across, down := ints(b, i+2).Sub(ints(b, i)), ints(c, i+1).Sub(ints(a, i+1))
		x := a2.Sub(a0).Add(c2.Sub(c0)).Add(across.Add(across))
		y := c0.Sub(a0).Add(c2.Sub(a2)).Add(down.Add(down))
		putInts(dx, i, x)
		putInts(dy, i, y)
		putInts(length, i, x.Abs().Add(y.Abs()))
	}
	simdx.ClearUpper()
	return i
}

func crestsVectors(dst, above []int32, row slopes, below []int32, low, high int32) int {
	var zero simd.Int32s
	lowest, highest := simd.BroadcastInt32s(low), simd.BroadcastInt32s(high)
	none, weak := simd.BroadcastInt32s(farthest), simd.BroadcastInt32s(weakEdge)
	slope := simd.BroadcastInt32s(tangent)
	n, i := lanes(), 0
	for ; i <= len(dst)-n; i += n {
		length, dx, dy := ints(row.length, i+1), ints(row.dx, i+1), ints(row.dy, i+1)
		wide, tall := dx.Abs(), dy.Abs()
		flat, steep := wide.Mul(slope), tall.ShiftAllLeft(tangentBits)
		left, right := ints(row.length, i), ints(row.length, i+2)
		over, under := ints(above, i+1), ints(below, i+1)
		// Where both signs are the same the gradient points to the lower right or to the upper left.
		falling := dx.Xor(dy).GreaterEqual(zero)
		before := ints(above, i).IfElse(falling, ints(above, i+2))
		after := ints(below, i+2).IfElse(falling, ints(below, i))
		slanted := length.Greater(before).And(length.Greater(after))
		level := length.Greater(left).And(length.GreaterEqual(right))
		upright := length.Greater(over).And(length.GreaterEqual(under))
		isFlat, isSteep := steep.Less(flat), steep.Greater(flat.Add(wide.ShiftAllLeft(tangentBits+1)))
		edge := weak.IfElse(length.LessEqual(highest), zero)
		v := edge.IfElse(slanted, none)
		v = edge.IfElse(upright, none).IfElse(isSteep, v)
		v = edge.IfElse(level, none).IfElse(isFlat, v)
		putInts(dst, i, v.IfElse(length.Greater(lowest), none))
	}
	simdx.ClearUpper()
	return i
}

func shortenVectors(row, next, second []int32) int {
	far, slant, step := simd.BroadcastInt32s(knight), simd.BroadcastInt32s(diagonal), simd.BroadcastInt32s(straight)
	n, i := lanes(), 0
	for ; i <= len(row)-n; i += n {
		v := ints(second, i+1).Min(ints(second, i+3)).Min(ints(next, i).Min(ints(next, i+4))).Add(far)
		v = v.Min(ints(next, i+1).Min(ints(next, i+3)).Add(slant)).Min(ints(next, i+2).Add(step))
		putInts(row, i, v.Min(ints(row, i)))
	}
	simdx.ClearUpper()
	return i
}

func sumNineVectors(dst []int32, w window) int {
	three := func(s []int32, i int) simd.Int32s { return ints(s, i).Add(ints(s, i+1)).Add(ints(s, i+2)) }
	n, i := lanes(), 0
	for ; i <= len(dst)-n; i += n {
		putInts(dst, i, three(w.above, i).Add(three(w.row, i)).Add(three(w.below, i)))
	}
	simdx.ClearUpper()
	return i
}

func meanDistancesVectors(sums []int32) int {
	part := simd.BroadcastInt32s(ninth)
	n, i := lanes(), 0
	for ; i <= len(sums)-n; i += n {
		putInts(sums, i, ints(sums, i).ShiftAllRight(distanceBits).Mul(part).ShiftAllRight(16))
	}
	simdx.ClearUpper()
	return i
}

func shadeVectors(dst []int32, w window) int {
	a, b, c := w.above, w.row, w.below
	var least simd.Int32s
	most := simd.BroadcastInt32s(255)
	n, i := lanes(), 0
	for ; i <= len(dst)-n; i += n {
		corner := ints(c, i+2).Sub(ints(a, i))
		v := ints(b, i+1).Add(ints(b, i+2)).Add(ints(c, i+1)).Sub(ints(a, i+1)).Sub(ints(b, i)).Add(corner.Add(corner))
		putInts(dst, i, v.Max(least).Min(most))
	}
	simdx.ClearUpper()
	return i
}

func toDepthVectors(dst []int32, x []float32) int {
	scale, byte := simd.BroadcastFloat32s(255), simd.BroadcastInt32s(255)
	n, i := lanes(), 0
	for ; i <= len(x)-n; i += n {
		putInts(dst, i, floats(x, i).Mul(scale).ConvertToInt32().And(byte))
	}
	simdx.ClearUpper()
	return i
}

func productVectors(dst []float32, a, b []int32) int {
	n, i := lanes(), 0
	for ; i <= len(dst)-n; i += n {
		putFloats(dst, i, ints(a, i).Mul(ints(b, i)).ConvertToFloat32())
	}
	simdx.ClearUpper()
	return i
}

func binariseVectors(x []float32, threshold float32) int {
	one, t := simd.BroadcastFloat32s(1), simd.BroadcastFloat32s(threshold)
	n, i := lanes(), 0
	for ; i <= len(x)-n; i += n {
		putFloats(x, i, one.Masked(floats(x, i).Greater(t)))
	}
	simdx.ClearUpper()
	return i
}

func blendVectors(dst, x, share []float32, colour float32) int {
	one, c := simd.BroadcastFloat32s(1), simd.BroadcastFloat32s(colour)
	n, i := lanes(), 0
	for ; i <= len(x)-n; i += n {
		s := floats(share, i)
		putFloats(dst, i, floats(x, i).Mul(one.Sub(s)).Add(c.Mul(s)))
	}
	simdx.ClearUpper()
	return i
}
