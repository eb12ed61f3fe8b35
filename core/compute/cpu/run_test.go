package cpu

import (
	"slices"
	"testing"

	"steady/core/compute"
)

func TestMicrobatchSize(t *testing.T) {
	const mb = 1 << 20
	for _, c := range []struct {
		image, params float64
		want          int // for each of two cores
	}{
		{0, 0, microbatchBytes / 4},
		{mb / 2, mb, 16},
		{mb / 2, 5 * mb, 0},    // weights are large
		{5 * mb, 5 * mb, 2},    // so are images
		{5 * mb, 200 * mb, 16}, // and weights larger
	} {
		if got := New(2).MicrobatchSize(c.image, c.params); got != 2*c.want {
			t.Errorf("images of %g bytes, parameters of %g: %d, want %d", c.image, c.params, got, 2*c.want)
		}
	}
}

// TestHandOn checks that channels which a convolution hands on to the next phase become the same bits as without, and that it
// keeps them where they would take the place of what it still reads.
func TestHandOn(t *testing.T) {
	if packs {
		t.Skip("WebAssembly makes no outputs in place")
	}
	shape := func(c, k, size, r, stride, groups int) compute.ConvShape {
		out := (size-1)/stride + 1
		return compute.ConvShape{
			C: c, H: size, W: size, K: k, R: r, S: r, OH: out, OW: out, Groups: groups,
			Stride: [2]int{stride, stride}, Dilation: [2]int{1, 1}, Pads: [4]int{r / 2, r / 2, r / 2, r / 2},
		}
	}
	depthwise := func(b *Backend, y, x compute.Buffer, k, size int) compute.Kernel {
		weight := b.NewBuffer(2 * k * 9)
		b.Write(weight, 0, noise(weight.Len(), 5))
		return b.Conv(shape(k, 2*k, size, 3, 1, k), y, x, weight, nil, nil, compute.Relu)
	}
	maxPool := func(b *Backend, y, x compute.Buffer, k, size int) compute.Kernel {
		return b.MaxPool(compute.PoolShape{
			C: k, H: size, W: size, OH: size / 2, OW: size / 2,
			Kernel: [2]int{3, 2}, Stride: [2]int{2, 2}, Pads: [4]int{1, 0, 0, 0},
		}, y, x)
	}
	for name, s := range map[string]compute.ConvShape{
		"1×1":           shape(5, 36, 64, 1, 1, 1),
		"3×3, strided":  shape(3, 36, 128, 3, 2, 1),
		"few channels":  shape(5, 8, 64, 1, 1, 1),
		"other columns": shape(5, 44, 57, 1, 1, 1),
	} {
		for then, second := range map[string]func(b *Backend, y, x compute.Buffer, k, size int) compute.Kernel{
			"depthwise": depthwise, "max pooling": maxPool,
		} {
			for _, place := range []string{"its own", "the input's", "the residual's"} {
				b := New(1)
				images := 1
				x, y := b.NewBuffer(3*s.C*s.H*s.W), b.NewBuffer(3*2*s.K*s.OH*s.OW)
				between, weight := b.NewBuffer(3*s.K*s.OH*s.OW), b.NewBuffer(s.K*s.C*s.R*s.S)
				b.Write(weight, 0, noise(weight.Len(), 2))
				var residual compute.Buffer
				switch place {
				case "its own":
					images = 3
				case "the input's":
					x = y
				case "the residual's":
					residual = y
				}
				b.SetMaxImages(1)
				kernels := []compute.Kernel{
					b.Conv(s, between, x, weight, nil, residual, compute.Relu), second(b, y, between, s.K, s.OH),
				}
				fill := func() {
					b.Write(y, 0, noise(y.Len(), 3))
					b.Write(x, 0, noise(3*s.C*s.H*s.W, 1))
				}
				fill()
				b.Run(images, kernels)
				want := slices.Clone(data(y))
				phases := kernels[0].(kernel)
				c, next := phases[len(phases)-1].(*conv), kernels[1].(kernel)
				fill()
				handed := handOn(c, next[len(next)-1], 0, 1, b.scratch[0])
				if safe := s.K*s.OH*s.OW >= 2*handedOn && place == "its own"; handed != safe {
					t.Errorf("%s, then %s in %s place: handed on: %v, want %v", name, then, place, handed, safe)
				}
				fill()
				b.RunMicrobatched(images, kernels)
				if !slices.Equal(data(y), want) {
					t.Errorf("%s, then %s in %s place: other outputs than without handing on", name, then, place)
				}
			}
		}
	}
}
