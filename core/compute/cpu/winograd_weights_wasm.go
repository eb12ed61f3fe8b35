//go:build goexperiment.simd

package cpu

import "unsafe"

// transformWeights is plainTransformWeights, a pair of outputs at a time: a network that has just been loaded is shown its first
// image before browsers optimize compiled Go.
func transformWeights(to []float32, place int, from []float32, step int, turned bool) {
	_, _ = from[3*step+8], to[(winogradArea-1)*place+3]
	var columns [winogradInput][3][2]float64
	first, tap := unsafe.Pointer(&from[0]), 4 // the first tap, and how far the next is
	if turned {
		first, tap = unsafe.Pointer(&from[8]), -4
	}
	wasmTransformWeights(unsafe.Pointer(&to[0]), 4*place, first, 4*step, tap, &columns)
}

//go:noescape
func wasmTransformWeights(to unsafe.Pointer, place int, from unsafe.Pointer, step, tap int, columns *[winogradInput][3][2]float64)
