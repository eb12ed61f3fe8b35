//go:build goexperiment.simd

package pix

import (
	"simd"

	"steady/core/simdx"
)

func addValueVectors(to, from Planes, shift float32) int {
	var zero simd.Float32s
	one, s := simd.BroadcastFloat32s(1), simd.BroadcastFloat32s(shift)
	n, i := lanes(), 0
	for ; i <= len(from[0])-n; i += n {
		r, g, b := simdx.Floats(from[0], i), simdx.Floats(from[1], i), simdx.Floats(from[2], i)
		v := r.Max(g).Max(b)
		some := v.Greater(zero)
		f := v.Add(s).Min(one).Div(v)
		simdx.PutFloats(to[0], i, r.Mul(f).IfElse(some, s))
		simdx.PutFloats(to[1], i, g.Mul(f).IfElse(some, s))
		simdx.PutFloats(to[2], i, b.Mul(f).IfElse(some, s))
	}
	simdx.ClearUpper()
	return i
}

func adjustSaturationVectors(to, from Planes, factor, shift float32) int {
	var zero simd.Float32s
	unshifted := 1 - shift
	one, rest := simd.BroadcastFloat32s(1), simd.BroadcastFloat32s(unshifted)
	vf, vs := simd.BroadcastFloat32s(factor), simd.BroadcastFloat32s(shift)
	n, i := lanes(), 0
	for ; i <= len(from[0])-n; i += n {
		r, g, b := simdx.Floats(from[0], i), simdx.Floats(from[1], i), simdx.Floats(from[2], i)
		v := r.Max(g).Max(b)
		depth := v.Sub(r.Min(g).Min(b))
		some, colored := v.Greater(zero), depth.Greater(zero)
		f := v.Mul(vf.Mul(depth.Div(v)).Add(vs).Min(one)).Div(depth)
		other := v.Mul(rest)
		simdx.PutFloats(to[0], i, v.Sub(v.Sub(r).Mul(f)).IfElse(colored, v).IfElse(some, zero))
		simdx.PutFloats(to[1], i, v.Sub(v.Sub(g).Mul(f)).IfElse(colored, other).IfElse(some, zero))
		simdx.PutFloats(to[2], i, v.Sub(v.Sub(b).Mul(f)).IfElse(colored, other).IfElse(some, zero))
	}
	simdx.ClearUpper()
	return i
}
