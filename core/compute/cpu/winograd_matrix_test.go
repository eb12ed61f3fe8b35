package cpu

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"
	"unsafe"

	"steady/core/compute"
)

// filled returns n random elements, and room behind them that kernels may read.
func filled(r *rand.Rand, n int) []float32 {
	x := make([]float32, n, n+slack)
	for i := range x {
		x[i] = r.Float32() - .5
	}
	return x
}

// nearly compares with a value computed in float64.
func nearly(t *testing.T, what string, got float32, want float64) {
	t.Helper()
	if !(math.Abs(float64(got)-want) <= 1e-5) {
		t.Fatalf("%s is %g, want %g", what, got, want)
	}
}

func TestColumnsByMatrix(t *testing.T) {
	needVectors(t)
	bt, _, _ := winogradMatrices(math.Sqrt2/2, math.Sqrt2)
	r := rand.New(rand.NewPCG(3, 4))
	for _, n := range []int{1, 3, 4, 5, 8, 13, 16, 32, 33} {
		lanes := vectorColumns()
		pitch := winogradLead + (n+lanes-1)/lanes*lanes + max(lanes, 2*winogradTile)
		var rows [winogradInput][]float32
		var from stripRows
		for i := range rows {
			rows[i] = filled(r, n)
			from.rows[i] = unsafe.Pointer(&rows[i][0])
		}
		to := make([]float32, winogradInput*pitch, winogradInput*pitch+slack)
		for i := range to {
			to[i] = untouched
		}
		winogradColumns(unsafe.Pointer(&to[0]), 4*pitch, &from, n, 1)
		for i := range rows {
			for x := -winogradLead; x < n+2*winogradTile; x++ {
				var want float64
				if x >= 0 && x < n {
					want = combination(bt[i], func(r int) float64 { return float64(rows[r][x]) }, false)
				}
				nearly(t, fmt.Sprintf("n=%d: row %d, column %d", n, i, x), to[i*pitch+winogradLead+x], want)
			}
		}
		for i, v := range to[len(to):cap(to)] {
			if v != 0 {
				t.Fatalf("n=%d: element %d behind the rows was written", n, i)
			}
		}
	}
}

func TestRowsByMatrix(t *testing.T) {
	needVectors(t)
	const pitch, channels = 24, 5
	const place = 8*channels + 3
	bt, _, _ := winogradMatrices(math.Sqrt2/2, math.Sqrt2)
	r := rand.New(rand.NewPCG(5, 6))
	x := filled(r, channels*winogradInput*pitch)
	starts := [8]int{0, 5, 11, 11, 1, 7, 2, 9}
	var at [8]unsafe.Pointer
	for i, start := range starts {
		at[i] = unsafe.Pointer(&x[start])
	}
	to := make([]float32, winogradArea*place)
	winogradRows(unsafe.Pointer(&to[0]), 4*place, &at, 2, 4*pitch, channels)
	for i := range winogradInput {
		for j := range winogradInput {
			for c := range channels {
				for tile, start := range starts {
					d := x[start+(c*winogradInput+i)*pitch:]
					want := combination(bt[j], func(q int) float64 { return float64(d[q]) }, false)
					nearly(t, fmt.Sprintf("place %d, %d of channel %d of tile %d", i, j, c, tile), to[(i*winogradInput+j)*place+4*(tile/4*channels+c)+tile%4], want)
				}
			}
			for _, v := range to[(i*winogradInput+j)*place+8*channels:][:place-8*channels] {
				if v != 0 {
					t.Fatalf("place %d, %d: what lies behind the panels was written", i, j)
				}
			}
		}
	}
}

func TestOutputsByMatrix(t *testing.T) {
	needVectors(t)
	const groups, place, yRow, yChannel = 3, 16, 5, 23
	_, _, matrix := winogradMatrices(math.Sqrt2/2, math.Sqrt2)
	r := rand.New(rand.NewPCG(7, 8))
	from, bias := filled(r, winogradArea*place), filled(r, 4*groups)
	for _, act := range []compute.Activation{compute.NoActivation, {Slope: 0, Min: float32(math.Inf(-1)), Max: .25}, {Slope: .5, Min: -.125, Max: 3}} {
		for _, inPlace := range []bool{false, true} {
			y, base := make([]float32, 4*groups*yChannel), filled(r, 4*groups*yChannel)
			for i := range y {
				y[i] = untouched
			}
			if inPlace {
				copy(y, base)
			}
			before, half := append([]float32(nil), y...), make([]float32, winogradHalf)
			o := outputs{
				tiles: 1, from: unsafe.Pointer(&from[0]), place: 4 * place, groups: groups, bias: unsafe.Pointer(&bias[0]), act: act,
				active: act != compute.NoActivation,
				y:      unsafe.Pointer(&y[0]), yChannel: 4 * yChannel, yRow: 4 * yRow, half: unsafe.Pointer(&half[0]),
				base: unsafe.Pointer(&base[0]), baseChannel: 4 * yChannel, baseRow: 4 * yRow,
			}
			if inPlace {
				o.base = o.y
			}
			winogradOutputs(&o)
			for k := range 4 * groups {
				m := make([][]float64, winogradInput)
				for i := range m {
					for j := range winogradInput {
						m[i] = append(m[i], float64(from[(i*winogradInput+j)*place+k]))
					}
				}
				for i, row := range sandwich(matrix, m, false) {
					for j, v := range row {
						at := k*yChannel + i*yRow + j
						v += float64(bias[k]) + float64(base[at])
						v = min(max(v, v*float64(act.Slope), float64(act.Min)), float64(act.Max))
						nearly(t, fmt.Sprintf("%v: output %d, %d of channel %d", act, i, j, k), y[at], v)
						before[at] = y[at]
					}
				}
			}
			for i, v := range y {
				if v != before[i] {
					t.Fatalf("element %d of y, which is no output, was written", i)
				}
			}
		}
	}
}
