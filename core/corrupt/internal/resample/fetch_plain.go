//go:build !goexperiment.simd || !(amd64 || arm64 || wasm)

package resample

func fetch(dst, src []float32, p *places, reflect func(i, n int) int) {
	fetchPlain(dst, src, p, reflect)
}
