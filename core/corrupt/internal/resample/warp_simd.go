//go:build goexperiment.simd

package resample

import (
	"simd"

	"steady/core/simdx"
)

// lanes returns the number of values that a vector holds.
func lanes() int {
	var v simd.Float32s
	return v.Len()
}

func findVectors(p *places) int {
	var zero simd.Int32s
	right, bottom := simd.BroadcastInt32s(int32(p.width-1)), simd.BroadcastInt32s(int32(p.height-1))
	width, none := simd.BroadcastInt32s(int32(p.width)), simd.BroadcastInt32s(-1)
	n, i := lanes(), 0
	for ; i <= len(p.x)-n; i += n {
		x, y := simdx.Floats(p.x, i), simdx.Floats(p.y, i)
		left, top := x.ConvertToInt32(), y.ConvertToInt32() // towards zero: one too many below it
		left = left.Add(x.Less(left.ConvertToFloat32()).ToInt32s())
		top = top.Add(y.Less(top.ConvertToFloat32()).ToInt32s())
		simdx.PutFloats(p.x, i, x.Sub(left.ConvertToFloat32()))
		simdx.PutFloats(p.y, i, y.Sub(top.ConvertToFloat32()))
		simdx.PutInts(p.left, i, left)
		simdx.PutInts(p.top, i, top)
		inside := left.GreaterEqual(zero).And(top.GreaterEqual(zero)).And(left.Less(right)).And(top.Less(bottom))
		simdx.PutInts(p.at, i, top.Mul(width).Add(left).IfElse(inside, none))
	}
	simdx.ClearUpper()
	return i
}
