package cpu

import (
	"fmt"
	"math"
	"testing"
	"unsafe"

	"steady/core/compute"
)

func TestFusedTiles(t *testing.T) {
	const most = 5 * fusedColumns
	for _, k := range []int{1, 2, 27, 64} {
		for _, columns := range []int{8, 9, 15, 16, 17, 31, 40} {
			for _, act := range []compute.Activation{compute.NoActivation, compute.Relu, {Slope: .5, Min: -1, Max: 2}} {
				const panels, row = 3, most + 1
				x, rows := noise(2*k+most+slack, 1), make([]uintptr, k, k+tileOverrun)
				for q := range rows {
					rows[q] = uintptr(4 * (q * 7 % (2 * k)))
				}
				a, bias := noise(4*panels*k+tileOverrun, 2), noise(4*panels, 3)
				bias[1] = float32(math.NaN())
				blocks := (columns + fusedColumns - 1) / fusedColumns
				last := 4 * (columns - (blocks-1)*fusedColumns)
				run := func(pack func(to, b unsafe.Pointer, rows *uintptr, k, blocks, last int), tiles func(*fusedTile)) []float32 {
					packed, y := make([]float32, blocks*k*fusedColumns), make([]float32, 4*panels*row)
					pack(unsafe.Pointer(&packed[0]), unsafe.Pointer(&x[0]), &rows[0], k, blocks, last)
					tiles(&fusedTile{
						k: k, panels: panels, blocks: blocks, a: unsafe.Pointer(&a[0]), b: unsafe.Pointer(&packed[0]),
						y: unsafe.Pointer(&y[0]), row: 4 * row, last: last, bias: unsafe.Pointer(&bias[0]), act: act,
					})
					return y
				}
				want := make([]float32, 4*panels*row)
				for i := range 4 * panels {
					for j := range columns {
						s := float32(0)
						for q := range k {
							s += a[i/4*4*k+4*q+i%4] * x[int(rows[q]/4)+j]
						}
						want[i*row+j] = activate(s+bias[i], act)
					}
				}
				what := fmt.Sprintf("k=%d, %d columns, %+v", k, columns, act)
				close := func(got []float32) {
					t.Helper()
					for i, w := range want {
						if !(abs(float64(got[i])-float64(w)) <= 1e-5*float64(k)) && (got[i] == got[i] || w == w) {
							t.Fatalf("%s: element %d is %g, want %g", what, i, got[i], w)
						}
					}
				}
				close(run(packColumns, fusedTiles))
				close(run(plainPackColumns, plainFusedTiles))
			}
		}
	}
}

func TestPackedTiles(t *testing.T) {
	const panels, blocks, ldc = 2, 3, 3*fusedColumns + 3
	for _, k := range []int{1, 2, 16, 65} {
		a, b := noise(4*panels*k+tileOverrun, 1), noise(k*blocks*fusedColumns, 2)
		run := func(tiles func(k int, a unsafe.Pointer, panels int, b unsafe.Pointer, blocks int, c unsafe.Pointer, ldc int)) []float32 {
			c := make([]float32, 4*panels*ldc)
			tiles(k, unsafe.Pointer(&a[0]), panels, unsafe.Pointer(&b[0]), blocks, unsafe.Pointer(&c[0]), ldc)
			return c
		}
		want := make([]float32, 4*panels*ldc)
		for i := range 4 * panels {
			for j := range blocks * fusedColumns {
				for q := range k {
					want[i*ldc+j] += a[i/4*4*k+4*q+i%4] * b[(j/fusedColumns*k+q)*fusedColumns+j%fusedColumns]
				}
			}
		}
		for _, got := range [][]float32{run(packedTiles), run(plainPackedTiles)} {
			for i, w := range want {
				if !(abs(float64(got[i])-float64(w)) <= 1e-5*float64(k)) {
					t.Fatalf("k=%d: element %d is %g, want %g", k, i, got[i], w)
				}
			}
		}
	}
}

// A convolution has the same results from packed columns, in place, and in several passes, whatever is added to its outputs.
func TestFused(t *testing.T) {
	rowsInPlace, addedInPlace := 0, 0
	for _, s := range []compute.ConvShape{
		{C: 5, H: 7, W: 9, K: 8, OH: 7, OW: 9, R: 1, S: 1, Stride: [2]int{1, 1}},
		{C: 200, H: 13, W: 13, K: 260, OH: 13, OW: 13, R: 1, S: 1, Stride: [2]int{1, 1}},
		{C: 3, H: 23, W: 31, K: 12, OH: 11, OW: 15, R: 3, S: 3, Stride: [2]int{2, 2}},
		{C: 3, H: 8, W: 21, K: 4, OH: 8, OW: 21, R: 3, S: 3, Stride: [2]int{1, 1}, Pads: [4]int{1, 1, 1, 1}},
		{C: 8, H: 8, W: 21, K: 16, OH: 4, OW: 11, R: 3, S: 3, Stride: [2]int{2, 2}, Pads: [4]int{1, 1, 1, 1}, Groups: 2},
		{C: 8, H: 4, W: 4, K: 8, OH: 4, OW: 4, R: 1, S: 1, Stride: [2]int{1, 1}, Groups: 2},
		{C: 2, H: 1, W: 1, K: 4, OH: 1, OW: 1, R: 1, S: 1, Stride: [2]int{1, 1}},
		{C: 1, H: 37, W: 1, K: 4, OH: 37, OW: 1, R: 1, S: 1, Stride: [2]int{1, 1}},
		{C: 6, H: 11, W: 9, K: 8, OH: 6, OW: 5, R: 1, S: 1, Stride: [2]int{2, 2}},
		{C: 3, H: 5, W: 7, K: 6, OH: 5, OW: 7, R: 1, S: 1, Stride: [2]int{1, 1}},
		{C: 3, H: 13, W: 95, K: 8, OH: 6, OW: 47, R: 3, S: 3, Stride: [2]int{2, 2}},
		{C: 17, H: 7, W: 7, K: 12, OH: 7, OW: 7, R: 1, S: 1, Stride: [2]int{1, 1}},
		{C: 5, H: 4, W: 24, K: 8, OH: 4, OW: 24, R: 1, S: 1, Stride: [2]int{1, 1}},
		{C: 6, H: 4, W: 48, K: 8, OH: 4, OW: 48, R: 3, S: 3, Stride: [2]int{1, 1}, Pads: [4]int{1, 1, 1, 1}},
		{C: 6, H: 5, W: 35, K: 8, OH: 5, OW: 35, R: 3, S: 3, Stride: [2]int{1, 1}, Pads: [4]int{1, 1, 1, 1}, Groups: 2},
	} {
		s.Groups, s.Dilation = max(s.Groups, 1), [2]int{1, 1}
		const images = 3
		b := New(1)
		filled := func(n int, seed uint64) compute.Buffer {
			x := b.NewBuffer(n)
			b.Write(x, 0, noise(n, seed))
			return x
		}
		x, bias := filled(images*s.C*s.H*s.W, 1), filled(s.K, 2)
		weight := filled(s.K*s.C/s.Groups*s.R*s.S, 3)
		g := group(s)
		taps := g.C * g.R * g.S
		residual := noise(images*s.K*s.OH*s.OW, 4)
		for _, added := range []string{"nothing", "a tensor", "itself"} {
			for _, bias := range []compute.Buffer{bias, nil} {
				run := func(fused, inPlace bool) []float32 {
					y := b.NewBuffer(images * s.K * s.OH * s.OW)
					var base compute.Buffer
					switch added {
					case "a tensor":
						base = b.NewBuffer(len(residual))
					case "itself":
						base = y
					}
					if base != nil {
						b.Write(base, 0, residual)
					}
					weights := newPackedWeights(b, weight, s.Groups, g.K, taps, func(group, k, q int) int { return (group*g.K+k)*taps + q })
					c := b.newConv(s, y, x, bias, base, compute.Relu, weights)
					rows, width := c.outputRows()
					fits := c.fitsOutputs()
					if fits && rows > 1 {
						rowsInPlace++
					}
					if fits && base != nil {
						addedInPlace++
					}
					c.fused, c.inPlace = fused && width >= fusedColumns && g.K%4 == 0 && base == nil, inPlace && fits
					if c.fused {
						b.reserve(c.size() + c.prepareFused())
					} else {
						b.reserve(c.size() + c.prepareProducts())
					}
					b.Run(images, []compute.Kernel{kernel{weights, c}})
					return data(y)
				}
				want := run(false, false)
				for what, got := range map[string][]float32{"packed": run(true, false), "in place": run(false, true)} {
					for i, v := range got {
						if !(abs(float64(v)-float64(want[i])) <= 1e-4) {
							t.Fatalf("%+v, added: %s: element %d is %g %s, %g in several passes", s, added, i, v, what, want[i])
						}
					}
				}
			}
		}
	}
	if rowsInPlace == 0 || addedInPlace == 0 && tileAdds() {
		t.Errorf("in place are %d convolutions of several rows, %d to which something is added; want some", rowsInPlace, addedInPlace)
	}
}
