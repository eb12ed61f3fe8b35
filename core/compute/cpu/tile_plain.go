//go:build !goexperiment.simd

package cpu

import "unsafe"

// tileColumns is how many columns a call of tile makes.
func tileColumns() int { return 8 }

// tiles computes c[i][j] = Σ_q a[i][q]·b[rows[q]+j] for panels of 4 rows i and blocks of tileColumns columns j.
// a is packed: 4 values for each q, panel after panel. rows holds k byte offsets into b, ldc is the row length of c in
// elements.
func tiles(k int, a unsafe.Pointer, panels int, b unsafe.Pointer, rows *uintptr, blocks int, c unsafe.Pointer, ldc int) {
	offsets := unsafe.Slice(rows, k)
	for block := 0; block < blocks; block++ {
		for p := 0; p < panels; p++ {
			var sums [4][8]float32
			for q, w := range unsafe.Slice((*[4]float32)(unsafe.Add(a, 16*p*k)), k) {
				row := (*[8]float32)(unsafe.Add(b, offsets[q]+uintptr(32*block)))
				for i, wi := range w {
					s := &sums[i]
					for j, x := range row {
						s[j] += wi * x
					}
				}
			}
			for i := range sums {
				*(*[8]float32)(unsafe.Add(c, ((4*p+i)*ldc+8*block)*4)) = sums[i]
			}
		}
	}
}
