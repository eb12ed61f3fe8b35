//go:build !goexperiment.simd || !(amd64 || wasm)

package cpu

func everyNth(dst, x []float32, step int) { plainEveryNth(dst, x, step) }

func (m *maxRows) run() { m.portableRun() }
