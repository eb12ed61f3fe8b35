package onnx

import "steady/core/nn"

// batched is a value and the position of the batch in its ONNX shape, which transformers move: dimension axis is
// outer·N·inner. The network's value has no batch: its dimension is outer·inner, or does not exist if that is 1. If axis is
// -1 there is no batch: the file is for one image only and every dimension belongs to the image.
type batched struct {
	nn.Value
	axis, outer, inner int
}

// batchFirst returns a value whose batch is its first dimension.
func batchFirst(v nn.Value) batched { return batched{v, 0, 1, 1} }

// unbatched returns a value without a batch.
func unbatched(v nn.Value) batched { return batched{v, -1, 1, 1} }

// merged reports whether the batch shares its dimension with others.
func (p batched) merged() bool { return p.outer*p.inner != 1 }

// onnxShape returns the dimensions in the ONNX file, with the batch.
func (r *reader) onnxShape(p batched) []int64 {
	s := r.shapes[p.Value]
	full := make([]int64, 0, len(s)+1)
	for _, d := range s {
		full = append(full, int64(d))
	}
	switch {
	case p.axis < 0:
	case p.merged():
		full[p.axis] = batchTimes(int64(p.outer * p.inner))
	default:
		full = append(full, 0)
		copy(full[p.axis+1:], full[p.axis:])
		full[p.axis] = batchDim
	}
	return full
}

// rank returns the number of dimensions in the ONNX file, with the batch.
func (r *reader) rank(p batched) int {
	if rank := len(r.shapes[p.Value]); p.axis < 0 || p.merged() {
		return rank
	}
	return len(r.shapes[p.Value]) + 1
}

// batchedInput returns input i, which must be computed from the image.
func (n *node) batchedInput(i int) batched {
	if n.err != nil {
		return batchFirst(0)
	}
	if !n.has(i) {
		n.failField(n.inputField(i), "is missing, want a value computed from the network's input")
		return batchFirst(0)
	}
	v, ok := n.r.values[n.Inputs[i]]
	if !ok {
		what := "is an output that only training uses"
		if n.isConstant(i) {
			what = "is a constant"
		}
		n.failField(n.inputField(i), "%s, want a value computed from the network's input", what)
		return batchFirst(0)
	}
	return v
}

// imageInput returns input i with its batch first, and its shape without the batch.
func (n *node) imageInput(i int) (nn.Value, nn.Shape) {
	p := n.withBatchFirst(n.batchedInput(i))
	if n.err == nil && (p.axis != 0 || p.merged()) {
		n.failField(n.inputField(i), "has shape %v, want the batch N as the first dimension", formatDims(n.r.onnxShape(p)))
	}
	if n.err != nil {
		return 0, nil
	}
	return p.Value, n.r.shapes[p.Value]
}

// withBatchFirst returns a value of a file for one image whose first dimension is 1 as one whose batch is that dimension, and
// others unchanged.
func (n *node) withBatchFirst(p batched) batched {
	if n.r.batch == 1 && p.axis > 0 {
		p = n.withoutBatch(p)
	}
	if s := n.r.shapes[p.Value]; n.err == nil && p.axis < 0 && len(s) > 1 && s[0] == 1 {
		return batchFirst(n.addLayer(n.title+".image", &nn.Reshape{Shape: s[1:]}, p.Value))
	}
	return p
}

// withoutBatch returns a value of a file for one image as one without a batch.
func (n *node) withoutBatch(p batched) batched {
	if n.err != nil || p.axis < 0 {
		return p
	}
	if p.merged() {
		return unbatched(p.Value)
	}
	s := n.r.shapes[p.Value]
	shape := make(nn.Shape, 0, len(s)+1)
	shape = append(append(append(shape, s[:p.axis]...), 1), s[p.axis:]...)
	return unbatched(n.addLayer(n.title+".whole", &nn.Reshape{Shape: shape}, p.Value))
}

// withAxis returns a value of a file for one image whose given axis is the batch as one without a batch, which nodes may then
// work on, and others unchanged.
func (n *node) withAxis(p batched, axis int64) batched {
	if rank := int64(n.r.rank(p)); n.r.batch == 1 && p.axis >= 0 && (axis == int64(p.axis) || axis+rank == int64(p.axis)) {
		return n.withoutBatch(p)
	}
	return p
}

// imageAxis checks an axis of a value's ONNX shape and returns it as one of the shape without the batch.
func (n *node) imageAxis(field string, axis int64, p batched) int {
	a := n.axis(field, axis, n.r.rank(p))
	if n.err == nil && a == p.axis {
		n.failField(field, "is %d, the batch, want another axis", axis)
		return 0
	}
	return p.imageAxis(a)
}

// imageAxis returns an axis of the ONNX shape that is not the batch as one of the shape without the batch.
func (p batched) imageAxis(axis int) int {
	if p.axis >= 0 && !p.merged() && axis > p.axis {
		return axis - 1
	}
	return axis
}

// alignBatches returns two values with the same number of dimensions and the batch at the same position, aligned from the
// last dimension on, as ONNX broadcasts.
func (n *node) alignBatches(a, b batched) (batched, batched) {
	if n.err != nil {
		return a, b
	}
	rank := max(n.r.rank(a), n.r.rank(b))
	fits := func() bool {
		return a.axis-n.r.rank(a) == b.axis-n.r.rank(b) && (a.axis < 0) == (b.axis < 0) && a.outer == b.outer &&
			a.inner == b.inner
	}
	if !fits() && n.r.batch == 1 {
		a, b = n.withoutBatch(a), n.withoutBatch(b)
		if n.err != nil {
			return a, b
		}
		rank = max(n.r.rank(a), n.r.rank(b))
	} else if !fits() {
		n.fail("combines values of shapes %v and %v, want the batch at the same position", formatDims(n.r.onnxShape(a)),
			formatDims(n.r.onnxShape(b)))
		return a, b
	}
	return n.withRank(a, rank), n.withRank(b, rank)
}

// withRank returns a value with dimensions of 1 inserted before the others, up to the given rank.
func (n *node) withRank(p batched, rank int) batched {
	missing := rank - n.r.rank(p)
	if n.err != nil || missing <= 0 {
		return p
	}
	shape := make(nn.Shape, 0, rank)
	for range missing {
		shape = append(shape, 1)
	}
	p.Value = n.addLayer(n.title+".wide", &nn.Reshape{Shape: append(shape, n.r.shapes[p.Value]...)}, p.Value)
	if p.axis >= 0 {
		p.axis += missing
	}
	return p
}
