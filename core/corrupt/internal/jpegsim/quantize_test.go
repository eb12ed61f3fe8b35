package jpegsim

import (
	"math"
	"slices"
	"testing"
)

func TestQuantizer(t *testing.T) {
	// The scaled steps of the Independent JPEG Group: half at 75, as they are at 50, ten times at 5, at most 255.
	for quality, want := range map[int][2]int32{100: {1, 1}, 75: {8, 50}, 50: {16, 99}, 25: {32, 198}, 5: {160, 255}} {
		q := newQuantizer(&lumaSteps, quality)
		if got := [2]int32{q.steps[0], q.steps[63]}; got != want {
			t.Errorf("quality %d: %v, want %v", quality, got, want)
		}
	}
	for _, step := range []int32{1, 2, 3, 10, 77, 254, 255} {
		var in []int32
		for v := int32(-1 << 15); v < 1<<15; v++ {
			in = append(in, v)
		}
		plain := slices.Clone(in)
		roundTo(plain, step)
		// The same numbers as those of all the coefficients, whose steps are equal.
		even := [64]int32{}
		for i := range even {
			even[i] = step
		}
		q, s := newQuantizer(&even, 50), strip{slices.Clone(in), len(in) / 64}
		s.round(&q)
		for i, v := range in {
			want := math.Copysign(math.Floor(math.Abs(float64(v))/float64(8*step)+.5), float64(v)) * float64(step)
			if float64(plain[i]) != want || float64(s.values[i]) != want {
				t.Fatalf("%d in steps of %d is %d, and in a strip %d, want %g", v, step, plain[i], s.values[i], want)
			}
		}
	}
}
