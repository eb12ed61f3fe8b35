//go:build !goexperiment.simd

package cpu

import "unsafe"

// tileColumns is how many columns a call of tile makes.
func tileColumns() int { return 8 }

// tile computes c[i][j] = Σ_q a[q][i]·b[rows[q]+j] for 4 rows i and tileColumns columns j.
// a is a panel of 4 values for each q, rows holds k byte offsets into b, ldc is the row length of c in elements.
func tile(k int, a, b unsafe.Pointer, rows *uintptr, c unsafe.Pointer, ldc int) {
	panel := unsafe.Slice((*[4]float32)(a), k)
	offsets := unsafe.Slice(rows, k)
	var sums [4][8]float32
	for q, w := range panel {
		row := (*[8]float32)(unsafe.Add(b, offsets[q]))
		for i, wi := range w {
			s := &sums[i]
			for j, x := range row {
				s[j] += wi * x
			}
		}
	}
	for i := range sums {
		*(*[8]float32)(unsafe.Add(c, i*ldc*4)) = sums[i]
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
