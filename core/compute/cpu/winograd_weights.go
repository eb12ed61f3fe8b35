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
	row := winogradInput * place
	for k := range 4 {
		t := *(*[9]float32)(from[k*step:])
		if turned {
			slices.Reverse(t[:])
		}
		// G·g, column by column, in variables instead of arrays, which takes a quarter less time.
		a0, b0, c0, d0, e0, f0 := weightTransform(float64(t[0]), float64(t[3]), float64(t[6]))
		a1, b1, c1, d1, e1, f1 := weightTransform(float64(t[1]), float64(t[4]), float64(t[7]))
		a2, b2, c2, d2, e2, f2 := weightTransform(float64(t[2]), float64(t[5]), float64(t[8]))
		transformRow(to[k:], place, a0, a1, a2)
		transformRow(to[k+row:], place, b0, b1, b2)
		transformRow(to[k+2*row:], place, c0, c1, c2)
		transformRow(to[k+3*row:], place, d0, d1, d2)
		transformRow(to[k+4*row:], place, e0, e1, e2)
		transformRow(to[k+5*row:], place, f0, f1, f2)
	}
}

// transformRow writes one row of (G·g)·Gᵀ, place elements from one to the next.
func transformRow(to []float32, place int, x, y, z float64) {
	a, b, c, d, e, f := weightTransform(x, y, z)
	to[0] = float32(a)
	to[place] = float32(b)
	to[2*place] = float32(c)
	to[3*place] = float32(d)
	to[4*place] = float32(e)
	to[5*place] = float32(f)
}

// at is where the weight of channel c for output k lies in the matrix of a place.
func (w *winogradWeights) at(c, k int) int {
	if packs {
		return (k/fusedColumns*w.shape.C+c)*fusedColumns + k%fusedColumns
	}
	return c*w.columns + k
}

// weightTransform is G·g for one column, or row, of a window.
func weightTransform(x, y, z float64) (a, b, c, d, e, f float64) {
	u, v := (2./3)*x+(1./3)*z, (math.Sqrt2/3)*y
	w, t := (1./6)*x+(1./3)*z, (math.Sqrt2/6)*y
	return x, -u - v, v - u, w + t, w - t, z
}

// transformDone marks the weights as transformed, after all tasks of winogradWeights.
type transformDone struct{ *winogradWeights }

func (transformDone) tasks(int) int { return 1 }

func (s transformDone) do(int, int, []float32) { s.version = s.weight.version }
