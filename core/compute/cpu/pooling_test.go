package cpu

import (
	"math"
	"slices"
	"testing"

	"steady/core/compute"
)

// twoByTwo is a pooling of 2×2 that halves images of a size.
func twoByTwo(channels, height, width int) compute.PoolShape {
	return compute.PoolShape{C: channels, H: height, W: width, OH: height / 2, OW: width / 2, Kernel: [2]int{2, 2}, Stride: [2]int{2, 2}}
}

// The first of equal maxima, in the order of rows, has the gradient; a maximum that is NaN has none.
func TestMaxPoolGradientOfEqual(t *testing.T) {
	nan := float32(math.NaN())
	for _, c := range []struct{ x, want [4]float32 }{
		{[4]float32{1, 2, 3, 4}, [4]float32{0, 0, 0, 5}},
		{[4]float32{4, 2, 3, 4}, [4]float32{5, 0, 0, 0}},
		{[4]float32{1, 4, 4, 4}, [4]float32{0, 5, 0, 0}},
		{[4]float32{1, 2, 4, 4}, [4]float32{0, 0, 5, 0}},
		{[4]float32{-1, -2, -1, -1}, [4]float32{5, 0, 0, 0}},
		{[4]float32{1, nan, 2, 3}, [4]float32{0, 0, 0, 0}},
	} {
		best := max(c.x[0], c.x[1], c.x[2], c.x[3])
		dx := [4]float32{}
		maxPairsBack(dx[:2], dx[2:], []float32{best}, []float32{5}, c.x[:2], c.x[2:])
		if dx != c.want {
			t.Errorf("gradient of the maximum of %v: %v, want %v", c.x, dx, c.want)
		}
	}
}

func TestMaxPoolGradient(t *testing.T) {
	b := New(2)
	for _, s := range []compute.PoolShape{twoByTwo(3, 8, 8), twoByTwo(2, 7, 9), twoByTwo(1, 2, 3), twoByTwo(5, 32, 32)} {
		x, dy := noise(2*s.C*s.H*s.W, 1), noise(2*s.C*s.OH*s.OW, 2)
		for i := range x {
			x[i] = float32(int(2 * x[i])) // so that many are equal
		}
		want := make([]float32, len(x))
		y := make([]float32, len(dy))
		for i := range y {
			c, h, w := i/(s.OH*s.OW), i/s.OW%s.OH, i%s.OW
			at := (c*s.H+2*h)*s.W + 2*w
			best := at
			for _, j := range []int{at + 1, at + s.W, at + s.W + 1} {
				if x[j] > x[best] {
					best = j
				}
			}
			y[i] = x[best]
			want[best] += dy[i]
		}
		for _, accumulate := range []bool{false, true} {
			dx := make([]float32, len(x))
			for i := range dx {
				dx[i] = 3
			}
			if accumulate {
				for i := range want {
					want[i] += 3
				}
			}
			buffers := make([]compute.Buffer, 4)
			for i, v := range [][]float32{dx, dy, x, y} {
				buffers[i] = b.NewBuffer(len(v))
				b.Write(buffers[i], 0, v)
			}
			b.Run(2, []compute.Kernel{b.MaxPoolGradient(s, buffers[0], buffers[1], buffers[2], buffers[3], accumulate)})
			if err := b.Err(); err != nil {
				t.Fatal(err)
			}
			b.Read(dx, buffers[0], 0)
			if !slices.Equal(dx, want) {
				t.Errorf("%+v, accumulate %v: %v, want %v", s, accumulate, dx, want)
			}
		}
	}
}

func BenchmarkMaxPoolGradient(b *testing.B) {
	const images = 64
	backend := New(1)
	s := twoByTwo(48, 32, 32)
	in, out := images*s.C*s.H*s.W, images*s.C*s.OH*s.OW
	buffers := []compute.Buffer{backend.NewBuffer(in), backend.NewBuffer(out), backend.NewBuffer(in), backend.NewBuffer(out)}
	backend.Write(buffers[2], 0, noise(in, 1))
	backend.Run(images, []compute.Kernel{backend.MaxPool(s, buffers[3], buffers[2])})
	kernels := []compute.Kernel{backend.MaxPoolGradient(s, buffers[0], buffers[1], buffers[2], buffers[3], false)}
	b.SetBytes(int64(4 * in))
	for b.Loop() {
		backend.Run(images, kernels)
	}
}
