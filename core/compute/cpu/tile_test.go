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

// tileCase is 2 panels of a and k rows of b, in a layout that overlaps like the taps of a convolution, for 3 blocks.
func tileCase(k int) (a, b []float32, rows []uintptr, c []float32) {
	r := rand.New(rand.NewPCG(1, 2))
	nr := tileColumns()
	a, b = make([]float32, 8*k, 8*k+tileOverrun), make([]float32, k+4*nr+slack)
	for i := range a {
		a[i] = r.Float32() - .5
	}
	for i := range b {
		b[i] = r.Float32() - .5
	}
	rows = make([]uintptr, k, k+tileOverrun)
	for i := range rows {
		rows[i] = uintptr(4 * r.IntN(k+1))
	}
	return a, b, rows, make([]float32, 8*(3*nr+3)+slack)
}

func TestTiles(t *testing.T) {
	columns := 3 * tileColumns()
	ldc := columns + 3
	for _, k := range []int{1, 2, 9, 27, 300} {
		a, b, rows, c := tileCase(k)
		tiles(k, unsafe.Pointer(&a[0]), 2, unsafe.Pointer(&b[0]), &rows[0], 3, unsafe.Pointer(&c[0]), ldc)
		for i := 0; i < 8; i++ {
			for j := 0; j < columns; j++ {
				var want float64
				for q := 0; q < k; q++ {
					want += float64(a[(i/4*k+q)*4+i%4]) * float64(b[int(rows[q]/4)+j])
				}
				if got := float64(c[i*ldc+j]); abs(got-want) > 1e-5*float64(k) {
					t.Fatalf("k=%d: c[%d][%d] = %g, want %g", k, i, j, got, want)
				}
			}
			if j := columns; i < 7 && c[i*ldc+j] != 0 {
				t.Fatalf("k=%d: column %d beyond the blocks was written", k, j)
			}
		}
	}
}

// Products of every number of panels and blocks become outputs, and NaN stays NaN.
func TestOutputTiles(t *testing.T) {
	nan := float32(math.NaN())
	const k = 9
	a, b, rows, _ := tileCase(k)
	bias := []float32{.5, -.25, nan, 0, 1, -1, .125, 2}
	for _, act := range []compute.Activation{compute.NoActivation, compute.Relu, {Max: 6}, {Slope: .25, Min: -.25, Max: .5}} {
		for panels := 1; panels <= 2; panels++ {
			for blocks := 1; blocks <= 3; blocks++ {
				columns := blocks * tileColumns()
				ldc := columns + 3
				got, want := make([]float32, 4*panels*ldc), make([]float32, 4*panels*ldc)
				tiles(k, unsafe.Pointer(&a[0]), panels, unsafe.Pointer(&b[0]), &rows[0], blocks, unsafe.Pointer(&want[0]), ldc)
				outputTiles(k, unsafe.Pointer(&a[0]), panels, unsafe.Pointer(&b[0]), &rows[0], blocks, unsafe.Pointer(&got[0]), ldc, &tileEnd{bias: unsafe.Pointer(&bias[0]), act: act})
				for i := range want {
					w := want[i]
					if i%ldc < columns {
						w = activate(w+bias[i/ldc], act)
					}
					if !(abs(float64(got[i])-float64(w)) <= 1e-5) && !(w != w && got[i] != got[i]) {
						t.Fatalf("%d panels, %d blocks, %v: element %d is %g, want %g", panels, blocks, act, i, got[i], w)
					}
				}
			}
		}
	}
}

// Something is added to outputs, another tensor or what is in their place, and one more column is made behind three blocks.
func TestOutputTilesEnd(t *testing.T) {
	if !tileAdds() {
		t.Skip("outputTiles only takes bias and activation here")
	}
	const k = 9
	a, b, rows, _ := tileCase(k)
	bias := []float32{.5, -.25, 3, 0, 1, -1, .125, 2}
	act := compute.Activation{Slope: .25, Min: -.25, Max: .5}
	for panels := 1; panels <= 2; panels++ {
		for blocks := 1; blocks <= 3; blocks++ {
			for _, what := range []string{"nothing", "a tensor", "itself"} {
				for _, last := range []bool{false, true} {
					if last && (blocks%tileBlocks() != 0 || !tileTakesLast()) {
						continue
					}
					columns := blocks * tileColumns()
					ldc := columns + 3
					products := make([]float32, 4*panels*(columns+tileColumns()))
					tiles(k, unsafe.Pointer(&a[0]), panels, unsafe.Pointer(&b[0]), &rows[0], blocks+1, unsafe.Pointer(&products[0]), columns+tileColumns())
					if last {
						columns++
					}
					both := noise(2*4*panels*ldc, 3) // the outputs and, behind them, what is added
					got, base := both[:4*panels*ldc], both[4*panels*ldc:]
					end := tileEnd{bias: unsafe.Pointer(&bias[0]), act: act, adds: what != "nothing", last: last}
					switch what {
					case "a tensor":
						end.base = 4 * len(got)
					case "itself":
						base = slices.Clone(got)
					}
					want := slices.Clone(got)
					outputTiles(k, unsafe.Pointer(&a[0]), panels, unsafe.Pointer(&b[0]), &rows[0], blocks, unsafe.Pointer(&got[0]), ldc, &end)
					for i := range want {
						row, column := i/ldc, i%ldc
						if column < columns {
							want[i] = products[row*(len(products)/(4*panels))+column] + bias[row]
							if end.adds {
								want[i] += base[i]
							}
							want[i] = activate(want[i], act)
						}
						if !(abs(float64(got[i])-float64(want[i])) <= 1e-5) {
							t.Fatalf("%d panels, %d blocks, one more: %v, added: %s: element %d is %g, want %g", panels, blocks, last, what, i, got[i], want[i])
						}
					}
				}
			}
		}
	}
}

func TestTranspose(t *testing.T) {
	for _, c := range [][2]int{{4, 4}, {3, 7}, {9, 6}, {8, 1}} {
		rows, columns := c[0], c[1]
		length, pitch := columns+5, rows+2
		src, dst := make([]float32, rows*length+slack), make([]float32, (columns+3)*pitch)
		for i := range src {
			src[i] = float32(i)
		}
		transpose(dst, pitch, src, length, rows, columns)
		for i := 0; i < rows; i++ {
			for j := 0; j < columns; j++ {
				if got, want := dst[j*pitch+i], src[i*length+j]; got != want {
					t.Fatalf("%d×%d: element %d, %d = %g, want %g", rows, columns, i, j, got, want)
				}
			}
		}
	}
}

func abs(x float64) float64 { return max(x, -x) }

// In GFLOP/s; `go test -run '^$' -bench FMA ./tools/machine` has the processor's peak.
func BenchmarkTiles(b *testing.B) {
	for _, k := range []int{16, 64, 288} {
		pa, pb, rows, pc := tileCase(k)
		for blocks := 1; blocks <= 3; blocks++ {
			b.Run(fmt.Sprintf("depth%d/blocks%d", k, blocks), func(b *testing.B) {
				ldc := 3 * tileColumns()
				for b.Loop() {
					tiles(k, unsafe.Pointer(&pa[0]), 2, unsafe.Pointer(&pb[0]), &rows[0], blocks, unsafe.Pointer(&pc[0]), ldc)
				}
				b.ReportMetric(float64(2*8*k*blocks*tileColumns())*float64(b.N)/float64(b.Elapsed().Nanoseconds()), "GFLOP/s")
			})
		}
	}
}

// naive is one tile as three plain loops, for the ratio in BenchmarkNaive.
func naive(k int, a, b []float32, rows []uintptr, c []float32, columns int) {
	for i := 0; i < 4; i++ {
		for j := 0; j < columns; j++ {
			s := float32(0)
			for q := 0; q < k; q++ {
				s += a[4*q+i] * b[int(rows[q]/4)+j]
			}
			c[i*columns+j] = s
		}
	}
}

func BenchmarkNaive(b *testing.B) {
	const k = 288
	pa, pb, rows, pc := tileCase(k)
	for b.Loop() {
		naive(k, pa, pb, rows, pc, tileColumns())
	}
	b.ReportMetric(float64(2*4*k*tileColumns())*float64(b.N)/float64(b.Elapsed().Nanoseconds()), "GFLOP/s")
}
