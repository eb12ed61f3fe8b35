package onnx

import (
	"slices"

	"steady/core/nn"
	"steady/core/onnx/internal/onnxpb"
)

// concat implements Concat for values, and constants that are the same for every image.
func (n *node) concat() {
	var like batched // a value, whose batch position the constants get
	found := false
	for i := range n.Inputs {
		if !n.isConstant(i) {
			like, found = n.batchedInput(i), true
			break
		}
	}
	if n.err != nil || !found {
		n.fail("has no inputs, want at least 1")
		return
	}
	in := make([]batched, len(n.Inputs))
	for i := range in {
		if n.isConstant(i) {
			in[i] = n.constantLike(i, like)
		} else {
			in[i] = n.batchedInput(i)
		}
		if n.err == nil && n.r.rank(in[i]) != n.r.rank(like) {
			n.failField(n.inputField(i), "has %d dimensions, want %d", n.r.rank(in[i]), n.r.rank(like))
		}
		if n.err != nil {
			return
		}
		like, in[i] = n.alignBatches(like, in[i])
	}
	for i := range in { // like may have lost its batch meanwhile
		_, in[i] = n.alignBatches(like, in[i])
	}
	out := in[0]
	axis := n.imageAxis("attribute axis", n.int("axis", 1), out)
	values := make([]nn.Value, len(in))
	for i := range in {
		values[i] = in[i].Value
	}
	out.Value = n.addLayer(n.title, &nn.Concat{Axis: axis}, values...)
	n.setOutput(0, out)
}

// constantLike returns the constant input i as a value with its batch at the same position as that of another value.
func (n *node) constantLike(i int, like batched) batched {
	t := n.floats(i)
	if t == nil {
		return like
	}
	dims := t.dims
	if missing := n.r.rank(like) - len(dims); missing > 0 {
		dims = append(slices.Repeat([]int{1}, missing), dims...)
	}
	if like.axis < 0 || like.axis >= len(dims) {
		return unbatched(n.addLayer(n.title+".constant", &nn.Constant{Value: n.constantParam(t, dims, noTransform)}))
	}
	t, dims = n.perImage(t, dims, like.axis, n.inputField(i))
	if n.err != nil {
		return like
	}
	if !like.merged() {
		dims = removeDim(dims, like.axis)
	}
	v := n.addLayer(n.title+".constant", &nn.Constant{Value: n.constantParam(t, dims, noTransform)})
	return batched{v, like.axis, like.outer, like.inner}
}

// perImage returns the part of a constant that belongs to one image, where dimension axis is that of the batch: 1, or the
// batch size of the file with the same elements for each image.
func (n *node) perImage(t *tensor, dims []int, axis int, field string) (*tensor, []int) {
	if dims[axis] == 1 {
		return t, dims
	}
	outer, _ := sizeOf(dims[:axis])
	inner, _ := sizeOf(dims[axis+1:])
	same := dims[axis] > 1 && int64(dims[axis]) == n.r.batch && outer == 1 && !t.isInt
	for i := inner; same && i < len(t.floats); i++ {
		same = t.floats[i] == t.floats[i-inner]
	}
	if !same {
		n.failField(field, "has dimensions %v, want 1 for dimension %d, the batch", dims, axis)
		return t, dims
	}
	one := t.view(append(slices.Clone(dims[:axis]), append([]int{1}, dims[axis+1:]...)...))
	one.floats = one.floats[:inner]
	return one, one.dims
}

// alignConstant returns input i, the constant t that is broadcast with a value, and its dimensions, without that of the
// batch.
func (n *node) alignConstant(t *tensor, p batched, i int) (*tensor, []int) {
	at := len(t.dims) - n.r.rank(p) + p.axis
	if n.err != nil || p.axis < 0 || at < 0 {
		return t, t.dims
	}
	t, dims := n.perImage(t, t.dims, at, n.inputField(i))
	if !p.merged() {
		dims = removeDim(dims, at)
	}
	return t, dims
}

// expand implements Expand: it repeats dimensions of 1.
func (n *node) expand() {
	p, target := n.batchedInput(0), n.ints(1)
	if n.err != nil {
		return
	}
	if len(target) > onnxpb.MaxDims {
		n.failField(n.inputField(1), "has %d numbers, want at most %d", len(target), onnxpb.MaxDims)
		return
	}
	p = n.withRank(p, len(target))
	if n.err != nil {
		return
	}
	full, specs := n.r.onnxShape(p), map[int]sliceSpec{}
	for i, d := range target {
		axis := len(full) - len(target) + i
		switch size := full[axis]; {
		case d == size || d == 1 || isBatch(size) && d == n.r.batch:
		case size == 1 && d > 0 && d <= maxExtent:
			specs[p.imageAxis(axis)] = sliceSpec{0, 0, int(d)}
		default:
			n.failField(n.inputField(1), "is %v for a value of shape %v, want the same dimensions where it does not have 1",
				formatDims(target), formatDims(full))
			return
		}
	}
	p.Value = n.addSlice(n.title, p.Value, specs)
	n.setOutput(0, p)
}
