package cpu

import (
	"math"
	"slices"

	"steady/core/compute"
)

// winogradWeights keeps the transformed weights, a C×columns matrix for each of the 36 places, and makes them again
// after the weights were written. Turned, they are those of the input gradient: K and C exchange their roles, and the
// taps their order. Where products read packed columns (fused.go), a matrix is stored block of columns by block.
type winogradWeights struct {
	preparationPhase
	weight      *buffer
	transformed []float32
	version     int
	shape       compute.ConvShape // of one group
	groups      int
	turned      bool
	columns     int // K rounded up to whole blocks of tiles
	place       int // elements from the matrix of one place to the next
}

func newWinogradWeights(b *Backend, weight compute.Buffer, g compute.ConvShape, groups int, turned bool) *winogradWeights {
	w := &winogradWeights{weight: weight.(*buffer), shape: g, groups: groups, turned: turned}
	w.columns = (g.K + tileColumns() - 1) / tileColumns() * tileColumns()
	w.place = padToOddCacheLines(g.C * w.columns)
	w.transformed = allocate[float32](b, groups*winogradArea*w.place, 0)
	return w
}

func (w *winogradWeights) tasks(int) int {
	if w.version == w.weight.version {
		return 0
	}
	return w.shape.C
}

func (w *winogradWeights) do(_, c int, _ []float32) {
	s := &w.shape
	kStep, cStep := 9*s.C, 9
	if w.turned {
		kStep, cStep = 9, 9*s.K
	}
	for g := range w.groups {
		to, from := w.transformed[g*winogradArea*w.place:], w.weight.data[g*9*s.K*s.C+c*cStep:]
		for k := 0; k < s.K; k += 4 {
			transformWeights(to[w.at(c, k):], w.place, from[k*kStep:], kStep, w.turned)
		}
	}
}

// plainTransformWeights writes the transformed weights of four outputs, whose nine taps each lie step elements apart, beside
// each other, and place elements further for each place.
func plainTransformWeights(to []float32, place int, from []float32, step int, turned bool) {
	for k := range 4 {
		taps := *(*[9]float32)(from[k*step:])
		if turned {
			slices.Reverse(taps[:])
		}
		var rows [winogradInput][3]float64 // G·g
		for t := range 3 {
			column := weightTransform(float64(taps[t]), float64(taps[3+t]), float64(taps[6+t]))
			for i, v := range column {
				rows[i][t] = v
			}
		}
		at := k
		for _, row := range rows {
			for _, v := range weightTransform(row[0], row[1], row[2]) {
				to[at] = float32(v)
				at += place
			}
		}
	}
}

// at is where the weight of channel c for output k lies in the matrix of a place.
func (w *winogradWeights) at(c, k int) int {
	if packs {
		return (k/fusedColumns*w.shape.C+c)*fusedColumns + k%fusedColumns
	}
	return c*w.columns + k
}

// weightTransform is G·g for one column, or row, of a window.
func weightTransform(a, b, c float64) [winogradInput]float64 {
	u, v := (2./3)*a+(1./3)*c, (math.Sqrt2/3)*b
	w, y := (1./6)*a+(1./3)*c, (math.Sqrt2/6)*b
	return [...]float64{a, -u - v, v - u, w + y, w - y, c}
}

// transformDone marks the weights as transformed, after all tasks of winogradWeights.
type transformDone struct{ *winogradWeights }

func (transformDone) tasks(int) int { return 1 }

func (s transformDone) do(int, int, []float32) { s.version = s.weight.version }
