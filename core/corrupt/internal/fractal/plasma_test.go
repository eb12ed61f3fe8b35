package fractal

import (
	"math"
	"slices"
	"testing"

	"steady/core/corrupt/internal/scratch"
	"steady/core/random"
)

func TestPlasma(t *testing.T) {
	for _, side := range []int{1, 2, 4, 64, 256} {
		field := slices.Repeat([]float32{float32(math.NaN())}, side*side) // every value must be set
		Plasma(field, side, 2, random.New(1, 2, "plasma", side), new(scratch.Buffers))
		if side == 1 {
			if field[0] != 0 {
				t.Errorf("a single point is %g", field[0])
			}
			continue
		}
		if slices.Min(field) != 0 || slices.Max(field) != 1 {
			t.Errorf("side %d: from %g to %g", side, slices.Min(field), slices.Max(field))
		}
	}
	// Neighbors differ by less the faster the displacement decays.
	before := math.Inf(1)
	for _, decay := range []float32{1.4, 1.75, 2, 3} {
		sum := 0.
		for i := range 10 {
			field := make([]float32, 128*128)
			Plasma(field, 128, decay, random.New(1, uint64(i), "plasma", 0), new(scratch.Buffers))
			for k := range len(field) - 1 {
				sum += math.Abs(float64(field[k+1] - field[k]))
			}
		}
		if sum > before*.9 {
			t.Errorf("decay %g: roughness %g after %g", decay, sum, before)
		}
		before = sum
	}
}
