package onnx

import (
	"fmt"
	"math"
	"slices"

	"steady/core/nn"
	"steady/core/onnx/internal/onnxpb"
)

// cut is what a Slice takes of an axis: count elements from one on by steps.
type cut struct{ from, step, count int }

// cuts gives what the node, a Slice, takes of each axis of the given sizes. The batch can only be taken whole.
func (n *node) cuts(sizes []int64) map[int]cut {
	get := func(input int, name string) []int64 {
		if n.r.opset < 10 {
			if a := n.attribute(name, onnxpb.AttributeInts); a != nil {
				return a.Ints
			}
			return nil
		}
		if !n.has(input) {
			return nil
		}
		return n.ints(input)
	}
	starts, ends, axes, by := get(1, "starts"), get(2, "ends"), get(3, "axes"), get(4, "steps")
	if n.err != nil {
		return nil
	}
	if len(starts) != len(ends) || axes != nil && len(axes) != len(starts) || by != nil && len(by) != len(starts) {
		n.failNode("has %d starts, %d ends, %d axes and %d steps, want as many of each", len(starts), len(ends), len(axes),
			len(by))
		return nil
	}
	out := map[int]cut{}
	for i := range starts {
		a, step := int64(i), int64(1)
		if axes != nil {
			a = axes[i]
		}
		if by != nil {
			step = by[i]
		}
		axis := n.axis("axes", a, len(sizes))
		if n.err != nil {
			return nil
		}
		if isBatch(sizes[axis]) {
			if starts[i] != 0 || step != 1 || ends[i] < math.MaxInt32 && ends[i] != sizes[axis] && ends[i] != n.r.batch {
				n.failNode("takes a part of the batch, want all of it")
				return nil
			}
			continue
		}
		if step == 0 || !small(step) || isBatch(starts[i]) || isBatch(ends[i]) {
			n.failNode("goes from %v to %v by steps of %d, want numbers that are known and another step than 0",
				given(starts[i : i+1])[0], given(ends[i : i+1])[0], step)
			return nil
		}
		size := sizes[axis]
		from, to := starts[i], ends[i]
		if from < 0 {
			from += size
		}
		if to < 0 {
			to = max(to, -size-1) + size // a far end lies before the first element
		}
		c := cut{step: int(step)}
		if step > 0 {
			from, to = min(max(from, 0), size), min(max(to, 0), size)
			c.count = int(max(to-from+step-1, 0) / step)
		} else {
			from, to = min(max(from, 0), size-1), min(max(to, -1), size-1)
			c.count = int(max(from-to-step-1, 0) / -step)
		}
		c.from = int(max(from, 0))
		out[axis] = c
	}
	return out
}

// slice takes a part of a value.
func (n *node) slice() {
	p := n.placed(0)
	if n.err != nil {
		return
	}
	cuts := n.cuts(n.r.full(p))
	if n.err != nil {
		return
	}
	inImage := map[int]cut{}
	for axis, c := range cuts {
		inImage[p.inImage(axis)] = c
	}
	p.Value = n.taken(n.title, p.Value, inImage)
	n.makesPlaced(0, p)
}

// taken adds a Slice of the axes of a value that are cut, if any is.
func (n *node) taken(name string, v nn.Value, cuts map[int]cut) nn.Value {
	s := n.r.shapes[v]
	o := &nn.Slice{Start: make([]int, len(s)), Step: make([]int, len(s)), Shape: slices.Clone(s)}
	whole := true
	for i, d := range s {
		o.Step[i] = 1
		if c, ok := cuts[i]; ok {
			o.Start[i], o.Step[i], o.Shape[i] = c.from, c.step, c.count
			whole = whole && c == cut{0, 1, d}
		}
	}
	if whole {
		return v
	}
	return n.layer(name, o, v)
}

// split cuts a value into parts along an axis.
func (n *node) split() {
	p := n.placed(0)
	if n.err != nil {
		return
	}
	axis := n.imageAxis("attribute axis", n.int("axis", 0), p)
	if n.err != nil {
		return
	}
	size := n.r.shapes[p.Value][axis]
	var parts []int64
	switch a := n.attribute("split", onnxpb.AttributeInts); {
	case a != nil:
		parts = a.Ints
	case n.r.opset >= 13 && n.has(1):
		parts = n.ints(1)
	default: // equal parts, the last one smaller
		part := (size + len(n.Outputs) - 1) / len(n.Outputs)
		for i := range n.Outputs {
			parts = append(parts, int64(min(part, size-i*part)))
		}
	}
	if n.err == nil && len(parts) != len(n.Outputs) {
		n.failNode("has %d parts for %d outputs, want as many", len(parts), len(n.Outputs))
	}
	from := 0
	for i, part := range parts {
		if n.err != nil {
			return
		}
		if part < 1 || part > int64(size-from) {
			n.failNode("cuts axis %d of %d elements into %v, want parts that make it up", axis, size, parts)
			return
		}
		out := p
		out.Value = n.taken(fmt.Sprintf("%s.%d", n.title, i), p.Value, map[int]cut{axis: {from, 1, int(part)}})
		n.makesPlaced(i, out)
		from += int(part)
	}
}

// maxRuns bounds the pieces that a Gather may be made of.
const maxRuns = 64

// gather picks elements of a value along an axis: runs of them, joined.
func (n *node) gather() {
	p, at := n.placed(0), n.constant(1)
	if n.err != nil {
		return
	}
	if !at.isInt || len(at.dims) > 1 || len(at.ints) == 0 {
		n.fail(n.inputField(1), "has dimensions %v, want a list of integers or one", at.dims)
		return
	}
	axis := n.imageAxis("attribute axis", n.int("axis", 0), p)
	if n.err != nil {
		return
	}
	shape := n.r.shapes[p.Value]
	var runs []cut
	for _, j := range at.ints {
		i := n.axis(n.inputField(1), j, shape[axis])
		if last := len(runs) - 1; last >= 0 && (runs[last].count == 1 || i == runs[last].from+runs[last].count*runs[last].step) {
			if runs[last].count == 1 {
				runs[last].step = i - runs[last].from
			}
			runs[last].count++
			continue
		}
		if runs = append(runs, cut{i, 1, 1}); len(runs) > maxRuns {
			n.fail(n.inputField(1), "picks elements in more than %d pieces, which is not supported", maxRuns)
		}
		if n.err != nil {
			return
		}
	}
	if n.err != nil {
		return
	}
	var parts []nn.Value
	for i, c := range runs {
		name := n.title
		if len(runs) > 1 {
			name = fmt.Sprintf("%s.%d", n.title, i)
		}
		parts = append(parts, n.taken(name, p.Value, map[int]cut{axis: c}))
	}
	out := p
	out.Value = parts[0]
	if len(parts) > 1 {
		out.Value = n.layer(n.title, &nn.Concat{Axis: axis}, parts...)
	}
	if n.err != nil || len(at.dims) > 0 {
		n.makesPlaced(0, out)
		return
	}
	dims := marked(n.r.full(out)) // one number takes its dimension away
	full := axis
	if p.axis >= 0 && !p.joined() && axis >= p.axis {
		full++
	}
	n.changed(out, without(dims, full))
}

// concat joins values, and constants that are the same for every image.
func (n *node) concat() {
	var like placed // a value, whose place of the batch the constants get
	found := false
	for i := range n.Inputs {
		if !n.isConstant(i) {
			like, found = n.placed(i), true
			break
		}
	}
	if n.err != nil || !found {
		n.failNode("has no inputs, want at least 1")
		return
	}
	in := make([]placed, len(n.Inputs))
	for i := range in {
		if n.isConstant(i) {
			in[i] = n.constantLike(i, like)
		} else {
			in[i] = n.placed(i)
		}
		if n.err == nil && n.r.rank(in[i]) != n.r.rank(like) {
			n.fail(n.inputField(i), "has %d dimensions, want %d", n.r.rank(in[i]), n.r.rank(like))
		}
		if n.err != nil {
			return
		}
		like, in[i] = n.aligned(like, in[i])
	}
	for i := range in { // like may have lost its batch on the way
		_, in[i] = n.aligned(like, in[i])
	}
	out := in[0]
	axis := n.imageAxis("attribute axis", n.int("axis", 1), out)
	values := make([]nn.Value, len(in))
	for i := range in {
		values[i] = in[i].Value
	}
	out.Value = n.layer(n.title, &nn.Concat{Axis: axis}, values...)
	n.makesPlaced(0, out)
}

// constantLike gives the constant input i as a value whose batch is where that of another value of as many dimensions
// is.
func (n *node) constantLike(i int, like placed) placed {
	t := n.floats(i)
	if t == nil {
		return like
	}
	dims := t.dims
	if missing := n.r.rank(like) - len(dims); missing > 0 {
		dims = append(slices.Repeat([]int{1}, missing), dims...)
	}
	if like.axis < 0 || like.axis >= len(dims) {
		return whole(n.layer(n.title+".constant", &nn.Constant{Value: n.constantParam(t, dims)}))
	}
	t, dims = n.perImage(t, dims, like.axis, n.inputField(i))
	if n.err != nil {
		return like
	}
	if !like.joined() {
		dims = without(dims, like.axis)
	}
	v := n.layer(n.title+".constant", &nn.Constant{Value: n.constantParam(t, dims)})
	return placed{v, like.axis, like.outer, like.inner}
}

// perImage gives a constant's share of one image where its dimension axis is that of the batch: 1, or the number that the
// file has for the batch with the same elements for each image.
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
		n.fail(field, "has dimensions %v, want 1 for dimension %d, the batch", dims, axis)
		return t, dims
	}
	one := t.view(append(slices.Clone(dims[:axis]), append([]int{1}, dims[axis+1:]...)...))
	one.floats = one.floats[:inner]
	return one, one.dims
}

// expand repeats dimensions of 1 of a value.
func (n *node) expand() {
	p, target := n.placed(0), n.ints(1)
	if n.err != nil {
		return
	}
	if len(target) > onnxpb.MaxDims {
		n.fail(n.inputField(1), "has %d numbers, want at most %d", len(target), onnxpb.MaxDims)
		return
	}
	p = n.widened(p, len(target))
	if n.err != nil {
		return
	}
	full, cuts := n.r.full(p), map[int]cut{}
	for i, d := range target {
		axis := len(full) - len(target) + i
		switch size := full[axis]; {
		case d == size || d == 1 || isBatch(size) && d == n.r.batch:
		case size == 1 && d > 0 && d <= maxExtent:
			cuts[p.inImage(axis)] = cut{0, 0, int(d)}
		default:
			n.fail(n.inputField(1), "is %v for a value of shape %v, want the same dimensions where it has not 1",
				given(target), given(full))
			return
		}
	}
	p.Value = n.taken(n.title, p.Value, cuts)
	n.makesPlaced(0, p)
}

// pad puts constants, or for the mode reflect the mirrored elements, around a value.
func (n *node) pad() {
	p := n.placed(0)
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
		n.failNode("has %d pads for %d axes, want two for each", len(pads), len(axes))
		return
	}
	size := len(n.r.shapes[p.Value])
	before, after := make([]int64, size), make([]int64, size)
	for i, a := range axes {
		b, e := pads[i], pads[len(axes)+i]
		if !small(b) || !small(e) {
			n.failNode("has pads %v, want numbers that are known", given(pads))
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
	cuts := map[int]cut{} // negative pads take elements away
	for i, d := range n.r.shapes[p.Value] {
		from, to := max(-before[i], 0), int64(d)-max(-after[i], 0)
		cuts[i] = cut{int(from), 1, int(max(to-from, 0))}
	}
	p.Value = n.taken(n.title+".part", p.Value, cuts)
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
		p.Value = n.layer(n.title, o, p.Value)
	case "reflect", "edge":
		for axis := range size {
			p.Value = n.mirrored(p.Value, axis, o.Before[axis], o.After[axis], mode == "edge")
		}
	default:
		n.fail("attribute mode", "is %q, want constant, reflect or edge", onnxpb.Abbreviate(mode))
	}
	n.makesPlaced(0, p)
}

// mirrored puts the elements of an axis in reverse order, or its first and last one, before and after it.
func (n *node) mirrored(v nn.Value, axis, before, after int, edge bool) nn.Value {
	if n.err != nil || before == 0 && after == 0 {
		return v
	}
	size := n.r.shapes[v][axis]
	if max(before, after) >= size && !edge {
		n.failNode("reflects %d and %d elements of an axis of %d, want fewer", before, after, size)
		return v
	}
	var parts []nn.Value
	name := fmt.Sprintf("%s.%d", n.title, axis)
	first, last := cut{before, -1, before}, cut{size - 2, -1, after}
	if edge {
		first, last = cut{0, 0, before}, cut{size - 1, 0, after}
	}
	if before > 0 {
		parts = append(parts, n.taken(name+".before", v, map[int]cut{axis: first}))
	}
	parts = append(parts, v)
	if after > 0 {
		parts = append(parts, n.taken(name+".after", v, map[int]cut{axis: last}))
	}
	return n.layer(name, &nn.Concat{Axis: axis}, parts...)
}
