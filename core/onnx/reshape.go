package onnx

import (
	"math"
	"slices"

	"steady/core/nn"
	"steady/core/onnx/internal/onnxpb"
)

// reshape implements Reshape.
func (n *node) reshape() {
	target := n.ints(1)
	n.reshapeTo(n.batchedInput(0), n.inputField(1), target, !n.flag("allowzero", false)) // 0 copies the dimension of the input
}

// reshapeTo sets the node's output to a value in the shape of target. Elements keep their order, so the position of the
// batch follows from the number of elements before it.
func (n *node) reshapeTo(p batched, field string, target []int64, copies bool) {
	if n.err != nil {
		return
	}
	full := n.r.onnxShape(p)
	fail := func() {
		n.failField(field, "is %v for a value of shape %v, want one for the batch N and %d elements per image", formatDims(target),
			formatDims(full), n.r.shapes[p.Value].Size())
	}
	if len(target) > onnxpb.MaxDims {
		n.failField(field, "has %d numbers, want at most %d", len(target), onnxpb.MaxDims)
		return
	}
	dims := append([]int64(nil), target...)
	for i, d := range dims {
		if d == 0 && copies && i < len(full) {
			dims[i] = full[i]
		}
	}
	total := int64(n.r.shapes[p.Value].Size())
	if n.r.batch == 1 {
		for i, d := range dims {
			if k, ok := batchMultiple(d); ok {
				dims[i] = k
			}
		}
		dims, ok := inferDim(dims, total)
		if !ok {
			fail()
			return
		}
		out := batched{p.Value, -1, 1, 1}
		if len(dims) > 1 && dims[0] == 1 {
			out.axis, dims = 0, dims[1:]
		}
		n.addReshape(out, dims)
		return
	}
	before := int64(p.outer) // elements before the batch
	for i, d := range full {
		if i < p.axis {
			before *= d
		}
	}
	// place tries the dimension at axis as outer·N·inner with k = outer·inner, or with the k that fits if it is 0.
	place := func(axis int, k int64) bool {
		tried := append([]int64(nil), dims...)
		tried[axis] = k
		if k == 0 {
			tried[axis] = -1
		}
		tried, ok := inferDim(tried, total)
		if !ok {
			return false
		}
		product := int64(1)
		for _, d := range tried[:axis] {
			product *= d
		}
		if before%product != 0 || tried[axis]%(before/product) != 0 {
			return false
		}
		outer := before / product
		out := batched{p.Value, axis, int(outer), int(tried[axis] / outer)}
		if !out.merged() {
			tried = append(tried[:axis:axis], tried[axis+1:]...)
		}
		if len(tried) == 0 {
			return false
		}
		n.addReshape(out, tried)
		return true
	}
	for axis, d := range dims {
		if k, ok := batchMultiple(d); ok {
			if !place(axis, k) {
				fail()
			}
			return
		}
	}
	// The batch may also be the batch size of the file, a 1 in front if the file was exported for one image and its batch
	// freed later, or the -1.
	for axis, d := range dims {
		if n.r.batch > 0 && d > 0 && d%n.r.batch == 0 && place(axis, d/n.r.batch) {
			return
		}
	}
	if len(dims) > 0 && dims[0] == 1 && place(0, 1) {
		return
	}
	for axis, d := range dims {
		if d == -1 && place(axis, 0) {
			return
		}
	}
	fail()
}

// addReshape appends a Reshape as the node's output.
func (n *node) addReshape(p batched, dims []int64) {
	shape := make(nn.Shape, len(dims))
	for i, d := range dims {
		shape[i] = int(d)
	}
	p.Value = n.addLayer(n.title, &nn.Reshape{Shape: shape}, p.Value)
	n.setOutput(0, p)
}

// inferDim returns the dimensions with a -1 replaced by what makes them total elements, and whether they are positive and
// do so.
func inferDim(dims []int64, total int64) ([]int64, bool) {
	open, product := -1, int64(1)
	for i, d := range dims {
		if d == -1 && open < 0 {
			open = i
			continue
		}
		if d < 1 || product > math.MaxInt32/d {
			return nil, false
		}
		product *= d
	}
	out := append([]int64(nil), dims...)
	if open >= 0 {
		out[open] = total / product
		product *= out[open]
	}
	return out, product == total
}

// flatten implements Flatten. Dimensions before axis are joined with the batch.
func (n *node) flatten() {
	x, shape := n.imageInput(0)
	if n.err != nil {
		return
	}
	axis := n.int("axis", 1)
	if axis == int64(len(shape))+1 && shape.Size() == 1 {
		axis-- // after the last dimension, which is 1
	}
	from := n.imageAxis("attribute axis", axis, batchFirst(x))
	if shape[:from].Size() != 1 {
		rows := []int64{batchTimes(int64(shape[:from].Size())), int64(shape[from:].Size())}
		n.reshapeTo(batchFirst(x), "attribute axis", rows, false)
		return
	}
	n.setImageOutput(n.addLayer(n.title, &nn.Reshape{Shape: nn.Shape{shape.Size()}}, x))
}

// transpose implements Transpose. The batch may move.
func (n *node) transpose() {
	p := n.batchedInput(0)
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
		if from != p.axis || p.merged() {
			order = append(order, p.imageAxis(from))
		}
	}
	if slices.IsSorted(order) {
		n.setOutput(0, out)
		return
	}
	out.Value = n.addLayer(n.title, &nn.Transpose{Perm: order}, p.Value)
	n.setOutput(0, out)
}

// squeeze implements Squeeze.
func (n *node) squeeze() {
	axes, field, present := n.axes(13, 1)
	p := n.batchedInput(0)
	for _, a := range axes {
		p = n.withAxis(p, a)
	}
	if n.err != nil {
		return
	}
	dims, ok := n.squeezeDims(dimsWithoutBatch(n.r.onnxShape(p)), axes, field, present)
	if ok {
		n.setUnitDims(p, dims)
	}
}

// dimsWithoutBatch returns dimensions with 0 for the batch, so that it is not taken for a dimension of 1.
func dimsWithoutBatch(full []int64) []int {
	dims := make([]int, len(full))
	for i, d := range full {
		if !isBatch(d) {
			dims[i] = int(d)
		}
	}
	return dims
}

// setUnitDims sets the node's output to a value with dims, which differ from its own in dimensions of 1 only. 0 is the
// batch.
func (n *node) setUnitDims(p batched, dims []int) {
	shape := make([]int64, 0, len(dims))
	for i, d := range dims {
		switch {
		case d != 0:
			shape = append(shape, int64(d))
		default:
			if p.axis = i; p.merged() {
				shape = append(shape, int64(p.outer*p.inner))
			}
		}
	}
	if len(shape) == 0 {
		n.fail("leaves nothing but the batch of a value of shape %v, want one more dimension", formatDims(n.r.onnxShape(p)))
		return
	}
	n.addReshape(p, shape)
}

// squeezeDims returns the dimensions without those of axes or, if none are present, without all that are 1.
func (n *node) squeezeDims(dims []int, axes []int64, field string, present bool) ([]int, bool) {
	gone := make([]bool, len(dims))
	for i, d := range dims {
		gone[i] = !present && d == 1
	}
	for _, a := range axes {
		i := n.axis(field, a, len(dims))
		if n.err != nil {
			return nil, false
		}
		if dims[i] != 1 {
			n.failField(field, "has %d, whose dimension is not 1 or is the batch", a)
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

// unsqueeze implements Unsqueeze.
func (n *node) unsqueeze() {
	p := n.batchedInput(0)
	if n.err != nil {
		return
	}
	if dims, ok := n.unsqueezeDims(dimsWithoutBatch(n.r.onnxShape(p))); ok {
		n.setUnitDims(p, dims)
	}
}

// unsqueezeDims returns the dimensions with 1 inserted at each of the node's axes, which refer to the result.
func (n *node) unsqueezeDims(dims []int) ([]int, bool) {
	axes, field, present := n.axes(13, 1)
	if !present {
		n.failField(field, "is missing, want the new dimensions")
	}
	if n.err != nil {
		return nil, false
	}
	if len(dims)+len(axes) > onnxpb.MaxDims {
		n.failField(field, "makes %d dimensions, want at most %d", len(dims)+len(axes), onnxpb.MaxDims)
		return nil, false
	}
	out := make([]int, len(dims)+len(axes))
	isNew := make([]bool, len(out))
	for _, a := range axes {
		i := n.axis(field, a, len(out))
		if n.err == nil && isNew[i] {
			n.failField(field, "has %d twice", a)
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
