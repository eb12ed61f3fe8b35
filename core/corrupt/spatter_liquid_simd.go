//go:build goexperiment.simd

package corrupt

import (
	"simd"

	"steady/core/simdx"
)

// ints loads a vector.
func ints(s []int32, i int) simd.Int32s { return simd.LoadInt32s(s[i:]) }

func slopesVectors(dx, dy, length []int32, w window) int {
	a, b, c := w.above, w.row, w.below
	n, i := lanes(), 0
	for ; i+n <= len(dx); i += n {
		a0, a2, c0, c2 := ints(a, i), ints(a, i+2), ints(c, i), ints(c, i+2)
		across, down := ints(b, i+2).Sub(ints(b, i)), ints(c, i+1).Sub(ints(a, i+1))
		x := a2.Sub(a0).Add(c2.Sub(c0)).Add(across.Add(across))
		y := c0.Sub(a0).Add(c2.Sub(a2)).Add(down.Add(down))
		x.Store(dx[i:])
		y.Store(dy[i:])
		x.Abs().Add(y.Abs()).Store(length[i:])
	}
	simdx.ClearUpper()
	return i
}

func crestsVectors(dst, above []int32, row slopes, below []int32, low, high int32) int {
	lowest, highest := simd.BroadcastInt32s(low), simd.BroadcastInt32s(high)
	none, weak, zero := simd.BroadcastInt32s(farthest), simd.BroadcastInt32s(weakEdge), simd.BroadcastInt32s(0)
	slope := simd.BroadcastInt32s(tangent)
	n, i := lanes(), 0
	for ; i+n <= len(dst); i += n {
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
		v.IfElse(length.Greater(lowest), none).Store(dst[i:])
	}
	simdx.ClearUpper()
	return i
}

func shortenVectors(row, next, second []int32) int {
	far, slant, step := simd.BroadcastInt32s(knight), simd.BroadcastInt32s(diagonal), simd.BroadcastInt32s(straight)
	n, i := lanes(), 0
	for ; i+n <= len(row); i += n {
		v := ints(second, i+1).Min(ints(second, i+3)).Min(ints(next, i).Min(ints(next, i+4))).Add(far)
		v = v.Min(ints(next, i+1).Min(ints(next, i+3)).Add(slant)).Min(ints(next, i+2).Add(step))
		v.Min(ints(row, i)).Store(row[i:])
	}
	simdx.ClearUpper()
	return i
}

func sumNineVectors(dst []int32, w window) int {
	three := func(s []int32, i int) simd.Int32s { return ints(s, i).Add(ints(s, i+1)).Add(ints(s, i+2)) }
	n, i := lanes(), 0
	for ; i+n <= len(dst); i += n {
		three(w.above, i).Add(three(w.row, i)).Add(three(w.below, i)).Store(dst[i:])
	}
	simdx.ClearUpper()
	return i
}

func meanDistancesVectors(sums []int32) int {
	part := simd.BroadcastInt32s(ninth)
	n, i := lanes(), 0
	for ; i+n <= len(sums); i += n {
		ints(sums, i).ShiftAllRight(distanceBits).Mul(part).ShiftAllRight(16).Store(sums[i:])
	}
	simdx.ClearUpper()
	return i
}

func shadeVectors(dst []int32, w window) int {
	a, b, c := w.above, w.row, w.below
	least, most := simd.BroadcastInt32s(0), simd.BroadcastInt32s(255)
	n, i := lanes(), 0
	for ; i+n <= len(dst); i += n {
		corner := ints(c, i+2).Sub(ints(a, i))
		v := ints(b, i+1).Add(ints(b, i+2)).Add(ints(c, i+1)).Sub(ints(a, i+1)).Sub(ints(b, i)).Add(corner.Add(corner))
		v.Max(least).Min(most).Store(dst[i:])
	}
	simdx.ClearUpper()
	return i
}

func toDepthVectors(dst []int32, x []float32) int {
	scale, byte := simd.BroadcastFloat32s(255), simd.BroadcastInt32s(255)
	n, i := lanes(), 0
	for ; i+n <= len(x); i += n {
		simd.LoadFloat32s(x[i:]).Mul(scale).ConvertToInt32().And(byte).Store(dst[i:])
	}
	simdx.ClearUpper()
	return i
}

func productVectors(dst []float32, a, b []int32) int {
	n, i := lanes(), 0
	for ; i+n <= len(dst); i += n {
		ints(a, i).Mul(ints(b, i)).ConvertToFloat32().Store(dst[i:])
	}
	simdx.ClearUpper()
	return i
}

func binariseVectors(x []float32, threshold float32) int {
	one, t := simd.BroadcastFloat32s(1), simd.BroadcastFloat32s(threshold)
	n, i := lanes(), 0
	for ; i+n <= len(x); i += n {
		one.Masked(simd.LoadFloat32s(x[i:]).Greater(t)).Store(x[i:])
	}
	simdx.ClearUpper()
	return i
}

func blendVectors(dst, x, share []float32, colour float32) int {
	one, c := simd.BroadcastFloat32s(1), simd.BroadcastFloat32s(colour)
	n, i := lanes(), 0
	for ; i+n <= len(x); i += n {
		s := simd.LoadFloat32s(share[i:])
		simd.LoadFloat32s(x[i:]).Mul(one.Sub(s)).Add(c.Mul(s)).Store(dst[i:])
	}
	simdx.ClearUpper()
	return i
}
