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

// dotColumns is the step in which dot reads its columns.
func dotColumns() int { return 4 }

// dot adds to sums[i][j] the products Σ_t a[i·lda+t]·b_j[t] of 4 rows i with 2 rows j over n columns,
// n a multiple of dotColumns.
func dot(n int, a unsafe.Pointer, lda int, b0, b1 unsafe.Pointer, sums *[8]float32) {
	x, y := unsafe.Slice((*float32)(b0), n), unsafe.Slice((*float32)(b1), n)
	for i := 0; i < 4; i++ {
		var s, t float32
		for c, w := range unsafe.Slice((*float32)(unsafe.Add(a, i*lda*4)), n) {
			s += w * x[c]
			t += w * y[c]
		}
		sums[2*i] += s
		sums[2*i+1] += t
	}
}
