package cpu_test

import (
	"fmt"

	"steady/core/compute"
	"steady/core/compute/cpu"
)

// A 3×3 convolution that sums what each pixel is surrounded by: kernels are prepared once, and run for any number of images that the buffers
// hold.
func Example() {
	b := cpu.New(1)
	s := compute.ConvShape{
		C: 1, H: 3, W: 3, K: 1, OH: 3, OW: 3, R: 3, S: 3,
		Stride: [2]int{1, 1}, Dilation: [2]int{1, 1}, Pads: [4]int{1, 1, 1, 1}, Groups: 1,
	}
	const images = 2
	x, y := b.NewBuffer(images*9), b.NewBuffer(images*9)
	weight, bias := b.NewBuffer(9), b.NewBuffer(1)
	conv := b.Conv(s, y, x, weight, bias, nil, compute.NoActivation)

	b.Write(weight, 0, []float32{1, 1, 1, 1, 0, 1, 1, 1, 1})
	b.Write(bias, 0, []float32{0.5})
	b.Write(x, 0, []float32{
		0, 0, 0,
		0, 1, 0,
		0, 0, 0,

		1, 1, 1,
		1, 0, 1,
		1, 1, 1,
	})
	b.Run(images, []compute.Kernel{conv})
	out := make([]float32, images*9)
	b.Read(out, y, 0)
	fmt.Println(out[:9])
	fmt.Println(out[9:])
	// Output:
	// [1.5 1.5 1.5 1.5 0.5 1.5 1.5 1.5 1.5]
	// [2.5 4.5 2.5 4.5 8.5 4.5 2.5 4.5 2.5]
}
