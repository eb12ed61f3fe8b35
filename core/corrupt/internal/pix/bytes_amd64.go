//go:build goexperiment.simd

package pix

import (
	"simd/archsimd"

	"steady/core/simdx"
)

// packed brings the lower three bytes of four integers together.
var packed = [16]int8{0, 1, 2, 4, 5, 6, 8, 9, 10, 12, 13, 14, -1, -1, -1, -1}

// putBytesVectors writes four pixels at a time, and four bytes more, which the next ones overwrite.
func putBytesVectors(dst []byte, r, g, b []float32) int {
	if !simdx.HasInt32x8 {
		return 0
	}
	var zero, order archsimd.Int8x32
	order = order.SetLo(archsimd.LoadInt8x16Array(&packed)).SetHi(archsimd.LoadInt8x16Array(&packed))
	full, bias, least := archsimd.BroadcastFloat32x8(255), archsimd.BroadcastFloat32x8(Rounding), zero.AsFloat32x8()
	level := func(x []float32) archsimd.Int32x8 { // BytesOf
		return archsimd.LoadFloat32x8(x).Mul(full).Add(bias).Max(least).Min(full).ConvertToInt32()
	}
	g, b = g[:len(r)], b[:len(r)]
	i := 0
	for ; i <= len(r)-10; i += 8 {
		v := level(r[i : i+8 : i+8]).Or(level(g[i : i+8 : i+8]).ShiftAllLeft(8)).Or(level(b[i : i+8 : i+8]).ShiftAllLeft(16))
		bytes := v.AsUint8x32().PermuteOrZeroGrouped(order)
		to := dst[3*i : 3*i+28 : 3*i+28]
		bytes.GetLo().Store(to)
		bytes.GetHi().Store(to[12:])
	}
	simdx.ClearUpper()
	return i
}

// gatherVectors takes eight values from the eight that begin at the first of them.
func gatherVectors(dst, src []float32, from []int32) int {
	if !simdx.HasInt32x8 {
		return 0
	}
	dst = dst[:len(from)]
	x := 0
	for ; x <= len(from)-8; x += 8 {
		first := int(from[x])
		if first > len(src)-8 {
			break
		}
		places := archsimd.LoadInt32x8(from[x : x+8 : x+8]).Sub(archsimd.BroadcastInt32x8(from[x]))
		archsimd.LoadFloat32x8(src[first : first+8 : first+8]).Permute(places.ConvertToUint32()).Store(dst[x : x+8 : x+8])
	}
	simdx.ClearUpper()
	return x
}
