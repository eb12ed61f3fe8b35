package cpu

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
	"unsafe"

	"steady/core/compute"
)

// tileShape is the sizes of a call of tiles.
type tileShape struct{ k, panels, blocks int }

// testShapes calls test for every number of panels and blocks that a kernel may treat in its own way, with a few k.
func testShapes(t *testing.T, test func(*testing.T, tileShape)) {
	for _, k := range []int{1, 2, 3, 4, 5, 9, 27, 64, 300} {
		for panels := 1; panels <= 5; panels++ {
			for blocks := 1; blocks <= 9; blocks++ {
				s := tileShape{k, panels, blocks}
				t.Run(fmt.Sprintf("k=%d,panels=%d,blocks=%d", k, panels, blocks), func(t *testing.T) { test(t, s) })
			}
		}
	}
}

func (s tileShape) columns() int { return s.blocks * tileColumns() }

// tileOperands is what tiles is given. What it may read but must not use is NaN, and the offsets behind rows point to NaN.
type tileOperands struct {
	a, b []float32
	rows []uintptr
	bias []float32
	c    []float32
	ldc  int
}

const (
	beforeTile, gapOfTile, behindTile = 8, 3, 8 + slack // elements of c that belong to no block
	untouched                         = -12345.5
)

// operands fills memory with random operands. The sizes are those of operandSizes.
func (s tileShape) operands(a, b []float32, rows []uintptr, bias, c []float32) tileOperands {
	r := rand.New(rand.NewPCG(uint64(s.k), uint64(s.panels*16+s.blocks)))
	nan := float32(math.NaN())
	for i := range a {
		a[i] = nan
	}
	for i := range 4 * s.panels * s.k {
		a[i] = r.Float32() - .5
	}
	last := len(b) - s.columns()
	for i := range b {
		b[i] = nan
	}
	for q := range rows {
		rows[q] = 0 // NaN: no row begins so early
	}
	for q := range s.k {
		at := 1 + s.columns() + r.IntN(last-s.columns()) // rows overlap
		if q == s.k/2 {
			at = last
		}
		rows[q] = uintptr(4 * at)
		for j := range s.columns() {
			b[at+j] = r.Float32() - .5
		}
	}
	for i := range bias {
		bias[i] = r.Float32() - .5
	}
	for i := range c {
		c[i] = untouched
	}
	return tileOperands{a, b, rows, bias, c, s.columns() + gapOfTile}
}

// operandSizes returns the lengths that operands needs: a and rows with the overrun that tiles is allowed, b without any.
func (s tileShape) operandSizes() (a, b, rows, c int) {
	columns := s.columns()
	return 4*s.panels*s.k + tileOverrun, s.k + 3*columns, s.k + tileOverrun,
		beforeTile + 4*s.panels*(columns+gapOfTile) + behindTile
}

// check runs tiles, then sumTiles and outputTiles, and compares with sums in float64. Each product and each addition of a sum
// may be rounded.
func (s tileShape) check(t *testing.T, o tileOperands) {
	t.Helper()
	want := slices.Clone(o.c)
	tiles(s.k, unsafe.Pointer(&o.a[0]), s.panels, unsafe.Pointer(&o.b[0]), &o.rows[0], s.blocks,
		unsafe.Pointer(&o.c[beforeTile]), o.ldc)
	twice := slices.Clone(o.c)
	sumTiles(s.k, unsafe.Pointer(&o.a[0]), s.panels, unsafe.Pointer(&o.b[0]), &o.rows[0], s.blocks,
		unsafe.Pointer(&twice[beforeTile]), o.ldc, make([]float32, 4*s.panels*s.columns()))
	for i := range 4 * s.panels {
		for j := range s.columns() {
			var sum, size float64
			for q := range s.k {
				product := float64(o.a[(i/4*s.k+q)*4+i%4]) * float64(o.b[int(o.rows[q]/4)+j])
				sum += product
				size += math.Abs(product)
			}
			at := beforeTile + i*o.ldc + j
			if got := float64(o.c[at]); !(math.Abs(got-sum) <= float64(s.k+1)*0x1p-24*size) {
				t.Fatalf("c[%d][%d] = %g, want %g", i, j, got, sum)
			}
			if got := float64(twice[at]); !(math.Abs(got-2*sum) <= float64(2*s.k+2)*0x1p-24*2*size) {
				t.Fatalf("added to itself, c[%d][%d] = %g, want %g", i, j, got, 2*sum)
			}
			want[at] = o.c[at]
		}
	}
	for i, v := range o.c {
		if v == untouched && twice[i] != v {
			t.Fatalf("element %d of c, which is in no block, was added to", i)
		}
		if v != want[i] {
			t.Fatalf("element %d of c, which is in no block (they begin at %d, rows at a distance of %d), was written", i, beforeTile, o.ldc)
		}
	}
	// Outputs in the place of the products, with the last block once more, as convolutions make them.
	act := compute.Activation{Slope: .25, Min: -.5, Max: .5}
	end := tileEnd{bias: unsafe.Pointer(&o.bias[0]), act: act}
	outputTiles(s.k, unsafe.Pointer(&o.a[0]), s.panels, unsafe.Pointer(&o.b[0]), &o.rows[0], s.blocks,
		unsafe.Pointer(&o.c[beforeTile]), o.ldc, &end)
	last := (s.blocks - 1) * tileColumns()
	outputTiles(s.k, unsafe.Pointer(&o.a[0]), s.panels, unsafe.Pointer(&o.b[last]), &o.rows[0], 1,
		unsafe.Pointer(&o.c[beforeTile+last]), o.ldc, &end)
	for i := range 4 * s.panels {
		for j := range s.columns() {
			at := beforeTile + i*o.ldc + j
			sum := float64(want[at]) + float64(o.bias[i])
			got := float64(o.c[at])
			if w := float64(activate(float32(sum), act)); !(math.Abs(got-w) <= 1e-5*math.Sqrt(float64(s.k))) {
				t.Fatalf("output [%d][%d] is %g, want %g", i, j, got, w)
			}
			want[at] = o.c[at]
		}
	}
	for i, v := range o.c {
		if v != want[i] {
			t.Fatalf("element %d of c, which is in no block, was written by outputs", i)
		}
	}
}

func TestTileShapes(t *testing.T) {
	testShapes(t, func(t *testing.T, s tileShape) {
		a, b, rows, c := s.operandSizes()
		s.check(t, s.operands(make([]float32, a), make([]float32, b, b+slack), make([]uintptr, rows), make([]float32, 4*s.panels), make([]float32, c)))
	})
}
