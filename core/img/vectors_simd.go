//go:build goexperiment.simd

package img

import (
	"simd"

	"steady/core/simdx"
)

// The vectors below take a pixel as one integer, red lowest: all processors that have them are little-endian.

// fromRGBAVectors reads as many pixels as fill vectors, if all of them are opaque, and returns their number.
func fromRGBAVectors(r, g, b []float32, pix []byte) int {
	var bits [64]uint32 // cleared while the upper halves are
	low, full := simd.BroadcastUint32s(255), simd.BroadcastFloat32s(255)
	n, i := low.Len(), 0
	common := simd.BroadcastUint32s(1<<32 - 1)
	for ; i <= len(r)-n; i += n {
		v := simd.LoadUint8s(pix[4*i:]).ReshapeToUint32s()
		common = common.And(v)
		v.And(low).BitsToInt32().ConvertToFloat32().Div(full).Store(r[i:])
		v.ShiftAllRight(8).And(low).BitsToInt32().ConvertToFloat32().Div(full).Store(g[i:])
		v.ShiftAllRight(16).And(low).BitsToInt32().ConvertToFloat32().Div(full).Store(b[i:])
	}
	common.Store(bits[:])
	simdx.ClearUpper()
	for _, v := range bits[:n] {
		if v>>24 != 255 {
			return 0
		}
	}
	return i
}

// bytesOf returns toByte(v) for a vector.
func bytesOf(v simd.Float32s) simd.Uint32s {
	var zero simd.Float32s
	positive := v.Greater(zero) // which no NaN is
	full := simd.BroadcastFloat32s(255)
	return v.Mul(full).Add(simd.BroadcastFloat32s(.5)).Min(full).Masked(positive).ConvertToInt32().ToBits()
}

func putRGBAVectors(dst []byte, r, g, b []float32) int {
	opaque := simd.BroadcastUint32s(255 << 24)
	n, i := opaque.Len(), 0
	for ; i <= len(r)-n; i += n {
		v := bytesOf(simd.LoadFloat32s(r[i:])).Or(opaque)
		v = v.Or(bytesOf(simd.LoadFloat32s(g[i:])).ShiftAllLeft(8)).Or(bytesOf(simd.LoadFloat32s(b[i:])).ShiftAllLeft(16))
		v.ReshapeToUint8s().Store(dst[4*i:])
	}
	simdx.ClearUpper()
	return i
}

// addScaledVectors adds a·x to dst, each product rounded, for as many values as fill vectors, and returns their number.
func addScaledVectors(dst, x []float32, a float32) int {
	va := simd.BroadcastFloat32s(a)
	n, i := va.Len(), 0
	for ; i <= len(x)-n; i += n {
		simdx.PutFloats(dst, i, simdx.Floats(dst, i).Add(va.Mul(simdx.Floats(x, i))))
	}
	simdx.ClearUpper()
	return i
}
