package cpu

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"steady/core/compute"
)

// winogradMatrices are Bᵀ, G and Aᵀ for the points 0, ±a, ±b and ∞.
func winogradMatrices(a, b float64) (bt, g, at [][]float64) {
	a2, b2 := a*a, b*b
	bt = [][]float64{
		{a2 * b2, 0, -a2 - b2, 0, 1, 0}, {0, -a * b2, -b2, a, 1, 0}, {0, a * b2, -b2, -a, 1, 0},
		{0, -a2 * b, -a2, b, 1, 0}, {0, a2 * b, -a2, -b, 1, 0}, {0, a2 * b2, 0, -a2 - b2, 0, 1},
	}
	na, nb := 2*a2*(a2-b2), 2*b2*(b2-a2)
	g = [][]float64{
		{1 / (a2 * b2), 0, 0}, {1 / na, a / na, a2 / na}, {1 / na, -a / na, a2 / na},
		{1 / nb, b / nb, b2 / nb}, {1 / nb, -b / nb, b2 / nb}, {0, 0, 1},
	}
	at = [][]float64{{1, 1, 1, 1, 1, 0}, {0, a, -a, b, -b, 0}, {0, a2, a2, b2, b2, 0}, {0, a2 * a, -a2 * a, b2 * b, -b2 * b, 1}}
	return bt, g, at
}

// sandwich is m·x·mᵀ, each product rounded to float32 where round says so.
func sandwich(m, x [][]float64, round bool) [][]float64 {
	half := make([][]float64, len(m))
	for i := range m {
		half[i] = make([]float64, len(x[0]))
		for j := range half[i] {
			half[i][j] = combination(m[i], func(r int) float64 { return x[r][j] }, round)
		}
	}
	y := make([][]float64, len(m))
	for i := range m {
		y[i] = make([]float64, len(m))
		for j := range m {
			y[i][j] = combination(m[j], func(r int) float64 { return half[i][r] }, round)
		}
	}
	return y
}

func combination(weights []float64, x func(int) float64, round bool) float64 {
	s := 0.0
	for r, w := range weights {
		if w == 0 {
			continue
		}
		if s += w * x(r); round {
			s = float64(float32(s))
		}
	}
	return s
}

// winogradError is the largest error among tiles of the sum over channels, in float32, for the points ±a and ±b.
func winogradError(a, b float64, channels, tiles int) float64 {
	bt, g, at := winogradMatrices(a, b)
	r := rand.New(rand.NewPCG(1, uint64(channels)))
	random := func(n int) [][]float64 {
		x := make([][]float64, n)
		for i := range x {
			for range n {
				x[i] = append(x[i], float64(float32(r.NormFloat64())))
			}
		}
		return x
	}
	worst := 0.0
	for range tiles {
		var want [4][4]float64
		sum := make([][]float64, 6)
		for i := range sum {
			sum[i] = make([]float64, 6)
		}
		for range channels {
			d, w := random(6), random(3)
			u, v := sandwich(g, w, false), sandwich(bt, d, true)
			for i := range sum {
				for j := range sum[i] {
					sum[i][j] = float64(float32(sum[i][j] + float64(float32(u[i][j]))*v[i][j]))
				}
			}
			for i := range 4 {
				for j := range 4 {
					for p := range 3 {
						for q := range 3 {
							want[i][j] += d[i+p][j+q] * w[p][q]
						}
					}
				}
			}
		}
		for i, row := range sandwich(at, sum, true) {
			for j, y := range row {
				worst = max(worst, math.Abs(y-want[i][j]))
			}
		}
	}
	return worst / math.Sqrt(float64(9*channels)) // in standard deviations of an output
}

// The points 0, ±√½, ±√2, ∞ round less than the usual 0, ±1, ±2, ∞.
func TestWinogradPoints(t *testing.T) {
	for _, channels := range []int{8, 64} {
		usual, ours := winogradError(1, 2, channels, 400), winogradError(math.Sqrt2/2, math.Sqrt2, channels, 400)
		t.Logf("%d channels: largest error %.1e with ±1 and ±2, %.1e with ±√½ and ±√2", channels, usual, ours)
		if !(ours < usual/2) {
			t.Errorf("%d channels: largest error %g with ±√½ and ±√2, %g with ±1 and ±2", channels, ours, usual)
		}
	}
}

// Outputs that are made by rows are the same as those that are made where they lie.
func TestOutputsByRows(t *testing.T) {
	if !vectors {
		t.Skip("Winograd's algorithm is used with vectors only")
	}
	const images, channels = 2, 12
	for _, size := range [][2]int{{32, 32}, {512, 6}, {5, 1024}, {7, 9}} {
		h, w := size[0], size[1]
		b := New(1)
		n := images * channels * h * w
		x, weight, bias, base := b.NewBuffer(n), b.NewBuffer(9*channels*channels), b.NewBuffer(channels), b.NewBuffer(n)
		for i, f := range []compute.Buffer{x, weight, bias, base} {
			copy(data(f), noise(len(data(f)), uint64(i)))
		}
		g := compute.ConvShape{
			C: channels, H: h, W: w, K: channels, R: 3, S: 3, OH: h, OW: w, Groups: 1,
			Stride: [2]int{1, 1}, Dilation: [2]int{1, 1}, Pads: [4]int{1, 1, 1, 1},
		}
		for _, more := range []compute.Buffer{nil, base} {
			for _, bias := range []compute.Buffer{nil, bias} {
				var results [2][]float32
				for i := range results {
					y := b.NewBuffer(n)
					k := b.Conv(g, y, x, weight, bias, more, compute.Relu).(kernel)
					outputs := k[len(k)-1].(*winograd)
					outputs.crowded = i > 0
					b.reserve(len(b.pool.scratch[0]) + outputs.rowsSize())
					b.Run(images, []compute.Kernel{k})
					results[i] = data(y)
				}
				if !slices.Equal(results[0], results[1]) {
					t.Errorf("%d×%d, base %v, bias %v: outputs differ", h, w, more != nil, bias != nil)
				}
			}
		}
	}
}
