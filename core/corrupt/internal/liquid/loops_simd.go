//go:build goexperiment.simd

package liquid

import (
	"simd"

	"steady/core/simdx"
)

// lanes returns the number of values that a vector holds.
func lanes() int {
	var v simd.Float32s
	return v.Len()
}

func slopesVectors(dx, dy, length []int32, w window) int {
	a, b, c := w.above, w.row, w.below
	n, i := lanes(), 0
	for ; i <= len(dx)-n; i += n {
		a0, a2, c0, c2 := simdx.Ints(a, i), simdx.Ints(a, i+2), simdx.Ints(c, i), simdx.Ints(c, i+2)
		across, down := simdx.Ints(b, i+2).Sub(simdx.Ints(b, i)), simdx.Ints(c, i+1).Sub(simdx.Ints(a, i+1))
		x := a2.Sub(a0).Add(c2.Sub(c0)).Add(across.Add(across))
		y := c0.Sub(a0).Add(c2.Sub(a2)).Add(down.Add(down))
		simdx.PutInts(dx, i, x)
		simdx.PutInts(dy, i, y)
		simdx.PutInts(length, i, x.Abs().Add(y.Abs()))
	}
	simdx.ClearUpper()
	return i
}

func nonMaxSuppressVectors(dst, above []int32, row slopes, below []int32, low, high int32) int {
	var zero simd.Int32s
	lowest, highest := simd.BroadcastInt32s(low), simd.BroadcastInt32s(high)
	none, weak := simd.BroadcastInt32s(farthest), simd.BroadcastInt32s(weakEdge)
	slope := simd.BroadcastInt32s(tangent)
	n, i := lanes(), 0
	for ; i <= len(dst)-n; i += n {
		length, dx, dy := simdx.Ints(row.length, i+1), simdx.Ints(row.dx, i+1), simdx.Ints(row.dy, i+1)
		wide, tall := dx.Abs(), dy.Abs()
		flat, steep := wide.Mul(slope), tall.ShiftAllLeft(tangentBits)
		left, right := simdx.Ints(row.length, i), simdx.Ints(row.length, i+2)
		over, under := simdx.Ints(above, i+1), simdx.Ints(below, i+1)
		// Where both signs are the same the gradient points to the lower right or to the upper left.
		falling := dx.Xor(dy).GreaterEqual(zero)
		before := simdx.Ints(above, i).IfElse(falling, simdx.Ints(above, i+2))
		after := simdx.Ints(below, i+2).IfElse(falling, simdx.Ints(below, i))
		slanted := length.Greater(before).And(length.Greater(after))
		level := length.Greater(left).And(length.GreaterEqual(right))
		upright := length.Greater(over).And(length.GreaterEqual(under))
		isFlat, isSteep := steep.Less(flat), steep.Greater(flat.Add(wide.ShiftAllLeft(tangentBits+1)))
		edge := weak.IfElse(length.LessEqual(highest), zero)
		v := edge.IfElse(slanted, none)
		v = edge.IfElse(upright, none).IfElse(isSteep, v)
		v = edge.IfElse(level, none).IfElse(isFlat, v)
		simdx.PutInts(dst, i, v.IfElse(length.Greater(lowest), none))
	}
	simdx.ClearUpper()
	return i
}

func relaxDistancesVectors(row, next, second []int32) int {
	far, slant, step := simd.BroadcastInt32s(knight), simd.BroadcastInt32s(diagonal), simd.BroadcastInt32s(straight)
	n, i := lanes(), 0
	for ; i <= len(row)-n; i += n {
		v := simdx.Ints(second, i+1).Min(simdx.Ints(second, i+3)).Min(simdx.Ints(next, i).Min(simdx.Ints(next, i+4))).Add(far)
		v = v.Min(simdx.Ints(next, i+1).Min(simdx.Ints(next, i+3)).Add(slant)).Min(simdx.Ints(next, i+2).Add(step))
		simdx.PutInts(row, i, v.Min(simdx.Ints(row, i)))
	}
	simdx.ClearUpper()
	return i
}

func sumNineVectors(dst []int32, w window) int {
	three := func(s []int32, i int) simd.Int32s {
		return simdx.Ints(s, i).Add(simdx.Ints(s, i+1)).Add(simdx.Ints(s, i+2))
	}
	n, i := lanes(), 0
	for ; i <= len(dst)-n; i += n {
		simdx.PutInts(dst, i, three(w.above, i).Add(three(w.row, i)).Add(three(w.below, i)))
	}
	simdx.ClearUpper()
	return i
}

func meanDistancesVectors(sums []int32) int {
	part := simd.BroadcastInt32s(ninth)
	n, i := lanes(), 0
	for ; i <= len(sums)-n; i += n {
		simdx.PutInts(sums, i, simdx.Ints(sums, i).ShiftAllRight(distanceBits).Mul(part).ShiftAllRight(16))
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
		corner := simdx.Ints(c, i+2).Sub(simdx.Ints(a, i))
		v := simdx.Ints(b, i+1).Add(simdx.Ints(b, i+2)).Add(simdx.Ints(c, i+1)).Sub(simdx.Ints(a, i+1)).Sub(simdx.Ints(b, i)).Add(corner.Add(corner))
		simdx.PutInts(dst, i, v.Max(least).Min(most))
	}
	simdx.ClearUpper()
	return i
}

func toDepthVectors(dst []int32, x []float32) int {
	scale, byte := simd.BroadcastFloat32s(255), simd.BroadcastInt32s(255)
	n, i := lanes(), 0
	for ; i <= len(x)-n; i += n {
		simdx.PutInts(dst, i, simdx.Floats(x, i).Mul(scale).ConvertToInt32().And(byte))
	}
	simdx.ClearUpper()
	return i
}

func productVectors(dst []float32, a, b []int32) int {
	n, i := lanes(), 0
	for ; i <= len(dst)-n; i += n {
		simdx.PutFloats(dst, i, simdx.Ints(a, i).Mul(simdx.Ints(b, i)).ConvertToFloat32())
	}
	simdx.ClearUpper()
	return i
}
