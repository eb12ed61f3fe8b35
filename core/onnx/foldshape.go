package onnx

import (
	"math"
	"slices"

	"steady/core/nn"
	"steady/core/onnx/internal/onnxpb"
)

// foldTranspose implements Transpose for constants.
func (n *node) foldTranspose() {
	t := n.constant(0)
	if t == nil {
		return
	}
	perm := n.perm(len(t.dims))
	if n.err != nil || !n.spend(t.size()) {
		return
	}
	from, dims, by := strides(t.dims, t.dims), make([]int, len(perm)), make([]int, len(perm))
	for i, p := range perm {
		dims[i], by[i] = t.dims[p], from[p]
	}
	n.setConstant(n.stridedCopy(t, dims, by, 0))
}

// perm returns the permutation of a Transpose. Without the attribute the dimensions are reversed.
func (n *node) perm(rank int) []int {
	perm, seen := make([]int, rank), make([]bool, rank)
	for i := range perm {
		perm[i] = rank - 1 - i
	}
	a := n.attribute("perm", onnxpb.AttributeInts)
	if a == nil {
		return perm
	}
	ok := len(a.Ints) == rank
	for i := 0; ok && i < rank; i++ {
		p := a.Ints[i]
		if ok = p >= 0 && p < int64(rank) && !seen[p]; ok {
			perm[i], seen[p] = int(p), true
		}
	}
	if !ok {
		n.failField("attribute perm", "is %v, want each of 0 to %d once", a.Ints, rank-1)
	}
	return perm
}

// foldReshape implements Reshape for constants.
func (n *node) foldReshape() {
	t, target := n.constant(0), n.ints(1)
	copies := !n.flag("allowzero", false) // 0 copies the dimension of the input
	if n.err != nil {
		return
	}
	if len(target) > onnxpb.MaxDims {
		n.failField(n.inputField(1), "has %d numbers, want at most %d", len(target), onnxpb.MaxDims)
		return
	}
	dims := slices.Clone(target)
	for i, d := range dims {
		if d == 0 && copies && i < len(t.dims) {
			dims[i] = int64(t.dims[i])
		}
	}
	dims, ok := inferDim(dims, int64(t.size()))
	if !ok {
		n.failField(n.inputField(1), "is %v for a constant of dimensions %v, want one of %d elements", formatDims(target), t.dims,
			t.size())
		return
	}
	shape := make([]int, len(dims))
	for i, d := range dims {
		shape[i] = int(d)
	}
	n.setConstant(t.view(shape))
}

// foldFlatten implements Flatten for constants.
func (n *node) foldFlatten() {
	t := n.constant(0)
	if t == nil {
		return
	}
	axis := n.int("axis", 1)
	if axis < 0 {
		axis += int64(len(t.dims))
	}
	if axis < 0 || axis > int64(len(t.dims)) {
		n.failField("attribute axis", "is %d for dimensions %v, want %d to %d", axis, t.dims, -len(t.dims), len(t.dims))
		return
	}
	rows, _ := sizeOf(t.dims[:axis])
	columns, _ := sizeOf(t.dims[axis:])
	n.setConstant(t.view([]int{rows, columns}))
}

// foldSqueeze implements Squeeze for constants.
func (n *node) foldSqueeze() {
	axes, field, present := n.axes(13, 1)
	t := n.constant(0)
	if t == nil || n.err != nil {
		return
	}
	if dims, ok := n.squeezeDims(t.dims, axes, field, present); ok {
		n.setConstant(t.view(dims))
	}
}

// foldUnsqueeze implements Unsqueeze for constants.
func (n *node) foldUnsqueeze() {
	t := n.constantOfBatch(0)
	if t == nil || n.err != nil {
		return
	}
	from := slices.Clone(t.dims)
	if t.ofBatch {
		from[t.batch] = -1
	}
	if dims, ok := n.unsqueezeDims(from); ok {
		out := t.view(dims)
		if t.ofBatch {
			out.batch = slices.Index(dims, -1)
			dims[out.batch] = 1
		}
		n.setConstant(out)
	}
}

// foldExpand implements Expand for constants. If the shape has the batch, the constant becomes a value of the network.
func (n *node) foldExpand() {
	t, target := n.constant(0), n.ints(1)
	if n.err != nil {
		return
	}
	if len(target) > onnxpb.MaxDims {
		n.failField(n.inputField(1), "has %d numbers, want at most %d", len(target), onnxpb.MaxDims)
		return
	}
	dims, axis := make([]int, len(target)), -1
	for i, d := range target {
		if k, ok := batchMultiple(d); ok && k == 1 && axis < 0 {
			axis, d = i, 1
		}
		if d < 0 || d > maxExtent {
			n.failField(n.inputField(1), "is %v, want sizes and the batch once", formatDims(target))
			return
		}
		dims[i] = int(d)
	}
	out := n.broadcastDims(t, &tensor{dims: dims})
	if n.err != nil {
		return
	}
	wide := t
	if !slices.Equal(out, t.dims) {
		wide = n.stridedCopy(t, out, strides(t.dims, out), 0)
	}
	if axis >= 0 {
		axis += len(out) - len(dims)
	}
	n.finishExpand(wide, axis)
}

// foldTile implements Tile for constants. If the batch is among the repeats, the constant becomes a value of the network.
func (n *node) foldTile() {
	t, repeats := n.constant(0), n.ints(1)
	if n.err != nil {
		return
	}
	if len(repeats) != len(t.dims) || 2*len(repeats) > onnxpb.MaxDims {
		n.failField(n.inputField(1), "has %d numbers for dimensions %v, want as many, at most %d", len(repeats), t.dims,
			onnxpb.MaxDims/2)
		return
	}
	// Each axis becomes two: the repeats, and the elements.
	dims, by, out, axis := []int{}, []int{}, make([]int, len(repeats)), -1
	from := strides(t.dims, t.dims)
	for i, r := range repeats {
		if k, ok := batchMultiple(r); ok && k == 1 && axis < 0 && t.dims[i] == 1 {
			axis, r = i, 1
		}
		if r < 0 || r > maxExtent {
			n.failField(n.inputField(1), "is %v for dimensions %v, want sizes, and the batch where a dimension is 1",
				formatDims(repeats), t.dims)
			return
		}
		dims, by, out[i] = append(dims, int(r), t.dims[i]), append(by, 0, from[i]), int(r)*t.dims[i]
	}
	size, ok := sizeOf(dims)
	if !ok || !n.spend(size) {
		n.fail("makes a constant of dimensions %v, which is too large", out)
		return
	}
	n.finishExpand(n.stridedCopy(t, dims, by, 0).view(out), axis)
}

// finishExpand sets the output of an Expand or Tile of a constant. If axis is not -1, that dimension is the batch.
func (n *node) finishExpand(t *tensor, axis int) {
	if axis < 0 {
		n.setConstant(t)
		return
	}
	if t.isInt && t.dims[axis] == 1 {
		c := t.view(t.dims)
		c.ofBatch, c.batch = true, axis
		n.setConstant(c)
		return
	}
	if t.dims[axis] != 1 || len(t.dims) == 1 {
		n.failField(n.inputField(1), "puts the batch into a constant of dimensions %v, want a dimension of 1 for it and "+
			"another one", t.dims)
		return
	}
	v := n.addLayer(n.title, &nn.Constant{Value: n.constantParam(t, removeDim(t.dims, axis), noTransform)})
	n.setOutput(0, batched{v, axis, 1, 1})
}

// knownSizes returns input i, a list of sizes that do not depend on the batch.
func (n *node) knownSizes(i int) []int {
	list := n.ints(i)
	if len(list) > onnxpb.MaxDims {
		n.failField(n.inputField(i), "has %d numbers, want at most %d", len(list), onnxpb.MaxDims)
		return nil
	}
	dims := make([]int, len(list))
	for j, d := range list {
		if d < 0 || d > maxExtent {
			n.failField(n.inputField(i), "is %v, want sizes that do not depend on the batch", formatDims(list))
			return nil
		}
		dims[j] = int(d)
	}
	return dims
}

// foldConstantOfShape implements ConstantOfShape.
func (n *node) foldConstantOfShape() {
	dims := n.knownSizes(0)
	if n.err != nil {
		return
	}
	t := &tensor{floats: []float32{0}}
	if a := n.attribute("value", onnxpb.AttributeTensor); a != nil {
		t = n.decodeField("attribute value", a.Tensor)
	}
	size, ok := sizeOf(dims)
	if n.err == nil && (t.size() != 1 || !ok) {
		n.fail("fills dimensions %v with %d numbers, want one number and fewer elements", dims, t.size())
	}
	if n.err == nil && n.spend(size) {
		n.setConstant(n.stridedCopy(t, dims, make([]int, len(dims)), 0))
	}
}

// foldRange implements Range.
func (n *node) foldRange() {
	if n.rangeOfBatch() {
		return
	}
	var from, to, step float64
	isInt := true
	for i, x := range []*float64{&from, &to, &step} {
		t := n.constant(i)
		switch {
		case t == nil:
			return
		case t.size() != 1:
			n.failField(n.inputField(i), "has %d elements, want 1", t.size())
			return
		case t.isInt && !isPlain(t.ints[0]):
			n.failField(n.inputField(i), "is %v, want a number that does not depend on the batch", formatDims(t.ints)[0])
			return
		case t.isInt:
			*x = float64(t.ints[0])
		default:
			*x, isInt = float64(t.floats[0]), false
		}
	}
	count := math.Ceil((to - from) / step)
	if !(count <= maxExtent) || step == 0 {
		n.fail("counts from %v to %v by %v, want a step other than 0 and at most %d numbers", from, to, step, maxExtent)
		return
	}
	size := int(max(count, 0))
	if !n.spend(size) {
		return
	}
	t := &tensor{name: n.Outputs[0], dims: []int{size}, isInt: isInt}
	for i := range size {
		if x := from + float64(i)*step; isInt {
			t.ints = append(t.ints, int64(x))
		} else {
			t.floats = append(t.floats, float32(x))
		}
	}
	n.setConstant(t)
}

// rangeOfBatch implements Range from 0 to the batch size: the numbers of the images.
func (n *node) rangeOfBatch() bool {
	for i, want := range []int64{0, batchDim, 1} {
		t := n.constant(i)
		if t == nil || !t.isInt || len(t.ints) != 1 || t.ints[0] != want {
			return false
		}
	}
	n.setConstant(&tensor{name: n.Outputs[0], dims: []int{1}, isInt: true, ints: []int64{0}, ofBatch: true, step: 1})
	return true
}
