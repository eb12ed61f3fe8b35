package engine

import (
	"steady/core/compute"
	"steady/core/nn"
)

// convShape is the geometry of a convolution, or of a Linear layer of a flat value as a 1×1 convolution of a 1×1
// image.
func convShape(o nn.Op, in, out nn.Shape) compute.ConvShape {
	switch o := o.(type) {
	case *nn.Conv:
		w := o.Weight.Shape
		return compute.ConvShape{
			C: in[0], H: in[1], W: in[2], K: out[0], OH: out[1], OW: out[2], R: w[2], S: w[3],
			Stride: o.Stride, Dilation: o.Dilation, Pads: o.Pads, Groups: o.Groups,
		}
	default:
		return compute.ConvShape{
			C: in.Size(), H: 1, W: 1, K: out.Size(), OH: 1, OW: 1, R: 1, S: 1,
			Stride: [2]int{1, 1}, Dilation: [2]int{1, 1}, Groups: 1,
		}
	}
}

// laidOut estimates how many elements a backend may lay out beside the tensors of a convolution: the padded image, or,
// where the stride is not 1, a row for each tap. It is a float: sizes come from files and may be beyond any integer.
func laidOut(s compute.ConvShape) float64 {
	padded := float64(s.H+s.Pads[0]+s.Pads[2]) * float64(s.W+s.Pads[1]+s.Pads[3])
	channels := float64(max(s.C, s.K) / s.Groups)
	if s.Stride == [2]int{1, 1} {
		return channels * padded
	}
	return max(channels*float64(s.R)*float64(s.S)*float64(s.OH)*float64(s.OW), padded)
}

func poolShape(o nn.Op, in, out nn.Shape) compute.PoolShape {
	s := compute.PoolShape{C: in[0], H: in[1], W: in[2], OH: out[1], OW: out[2]}
	var p nn.Pool
	switch o := o.(type) {
	case *nn.MaxPool:
		p = o.Pool
	case *nn.AveragePool:
		p, s.CountPadding = o.Pool, o.CountPadding
	case *nn.GlobalAveragePool:
		p = nn.Pool{Kernel: [2]int{in[1], in[2]}, Stride: [2]int{1, 1}}
	}
	s.Kernel, s.Stride, s.Pads = p.Kernel, p.Stride, p.Pads
	return s
}

func normShape(o *nn.BatchNorm, in nn.Shape) compute.BatchNormShape {
	return compute.BatchNormShape{C: in[0], Plane: in.Size() / in[0], Epsilon: o.Epsilon, Momentum: o.Momentum}
}

func affineShape(o *nn.Affine, in nn.Shape) compute.AffineShape {
	repeat := func(p *nn.Param) compute.Repeat {
		if p == nil {
			return compute.Repeat{Count: 1, Inner: in.Size()}
		}
		_, last, _ := p.Span(in)
		if len(p.Data) == 1 {
			last = 0
		}
		return compute.Repeat{Count: len(p.Data), Inner: in[last:].Size()}
	}
	return compute.AffineShape{Size: in.Size(), Scale: repeat(o.Scale), Shift: repeat(o.Shift)}
}

func softmaxShape(o *nn.Softmax, in nn.Shape) compute.SoftmaxShape {
	return compute.SoftmaxShape{Outer: in[:o.Axis].Size(), Axis: in[o.Axis], Inner: in[o.Axis+1:].Size()}
}

// strides returns those of a dense tensor.
func strides(s nn.Shape) []int {
	list, n := make([]int, len(s)), 1
	for i := len(s) - 1; i >= 0; i-- {
		list[i] = n
		n *= s[i]
	}
	return list
}

// view is a tensor of shape s seen as one of shape out: dimensions of 1 are repeated.
func view(s, out nn.Shape) compute.View {
	v := compute.View{Image: s.Size(), Strides: strides(s)}
	for i := range s {
		if s[i] != out[i] {
			v.Strides[i] = 0
		}
	}
	return v
}

// broadcastCopy is the copy of a tensor to a shape in which its dimensions of 1 are repeated.
func broadcastCopy(s, out nn.Shape) compute.Copy {
	return compute.Copy{Dims: out, Y: view(out, out), X: view(s, out)}
}

// fromOne is the copy of one tensor to all images.
func fromOne(s nn.Shape) compute.Copy {
	c := broadcastCopy(s, s)
	c.X.Image = 0
	return c
}

// concatCopy returns the copy of a part to its place in a concatenated value, before being what lies before it along the axis.
func concatCopy(in, out nn.Shape, axis, before int) compute.Copy {
	c := compute.Copy{Dims: in, Y: compute.View{Image: out.Size(), Strides: strides(out)}, X: view(in, in)}
	c.Y.Offset = before * c.Y.Strides[axis]
	return c
}

// stridedCopy returns the copy that a Transpose or a Slice does.
func stridedCopy(o nn.Op, in, out nn.Shape) compute.Copy {
	from, x := strides(in), compute.View{Image: in.Size(), Strides: make([]int, len(out))}
	for i := range out {
		switch o := o.(type) {
		case *nn.Transpose:
			x.Strides[i] = from[o.Perm[i]]
		case *nn.Slice:
			x.Offset += o.Start[i] * from[i]
			x.Strides[i] = o.Step[i] * from[i]
		}
	}
	return compute.Copy{Dims: out, Y: view(out, out), X: x}
}

// unpadCopy returns the copy out of a padded value of what it was made from.
func unpadCopy(o *nn.Pad, in, out nn.Shape) compute.Copy {
	x := compute.View{Image: out.Size(), Strides: strides(out)}
	for i, n := range o.Before {
		x.Offset += n * x.Strides[i]
	}
	return compute.Copy{Dims: in, Y: view(in, in), X: x}
}

// adjointCopy returns the copy that takes gradients the other way.
func adjointCopy(c compute.Copy) compute.Copy {
	c.X, c.Y = c.Y, c.X
	return c
}

// productShape is a product of two tensors whose dimensions of 1 are repeated.
func productShape(a, b, out nn.Shape) compute.Product {
	return compute.Product{Dims: out, Y: view(out, out), A: view(a, out), B: view(b, out)}
}

// meanShape is a mean as the sum of the products with one number.
func meanShape(in, out nn.Shape) compute.Product {
	return compute.Product{Dims: in, Y: view(out, in), A: view(in, in), B: compute.View{Strides: make([]int, len(in))}}
}

// matMulShape is a product of two stacks of dense matrices.
func matMulShape(a, b nn.Shape) compute.MatMulShape {
	r := len(a)
	m, k, n := a[r-2], a[r-1], b[r-1]
	batch := a[:r-2].Size()
	dense := func(rows, columns int) compute.Matrix {
		return compute.Matrix{Image: batch * rows * columns, Batch: rows * columns, Row: columns, Column: 1}
	}
	return compute.MatMulShape{Batch: batch, M: m, K: k, N: n, Y: dense(m, n), A: dense(m, k), B: dense(k, n)}
}

// transposed is a matrix with rows and columns exchanged.
func transposed(m compute.Matrix) compute.Matrix {
	m.Row, m.Column = m.Column, m.Row
	return m
}

// linearShape is the product of the rows of a value with the transposed weight of a Linear layer.
func linearShape(in, out nn.Shape) compute.MatMulShape {
	k, n := in[len(in)-1], out[len(out)-1]
	return compute.MatMulShape{
		Batch: 1, M: in.Size() / k, K: k, N: n,
		Y: compute.Matrix{Image: out.Size(), Row: n, Column: 1},
		A: compute.Matrix{Image: in.Size(), Row: k, Column: 1},
		B: compute.Matrix{Row: 1, Column: k},
	}
}

func layerNormShape(o *nn.LayerNorm, in nn.Shape) compute.LayerNormShape {
	size := in[len(in)-o.Axes:].Size()
	return compute.LayerNormShape{Rows: in.Size() / size, Size: size, Epsilon: o.Epsilon}
}
