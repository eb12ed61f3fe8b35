//go:build goexperiment.simd && (amd64 || arm64)

package cpu

import (
	"simd/archsimd"
	"unsafe"
)

// transpose writes element j of row i, which lies at src[i*length+j], to dst[j*pitch+i], in blocks of 4×4: it may read
// and write up to three columns more.
func transpose(dst []float32, pitch int, src []float32, length, rows, columns int) {
	i := 0
	for ; vectors && i+4 <= rows; i += 4 {
		first, into := unsafe.Pointer(&src[i*length]), unsafe.Pointer(&dst[i])
		row, column := 4*length, 4*pitch
		for j := 0; j < columns; j += 4 {
			from, to := unsafe.Add(first, 4*j), unsafe.Add(into, column*j)
			a, b, c, d := transpose4(load4(from), load4(unsafe.Add(from, row)),
				load4(unsafe.Add(from, 2*row)), load4(unsafe.Add(from, 3*row)))
			store4(a, to)
			store4(b, unsafe.Add(to, column))
			store4(c, unsafe.Add(to, 2*column))
			store4(d, unsafe.Add(to, 3*column))
		}
	}
	for ; i < rows; i++ {
		for j, v := range src[i*length:][:columns] {
			dst[j*pitch+i] = v
		}
	}
}

func load4(p unsafe.Pointer) archsimd.Float32x4 { return archsimd.LoadFloat32x4Array((*[4]float32)(p)) }

func store4(v archsimd.Float32x4, p unsafe.Pointer) { v.StoreArray((*[4]float32)(p)) }

// transpose4 exchanges rows and columns of 4×4 elements.
func transpose4(a, b, c, d archsimd.Float32x4) (r0, r1, r2, r3 archsimd.Float32x4) {
	ac, bd := a.ToBits().InterleaveLo(c.ToBits()), b.ToBits().InterleaveLo(d.ToBits())
	r0, r1 = ac.InterleaveLo(bd).BitsToFloat32(), ac.InterleaveHi(bd).BitsToFloat32()
	ac, bd = a.ToBits().InterleaveHi(c.ToBits()), b.ToBits().InterleaveHi(d.ToBits())
	return r0, r1, ac.InterleaveLo(bd).BitsToFloat32(), ac.InterleaveHi(bd).BitsToFloat32()
}
