//go:build goexperiment.simd

package cpu

import (
	"math"
	"simd"
	"unsafe"

	"steady/core/simdx"
)

// gradientTransforms reports whether there are transforms for the gradient of weights.
func gradientTransforms() bool { return simdx.HasAVX2 }

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
func filterTaps(taps, half, sums []float32, place, n int) {
	var zero simd.Float32s
	lanes := zero.Len()
	for j := range winogradInput {
		for c := 0; c < n; c += lanes {
			at, to := sums[j*place+c:], half[j*n+c:]
			filterTransforms(to, winogradInput*n, at, at[winogradInput*place:], at[2*winogradInput*place:],
				at[3*winogradInput*place:], at[4*winogradInput*place:], at[5*winogradInput*place:])
		}
	}
	for r := range 3 {
		for c := 0; c < n; c += lanes {
			at, to := half[r*winogradInput*n+c:], taps[3*r*n+c:]
			filterTransforms(to, n, at, at[n:], at[2*n:], at[3*n:], at[4*n:], at[5*n:])
		}
	}
}

// filterTransforms is filterTransform for a vector of each of six rows; the three it makes are step elements apart.
func filterTransforms(to []float32, step int, x0, x1, x2, x3, x4, x5 []float32) {
	m0, m1, m2 := simd.LoadFloat32s(x0), simd.LoadFloat32s(x1), simd.LoadFloat32s(x2)
	m3, m4, m5 := simd.LoadFloat32s(x3), simd.LoadFloat32s(x4), simd.LoadFloat32s(x5)
	s, p := m1.Add(m2), m3.Add(m4)
	s.MulAdd(simd.BroadcastFloat32s(-2./3), p.MulAdd(simd.BroadcastFloat32s(1./6), m0)).Store(to)
	m2.Sub(m1).MulAdd(simd.BroadcastFloat32s(math.Sqrt2/3), m3.Sub(m4).Mul(simd.BroadcastFloat32s(math.Sqrt2/6))).Store(to[step:])
	p.Sub(s).MulAdd(simd.BroadcastFloat32s(1./3), m5).Store(to[2*step:])
	simdx.ClearUpper()
}
