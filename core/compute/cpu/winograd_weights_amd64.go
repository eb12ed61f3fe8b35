//go:build goexperiment.simd

package cpu

import (
	"math"
	"simd/archsimd"
	"unsafe"

	"steady/core/simdx"
)

// transformWeights is plainTransformWeights.
func transformWeights(to []float32, place int, from []float32, step int, turned bool) {
	if !simdx.HasAVX2 {
		plainTransformWeights(to, place, from, step, turned)
		return
	}
	_, _ = from[3*step+8], to[(winogradArea-1)*place+3]
	transformWeightsAVX2(unsafe.Pointer(&to[0]), 4*place, unsafe.Pointer(&from[0]), 4*step, turned)
}

// transformWeightsAVX2 has an output in each lane, in double precision.
func transformWeightsAVX2(to unsafe.Pointer, place int, from unsafe.Pointer, step int, turned bool) {
	third, twoThirds, sixth := archsimd.BroadcastFloat64x4(1./3), archsimd.BroadcastFloat64x4(2./3), archsimd.BroadcastFloat64x4(1./6)
	root3, root6 := archsimd.BroadcastFloat64x4(math.Sqrt2/3), archsimd.BroadcastFloat64x4(math.Sqrt2/6)
	var zero archsimd.Float64x4
	transform := func(a, b, c archsimd.Float64x4) (r0, r1, r2, r3, r4, r5 archsimd.Float64x4) {
		ct := c.Mul(third)
		u, v := a.Mul(twoThirds).Add(ct), b.Mul(root3)
		w, y := a.Mul(sixth).Add(ct), b.Mul(root6)
		return a, zero.Sub(u).Sub(v), v.Sub(u), w.Add(y), w.Sub(y), c
	}
	p1, p2, p3 := unsafe.Add(from, step), unsafe.Add(from, 2*step), unsafe.Add(from, 3*step)
	f0, f1, f2, f3 := transpose4(load4(from), load4(p1), load4(p2), load4(p3))
	f4, f5, f6, f7 := transpose4(load4(unsafe.Add(from, 16)), load4(unsafe.Add(p1, 16)), load4(unsafe.Add(p2, 16)), load4(unsafe.Add(p3, 16)))
	_, _, _, f8 := transpose4(load4(unsafe.Add(from, 20)), load4(unsafe.Add(p1, 20)), load4(unsafe.Add(p2, 20)), load4(unsafe.Add(p3, 20)))
	if turned {
		f0, f1, f2, f3, f5, f6, f7, f8 = f8, f7, f6, f5, f3, f2, f1, f0
	}
	var rows [3][winogradInput]archsimd.Float64x4
	for t, f := range [3][3]archsimd.Float32x4{{f0, f3, f6}, {f1, f4, f7}, {f2, f5, f8}} {
		r := &rows[t]
		r[0], r[1], r[2], r[3], r[4], r[5] = transform(f[0].ConvertToFloat64(), f[1].ConvertToFloat64(), f[2].ConvertToFloat64())
	}
	for i := range winogradInput {
		r0, r1, r2, r3, r4, r5 := transform(rows[0][i], rows[1][i], rows[2][i])
		row := unsafe.Add(to, i*winogradInput*place)
		store4(r0.ConvertToFloat32(), row)
		store4(r1.ConvertToFloat32(), unsafe.Add(row, place))
		store4(r2.ConvertToFloat32(), unsafe.Add(row, 2*place))
		store4(r3.ConvertToFloat32(), unsafe.Add(row, 3*place))
		store4(r4.ConvertToFloat32(), unsafe.Add(row, 4*place))
		store4(r5.ConvertToFloat32(), unsafe.Add(row, 5*place))
	}
	simdx.ClearUpper()
}
