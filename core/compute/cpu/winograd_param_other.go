//go:build !goexperiment.simd || !amd64

package cpu

import "unsafe"

// There are no transforms for the gradient of weights here: these are never called.

func gradientTransforms() bool { return false }

func channelRows(to unsafe.Pointer, place int, from unsafe.Pointer, pitch, groups, tiles int) {}
func gradientColumns(to unsafe.Pointer, pitch int, from *stripRows, n, channels int)          {}
func gradientRows(to unsafe.Pointer, place, panel int, from unsafe.Pointer, pitch, groups, tiles int) {
}
func filterTaps(taps, half, sums []float32, place, n int) {}
