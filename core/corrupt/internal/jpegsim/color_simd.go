//go:build goexperiment.simd

package jpegsim

import (
	"simd"

	"steady/core/corrupt/internal/pix"
	"steady/core/simdx"
)

var (
	blueCrs  = simdx.Repeat[int32](blueCr)
	blueYs   = simdx.Repeat[int32](blueY)
	cbToBs   = simdx.Repeat[int32](cbToB)
	cbToGs   = simdx.Repeat[int32](cbToG)
	crToGs   = simdx.Repeat[int32](crToG)
	crToRs   = simdx.Repeat[int32](crToR)
	greenCbs = simdx.Repeat[int32](greenCb)
	greenCrs = simdx.Repeat[int32](greenCr)
	greenYs  = simdx.Repeat[int32](greenY)
	halfCbs  = simdx.Repeat[int32](halfCb)
	redCbs   = simdx.Repeat[int32](redCb)
	redYs    = simdx.Repeat[int32](redY)
)

func toYCCVectors(y, cb, cr []int32, from pix.Planes) int {
	half, middle := simd.BroadcastInt32s(colorHalf), simd.BroadcastInt32s(colorMiddle)
	n, i := lanes(), 0
	for ; i <= len(y)-n; i += n {
		vr, vg := pix.BytesOf(simdx.Floats(from[0], i)), pix.BytesOf(simdx.Floats(from[1], i))
		vb := pix.BytesOf(simdx.Floats(from[2], i))
		simdx.PutInts(y, i, times(vr, &redYs).Add(times(vg, &greenYs)).Add(times(vb, &blueYs)).Add(half).ShiftAllRight(colorBits))
		simdx.PutInts(cb, i, times(vr, &redCbs).Add(times(vg, &greenCbs)).Add(times(vb, &halfCbs)).Add(middle).ShiftAllRight(colorBits))
		simdx.PutInts(cr, i, times(vr, &halfCbs).Add(times(vg, &greenCrs)).Add(times(vb, &blueCrs)).Add(middle).ShiftAllRight(colorBits))
	}
	simdx.ClearUpper()
	return i
}

func clampLevel(v simd.Int32s) simd.Float32s {
	var zero simd.Int32s
	return pix.Level(v.Max(zero).Min(simd.BroadcastInt32s(255)))
}

func fromYCCVectors(to pix.Planes, y, cb, cr []int32) int {
	half, middle := simd.BroadcastInt32s(colorHalf), simd.BroadcastInt32s(128)
	n, i := lanes(), 0
	for ; i <= len(y)-n; i += n {
		l, vb, vr := simdx.Ints(y, i), simdx.Ints(cb, i).Sub(middle), simdx.Ints(cr, i).Sub(middle)
		simdx.PutFloats(to[0], i, clampLevel(l.Add(times(vr, &crToRs).Add(half).ShiftAllRight(colorBits))))
		simdx.PutFloats(to[1], i, clampLevel(l.Add(times(vb, &cbToGs).Add(times(vr, &crToGs)).Add(half).ShiftAllRight(colorBits))))
		simdx.PutFloats(to[2], i, clampLevel(l.Add(times(vb, &cbToBs).Add(half).ShiftAllRight(colorBits))))
	}
	simdx.ClearUpper()
	return i
}
