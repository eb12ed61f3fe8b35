package main

import (
	"fmt"

	"steady/core/arch"
	"steady/core/nn"
	"steady/core/train"
)

// initialize returns random weights, which take as long as others; small ones at the end, for where the softmax is all but
// certain the gradient is lost in rounding, and could not be compared.
func initialize(n *nn.Network) {
	train.Initialize(n, 1)
	last := n.Layers[len(n.Layers)-1].Op.(*nn.Linear).Weight.Data
	for i := range last {
		last[i] /= 100
	}
}

// resnet20 is core/arch's, for images of 32×32.
func resnet20() (*nn.Network, error) {
	n, err := arch.ResNet20(nn.Shape{3, 32, 32}, 10)
	if err != nil {
		return nil, err
	}
	initialize(n)
	return n, nil
}

// resnet50 is ResNet-50 for images of 224×224 (He et al. 2016, table 1; as PyTorch's torchvision and most others have
// it, a block halves in its 3×3 convolution), with random weights.
func resnet50() (*nn.Network, error) {
	s := &sketch{nn.Network{Name: "resnet50", Image: nn.Shape{3, 224, 224}}}
	from := 64
	s.conv("stem", 3, from, 7, 2, 3)
	s.norm("stem.norm", from)
	s.add("stem.relu", &nn.Relu{})
	in := s.add("pool", &nn.MaxPool{Pool: nn.Pool{Kernel: [2]int{3, 3}, Stride: [2]int{2, 2}, Pads: [4]int{1, 1, 1, 1}}})
	for stage, blocks := range []int{3, 4, 6, 3} {
		for block := range blocks {
			width, stride := 64<<stage, 1
			if stage > 0 && block == 0 {
				stride = 2
			}
			name := fmt.Sprintf("stage%d.block%d", stage+1, block+1)
			s.conv(name+".a", from, width, 1, 1, 0)
			s.norm(name+".a.norm", width)
			s.add(name+".a.relu", &nn.Relu{})
			s.conv(name+".b", width, width, 3, stride, 1)
			s.norm(name+".b.norm", width)
			s.add(name+".b.relu", &nn.Relu{})
			s.conv(name+".c", width, 4*width, 1, 1, 0)
			out, skip := s.norm(name+".c.norm", 4*width), in
			if block == 0 {
				s.conv(name+".skip", from, 4*width, 1, stride, 0, in)
				skip = s.norm(name+".skip.norm", 4*width)
			}
			s.add(name+".add", &nn.Add{}, out, skip)
			in = s.add(name+".relu", &nn.Relu{})
			from = 4 * width
		}
	}
	s.add("average", &nn.GlobalAveragePool{})
	s.add("flatten", &nn.Reshape{Shape: nn.Shape{from}})
	s.Output = s.add("classes", &nn.Linear{Weight: param("classes.weight", 1000, from), Bias: param("classes.bias", 1000)})
	initialize(&s.Network)
	return &s.Network, nil
}

// squeezenet is SqueezeNet 1.1 for images of 224×224 (Iandola et al. 2016, arXiv:1602.07360; 1.1 as its authors
// published it: a first convolution of 3×3 and pooling earlier), with random weights.
func squeezenet() *nn.Network {
	s := &sketch{nn.Network{Name: "squeezenet1.1", Image: nn.Shape{3, 224, 224}}}
	conv := func(name string, from, to, side, stride, pad int, in ...nn.Value) nn.Value {
		c := s.conv(name, from, to, side, stride, pad, in...)
		s.Layers[c-1].Op.(*nn.Conv).Bias = param(name+".bias", to)
		return s.add(name+".relu", &nn.Relu{})
	}
	from := 64
	conv("stem", 3, from, 3, 2, 0)
	for i, width := range []int{16, 16, 32, 32, 48, 48, 64, 64} {
		if i == 0 || i == 2 || i == 4 {
			s.add(fmt.Sprintf("pool%d", i), &nn.MaxPool{Pool: nn.Pool{Kernel: [2]int{3, 3}, Stride: [2]int{2, 2}}})
		}
		name := fmt.Sprintf("fire%d", i+2)
		squeezed := conv(name+".squeeze", from, width, 1, 1, 0)
		narrow := conv(name+".expand1", width, 4*width, 1, 1, 0, squeezed)
		wide := conv(name+".expand3", width, 4*width, 3, 1, 1, squeezed)
		from = 8 * width
		s.add(name, &nn.Concat{}, narrow, wide)
	}
	conv("classes", from, 1000, 1, 1, 0)
	s.add("average", &nn.GlobalAveragePool{})
	s.Output = s.add("flatten", &nn.Reshape{Shape: nn.Shape{1000}})
	train.Initialize(&s.Network, 1)
	return &s.Network
}

// sketch is a network to which layers are appended, which read the last value unless said otherwise.
type sketch struct{ nn.Network }

func (s *sketch) add(name string, o nn.Op, in ...nn.Value) nn.Value {
	if in == nil {
		in = []nn.Value{nn.Value(len(s.Layers))}
	}
	s.Layers = append(s.Layers, nn.Layer{Name: name, Op: o, In: in})
	return nn.Value(len(s.Layers))
}

// conv adds a square convolution without bias.
func (s *sketch) conv(name string, from, to, side, stride, pad int, in ...nn.Value) nn.Value {
	return s.add(name, &nn.Conv{
		Weight: param(name+".weight", to, from, side, side), Stride: [2]int{stride, stride},
		Pads: [4]int{pad, pad, pad, pad}, Dilation: [2]int{1, 1}, Groups: 1,
	}, in...)
}

func (s *sketch) norm(name string, channels int) nn.Value {
	return s.add(name, &nn.BatchNorm{
		Scale: param(name+".scale", channels), Shift: param(name+".shift", channels),
		Mean: param(name+".mean", channels), Variance: param(name+".variance", channels),
		Epsilon: arch.Epsilon, Momentum: arch.Momentum,
	})
}

func param(name string, shape ...int) *nn.Param {
	return &nn.Param{Name: name, Shape: shape, Data: make([]float32, nn.Shape(shape).Size())}
}
