package cpu

import (
	"math"
	"unsafe"
)

// plainWinogradColumns is winogradColumns in plain Go.
func plainWinogradColumns(to unsafe.Pointer, pitch int, from *stripRows, n, channels int) {
	for c := range channels {
		var rows [winogradInput][]float32
		for i := range rows {
			rows[i] = unsafe.Slice((*float32)(unsafe.Add(to, (c*winogradInput+i)*pitch)), pitch/4)
			clear(rows[i])
		}
		for x := 0; x < n; x++ {
			var d [winogradInput]float32
			for i := range d {
				d[i] = *(*float32)(unsafe.Add(from.rows[i], c*from.steps[i]+4*x))
			}
			for i, v := range inputTransform(d) {
				rows[i][winogradLead+x] = v
			}
		}
	}
}

// plainWinogradRows is winogradRows in plain Go.
func plainWinogradRows(to unsafe.Pointer, place int, at *[8]unsafe.Pointer, panels, pitch, channels int) {
	for tile, from := range at[:4*panels] {
		for c := 0; c < channels; c++ {
			value := unsafe.Add(to, 16*(tile/4*channels+c)+tile%4*4)
			for i := 0; i < winogradInput; i++ {
				d := *(*[winogradInput]float32)(unsafe.Add(from, (c*winogradInput+i)*pitch))
				for j, v := range inputTransform(d) {
					*(*float32)(unsafe.Add(value, (i*winogradInput+j)*place)) = v
				}
			}
		}
	}
}

// plainWinogradOutputs is winogradOutputs in plain Go.
func plainWinogradOutputs(o *outputs) {
	for t := 0; t < o.tiles; t++ {
		for k := 0; k < 4*o.groups; k++ {
			var half [winogradTile][winogradInput]float32
			for j := 0; j < winogradInput; j++ {
				var m [winogradInput]float32
				for i := range m {
					m[i] = *(*float32)(unsafe.Add(o.from, t*o.nextTile+(i*winogradInput+j)*o.place+4*k))
				}
				for r, v := range outputTransform(m) {
					half[r][j] = v
				}
			}
			bias := *(*float32)(unsafe.Add(o.bias, 4*k))
			for r := range half {
				for c, v := range outputTransform(half[r]) {
					v += bias
					if o.base != nil {
						v += *(*float32)(unsafe.Add(o.base, k*o.baseChannel+r*o.baseRow+16*t+4*c))
					}
					*(*float32)(unsafe.Add(o.y, k*o.yChannel+r*o.yRow+16*t+4*c)) = activate(v, o.act)
				}
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
