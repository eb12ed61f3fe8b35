//go:build goexperiment.simd && (amd64 || arm64 || wasm)

package resample

import (
	"simd/archsimd"

	"steady/core/simdx"
)

// fetch is fetchPlain with a vector for a pixel.
func fetch(dst, src []float32, p *places, reflect func(i, n int) int) {
	if !simdx.HasFloat32x4 {
		fetchPlain(dst, src, p, reflect)
		return
	}
	for i, x := range p.x {
		a, b, c, d := p.corners(i, reflect)
		right := archsimd.BroadcastFloat32x4(x)
		va, vb := archsimd.LoadFloat32x4(src[a:]), archsimd.LoadFloat32x4(src[b:])
		top := va.Add(vb.Sub(va).Mul(right))
		vc, vd := archsimd.LoadFloat32x4(src[c:]), archsimd.LoadFloat32x4(src[d:])
		low := vc.Add(vd.Sub(vc).Mul(right))
		top.Add(low.Sub(top).Mul(archsimd.BroadcastFloat32x4(p.y[i]))).Store(dst[4*i:])
	}
	simdx.ClearUpper()
}
