package attack

import (
	"math"
	"slices"
	"testing"

	"steady/core/random"
)

// Random starts fill the ball evenly: half of the volume of a ball lies beyond 0.5^(1/n) of its radius.
func TestRandomStart(t *testing.T) {
	x0 := slices.Repeat([]float32{0.5}, 4)
	x := make([]float32, 4)
	for _, norm := range []Norm{Linf, L2, L1} {
		outer, sum := 0, 0.0
		const draws = 4000
		for i := range draws {
			copy(x, x0)
			balls[norm].start(x, x0, 0.2, newSource(uint64(i)))
			d := balls[norm].distance(x, x0)
			if d > 0.2+1e-6 {
				t.Fatalf("%v: a start at distance %v", norm, d)
			}
			if d > 0.2*math.Pow(0.5, 0.25) {
				outer++
			}
			sum += float64(x[0]) - 0.5
		}
		if outer < 1850 || outer > 2150 { // 4.7 standard deviations
			t.Errorf("%v: %d of %d starts lie in the outer half of the volume", norm, outer, draws)
		}
		if math.Abs(sum/draws) > 0.01 {
			t.Errorf("%v: starts lie %v off center", norm, sum/draws)
		}
	}
}

func TestProjectL1(t *testing.T) {
	r := random.New(2, 0, "l1", 0)
	const n = 3000
	x0, x := make([]float32, n), make([]float32, n)
	for trial := range 50 {
		r.FillUniform(x0, 0.4, 0.6)
		r.FillNormal(x)
		size, eps := float32(0.05), 0.2+30*r.Float64()
		if trial%2 == 0 {
			size = 5e-4
		}
		for i := range x {
			x[i] = x0[i] + size*x[i]
		}
		if trial%2 == 0 { // beyond by less than float32 can take from each element
			eps = distanceL1(x, x0) - 1e-5
		}
		far := slices.Clone(x)
		projectL1(x, x0, eps)
		if d := distanceL1(x, x0); d > eps || d < eps-n*0x1p-24 { // rounding, each towards x0
			t.Fatalf("trial %d: distance %v, want %v", trial, d, eps)
		}
		// What is left is what there was, less the same amount everywhere.
		amount := -1.0
		for i := range x {
			if x[i] != x0[i] {
				taken := math.Abs(float64(far[i])-float64(x0[i])) - math.Abs(float64(x[i])-float64(x0[i]))
				if amount < 0 {
					amount = taken
				}
				if math.Abs(taken-amount) > 1e-6 {
					t.Fatalf("trial %d: %v is taken from element %d, %v from others", trial, taken, i, amount)
				}
			}
		}
	}
}
