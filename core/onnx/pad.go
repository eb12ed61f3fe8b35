package onnx

import (
	"fmt"

	"steady/core/nn"
	"steady/core/onnx/internal/onnxpb"
)

// pad implements Pad with a constant, mirrored elements (reflect) or the outermost ones (edge). Negative pads remove
// elements.
func (n *node) pad() {
	p := n.batchedInput(0)
	var pads, axes []int64
	value := float32(0)
	if n.r.opset < 11 {
		if a := n.attribute("pads", onnxpb.AttributeInts); a != nil {
			pads = a.Ints
		}
		value = n.float("value", 0)
	} else {
		pads, value = n.ints(1), n.scalar(2, 0)
		if n.has(3) {
			axes = n.ints(3)
		}
	}
	if n.err != nil {
		return
	}
	rank := n.r.rank(p)
	if axes == nil {
		for i := range rank {
			axes = append(axes, int64(i))
		}
	}
	if len(pads) != 2*len(axes) {
		n.fail("has %d pads for %d axes, want two for each", len(pads), len(axes))
		return
	}
	size := len(n.r.shapes[p.Value])
	before, after := make([]int64, size), make([]int64, size)
	for i, a := range axes {
		b, e := pads[i], pads[len(axes)+i]
		if !isPlain(b) || !isPlain(e) {
			n.fail("has pads %v, want numbers that do not depend on the batch", formatDims(pads))
			return
		}
		if b == 0 && e == 0 {
			continue
		}
		axis := n.imageAxis("axes", a, p)
		if n.err != nil {
			return
		}
		before[axis], after[axis] = b, e
	}
	specs := map[int]sliceSpec{} // for negative pads
	for i, d := range n.r.shapes[p.Value] {
		from, to := max(-before[i], 0), int64(d)-max(-after[i], 0)
		specs[i] = sliceSpec{int(from), 1, int(max(to-from, 0))}
	}
	p.Value = n.addSlice(n.title+".part", p.Value, specs)
	o := &nn.Pad{Before: make([]int, size), After: make([]int, size), Value: value}
	pads = nil
	for i := range size {
		o.Before[i], o.After[i] = int(max(before[i], 0)), int(max(after[i], 0))
	}
	if n.err != nil {
		return
	}
	switch mode := n.text("mode", "constant"); mode {
	case "constant":
		p.Value = n.addLayer(n.title, o, p.Value)
	case "reflect", "edge":
		for axis := range size {
			p.Value = n.addMirrored(p.Value, axis, o.Before[axis], o.After[axis], mode == "edge")
		}
	default:
		n.failField("attribute mode", "is %q, valid: constant, reflect, edge", onnxpb.Abbreviate(mode))
	}
	n.setOutput(0, p)
}

// addMirrored appends layers that pad an axis with its elements in reverse order or, for edge, with its first and last one.
func (n *node) addMirrored(v nn.Value, axis, before, after int, edge bool) nn.Value {
	if n.err != nil || before == 0 && after == 0 {
		return v
	}
	size := n.r.shapes[v][axis]
	if max(before, after) >= size && !edge {
		n.fail("reflects %d and %d elements of an axis of %d, want fewer", before, after, size)
		return v
	}
	var parts []nn.Value
	name := fmt.Sprintf("%s.%d", n.title, axis)
	first, last := sliceSpec{before, -1, before}, sliceSpec{size - 2, -1, after}
	if edge {
		first, last = sliceSpec{0, 0, before}, sliceSpec{size - 1, 0, after}
	}
	if before > 0 {
		parts = append(parts, n.addSlice(name+".before", v, map[int]sliceSpec{axis: first}))
	}
	parts = append(parts, v)
	if after > 0 {
		parts = append(parts, n.addSlice(name+".after", v, map[int]sliceSpec{axis: last}))
	}
	return n.addLayer(name, &nn.Concat{Axis: axis}, parts...)
}
