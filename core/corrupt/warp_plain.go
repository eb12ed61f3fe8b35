//go:build !goexperiment.simd || !(amd64 || arm64 || wasm)

package corrupt

func fetch(dst, src []float32, p *places, reflect func(i, n int) int) {
	fetchPlain(dst, src, p, reflect)
}
