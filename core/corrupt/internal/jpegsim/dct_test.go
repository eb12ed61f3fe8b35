package jpegsim

import (
	"math"
	"testing"

	"steady/core/corrupt/internal/imagetest"
	"steady/core/corrupt/internal/pix"
)

// The integer transforms against the definition.
func TestTransforms(t *testing.T) {
	src := imagetest.Synthetic(64, 64)
	for k := range 64 {
		var block [64]int32
		for i := range block {
			block[i] = int32(pix.Byte(src.Plane(k % 3)[(k/8*8+i/8)*64+k%8*8+i%8])) - 128
		}
		in := block
		forward(transpose(&block), 8, 8, rowBits)
		forward(transpose(&block), 8, 8, columnBits)
		for v := range 8 {
			for u := range 8 {
				sum := 0.
				for i, x := range in {
					sum += float64(x) * cosine(u, i%8) * cosine(v, i/8)
				}
				if got := float64(block[v*8+u]); math.Abs(got-8*sum) > 4 { // 8 is one unit of the coefficient
					t.Errorf("block %d, coefficient (%d,%d): %g, want %g", k, u, v, got, 8*sum)
				}
			}
		}
		for i := range block {
			block[i] = int32(math.Round(float64(block[i]) / 8))
		}
		backward(block[:], 8, 8, rowBits)
		backward(transpose(&block), 8, 8, columnBits+3)
		transpose(&block)
		for i, got := range block {
			if math.Abs(float64(got-in[i])) > 2 {
				t.Errorf("block %d: %d came back as %d", k, in[i], got)
			}
		}
	}
}

// transpose swaps rows and columns: the transforms go down columns.
func transpose(block *[64]int32) []int32 {
	for y := range 8 {
		for x := range y {
			block[8*y+x], block[8*x+y] = block[8*x+y], block[8*y+x]
		}
	}
	return block[:]
}

func cosine(frequency, place int) float64 {
	norm := .5
	if frequency == 0 {
		norm = math.Sqrt(.125)
	}
	return norm * math.Cos(float64(2*place+1)*float64(frequency)*math.Pi/16)
}
