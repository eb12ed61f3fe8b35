//go:build goexperiment.simd

package cpu

import (
	"math"
	"simd"

	"steady/core/simdx"
)

// siluVectors is y = silu(x) or, where dy is not nil, y = dy·silu'(x), to which what y has been is added if that is asked
// for, of whole vectors. It returns how many elements these are. It computes what at and slope do, with the constants kept
// from one vector to the next: activations of this kind come after every convolution of some networks.
func siluVectors(y, x, dy []float32, add bool) int {
	least, most := simd.BroadcastFloat32s(-87.33), simd.BroadcastFloat32s(88.37)
	log2e, shift := simd.BroadcastFloat32s(math.Log2E), simd.BroadcastFloat32s(shifter)
	ln2, ln2Rest := simd.BroadcastFloat32s(-0.693359375), simd.BroadcastFloat32s(2.12194440e-4)
	c7, c6, c5 := simd.BroadcastFloat32s(1./5040), simd.BroadcastFloat32s(1./720), simd.BroadcastFloat32s(1./120)
	c4, c3, c2 := simd.BroadcastFloat32s(1./24), simd.BroadcastFloat32s(1./6), simd.BroadcastFloat32s(0.5)
	one := simd.BroadcastFloat32s(1)
	ones := one.ToBits()
	var zero simd.Float32s
	n, i := one.Len(), 0
	for ; i+n <= len(x); i += n {
		v := simd.LoadFloat32s(x[i:])
		e := zero.Sub(v).Min(most).Max(least) // NaN may get lost here, and comes back with v
		t := e.MulAdd(log2e, shift)
		k := t.Sub(shift)
		r := k.MulAdd(ln2Rest, k.MulAdd(ln2, e))
		p := c7.MulAdd(r, c6).MulAdd(r, c5).MulAdd(r, c4).MulAdd(r, c3).MulAdd(r, c2).MulAdd(r, one).MulAdd(r, one)
		e = one.Add(p.Mul(t.ToBits().ShiftAllLeft(23).Add(ones).BitsToFloat32()))
		if dy == nil {
			v.Div(e).Store(y[i:])
			continue
		}
		s := one.Div(e)
		g := s.MulAdd(v.Mul(one.Sub(s)), s).Mul(simd.LoadFloat32s(dy[i:]))
		if add {
			g = g.Add(simd.LoadFloat32s(y[i:]))
		}
		g.Store(y[i:])
	}
	simdx.ClearUpper()
	return i
}
