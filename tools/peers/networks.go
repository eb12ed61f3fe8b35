package main

import (
	"fmt"

	"steady/core/arch"
	"steady/core/net"
	"steady/core/train"
)

// resnet20 has random weights, which take as long as others; small ones at the end, for where the softmax is all but
// certain the gradient is lost in rounding, and could not be compared.
func resnet20() (*net.Network, error) {
	n, err := arch.ResNet20(net.Shape{3, 32, 32}, 10)
	if err != nil {
		return nil, err
	}
	train.Initialise(n, 1)
	last := n.Layers[len(n.Layers)-1].Op.(*net.Linear).Weight.Data
	for i := range last {
		last[i] /= 100
	}
	return n, nil
}

// squeezenet is SqueezeNet 1.1 for pictures of 224×224 (Iandola et al. 2016, arXiv:1602.07360; 1.1 as its authors
// published it: a first convolution of 3×3 and pooling earlier), with random weights.
func squeezenet() *net.Network {
	n := &net.Network{Name: "squeezenet1.1", Image: net.Shape{3, 224, 224}}
	add := func(name string, o net.Op, in ...net.Value) net.Value {
		if in == nil {
			in = []net.Value{net.Value(len(n.Layers))}
		}
		n.Layers = append(n.Layers, net.Layer{Name: name, Op: o, In: in})
		return net.Value(len(n.Layers))
	}
	conv := func(name string, from, to, side, stride, pad int, in ...net.Value) net.Value {
		weight := &net.Param{Name: name + ".weight", Shape: []int{to, from, side, side}, Data: make([]float32, to*from*side*side)}
		bias := &net.Param{Name: name + ".bias", Shape: []int{to}, Data: make([]float32, to)}
		add(name, &net.Conv{
			Weight: weight, Bias: bias, Stride: [2]int{stride, stride}, Pads: [4]int{pad, pad, pad, pad},
			Dilation: [2]int{1, 1}, Groups: 1,
		}, in...)
		return add(name+".relu", &net.Relu{})
	}
	from := 64
	conv("stem", 3, from, 3, 2, 0)
	for i, width := range []int{16, 16, 32, 32, 48, 48, 64, 64} {
		if i == 0 || i == 2 || i == 4 {
			add(fmt.Sprintf("pool%d", i), &net.MaxPool{Pool: net.Pool{Kernel: [2]int{3, 3}, Stride: [2]int{2, 2}}})
		}
		name := fmt.Sprintf("fire%d", i+2)
		squeezed := conv(name+".squeeze", from, width, 1, 1, 0)
		narrow := conv(name+".expand1", width, 4*width, 1, 1, 0, squeezed)
		wide := conv(name+".expand3", width, 4*width, 3, 1, 1, squeezed)
		from = 8 * width
		add(name, &net.Concat{}, narrow, wide)
	}
	conv("classes", from, 1000, 1, 1, 0)
	add("average", &net.GlobalAveragePool{})
	n.Output = add("flatten", &net.Reshape{Shape: net.Shape{1000}})
	train.Initialise(n, 1)
	return n
}
