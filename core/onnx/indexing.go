package onnx

import (
	"fmt"
	"math"
	"slices"

	"steady/core/nn"
	"steady/core/onnx/internal/onnxpb"
)

// sliceSpec selects count elements of an axis, from start on, step apart.
type sliceSpec struct{ start, step, count int }

// sliceSpecs returns what the node, a Slice, selects of the axes of the given sizes. Of the batch it must be everything.
func (n *node) sliceSpecs(sizes []int64) map[int]sliceSpec {
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
		n.fail("has %d starts, %d ends, %d axes and %d steps, want as many of each", len(starts), len(ends), len(axes),
			len(by))
		return nil
	}
	out := map[int]sliceSpec{}
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
				n.fail("takes a part of the batch, want all of it")
				return nil
			}
			continue
		}
		if step == 0 || !isPlain(step) || isBatch(starts[i]) || isBatch(ends[i]) {
			n.fail("goes from %v to %v by steps of %d, want numbers that do not depend on the batch and another step than 0",
				formatDims(starts[i : i+1])[0], formatDims(ends[i : i+1])[0], step)
			return nil
		}
		size := sizes[axis]
		from, to := starts[i], ends[i]
		if from < 0 {
			from += size
		}
		if to < 0 {
			to = max(to, -size-1) + size // at least -1, before the first element
		}
		c := sliceSpec{step: int(step)}
		if step > 0 {
			from, to = min(max(from, 0), size), min(max(to, 0), size)
			c.count = int(max(to-from+step-1, 0) / step)
		} else {
			from, to = min(max(from, 0), size-1), min(max(to, -1), size-1)
			c.count = int(max(from-to-step-1, 0) / -step)
		}
		c.start = int(max(from, 0))
		out[axis] = c
	}
	return out
}

// slice implements Slice.
func (n *node) slice() {
	p := n.batchedInput(0)
	if n.err != nil {
		return
	}
	specs := n.sliceSpecs(n.r.onnxShape(p))
	if n.err != nil {
		return
	}
	inImage := map[int]sliceSpec{}
	for axis, c := range specs {
		inImage[p.imageAxis(axis)] = c
	}
	p.Value = n.addSlice(n.title, p.Value, inImage)
	n.setOutput(0, p)
}

// addSlice appends a Slice of the given axes of a value, unless it would select everything, and returns its value.
func (n *node) addSlice(name string, v nn.Value, specs map[int]sliceSpec) nn.Value {
	s := n.r.shapes[v]
	o := &nn.Slice{Start: make([]int, len(s)), Step: make([]int, len(s)), Shape: slices.Clone(s)}
	whole := true
	for i, d := range s {
		o.Step[i] = 1
		if c, ok := specs[i]; ok {
			o.Start[i], o.Step[i], o.Shape[i] = c.start, c.step, c.count
			whole = whole && c == sliceSpec{0, 1, d}
		}
	}
	if whole {
		return v
	}
	return n.addLayer(name, o, v)
}

// split implements Split.
func (n *node) split() {
	p := n.batchedInput(0)
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
		n.fail("has %d parts for %d outputs, want as many", len(parts), len(n.Outputs))
	}
	from := 0
	for i, part := range parts {
		if n.err != nil {
			return
		}
		if part < 1 || part > int64(size-from) {
			n.fail("splits axis %d of %d elements into %v, want positive parts with that sum", axis, size, parts)
			return
		}
		out := p
		out.Value = n.addSlice(fmt.Sprintf("%s.%d", n.title, i), p.Value, map[int]sliceSpec{axis: {from, 1, int(part)}})
		n.setOutput(i, out)
		from += int(part)
	}
}

// maxGatherRuns bounds the slices that a Gather is made of.
const maxGatherRuns = 64

// gather implements Gather at constant indices: slices of evenly spaced elements, concatenated.
func (n *node) gather() {
	p, at := n.batchedInput(0), n.constantOfBatch(1)
	if n.err != nil {
		return
	}
	if !at.isInt || len(at.ints) == 0 || n.r.rank(p)+len(at.dims) > onnxpb.MaxDims {
		n.failField(n.inputField(1), "has dimensions %v, want integers, and at least one", at.dims)
		return
	}
	var axis int
	if at.ofBatch { // each image takes elements of its own
		axis = n.axis("attribute axis", n.int("axis", 0), n.r.rank(p))
		if n.err == nil && (axis != p.axis || !p.merged() || p.outer != 1 || int64(p.inner) != at.step) {
			n.failField(n.inputField(1), "takes elements of several images, or of the batch in another order, which is not supported")
		}
	} else {
		p = n.withAxis(p, n.int("axis", 0))
		axis = n.imageAxis("attribute axis", n.int("axis", 0), p)
	}
	if n.err != nil {
		return
	}
	shape := n.r.shapes[p.Value]
	var runs []sliceSpec
	for _, j := range at.ints {
		i := n.axis(n.inputField(1), j, shape[axis])
		if last := len(runs) - 1; last >= 0 && (runs[last].count == 1 || i == runs[last].start+runs[last].count*runs[last].step) {
			if runs[last].count == 1 {
				runs[last].step = i - runs[last].start
			}
			runs[last].count++
			continue
		}
		if runs = append(runs, sliceSpec{i, 1, 1}); len(runs) > maxGatherRuns {
			n.failField(n.inputField(1), "selects elements in more than %d evenly spaced pieces, which is not supported",
				maxGatherRuns)
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
		parts = append(parts, n.addSlice(name, p.Value, map[int]sliceSpec{axis: c}))
	}
	out := p
	out.Value = parts[0]
	if len(parts) > 1 {
		out.Value = n.addLayer(n.title, &nn.Concat{Axis: axis}, parts...)
	}
	if at.ofBatch {
		dims := slices.Concat(n.r.shapes[out.Value][:axis], at.dims, n.r.shapes[out.Value][axis+1:])
		dims[axis+at.batch] = 0
		n.setUnitDims(batchFirst(out.Value), dims)
		return
	}
	if n.err != nil || len(at.dims) == 1 {
		n.setOutput(0, out)
		return
	}
	dims := dimsWithoutBatch(n.r.onnxShape(out)) // the dimensions of the indices replace the one that they select from
	full := axis
	if p.axis >= 0 && !p.merged() && axis >= p.axis {
		full++
	}
	if out.axis > full {
		out.axis += len(at.dims) - 1
	}
	n.setUnitDims(out, slices.Concat(dims[:full], at.dims, dims[full+1:]))
}

// tile implements Tile: each axis becomes two, of which the first repeats.
func (n *node) tile() {
	p, repeats := n.batchedInput(0), n.ints(1)
	if n.err != nil {
		return
	}
	full := n.r.onnxShape(p)
	if len(repeats) != len(full) {
		n.failField(n.inputField(1), "has %d numbers for a value of shape %v, want as many", len(repeats), formatDims(full))
		return
	}
	for i, times := range repeats {
		if times == 1 {
			continue
		}
		axis := n.imageAxis(n.inputField(1), int64(i), p)
		if n.err == nil && (times < 1 || times > maxExtent) {
			n.failField(n.inputField(1), "is %v, want positive numbers that do not depend on the batch", formatDims(repeats))
		}
		if n.err != nil {
			return
		}
		s := n.r.shapes[p.Value]
		name := fmt.Sprintf("%s.%d", n.title, i)
		v := n.addLayer(name+".wide", &nn.Reshape{Shape: nn.Shape{s[:axis].Size(), 1, s[axis:].Size()}}, p.Value)
		v = n.addSlice(name+".repeated", v, map[int]sliceSpec{1: {0, 0, int(times)}})
		shape := slices.Clone(s)
		if int64(shape[axis])*times > nn.MaxElements {
			n.fail("makes %d×%d elements of an axis, which is too large", times, shape[axis])
			return
		}
		shape[axis] *= int(times)
		p.Value = n.addLayer(name, &nn.Reshape{Shape: shape}, v)
	}
	n.setOutput(0, p)
}

// blocks returns the shape of an image input and the blocksize of SpaceToDepth and DepthToSpace.
func (n *node) blocks() (x nn.Value, s nn.Shape, size int) {
	x, s = n.imageInput(0)
	b := n.int("blocksize", 0)
	if n.err == nil && (len(s) != 3 || b < 1 || b > 1<<15) {
		n.fail("has blocks of %d for a value of shape %v, want an image and positive blocks", b, s)
	}
	return x, s, int(b)
}

// spaceToDepth implements SpaceToDepth: the elements of each block of pixels become channels.
func (n *node) spaceToDepth() {
	x, s, b := n.blocks()
	if n.err == nil && (s[1]%b != 0 || s[2]%b != 0) {
		n.failField("attribute blocksize", "is %d for a value of shape %v, want a divisor of rows and columns", b, s)
	}
	if n.err != nil {
		return
	}
	perm := []int{2, 4, 0, 1, 3}
	switch mode := n.text("mode", "DCR"); mode {
	case "DCR":
	case "CRD":
		perm = []int{0, 2, 4, 1, 3}
	default:
		n.failField("attribute mode", "is %q, valid: DCR, CRD", onnxpb.Abbreviate(mode))
		return
	}
	v := n.addLayer(n.title+".blocks", &nn.Reshape{Shape: nn.Shape{s[0], s[1] / b, b, s[2] / b, b}}, x)
	v = n.addLayer(n.title+".turned", &nn.Transpose{Perm: perm}, v)
	n.setImageOutput(n.addLayer(n.title, &nn.Reshape{Shape: nn.Shape{s[0] * b * b, s[1] / b, s[2] / b}}, v))
}

// depthToSpace implements DepthToSpace: channels become the elements of blocks of pixels.
func (n *node) depthToSpace() {
	x, s, b := n.blocks()
	if n.err == nil && s[0]%(b*b) != 0 {
		n.failField("attribute blocksize", "is %d for %d channels, want one whose square divides them", b, s[0])
	}
	if n.err != nil {
		return
	}
	c := s[0] / (b * b)
	wide, perm := nn.Shape{b, b, c, s[1], s[2]}, []int{2, 3, 0, 4, 1}
	switch mode := n.text("mode", "DCR"); mode {
	case "DCR":
	case "CRD":
		wide, perm = nn.Shape{c, b, b, s[1], s[2]}, []int{0, 3, 1, 4, 2}
	default:
		n.failField("attribute mode", "is %q, valid: DCR, CRD", onnxpb.Abbreviate(mode))
	}
	v := n.addLayer(n.title+".blocks", &nn.Reshape{Shape: wide}, x)
	v = n.addLayer(n.title+".turned", &nn.Transpose{Perm: perm}, v)
	n.setImageOutput(n.addLayer(n.title, &nn.Reshape{Shape: nn.Shape{c, s[1] * b, s[2] * b}}, v))
}
