//go:build !(goexperiment.simd && (amd64 || wasm))

package cpu

// transformWeights is plainTransformWeights.
func transformWeights(to []float32, place int, from []float32, step int, turned bool) {
	plainTransformWeights(to, place, from, step, turned)
}
