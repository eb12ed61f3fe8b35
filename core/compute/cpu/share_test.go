package cpu

import (
	"testing"

	"steady/core/compute"
)

// A single image keeps all threads busy, in convolutions of whatever kind and in pooling.
func TestSingleImageIsShared(t *testing.T) {
	if packs {
		t.Skip("WebAssembly has one thread")
	}
	const threads = 4
	b := New(threads)
	b.SetMaxImages(1)
	conv := func(c, k, size, r, stride int) compute.Kernel {
		s := compute.ConvShape{
			C: c, H: size, W: size, K: k, R: r, S: r, OH: size / stride, OW: size / stride, Groups: 1,
			Stride: [2]int{stride, stride}, Dilation: [2]int{1, 1}, Pads: [4]int{r / 2, r / 2, r / 2, r / 2},
		}
		return b.Conv(s, b.NewBuffer(8*k*size*size), b.NewBuffer(8*c*size*size), b.NewBuffer(k*c*r*r), nil, nil, compute.Relu)
	}
	pool := compute.PoolShape{C: 64, H: 8, W: 8, OH: 4, OW: 4, Kernel: [2]int{2, 2}, Stride: [2]int{2, 2}}
	for name, k := range map[string]compute.Kernel{
		"16 channels of 32×32": conv(16, 16, 32, 3, 1),
		"64 channels of 8×8":   conv(64, 64, 8, 3, 1),
		"a stride of 2":        conv(16, 32, 32, 3, 2),
		"three channels":       conv(3, 16, 32, 3, 1),
		"1×1":                  conv(64, 64, 16, 1, 1),
		"a matrix":             conv(64, 64, 1, 1, 1),
		"the largest of 2×2":   b.MaxPool(pool, b.NewBuffer(8*64*16), b.NewBuffer(8*64*64)),
		"the mean of 2×2":      b.AveragePool(pool, b.NewBuffer(8*64*16), b.NewBuffer(8*64*64)),
		"the gradient of a stride of 2": b.ConvInputGradient(compute.ConvShape{
			C: 16, H: 32, W: 32, K: 32, R: 3, S: 3, OH: 16, OW: 16, Groups: 1, Stride: [2]int{2, 2}, Dilation: [2]int{1, 1},
			Pads: [4]int{1, 1, 1, 1},
		}, b.NewBuffer(8*16*1024), b.NewBuffer(8*32*256), b.NewBuffer(16*32*9), false),
		"activations":                  b.Activate(compute.Relu, 16*1024, b.NewBuffer(8*16*1024), b.NewBuffer(8*16*1024)),
		"the gradient of means of 2×2": b.AveragePoolGradient(pool, b.NewBuffer(8*64*64), b.NewBuffer(8*64*16), false),
	} {
		phases := k.(kernel)
		if n := phases[len(phases)-1].tasks(1); n < threads {
			t.Errorf("%s: %d tasks for %d threads", name, n, threads)
		}
	}
}
