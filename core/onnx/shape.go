package onnx

import (
	"fmt"
	"slices"

	"steady/core/net"
)

// small tells whether a number can be part of shape arithmetic; batch cannot.
func small(x int64) bool { return -maxExtent <= x && x <= maxExtent }

// constantNode is the operator Constant.
func (n *node) constantNode() {
	for _, a := range n.attributes {
		t := &tensor{name: n.outputs[0]}
		switch {
		case a.name == "value" && a.kind == kindTensor && a.t != nil:
			if t = n.decode("attribute value", a.t); t != nil {
				t.name = n.outputs[0]
			}
		case a.name == "value_float" && a.kind == kindFloat:
			t.floats = []float32{a.f}
		case a.name == "value_floats" && a.kind == kindFloats:
			t.floats, t.dims = a.floats, []int{len(a.floats)}
			n.spend(len(a.floats))
		case a.name == "value_int" && a.kind == kindInt:
			t.ints, t.isInt = []int64{a.i}, true
		case a.name == "value_ints" && a.kind == kindInts:
			t.ints, t.isInt, t.dims = a.ints, true, []int{len(a.ints)}
			n.spend(len(a.ints))
		default:
			n.fail("attribute "+clip(a.name), "of kind %s is not supported, want a tensor or numbers", kindNames[a.kind])
		}
		if n.err == nil && slices.Contains(t.ints, batch) {
			n.fail("attribute "+a.name, "has the number %d, want ones that a shape may have", int64(batch))
		}
		n.makesConstant(t)
		return
	}
	n.fail("attribute value", "is missing, want a tensor")
}

// makesInts says that the node's output is a list of integers, or a scalar where dims is empty.
func (n *node) makesInts(ints []int64, dims ...int) {
	n.makesConstant(&tensor{name: n.outputs[0], isInt: true, ints: ints, dims: dims})
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
	} else {
		_, shape := n.value(0)
		dims = append(dims, batch)
		for _, d := range shape {
			dims = append(dims, int64(d))
		}
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

// gather picks elements of a list.
func (n *node) gather() {
	list, at := n.ints(0), n.constant(1)
	n.axis("attribute axis", n.int("axis", 0), 1)
	if n.err != nil {
		return
	}
	if !at.isInt {
		n.fail(n.inputField(1), "is not a tensor of integers")
		return
	}
	if !n.spend(len(at.ints)) {
		return
	}
	picked := make([]int64, len(at.ints))
	for i, j := range at.ints {
		if len(list) == 0 {
			n.fail(n.inputField(0), "is empty")
			return
		}
		picked[i] = list[n.axis(n.inputField(1), j, len(list))]
	}
	n.makesInts(picked, at.dims...)
}

// slice cuts a piece out of a list.
func (n *node) slice() {
	list := n.ints(0)
	get := func(input int, name string, absent int64) int64 {
		numbers := []int64{absent}
		field := n.inputField(input)
		if n.r.opset < 10 {
			field = "attribute " + name
			if a := n.attribute(name, kindInts); a != nil {
				numbers = a.ints
			}
		} else if n.has(input) {
			numbers = n.ints(input)
		}
		if len(numbers) != 1 {
			n.fail(field, "has %d numbers, want 1: only lists are supported", len(numbers))
			return absent
		}
		return numbers[0]
	}
	from, to := bound(get(1, "starts", 0), len(list)), bound(get(2, "ends", int64(len(list))), len(list))
	if get(3, "axes", 0) > 0 || get(4, "steps", 1) != 1 {
		n.failNode("has other axes than 0 or other steps than 1, which is not supported")
	}
	part := list[from:max(from, to)]
	n.makesInts(part, len(part))
}

// concatConstants joins lists.
func (n *node) concatConstants(axis int64) {
	if axis != 0 && axis != -1 {
		n.fail("attribute axis", "is %d for constants, want 0: only lists can be joined", axis)
	}
	var all []int64
	for i := range n.inputs {
		list := n.ints(i)
		if n.err != nil || !n.spend(len(list)) {
			return
		}
		all = append(all, list...)
	}
	n.makesInts(all, len(all))
}

// shapeArithmetic computes with two lists, or with a list and one number.
func (n *node) shapeArithmetic(f func(a, b int64) (int64, bool)) {
	a, b := n.ints(0), n.ints(1)
	if n.err != nil {
		return
	}
	size := max(len(a), len(b))
	if len(a) == 0 || len(b) == 0 || len(a) != size && len(a) != 1 || len(b) != size && len(b) != 1 {
		n.failNode("computes with lists of %d and %d numbers, want as many", len(a), len(b))
		return
	}
	if !n.spend(size) {
		return
	}
	out := make([]int64, size)
	for i := range out {
		x, y := a[i%len(a)], b[i%len(b)]
		z, ok := f(x, y)
		if !ok {
			n.failNode("computes with the batch or with too large a number, which is not supported")
			return
		}
		out[i] = z
	}
	if len(n.constant(0).dims) == 0 && len(n.constant(1).dims) == 0 {
		n.makesInts(out)
		return
	}
	n.makesInts(out, size)
}

// transpose swaps rows and columns of a constant matrix.
func (n *node) transpose() {
	t := n.constant(0)
	if t == nil {
		return
	}
	perm := []int64{1, 0}
	if a := n.attribute("perm", kindInts); a != nil {
		perm = a.ints
	}
	if len(t.dims) != 2 || t.isInt || !slices.Equal(perm, []int64{1, 0}) {
		n.failNode("transposes dimensions %v by %v, want a constant matrix and [1 0]", t.dims, perm)
		return
	}
	if n.spend(len(t.floats)) {
		n.makesConstant(&tensor{name: n.outputs[0], dims: []int{t.dims[1], t.dims[0]},
			floats: transposed2(t.floats, t.dims[0], t.dims[1])})
	}
}

// reshaped adds a Reshape layer.
func (n *node) reshaped(x net.Value, shape net.Shape) {
	n.makes(n.layer(n.title, &net.Reshape{Shape: shape}, x))
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
	first := n.imageAxis("attribute axis", axis, len(shape))
	if shape[:first].Size() != 1 {
		n.fail("attribute axis", "is %d, which joins dimensions of %v with the batch, want 1", axis, shape)
		return
	}
	n.reshaped(x, net.Shape{shape.Size()})
}

func (n *node) reshape() {
	target := n.ints(1)
	copies := !n.flag("allowzero", false) // 0 copies the dimension of the input
	if n.isConstant(0) {
		n.reshapeConstant(target, copies)
		return
	}
	x, shape := n.value(0)
	if n.err != nil {
		return
	}
	out, err := n.r.reshaped(shape, target, copies)
	if err != nil {
		n.fail(n.inputField(1), "%w", err)
		return
	}
	n.reshaped(x, out)
}

// reshaped works out the shape, without the batch, that target asks for.
func (r *reader) reshaped(shape net.Shape, target []int64, copies bool) (net.Shape, error) {
	if len(target) < 2 || len(target) > maxDims {
		return nil, fmt.Errorf("has %d numbers, want 2 to %d: the batch and more", len(target), maxDims)
	}
	given := make([]string, len(target)) // for messages
	for i, d := range target {
		if given[i] = fmt.Sprint(d); d == batch {
			given[i] = "N"
		}
	}
	first, rest := target[0], target[1:]
	// The batch may be given as itself, as a copy of it, as the number that the file has for it, or left open.
	if first != batch && first != 1 && first != -1 && !(first == 0 && copies) && first != r.batch {
		return nil, fmt.Errorf("is %v for a value of shape N×%v, want 0 or -1 first: the batch", given, shape)
	}
	out, open, product := make(net.Shape, len(rest)), -1, int64(1)
	for i, d := range rest {
		if d == 0 && copies && i < len(shape) {
			d = int64(shape[i])
		}
		if d == -1 && open < 0 && first != -1 {
			open = i
			continue
		}
		if d < 1 || product > net.MaxElements/d {
			return nil, fmt.Errorf("is %v for a value of shape N×%v, which does not fit", given, shape)
		}
		out[i] = int(d)
		product *= d
	}
	if open >= 0 {
		out[open] = shape.Size() / int(product)
		product *= int64(out[open])
	}
	if product != int64(shape.Size()) {
		return nil, fmt.Errorf("is %v for a value of shape N×%v, want one of %d elements per image",
			given, shape, shape.Size())
	}
	return out, nil
}

func (n *node) reshapeConstant(target []int64, copies bool) {
	t := n.constant(0)
	if t == nil || n.err != nil {
		return
	}
	if len(target) > maxDims {
		n.fail(n.inputField(1), "has %d numbers, want at most %d", len(target), maxDims)
		return
	}
	dims, open, product := make([]int, len(target)), -1, int64(1)
	for i, d := range target {
		if d == 0 && copies && i < len(t.dims) {
			d = int64(t.dims[i])
		}
		if d == -1 && open < 0 {
			open = i
			continue
		}
		if d < 1 || product > net.MaxElements/d {
			n.fail(n.inputField(1), "is %v for a constant of dimensions %v, which does not fit", target, t.dims)
			return
		}
		dims[i] = int(d)
		product *= d
	}
	if open >= 0 {
		dims[open] = t.size() / int(product)
		product *= int64(dims[open])
	}
	if product != int64(t.size()) {
		n.fail(n.inputField(1), "is %v for a constant of dimensions %v, want one of %d elements", target, t.dims, t.size())
		return
	}
	n.makesConstant(t.view(dims))
}

// squeeze takes dimensions of 1 away.
func (n *node) squeeze() {
	axes, field, there := n.axes(13, 1)
	if n.isConstant(0) {
		t := n.constant(0)
		if t == nil || n.err != nil {
			return
		}
		if dims, ok := n.squeezed(t.dims, axes, field, there, 0); ok {
			n.makesConstant(t.view(dims))
		}
		return
	}
	x, shape := n.value(0)
	if n.err != nil {
		return
	}
	full := append([]int{0}, shape...) // the batch is 0: it is never taken away
	dims, ok := n.squeezed(full, axes, field, there, 1)
	if !ok {
		return
	}
	if len(dims) == 1 {
		n.failNode("leaves nothing but the batch of a value of shape N×%v, want one more dimension", shape)
		return
	}
	n.reshaped(x, dims[1:])
}

// squeezed gives the dimensions without those of axes, or without all that are 1.
func (n *node) squeezed(dims []int, axes []int64, field string, there bool, least int) ([]int, bool) {
	gone := make([]bool, len(dims))
	for i, d := range dims {
		gone[i] = !there && d == 1
	}
	for _, a := range axes {
		i := n.axis(field, a, len(dims))
		if n.err != nil {
			return nil, false
		}
		if dims[i] != 1 || i < least {
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

// unsqueeze puts dimensions of 1 in.
func (n *node) unsqueeze() {
	axes, field, there := n.axes(13, 1)
	if !there {
		n.fail(field, "is missing, want the new dimensions")
	}
	if n.isConstant(0) {
		t := n.constant(0)
		if t == nil || n.err != nil {
			return
		}
		if dims, ok := n.unsqueezed(t.dims, axes, field); ok {
			n.makesConstant(t.view(dims))
		}
		return
	}
	x, shape := n.value(0)
	if n.err != nil {
		return
	}
	dims, ok := n.unsqueezed(append([]int{0}, shape...), axes, field)
	if !ok {
		return
	}
	if dims[0] != 0 {
		n.fail(field, "puts a dimension before the batch, want it behind")
		return
	}
	n.reshaped(x, dims[1:])
}

// unsqueezed gives the dimensions with 1 at each of axes, which count in the result.
func (n *node) unsqueezed(dims []int, axes []int64, field string) ([]int, bool) {
	if len(dims)+len(axes) > maxDims {
		n.fail(field, "makes %d dimensions, want at most %d", len(dims)+len(axes), maxDims)
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
