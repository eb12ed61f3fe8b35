//go:build goexperiment.simd

package pix

import (
	"simd"

	"steady/core/simdx"
)

func addSpeckleVectors(dst, x, noise []float32, a float32) int {
	va := simd.BroadcastFloat32s(a)
	n, i := lanes(), 0
	for ; i <= len(x)-n; i += n {
		v := simdx.Floats(x, i)
		simdx.PutFloats(dst, i, v.Add(v.Mul(va.Mul(simdx.Floats(noise, i)))))
	}
	simdx.ClearUpper()
	return i
}

func addImpulsesVectors(dst, x []float32, bits []uint32, half uint32) int {
	var zero simd.Float32s
	one := simd.BroadcastFloat32s(1)
	h, h2 := simd.BroadcastUint32s(half), simd.BroadcastUint32s(2*half)
	n, i := lanes(), 0
	for ; i <= len(x)-n; i += n {
		u := simd.LoadUint32s(bits[i : i+n : i+n])
		v := one.IfElse(u.Less(h2), simdx.Floats(x, i))
		simdx.PutFloats(dst, i, zero.IfElse(u.Less(h), v))
	}
	simdx.ClearUpper()
	return i
}

func addFogVectors(dst, x, fog []float32, amount, shrink float32) int {
	va, vs := simd.BroadcastFloat32s(amount), simd.BroadcastFloat32s(shrink)
	n, i := lanes(), 0
	for ; i <= len(x)-n; i += n {
		simdx.PutFloats(dst, i, simdx.Floats(x, i).Add(va.Mul(simdx.Floats(fog, i))).Mul(vs))
	}
	simdx.ClearUpper()
	return i
}

func addSnowVectors(to, from Planes, keep float32, a, b []float32) int {
	unkept := 1 - keep
	vkeep, white := simd.BroadcastFloat32s(keep), simd.BroadcastFloat32s(unkept)
	redLight, greenLight, blueLight := simd.BroadcastFloat32s(.299), simd.BroadcastFloat32s(.587), simd.BroadcastFloat32s(.114)
	contrast, least := simd.BroadcastFloat32s(1.5), simd.BroadcastFloat32s(.5)
	n, i := lanes(), 0
	for ; i <= len(a)-n; i += n {
		r, g, bl := simdx.Floats(from[0], i), simdx.Floats(from[1], i), simdx.Floats(from[2], i)
		light := redLight.Mul(r).Add(greenLight.Mul(g)).Add(blueLight.Mul(bl)).Mul(contrast).Add(least)
		layers := simdx.Floats(a, i).Add(simdx.Floats(b, i))
		simdx.PutFloats(to[0], i, vkeep.Mul(r).Add(white.Mul(r.Max(light))).Add(layers))
		simdx.PutFloats(to[1], i, vkeep.Mul(g).Add(white.Mul(g.Max(light))).Add(layers))
		simdx.PutFloats(to[2], i, vkeep.Mul(bl).Add(white.Mul(bl.Max(light))).Add(layers))
	}
	simdx.ClearUpper()
	return i
}

func binarizeVectors(x []float32, threshold float32) int {
	one, t := simd.BroadcastFloat32s(1), simd.BroadcastFloat32s(threshold)
	n, i := lanes(), 0
	for ; i <= len(x)-n; i += n {
		simdx.PutFloats(x, i, one.Masked(simdx.Floats(x, i).Greater(t)))
	}
	simdx.ClearUpper()
	return i
}

func blendVectors(dst, x, share []float32, color float32) int {
	one, c := simd.BroadcastFloat32s(1), simd.BroadcastFloat32s(color)
	n, i := lanes(), 0
	for ; i <= len(x)-n; i += n {
		s := simdx.Floats(share, i)
		simdx.PutFloats(dst, i, simdx.Floats(x, i).Mul(one.Sub(s)).Add(c.Mul(s)))
	}
	simdx.ClearUpper()
	return i
}
