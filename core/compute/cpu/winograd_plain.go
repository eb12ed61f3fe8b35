//go:build !goexperiment.simd || !(amd64 || arm64 || wasm)

package cpu

import (
	"math"
	"unsafe"
)

// vectorColumns is the step in which winogradColumns writes columns.
func vectorColumns() int { return 4 }

// winogradColumns transforms n columns whose six elements lie at from, into rows pitch bytes apart. What is left and
// right of the n columns is zero.
func winogradColumns(to unsafe.Pointer, pitch int, from *[winogradInput]unsafe.Pointer, n int) {
	var rows [winogradInput][]float32
	for i := range rows {
		rows[i] = unsafe.Slice((*float32)(unsafe.Add(to, i*pitch)), pitch/4)
		clear(rows[i])
	}
	for x := 0; x < n; x++ {
		var d [winogradInput]float32
		for i := range d {
			d[i] = *(*float32)(unsafe.Add(from[i], 4*x))
		}
		for i, v := range inputTransform(d) {
			rows[i][winogradLead+x] = v
		}
	}
}

// winogradRows transforms the rows of four tiles, which begin at the pointers of at, six rows for each channel, pitch
// bytes apart. It makes, for each of the 36 places, place bytes apart, the four tiles' values for each channel.
func winogradRows(to unsafe.Pointer, place int, at *[4]unsafe.Pointer, pitch, channels int) {
	for c := 0; c < channels; c++ {
		for i := 0; i < winogradInput; i++ {
			for tile, from := range at {
				d := *(*[winogradInput]float32)(unsafe.Add(from, (c*winogradInput+i)*pitch))
				for j, v := range inputTransform(d) {
					*(*float32)(unsafe.Add(to, (i*winogradInput+j)*place+16*c+4*tile)) = v
				}
			}
		}
	}
}

// winogradOutputs is y = act(Aᵀ(…)A + bias + base).
func winogradOutputs(o *outputs) {
	for k := 0; k < 4*o.groups; k++ {
		var half [winogradTile][winogradInput]float32
		for j := 0; j < winogradInput; j++ {
			var m [winogradInput]float32
			for i := range m {
				m[i] = *(*float32)(unsafe.Add(o.from, (i*winogradInput+j)*o.place+4*k))
			}
			for r, v := range outputTransform(m) {
				half[r][j] = v
			}
		}
		bias := *(*float32)(unsafe.Add(o.bias, 4*k))
		for r := range half {
			for c, v := range outputTransform(half[r]) {
				v += bias + *(*float32)(unsafe.Add(o.base, k*o.baseChannel+r*o.baseRow+4*c))
				*(*float32)(unsafe.Add(o.y, k*o.yChannel+r*o.yRow+4*c)) = activate(v, o.act)
			}
		}
	}
}

// inputTransform is Bᵀ·d for one column, or row, of a tile.
func inputTransform(d [winogradInput]float32) [winogradInput]float32 {
	u, v := d[4]-2*d[2], (math.Sqrt2/2)*(d[3]-2*d[1])
	w, y := d[4]-.5*d[2], math.Sqrt2*(d[3]-.5*d[1])
	return [...]float32{d[0] + d[4] - 2.5*d[2], u + v, u - v, w + y, w - y, d[5] + d[1] - 2.5*d[3]}
}

// outputTransform is Aᵀ·m for one column, or row, of a tile.
func outputTransform(m [winogradInput]float32) [winogradTile]float32 {
	s, d := m[1]+m[2], (math.Sqrt2/2)*(m[1]-m[2])
	p, q := m[3]+m[4], math.Sqrt2*(m[3]-m[4])
	return [...]float32{m[0] + s + p, d + q, .5*s + 2*p, .5*d + 2*q + m[5]}
}
