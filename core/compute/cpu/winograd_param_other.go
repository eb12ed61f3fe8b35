//go:build !goexperiment.simd || !amd64

package cpu

import "unsafe"

// There are no transforms for the gradient of weights here, and gradientTransforms says so: whoever calls one is mistaken.

func gradientTransforms() bool { return false }

const noTransforms = "cpu: no transforms for the gradient of weights on this processor"

func channelRows(to unsafe.Pointer, place int, from unsafe.Pointer, pitch, groups, tiles int) {
	panic(noTransforms)
}
func gradientColumns(to unsafe.Pointer, pitch int, from *stripRows, n, channels int) {
	panic(noTransforms)
}
func gradientRows(to unsafe.Pointer, place, panel int, from unsafe.Pointer, pitch, groups, tiles int) {
}
func filterTaps(taps, half, sums []float32, place, n int) { panic(noTransforms) }
