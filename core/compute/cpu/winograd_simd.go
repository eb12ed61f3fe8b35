//go:build goexperiment.simd && amd64

package cpu

import (
	"math"
	"simd"
	"simd/archsimd"
	"unsafe"

	"steady/core/simdx"
)

// The transforms are described in winograd.go. These are for vectors of four, without AVX2.

// simdWinogradColumns is winogradColumns.
func simdWinogradColumns(to unsafe.Pointer, pitch int, from *stripRows, n, channels int) {
	for c := range channels {
		rows := from.rows
		for i := range rows {
			rows[i] = unsafe.Add(rows[i], c*from.steps[i])
		}
		simdColumns(unsafe.Add(to, c*winogradInput*pitch), pitch, &rows, n)
	}
}

// simdColumns transforms the columns of a channel.
func simdColumns(to unsafe.Pointer, pitch int, from *[winogradInput]unsafe.Pointer, n int) {
	var zero simd.Float32s
	lanes := zero.Len()
	p0, p1, p2, p3, p4, p5 := from[0], from[1], from[2], from[3], from[4], from[5]
	var rows [winogradInput]unsafe.Pointer
	for i := range rows {
		row := unsafe.Add(to, i*pitch)
		*(*[winogradLead]float32)(row) = [winogradLead]float32{}
		rows[i] = unsafe.Add(row, 4*winogradLead)
	}
	half, two, most := simd.BroadcastFloat32s(-.5), simd.BroadcastFloat32s(-2), simd.BroadcastFloat32s(-2.5)
	a, b := simd.BroadcastFloat32s(math.Sqrt2/2), simd.BroadcastFloat32s(math.Sqrt2)
	for x := 0; x < n; x += lanes {
		at := 4 * x
		d0 := simd.LoadFloat32s(vectorAt(unsafe.Add(p0, at), lanes))
		d1 := simd.LoadFloat32s(vectorAt(unsafe.Add(p1, at), lanes))
		d2 := simd.LoadFloat32s(vectorAt(unsafe.Add(p2, at), lanes))
		d3 := simd.LoadFloat32s(vectorAt(unsafe.Add(p3, at), lanes))
		d4 := simd.LoadFloat32s(vectorAt(unsafe.Add(p4, at), lanes))
		d5 := simd.LoadFloat32s(vectorAt(unsafe.Add(p5, at), lanes))
		u, v := two.MulAdd(d2, d4), two.MulAdd(d1, d3).Mul(a)
		w, y := half.MulAdd(d2, d4), half.MulAdd(d1, d3).Mul(b)
		most.MulAdd(d2, d0.Add(d4)).Store(vectorAt(unsafe.Add(rows[0], at), lanes))
		u.Add(v).Store(vectorAt(unsafe.Add(rows[1], at), lanes))
		u.Sub(v).Store(vectorAt(unsafe.Add(rows[2], at), lanes))
		w.Add(y).Store(vectorAt(unsafe.Add(rows[3], at), lanes))
		w.Sub(y).Store(vectorAt(unsafe.Add(rows[4], at), lanes))
		most.MulAdd(d3, d1.Add(d5)).Store(vectorAt(unsafe.Add(rows[5], at), lanes))
	}
	simdx.ClearUpper()
	for i := range rows { // to the right of the image
		*(*[2 * winogradTile]float32)(unsafe.Add(rows[i], 4*n)) = [2 * winogradTile]float32{}
	}
}

// simdWinogradRows is winogradRows.
func simdWinogradRows(to unsafe.Pointer, place int, at *[8]unsafe.Pointer, panels, pitch, channels int) {
	for p := range panels {
		simdRows(unsafe.Add(to, 16*channels*p), place, (*[4]unsafe.Pointer)(at[4*p:]), pitch, channels)
	}
}

// simdRows transforms the rows of the tiles of a panel.
func simdRows(to unsafe.Pointer, place int, at *[4]unsafe.Pointer, pitch, channels int) {
	half, two := archsimd.BroadcastFloat32x4(-.5), archsimd.BroadcastFloat32x4(-2)
	most := archsimd.BroadcastFloat32x4(-2.5)
	a, b := archsimd.BroadcastFloat32x4(math.Sqrt2/2), archsimd.BroadcastFloat32x4(math.Sqrt2)
	p0, p1, p2, p3 := at[0], at[1], at[2], at[3]
	offset := 0
	for c := 0; c < channels; c++ {
		at := 16 * c
		for i := 0; i < winogradInput; i++ {
			q := unsafe.Add(to, at)
			d0, d1, d2, d3 := transpose4(load4(unsafe.Add(p0, offset)), load4(unsafe.Add(p1, offset)),
				load4(unsafe.Add(p2, offset)), load4(unsafe.Add(p3, offset)))
			d4, d5, _, _ := transpose4(load4(unsafe.Add(p0, offset+16)), load4(unsafe.Add(p1, offset+16)),
				load4(unsafe.Add(p2, offset+16)), load4(unsafe.Add(p3, offset+16)))
			u, v := two.MulAdd(d2, d4), two.MulAdd(d1, d3).Mul(a)
			w, y := half.MulAdd(d2, d4), half.MulAdd(d1, d3).Mul(b)
			store4(most.MulAdd(d2, d0.Add(d4)), q)
			q = unsafe.Add(q, place)
			store4(u.Add(v), q)
			q = unsafe.Add(q, place)
			store4(u.Sub(v), q)
			q = unsafe.Add(q, place)
			store4(w.Add(y), q)
			q = unsafe.Add(q, place)
			store4(w.Sub(y), q)
			q = unsafe.Add(q, place)
			store4(most.MulAdd(d3, d1.Add(d5)), q)
			at += winogradInput * place
			offset += pitch
		}
	}
}

// output4 is Aᵀ·m for one column, or row, of a tile.
func output4(m0, m1, m2, m3, m4, m5 archsimd.Float32x4) (y0, y1, y2, y3 archsimd.Float32x4) {
	half, two := archsimd.BroadcastFloat32x4(.5), archsimd.BroadcastFloat32x4(2)
	a, b := archsimd.BroadcastFloat32x4(math.Sqrt2/2), archsimd.BroadcastFloat32x4(math.Sqrt2)
	s, d := m1.Add(m2), m1.Sub(m2).Mul(a)
	p, q := m3.Add(m4), m3.Sub(m4).Mul(b)
	return m0.Add(s).Add(p), d.Add(q), two.MulAdd(p, half.Mul(s)), two.MulAdd(q, half.MulAdd(d, m5))
}

// simdWinogradOutputs is winogradOutputs.
func simdWinogradOutputs(o *outputs) {
	o.addsNothing()
	for range o.tiles {
		simdOutputs(o)
		o.next()
	}
}

// simdOutputs makes the outputs of a tile.
func simdOutputs(o *outputs) {
	var zero archsimd.Float32x4
	slope := archsimd.BroadcastFloat32x4(o.act.Slope)
	lo, hi := archsimd.BroadcastFloat32x4(o.act.Min), archsimd.BroadcastFloat32x4(o.act.Max)
	for g := 0; g < o.groups; g++ {
		row := winogradInput * o.place
		for j := 0; j < winogradInput; j++ {
			from := unsafe.Add(o.from, 16*g+j*o.place)
			y0, y1, y2, y3 := output4(load4(from), load4(unsafe.Add(from, row)), load4(unsafe.Add(from, 2*row)),
				load4(unsafe.Add(from, 3*row)), load4(unsafe.Add(from, 4*row)), load4(unsafe.Add(from, 5*row)))
			half := unsafe.Add(o.half, 16*j)
			store4(y0, half)
			store4(y1, unsafe.Add(half, 16*winogradInput))
			store4(y2, unsafe.Add(half, 32*winogradInput))
			store4(y3, unsafe.Add(half, 48*winogradInput))
		}
		bias := load4(unsafe.Add(o.bias, 16*g))
		for r := 0; r < winogradTile; r++ {
			half := unsafe.Add(o.half, 16*winogradInput*r)
			y0, y1, y2, y3 := output4(load4(half), load4(unsafe.Add(half, 16)), load4(unsafe.Add(half, 32)),
				load4(unsafe.Add(half, 48)), load4(unsafe.Add(half, 64)), load4(unsafe.Add(half, 80)))
			y0, y1, y2, y3 = transpose4(y0.Add(bias), y1.Add(bias), y2.Add(bias), y3.Add(bias))
			y, base := 4*g*o.yChannel+r*o.yRow, 4*g*o.baseChannel+r*o.baseRow
			for _, v := range [...]archsimd.Float32x4{y0, y1, y2, y3} {
				v = v.Add(load4(unsafe.Add(o.base, base)))
				v = v.Mul(slope).IfElse(v.Less(zero), v)
				v = hi.IfElse(v.Greater(hi), v) // not Min and Max (clamp)
				store4(lo.IfElse(v.Less(lo), v), unsafe.Add(o.y, y))
				y, base = y+o.yChannel, base+o.baseChannel
			}
		}
	}
}
