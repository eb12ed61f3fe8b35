package onnx

import (
	"slices"

	"steady/core/onnx/internal/onnxpb"
)

// foldGather implements Gather for constants.
func (n *node) foldGather() {
	t, at := n.constant(0), n.constant(1)
	if n.err != nil {
		return
	}
	if !at.isInt {
		n.failField(n.inputField(1), "is not a tensor of integers")
		return
	}
	axis := n.axis("attribute axis", n.int("axis", 0), len(t.dims))
	if n.err != nil {
		return
	}
	dims := append(append(append([]int{}, t.dims[:axis]...), at.dims...), t.dims[axis+1:]...)
	size, ok := sizeOf(dims)
	if len(dims) > onnxpb.MaxDims || !ok || !n.spend(size) {
		n.fail("makes a constant of dimensions %v, which is too large", dims)
		return
	}
	outer, _ := sizeOf(t.dims[:axis])
	inner, _ := sizeOf(t.dims[axis+1:])
	out := &tensor{name: n.Outputs[0], dims: dims, isInt: t.isInt}
	for o := range outer {
		for _, j := range at.ints {
			from := (o*t.dims[axis] + n.axis(n.inputField(1), j, t.dims[axis])) * inner
			if n.err != nil {
				return
			}
			if t.isInt {
				out.ints = append(out.ints, t.ints[from:from+inner]...)
			} else {
				out.floats = append(out.floats, t.floats[from:from+inner]...)
			}
		}
	}
	n.setConstant(out)
}

// foldSlice implements Slice for constants.
func (n *node) foldSlice() {
	t := n.constant(0)
	if t == nil {
		return
	}
	full := make([]int64, len(t.dims))
	for i, d := range t.dims {
		full[i] = int64(d)
	}
	specs := n.sliceSpecs(full)
	if n.err != nil {
		return
	}
	dims, by, at := slices.Clone(t.dims), strides(t.dims, t.dims), 0
	for axis, c := range specs {
		dims[axis] = c.count
		at += c.start * by[axis]
		by[axis] *= c.step
	}
	if size, _ := sizeOf(dims); n.spend(size) {
		n.setConstant(n.stridedCopy(t, dims, by, at))
	}
}

// foldConcat implements Concat for constants.
func (n *node) foldConcat() {
	t := n.constant(0)
	if t == nil {
		return
	}
	axis := n.axis("attribute axis", n.int("axis", 1), len(t.dims))
	if n.err != nil {
		return
	}
	outer, _ := sizeOf(t.dims[:axis])
	out := &tensor{name: n.Outputs[0], dims: slices.Clone(t.dims), isInt: t.isInt}
	out.dims[axis] = 0
	var parts []*tensor
	for i := range n.Inputs {
		p := n.constant(i)
		if p == nil || !n.spend(p.size()) {
			return
		}
		fits := len(p.dims) == len(t.dims) && p.isInt == t.isInt
		for j := 0; fits && j < len(p.dims); j++ {
			fits = j == axis || p.dims[j] == t.dims[j]
		}
		if !fits {
			n.failField(n.inputField(i), "has dimensions %v, want those of %v but for axis %d, and the same type", p.dims, t.dims,
				axis)
			return
		}
		out.dims[axis] += p.dims[axis]
		parts = append(parts, p)
	}
	for o := range outer {
		for _, p := range parts {
			run := p.size() / max(outer, 1)
			if t.isInt {
				out.ints = append(out.ints, p.ints[o*run:(o+1)*run]...)
			} else {
				out.floats = append(out.floats, p.floats[o*run:(o+1)*run]...)
			}
		}
	}
	n.setConstant(out)
}

// foldGatherND implements GatherND for constants.
func (n *node) foldGatherND() {
	t, at := n.constant(0), n.constant(1)
	if n.int("batch_dims", 0) != 0 {
		n.failField("attribute batch_dims", "is not 0, want 0")
	}
	if n.err != nil {
		return
	}
	depth := 0 // numbers of an index
	if last := len(at.dims) - 1; last >= 0 {
		depth = at.dims[last]
	}
	if !at.isInt || depth < 1 || depth > len(t.dims) {
		n.fail("takes elements of dimensions %v by indices of dimensions %v, want indices of at most as many numbers", t.dims, at.dims)
		return
	}
	block, _ := sizeOf(t.dims[depth:])
	out := &tensor{name: n.Outputs[0], dims: slices.Concat(at.dims[:len(at.dims)-1], t.dims[depth:]), isInt: t.isInt}
	if size, ok := sizeOf(out.dims); len(out.dims) > onnxpb.MaxDims || !ok || !n.spend(size) {
		n.fail("makes a constant of dimensions %v, which is too large", out.dims)
		return
	}
	for i := range len(at.ints) / depth {
		from := 0
		for j, x := range at.ints[i*depth:][:depth] {
			from = from*t.dims[j] + n.axis(n.inputField(1), x, t.dims[j])
		}
		if n.err != nil {
			return
		}
		if t.isInt {
			out.ints = append(out.ints, t.ints[from*block:][:block]...)
		} else {
			out.floats = append(out.floats, t.floats[from*block:][:block]...)
		}
	}
	n.setConstant(out)
}

// foldScatterND implements ScatterND for constants: a copy in which some elements, or blocks, are replaced.
func (n *node) foldScatterND() {
	t, at, updates := n.constant(0), n.constant(1), n.constant(2)
	if n.err != nil {
		return
	}
	if n.text("reduction", "none") != "none" {
		n.failField("attribute reduction", "is %q, want none", onnxpb.Abbreviate(n.text("reduction", "none")))
		return
	}
	depth := 0 // numbers of an index
	if last := len(at.dims) - 1; last >= 0 {
		depth = at.dims[last]
	}
	if !at.isInt || t.isInt != updates.isInt || depth < 1 || depth > len(t.dims) {
		n.fail("replaces elements of dimensions %v by indices of dimensions %v, want indices of at most as many numbers",
			t.dims, at.dims)
		return
	}
	block, _ := sizeOf(t.dims[depth:])
	if int64(len(at.ints)/depth)*int64(block) != int64(updates.size()) || !n.spend(t.size()) {
		n.failField(n.inputField(2), "has dimensions %v, want %d blocks of %v", updates.dims, len(at.ints)/depth, t.dims[depth:])
		return
	}
	out := &tensor{name: n.Outputs[0], dims: t.dims, isInt: t.isInt, floats: slices.Clone(t.floats), ints: slices.Clone(t.ints)}
	for i := range len(at.ints) / depth {
		to := 0
		for j, x := range at.ints[i*depth:][:depth] {
			to = to*t.dims[j] + n.axis(n.inputField(1), x, t.dims[j])
		}
		if n.err != nil {
			return
		}
		if t.isInt {
			copy(out.ints[to*block:], updates.ints[i*block:][:block])
		} else {
			copy(out.floats[to*block:], updates.floats[i*block:][:block])
		}
	}
	n.setConstant(out)
}
