package onnx

import (
	"slices"

	"steady/core/nn"
	"steady/core/onnx/internal/onnxpb"
)

// constantNode is the operator Constant.
func (n *node) constantNode() {
	for _, a := range n.Attributes {
		t := &tensor{name: n.Outputs[0]}
		switch {
		case a.Name == "value" && a.Type == onnxpb.AttributeTensor && a.Tensor != nil:
			if t = n.decode("attribute value", a.Tensor); t != nil {
				t.name = n.Outputs[0]
			}
		case a.Name == "value_float" && a.Type == onnxpb.AttributeFloat:
			t.floats = []float32{a.Float}
		case a.Name == "value_floats" && a.Type == onnxpb.AttributeFloats:
			t.floats, t.dims = a.Floats, []int{len(a.Floats)}
			n.spend(len(a.Floats))
		case a.Name == "value_int" && a.Type == onnxpb.AttributeInt:
			t.ints, t.isInt = []int64{a.Int}, true
		case a.Name == "value_ints" && a.Type == onnxpb.AttributeInts:
			t.ints, t.isInt, t.dims = a.Ints, true, []int{len(a.Ints)}
			n.spend(len(a.Ints))
		default:
			n.fail("attribute "+onnxpb.Abbreviate(a.Name), "of kind %s is not supported, want a tensor or numbers", a.Type)
		}
		if n.err == nil && slices.ContainsFunc(t.ints, isBatch) {
			n.fail("attribute "+a.Name, "has a number near %d, want ones that a shape may have", int64(batch))
		}
		n.makesConstant(t)
		return
	}
	n.fail("attribute value", "is missing, want a tensor")
}

// makesInts says that the node's output is a list of integers, or a scalar where dims is empty.
func (n *node) makesInts(ints []int64, dims ...int) {
	n.makesConstant(&tensor{name: n.Outputs[0], isInt: true, ints: ints, dims: dims})
}

// shapeOf is the operator Shape.
func (n *node) shapeOf() {
	var dims []int64
	if n.isConstant(0) {
		if t := n.constant(0); t != nil {
			for _, d := range t.dims {
				dims = append(dims, int64(d))
			}
		}
	} else if p := n.placed(0); n.err == nil {
		dims = n.r.full(p)
	}
	from := bound(n.int("start", 0), len(dims))
	to := bound(n.int("end", int64(len(dims))), len(dims))
	dims = dims[from:max(from, to)]
	n.makesInts(dims, len(dims))
}

// bound gives a position in a list of n elements, counted from the end where it is negative, moved into 0 to n.
func bound(i int64, n int) int {
	if i < 0 {
		i += int64(n)
	}
	return int(min(max(i, 0), int64(n)))
}

// reshape is the operator Reshape.
func (n *node) reshape() {
	target := n.ints(1)
	n.reshaped(n.placed(0), n.inputField(1), target, !n.flag("allowzero", false)) // 0 copies the dimension of the input
}

// flatten joins the dimensions before axis, which may hold nothing but the batch, and those from it on.
func (n *node) flatten() {
	x, shape := n.value(0)
	if n.err != nil {
		return
	}
	axis := n.int("axis", 1)
	if axis == int64(len(shape))+1 && shape.Size() == 1 {
		axis-- // behind the last dimension, which is 1
	}
	from := n.imageAxis("attribute axis", axis, first(x))
	if shape[:from].Size() != 1 {
		n.fail("attribute axis", "is %d, which joins dimensions of %v with the batch, want 1", axis, shape)
		return
	}
	n.makes(n.layer(n.title, &nn.Reshape{Shape: nn.Shape{shape.Size()}}, x))
}

// transpose orders the dimensions of a value anew; the batch goes with them.
func (n *node) transpose() {
	p := n.placed(0)
	if n.err != nil {
		return
	}
	perm := n.perm(n.r.rank(p))
	if n.err != nil {
		return
	}
	out, order := p, make([]int, 0, len(perm))
	for i, from := range perm {
		if from == p.axis {
			out.axis = i
		}
		if from != p.axis || p.joined() {
			order = append(order, p.inImage(from))
		}
	}
	if slices.IsSorted(order) {
		n.makesPlaced(0, out)
		return
	}
	out.Value = n.layer(n.title, &nn.Transpose{Perm: order}, p.Value)
	n.makesPlaced(0, out)
}

// squeezeConstant and squeeze take dimensions of 1 away.
func (n *node) squeezeConstant() {
	axes, field, there := n.axes(13, 1)
	t := n.constant(0)
	if t == nil || n.err != nil {
		return
	}
	if dims, ok := n.squeezed(t.dims, axes, field, there); ok {
		n.makesConstant(t.view(dims))
	}
}

func (n *node) squeeze() {
	axes, field, there := n.axes(13, 1)
	p := n.placed(0)
	if n.err != nil {
		return
	}
	dims, ok := n.squeezed(marked(n.r.full(p)), axes, field, there)
	if ok {
		n.changed(p, dims)
	}
}

// marked gives the dimensions of a value with 0 for the batch, which no list of axes can take away.
func marked(full []int64) []int {
	dims := make([]int, len(full))
	for i, d := range full {
		if !isBatch(d) {
			dims[i] = int(d)
		}
	}
	return dims
}

// changed reshapes a value to dimensions that differ in some that are 1; 0 is the batch.
func (n *node) changed(p placed, dims []int) {
	shape := make([]int64, 0, len(dims))
	for i, d := range dims {
		switch {
		case d != 0:
			shape = append(shape, int64(d))
		default:
			if p.axis = i; p.joined() {
				shape = append(shape, int64(p.outer*p.inner))
			}
		}
	}
	if len(shape) == 0 {
		n.failNode("leaves nothing but the batch of a value of shape %v, want one more dimension", given(n.r.full(p)))
		return
	}
	n.reshapedTo(p, shape)
}

// squeezed gives the dimensions without those of axes, or without all that are 1.
func (n *node) squeezed(dims []int, axes []int64, field string, there bool) ([]int, bool) {
	gone := make([]bool, len(dims))
	for i, d := range dims {
		gone[i] = !there && d == 1
	}
	for _, a := range axes {
		i := n.axis(field, a, len(dims))
		if n.err != nil {
			return nil, false
		}
		if dims[i] != 1 {
			n.fail(field, "has %d, whose dimension is not 1 or is the batch", a)
			return nil, false
		}
		gone[i] = true
	}
	var left []int
	for i, d := range dims {
		if !gone[i] {
			left = append(left, d)
		}
	}
	return left, true
}

// unsqueezeConstant and unsqueeze put dimensions of 1 in.
func (n *node) unsqueezeConstant() {
	t := n.constant(0)
	if t == nil || n.err != nil {
		return
	}
	if dims, ok := n.unsqueezed(t.dims); ok {
		n.makesConstant(t.view(dims))
	}
}

func (n *node) unsqueeze() {
	p := n.placed(0)
	if n.err != nil {
		return
	}
	if dims, ok := n.unsqueezed(marked(n.r.full(p))); ok {
		n.changed(p, dims)
	}
}

// unsqueezed gives the dimensions with 1 at each of the node's axes, which count in the result.
func (n *node) unsqueezed(dims []int) ([]int, bool) {
	axes, field, there := n.axes(13, 1)
	if !there {
		n.fail(field, "is missing, want the new dimensions")
	}
	if n.err != nil {
		return nil, false
	}
	if len(dims)+len(axes) > onnxpb.MaxDims {
		n.fail(field, "makes %d dimensions, want at most %d", len(dims)+len(axes), onnxpb.MaxDims)
		return nil, false
	}
	out := make([]int, len(dims)+len(axes))
	isNew := make([]bool, len(out))
	for _, a := range axes {
		i := n.axis(field, a, len(out))
		if n.err == nil && isNew[i] {
			n.fail(field, "has %d twice", a)
		}
		if n.err != nil {
			return nil, false
		}
		isNew[i] = true
	}
	for i := range out {
		if out[i] = 1; !isNew[i] {
			out[i], dims = dims[0], dims[1:]
		}
	}
	return out, true
}
