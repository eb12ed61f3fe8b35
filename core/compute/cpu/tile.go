package cpu

import (
	"unsafe"

	"steady/core/compute"
)

// The inner kernel of all products is
//
//	tiles(k, a, panels, b, rows, blocks, c, ldc)    c[i][j] = Σ_q a[i][q]·b[rows[q]+j]
//
// for panels of 4 rows i and blocks of tileColumns columns j, of which there is at least one each; k is at least 1. a is
// packed: 4 values for each q, panel after panel. rows holds k byte offsets into b; ldc is the row length of c in
// elements. Behind the last values of a and of rows are tileOverrun more that may be read.
//
//	sumTiles(k, a, panels, b, rows, blocks, c, ldc, more)
//
// adds to what c holds; more is scratch memory for 4·panels rows of whole blocks.
//
//	outputTiles(k, a, panels, b, rows, blocks, c, ldc, end)    c[i][j] = act(Σ_q a[i][q]·b[rows[q]+j] + bias[i])
//
// makes outputs: with AVX2 and AVX-512 before sums leave the registers, elsewhere afterwards.
//
// tileBlocks is how many blocks it takes together.
//
// It is written for the vectors of each processor: tile_amd64.h (AVX2 and AVX-512), tile_arm64.s (NEON), tile_wasm.s,
// and tile_simd.go for any other; plainTiles is the same in plain Go.

// tileEnd is what outputTiles does to sums.
type tileEnd struct {
	bias unsafe.Pointer     // one for each row
	act  compute.Activation // its slope is at most 1
	adds bool               // adds what lies base bytes from the outputs; only where tileAdds
	base int
	last bool // makes one more column, behind a multiple of tileBlocks; only where tileTakesLast
}

// plainColumns is how many columns a block of plainTiles has.
const plainColumns = 8

// plainTiles is tiles in plain Go.
func plainTiles(k int, a unsafe.Pointer, panels int, b unsafe.Pointer, rows *uintptr, blocks int, c unsafe.Pointer, ldc int) {
	offsets := unsafe.Slice(rows, k)
	for block := 0; block < blocks; block++ {
		for p := 0; p < panels; p++ {
			var sums [4][plainColumns]float32
			for q, w := range unsafe.Slice((*[4]float32)(unsafe.Add(a, 16*p*k)), k) {
				row := (*[plainColumns]float32)(unsafe.Add(b, offsets[q]+uintptr(4*plainColumns*block)))
				for i, wi := range w {
					s := &sums[i]
					for j, x := range row {
						s[j] += wi * x
					}
				}
			}
			for i := range sums {
				*(*[plainColumns]float32)(unsafe.Add(c, ((4*p+i)*ldc+plainColumns*block)*4)) = sums[i]
			}
		}
	}
}

// addTiles is sumTiles by tiles.
func addTiles(k int, a unsafe.Pointer, panels int, b unsafe.Pointer, rows *uintptr, blocks int, c unsafe.Pointer, ldc int, more []float32) {
	n := blocks * tileColumns()
	tiles(k, a, panels, b, rows, blocks, unsafe.Pointer(&more[0]), n)
	for i := range 4 * panels {
		addTo(unsafe.Slice((*float32)(unsafe.Add(c, 4*i*ldc)), n), more[i*n:][:n])
	}
}

// tilesThenOutputs is outputTiles by tiles.
func tilesThenOutputs(k int, a unsafe.Pointer, panels int, b unsafe.Pointer, rows *uintptr, blocks int, c unsafe.Pointer, ldc int, end *tileEnd) {
	tiles(k, a, panels, b, rows, blocks, c, ldc)
	for i, bias := range unsafe.Slice((*float32)(end.bias), 4*panels) {
		row := unsafe.Slice((*float32)(unsafe.Add(c, 4*i*ldc)), blocks*tileColumns())
		affine(row, row, 1, bias, end.act)
	}
}
