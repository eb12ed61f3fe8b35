//go:build goexperiment.simd

package pix

import (
	"simd"

	"steady/core/simdx"
)

var (
	fulls        = simdx.Repeat[float32](255)
	roundings    = simdx.Repeat[float32](Rounding)
	perBytes     = simdx.Repeat[float32](perByte)
	perByteRests = simdx.Repeat[float32](perByteRest)
	wholes       = simdx.Repeat[float32](whole)
)

// BytesOf returns Byte(v) for a vector.
func BytesOf(v simd.Float32s) simd.Int32s {
	var zero simd.Float32s
	full := simd.LoadFloat32s(fulls[:])
	return v.Mul(full).Add(simd.LoadFloat32s(roundings[:])).Max(zero).Min(full).ConvertToInt32()
}

// Level returns Levels[v] for a vector of integers in [0,255].
func Level(v simd.Int32s) simd.Float32s {
	b := v.ConvertToFloat32()
	return b.Mul(simd.LoadFloat32s(perBytes[:])).Add(b.Mul(simd.LoadFloat32s(perByteRests[:])))
}

func truncateVectors(dst, x []float32, bias float32) int {
	vbias := simd.BroadcastFloat32s(bias)
	n, i := lanes(), 0
	for ; i <= len(x)-n; i += n {
		simdx.PutFloats(dst, i, Level(BytesOf(simdx.Floats(x, i).Add(vbias))))
	}
	simdx.ClearUpper()
	return i
}

func roundVectors(dst, x []float32) int {
	var zero simd.Float32s
	full, unit := simd.LoadFloat32s(fulls[:]), simd.LoadFloat32s(wholes[:])
	n, i := lanes(), 0
	for ; i <= len(x)-n; i += n {
		v := simdx.Floats(x, i).Mul(full).Max(zero).Min(full)
		simdx.PutFloats(dst, i, Level(v.Add(unit).Sub(unit).ConvertToInt32()))
	}
	simdx.ClearUpper()
	return i
}

func toBytesVectors(dst []int32, x []float32) int {
	n, i := lanes(), 0
	for ; i <= len(x)-n; i += n {
		simdx.PutInts(dst, i, BytesOf(simdx.Floats(x, i)))
	}
	simdx.ClearUpper()
	return i
}

func fromBytesVectors(dst []float32, x []int32) int {
	n, i := lanes(), 0
	for ; i <= len(x)-n; i += n {
		simdx.PutFloats(dst, i, Level(simdx.Ints(x, i)))
	}
	simdx.ClearUpper()
	return i
}

func divideVectors(dst []float32, x []int32, by float32) int {
	d := simd.BroadcastFloat32s(by)
	n, i := lanes(), 0
	for ; i <= len(x)-n; i += n {
		simdx.PutFloats(dst, i, simdx.Ints(x, i).ConvertToFloat32().Div(d))
	}
	simdx.ClearUpper()
	return i
}

func beyondLevelsVectors(x []float32, levels []int32) (int, bool) {
	var found [64]float32 // cleared while the upper halves are
	var most simd.Float32s
	n, i := lanes(), 0
	for ; i <= len(x)-n; i += n {
		most = most.Max(simdx.Floats(x, i).Sub(Level(simdx.Ints(levels, i))))
	}
	most.Store(found[:])
	simdx.ClearUpper()
	for _, v := range found[:n] {
		if v > Rounding/255 {
			return i, true
		}
	}
	return i, false
}
