package cpu

import (
	"unsafe"

	"steady/core/compute"
)

// On wasm (fused_wasm.s) the columns of a product are first packed, block by block, so that the inner loop reads both
// factors in a row. A convolution's products become its outputs in one pass: bias and activation are applied before the
// sums leave the registers.
//
//	packColumns(to, b, rows, k, blocks, last)         row q of a block is b[rows[q]+j]
//	packedTiles(k, a, panels, b, blocks, c, ldc)      c[i][j] = Σ_q a[i][q]·b[q][j], as tiles
//	fusedTiles(t)                                     y[i][j] = act(Σ_q a[i][q]·b[q][j] + bias[i])
//
// A block has fusedColumns columns. In packColumns and fusedTiles the last block starts only last bytes after the one
// before it, so that nothing is written past the end of a row; a few columns are computed twice.
const fusedColumns = 8

// fusedTile says where the factors and the outputs of some panels of four rows and blocks of columns lie.
type fusedTile struct {
	k, panels, blocks int
	a, b              unsafe.Pointer // a as for tiles, b as packColumns leaves it
	y                 unsafe.Pointer
	row, last         int // bytes from one row of y to the next, and from the last block but one to the last
	bias              unsafe.Pointer
	act               compute.Activation // its slope is at most 1
}

// fusable reports whether a convolution may go this way.
func (c *conv) fusable() bool {
	_, width := c.outputRows()
	return packs && c.shape.K%4 == 0 && width >= fusedColumns && c.base == nil && c.act.Slope <= 1
}

// outputRows is the number and the length of the rows of outputs whose columns follow each other.
func (c *conv) outputRows() (rows, length int) {
	s := c.shape
	if c.pitch == s.OW {
		return 1, s.OH * s.OW
	}
	return s.OH, s.OW
}

// prepareFused returns how much scratch memory the columns take that are packed together: those that stay in the second
// cache.
func (c *conv) prepareFused() int {
	_, width := c.outputRows()
	blocks := min(max(cachedElements/(fusedColumns*len(c.rows)), 1), (width+fusedColumns-1)/fusedColumns)
	c.packed = blocks * fusedColumns
	return c.packed * len(c.rows)
}

// fuse makes the outputs of a group for images images, whose columns are those of rows. The first of them begins at y.
func (c *conv) fuse(y, rows, scratch []float32, g, images int) {
	s := c.shape
	k := len(c.rows)
	weights, bias := c.weights.group(g), c.biases(g)
	group := panelsTogether(k)
	height, width := c.outputRows()
	for i := 0; i < images; i++ {
		for h := 0; h < height; h++ {
			from, to := rows[i*c.plane+h*c.pitch:], y[i*c.groups*s.K*s.OH*s.OW+h*width:]
			for first := 0; first < width; first += c.packed {
				first := min(first, width-fusedColumns)
				columns := min(c.packed, width-first)
				t := fusedTile{
					k: k, blocks: (columns + fusedColumns - 1) / fusedColumns, b: unsafe.Pointer(&scratch[0]),
					row: 4 * s.OH * s.OW, act: c.act,
				}
				t.last = 4 * (columns - (t.blocks-1)*fusedColumns)
				packColumns(t.b, unsafe.Pointer(&from[first]), &c.lowering.rows[0], k, t.blocks, t.last)
				for p := 0; p < panels(s.K); p += group {
					t.panels = min(group, panels(s.K)-p)
					t.a, t.y = unsafe.Pointer(&weights[4*k*p]), unsafe.Pointer(&to[4*p*s.OH*s.OW+first])
					t.bias = unsafe.Pointer(&bias[4*p])
					fusedTiles(&t)
				}
			}
		}
	}
}

// plainPackColumns, plainPackedTiles and plainFusedTiles are these in plain Go.
func plainPackColumns(to, b unsafe.Pointer, rows *uintptr, k, blocks, last int) {
	for block := range blocks {
		for q, row := range unsafe.Slice(rows, k) {
			*(*[fusedColumns]float32)(unsafe.Add(to, 4*fusedColumns*(block*k+q))) = *(*[fusedColumns]float32)(unsafe.Add(b, row))
		}
		if block == blocks-2 {
			b = unsafe.Add(b, last)
		} else if block < blocks-2 {
			b = unsafe.Add(b, 4*fusedColumns)
		}
	}
}

func plainPackedTiles(k int, a unsafe.Pointer, panels int, b unsafe.Pointer, blocks int, c unsafe.Pointer, ldc int) {
	rows := make([]uintptr, k)
	for q := range rows {
		rows[q] = uintptr(4 * fusedColumns * q)
	}
	for block := range blocks {
		plainTiles(k, a, panels, unsafe.Add(b, 4*fusedColumns*k*block), &rows[0], 1, unsafe.Add(c, 4*fusedColumns*block), ldc)
	}
}

func plainFusedTiles(t *fusedTile) {
	bias := unsafe.Slice((*float32)(t.bias), 4*t.panels)
	for block := range t.blocks {
		at := 4 * fusedColumns * block
		if block > 0 && block == t.blocks-1 {
			at += t.last - 4*fusedColumns
		}
		for i, add := range bias {
			var sums [fusedColumns]float32
			for q := range t.k {
				w := *(*float32)(unsafe.Add(t.a, 4*(i/4*4*t.k+4*q+i%4)))
				for j, v := range (*[fusedColumns]float32)(unsafe.Add(t.b, 4*fusedColumns*(block*t.k+q))) {
					sums[j] += w * v
				}
			}
			for j, v := range sums {
				sums[j] = activate(v+add, t.act)
			}
			*(*[fusedColumns]float32)(unsafe.Add(t.y, i*t.row+at)) = sums
		}
	}
}
