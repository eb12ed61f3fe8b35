//go:build goexperiment.simd

package cpu

import (
	"math"
	"simd"
	"unsafe"

	"steady/core/simdx"
)

// gradientTransforms reports whether there are transforms for the gradient of weights.
func gradientTransforms() bool { return simdx.AVX2 }

// channelRows transforms the rows of tiles tiles, which lie winogradTile elements apart from from on, in eight times
// groups channels of six rows each, pitch bytes apart. It makes, for each of the 36 places, place bytes apart, a row of
// all channels for each tile.
func channelRows(to unsafe.Pointer, place int, from unsafe.Pointer, pitch, groups, tiles int) {
	channelRowsAVX2(to, place, from, winogradInput*pitch, pitch, groups, tiles)
}

// gradientColumns makes six rows, A·dy, pitch bytes apart, of four rows of n columns, for each channel. What is right of
// the n columns becomes zero.
func gradientColumns(to unsafe.Pointer, pitch int, from *stripRows, n, channels int) {
	gradientColumnsAVX2(to, pitch, from, 4*n, channels)
}

// gradientRows is channelRows for (A·dy)·Aᵀ. It makes, for each place, panels of four channels, panel bytes apart, in
// which there are four values for each tile.
func gradientRows(to unsafe.Pointer, place, panel int, from unsafe.Pointer, pitch, groups, tiles int) {
	gradientRowsAVX2(to, place, panel, from, winogradInput*pitch, pitch, groups, tiles)
}

//go:noescape
func channelRowsAVX2(to unsafe.Pointer, place int, from unsafe.Pointer, step, pitch, groups, tiles int)

//go:noescape
func gradientColumnsAVX2(to unsafe.Pointer, pitch int, from *stripRows, bytes, channels int)

//go:noescape
func gradientRowsAVX2(to unsafe.Pointer, place, panel int, from unsafe.Pointer, step, pitch, groups, tiles int)

// filterTaps is plainFilterTaps for a multiple of eight filters.
func filterTaps(taps, sums []float32, place, n int) {
	var zero simd.Float32s
	for c := 0; c < n; c += zero.Len() {
		var half [3][winogradInput]simd.Float32s
		for j := range winogradInput {
			var m [winogradInput]simd.Float32s
			for i := range m {
				m[i] = simd.LoadFloat32s(sums[(i*winogradInput+j)*place+c:])
			}
			half[0][j], half[1][j], half[2][j] = filterTransforms(m)
		}
		for r := range half {
			a, b, d := filterTransforms(half[r])
			a.Store(taps[3*r*n+c:])
			b.Store(taps[(3*r+1)*n+c:])
			d.Store(taps[(3*r+2)*n+c:])
		}
	}
	simdx.ClearUpper()
}

// filterTransforms is filterTransform for a vector.
func filterTransforms(m [winogradInput]simd.Float32s) (a, b, c simd.Float32s) {
	s, p := m[1].Add(m[2]), m[3].Add(m[4])
	a = s.MulAdd(simd.BroadcastFloat32s(-2./3), p.MulAdd(simd.BroadcastFloat32s(1./6), m[0]))
	b = m[2].Sub(m[1]).MulAdd(simd.BroadcastFloat32s(math.Sqrt2/3), m[3].Sub(m[4]).Mul(simd.BroadcastFloat32s(math.Sqrt2/6)))
	return a, b, p.Sub(s).MulAdd(simd.BroadcastFloat32s(1./3), m[5])
}
