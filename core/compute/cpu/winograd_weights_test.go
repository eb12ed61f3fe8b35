package cpu

import (
	"fmt"
	"testing"
)

func TestTransformWeights(t *testing.T) {
	const place, step = 37, 11
	from := noise(3*step+9, 1)
	for _, turned := range []bool{false, true} {
		got, want := make([]float32, (winogradArea-1)*place+4), make([]float32, (winogradArea-1)*place+4)
		transformWeights(got, place, from, step, turned)
		plainTransformWeights(want, place, from, step, turned)
		for i := range want {
			if got[i] != want[i] {
				t.Fatalf("turned %v: element %d is %v, want %v", turned, i, got[i], want[i])
			}
		}
	}
}

func BenchmarkTransformWeights(b *testing.B) {
	const channels = 96
	from, to := noise(9*channels*channels, 1), make([]float32, winogradArea*channels*channels)
	for _, turned := range []bool{false, true} {
		b.Run(fmt.Sprintf("turned=%v", turned), func(b *testing.B) {
			b.SetBytes(int64(4 * len(from)))
			for b.Loop() {
				for c := range channels {
					for k := 0; k < channels; k += 4 {
						transformWeights(to[c*channels+k:], channels*channels, from[9*(k*channels+c):], 9*channels, turned)
					}
				}
			}
		})
	}
}
