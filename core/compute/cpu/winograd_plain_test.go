package cpu

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"
	"unsafe"

	"steady/core/compute"
)

// randoms returns n numbers between -1 and 1, with room behind them that no result may depend on.
func randoms(r *rand.Rand, n int) []float32 {
	x := make([]float32, n+slack)
	for i := range x {
		if x[i] = 2*r.Float32() - 1; i >= n {
			x[i] = float32(math.NaN())
		}
	}
	return x[:n]
}

// needVectors skips a test of the transforms, which suitsWinograd avoids on a processor without the vectors they take.
func needVectors(t *testing.T) {
	if !vectors {
		t.Skip("this processor has not the vectors for it")
	}
}

// differ reports the first of the numbers that are further apart than float32 explains.
func differ(t *testing.T, what string, got, want []float32) {
	t.Helper()
	for i, w := range want {
		if g := got[i]; !(abs(float64(g)-float64(w)) <= 2e-5) && !(g != g && w != w) {
			t.Fatalf("%s: element %d is %g, want %g", what, i, g, w)
		}
	}
}

// The transforms of this processor against the same in plain Go.
func TestWinogradColumnsAndRows(t *testing.T) {
	needVectors(t)
	r := rand.New(rand.NewPCG(1, 2))
	for _, width := range []int{4, 5, 8, 13, 16, 31, 32, 33, 56} {
		for _, channels := range []int{8, 11} {
			n := vectorColumns()
			pitch := winogradLead + (width+n-1)/n*n + max(n, 2*winogradTile)
			area := 7 * width
			x, zeros := randoms(r, channels*area), make([]float32, width+slack)
			var from stripRows
			for i := range from.rows {
				from.rows[i], from.steps[i] = unsafe.Pointer(&x[i*width]), 4*area
			}
			from.rows[5], from.steps[5] = unsafe.Pointer(&zeros[0]), 0 // below the image
			got, want := make([]float32, channels*winogradInput*pitch+slack), make([]float32, channels*winogradInput*pitch+slack)
			winogradColumns(unsafe.Pointer(&got[0]), 4*pitch, &from, width, channels)
			plainWinogradColumns(unsafe.Pointer(&want[0]), 4*pitch, &from, width, channels)
			used := winogradLead + width + 2*winogradTile
			for row := range channels * winogradInput {
				differ(t, fmt.Sprintf("columns, width %d, row %d", width, row), got[row*pitch:][:used], want[row*pitch:][:used])
			}

			for _, panels := range []int{1, 2} {
				var at [8]unsafe.Pointer
				for i := range at {
					at[i] = unsafe.Pointer(&want[3+i%((width+3)/4)*winogradTile])
				}
				place := padToOddCacheLines(8 * channels)
				rows, plain := make([]float32, winogradArea*place), make([]float32, winogradArea*place)
				winogradRows(unsafe.Pointer(&rows[0]), 4*place, &at, panels, 4*pitch, channels)
				plainWinogradRows(unsafe.Pointer(&plain[0]), 4*place, &at, panels, 4*pitch, channels)
				for p := range winogradArea {
					what := fmt.Sprintf("rows, %d panels, place %d", panels, p)
					differ(t, what, rows[p*place:][:4*panels*channels], plain[p*place:][:4*panels*channels])
				}
			}
		}
	}
}

func TestWinogradOutputs(t *testing.T) {
	needVectors(t)
	r := rand.New(rand.NewPCG(3, 4))
	acts := map[string]compute.Activation{
		"none": compute.NoActivation, "relu": compute.Relu,
		"leaky": {Slope: .1, Min: float32(math.Inf(-1)), Max: float32(math.Inf(1))}, "clipped": {Slope: 0, Min: -.25, Max: .5},
	}
	const tiles, height = 3, 5
	width := tiles*winogradTile + 3
	for _, groups := range []int{2, 3, 4, 5} {
		channels := 4 * groups
		columns := (channels + tileColumns() - 1) / tileColumns() * tileColumns()
		place := padToOddCacheLines(tiles * columns)
		from, bias := randoms(r, winogradArea*place), randoms(r, channels)
		from[7*place+1] = float32(math.NaN()) // which must arrive
		half := make([]float32, winogradHalf)
		for name, act := range acts {
			for _, adds := range []string{"nothing", "another", "itself"} {
				outs := [2][]float32{}
				base := randoms(r, channels*height*width)
				for i, run := range []func(*outputs){winogradOutputs, plainWinogradOutputs} {
					y := append([]float32(nil), base...)
					o := outputs{
						tiles: tiles, groups: groups, from: unsafe.Pointer(&from[0]), nextTile: 4 * columns, place: 4 * place,
						y: unsafe.Pointer(&y[0]), yChannel: 4 * height * width, yRow: 4 * width, bias: unsafe.Pointer(&bias[0]),
						act: act, active: act != compute.NoActivation, half: unsafe.Pointer(&half[0]),
					}
					if adds != "nothing" {
						o.base, o.baseChannel, o.baseRow = unsafe.Pointer(&base[0]), o.yChannel, o.yRow
					}
					if adds == "itself" {
						o.base = o.y
					}
					run(&o)
					outs[i] = y
				}
				// All of y: what lies beside the tiles must be left alone.
				differ(t, fmt.Sprintf("%d channels, %s added, %s", channels, adds, name), outs[0], outs[1])
			}
		}
	}
}
