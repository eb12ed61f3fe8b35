package onnx

import (
	"math"
	"slices"

	"steady/core/onnx/internal/onnxpb"
)

// foldUnary applies f to each element of a constant of floats, and g to those of integers. A nil function means that the
// operator does not support the type.
func (n *node) foldUnary(f func(x float32) float32, g func(x int64) (int64, bool)) {
	t := n.constantOfBatch(0)
	if t == nil || !n.spend(t.size()) {
		return
	}
	switch {
	case t.step != 0:
		n.failField(n.inputField(0), "depends on the number of the image in the batch, which is not supported here")
		return
	case t.isInt && g == nil:
		n.failField(n.inputField(0), "is a tensor of integers, want floats")
		return
	case !t.isInt && f == nil:
		n.failField(n.inputField(0), "is a tensor of floats, want integers")
		return
	}
	out := &tensor{name: n.Outputs[0], dims: t.dims, isInt: t.isInt, ofBatch: t.ofBatch, batch: t.batch}
	for _, x := range t.floats {
		out.floats = append(out.floats, f(x))
	}
	for _, x := range t.ints {
		y, ok := g(x)
		if !ok {
			n.failField(n.inputField(0), "has %v, which the operator does not support", formatDims([]int64{x})[0])
			return
		}
		out.ints = append(out.ints, y)
	}
	n.setConstant(out)
}

// foldBinary combines two constants with broadcasting by f if they are floats, and by g, which may be nil, if they are
// integers.
func (n *node) foldBinary(f func(a, b float32) float32, g func(a, b int64) (int64, bool)) {
	n.checkTwoInputs()
	get := n.constant
	if slices.Contains([]string{"Add", "Sub", "Mul"}, n.Op) {
		get = n.constantOfBatch
	}
	a, b := get(0), get(1)
	dims := n.broadcastDims(a, b)
	if n.err != nil {
		return
	}
	if a.ofBatch || b.ofBatch {
		n.foldOfBatch(a, b, dims, g)
		return
	}
	switch {
	case a.isInt != b.isInt:
		n.fail("combines integers and floats, want constants of one type")
		return
	case a.isInt && g == nil:
		n.fail("computes with integers, want floats")
		return
	}
	out, other := n.stridedCopy(a, dims, strides(a.dims, dims), 0), n.stridedCopy(b, dims, strides(b.dims, dims), 0)
	for i := range out.floats {
		out.floats[i] = f(out.floats[i], other.floats[i])
	}
	for i := range out.ints {
		x, ok := g(out.ints[i], other.ints[i])
		if !ok {
			n.fail("computes with the batch or with too large a number (%v and %v), which is not supported",
				formatDims(out.ints[i : i+1])[0], formatDims(other.ints[i : i+1])[0])
			return
		}
		out.ints[i] = x
	}
	n.setConstant(out)
}

// foldOfBatch combines integers of which some depend on the number of the image, by a function that is linear in it.
func (n *node) foldOfBatch(a, b *tensor, dims []int, g func(a, b int64) (int64, bool)) {
	if !a.isInt || !b.isInt {
		n.fail("combines numbers of images with floats, want integers")
		return
	}
	batch := n.batchOf(dims, a, b)
	if n.err != nil {
		return
	}
	x, y := n.stridedCopy(a, dims, strides(a.dims, dims), 0), n.stridedCopy(b, dims, strides(b.dims, dims), 0)
	out := &tensor{name: n.Outputs[0], dims: dims, isInt: true, ofBatch: true, batch: batch}
	for i := range x.ints {
		var of [3]int64 // the results for images 0 to 2
		for image := range of {
			ok := false
			of[image], ok = g(x.ints[i]+int64(image)*a.step, y.ints[i]+int64(image)*b.step)
			if !ok || isBatch(of[image]) {
				n.fail("computes with too large a number or with the batch size, which is not supported")
				return
			}
		}
		step := of[1] - of[0]
		if of[2]-of[1] != step || i > 0 && step != out.step {
			n.fail("makes numbers that are not a multiple of the number of the image and a constant, which is not supported")
			return
		}
		out.ints, out.step = append(out.ints, of[0]), step
	}
	n.setConstant(out)
}

// batchOf returns the dimension of the batch in the result of combining constants, or -1 if none has one.
func (n *node) batchOf(dims []int, tensors ...*tensor) int {
	batch := -1
	for _, t := range tensors {
		at := len(dims) - len(t.dims) + t.batch
		if !t.ofBatch {
			continue
		}
		if batch >= 0 && batch != at || dims[at] != 1 {
			n.fail("combines constants with the batch in different dimensions")
		}
		batch = at
	}
	return batch
}

// foldMod implements Mod for constants: with the sign of the divisor, or with fmod, as always for floats before operator set
// 28, of the dividend.
func (n *node) foldMod() {
	ofInts, fmod := modInts, n.flag("fmod", false)
	if fmod {
		ofInts = func(a, b int64) (int64, bool) {
			if b != 0 && isPlain(a) && isPlain(b) {
				return a % b, true
			}
			return modInts(a, b)
		}
	}
	n.foldBinary(func(a, b float32) float32 {
		m := math.Mod(float64(a), float64(b))
		if !fmod && n.r.opset >= 28 && m != 0 && math.Signbit(m) != math.Signbit(float64(b)) {
			m += float64(b)
		}
		return float32(m)
	}, ofInts)
}

// foldEqual implements Equal for constants. The batch is equal to no other number.
func (n *node) foldEqual() {
	a, b := n.constant(0), n.constant(1)
	dims := n.broadcastDims(a, b)
	if n.err != nil {
		return
	}
	out := &tensor{name: n.Outputs[0], dims: dims, isInt: true}
	x, y := n.stridedCopy(a, dims, strides(a.dims, dims), 0), n.stridedCopy(b, dims, strides(b.dims, dims), 0)
	for i := range x.size() {
		equal := int64(0)
		if a.isInt && b.isInt && x.ints[i] == y.ints[i] || !a.isInt && !b.isInt && x.floats[i] == y.floats[i] {
			equal = 1
		}
		out.ints = append(out.ints, equal)
	}
	n.setConstant(out)
}

// foldWhere implements Where for constants.
func (n *node) foldWhere() {
	c, a, b := n.constantOfBatch(0), n.constant(1), n.constant(2)
	dims := n.broadcastDims(c, a, b)
	if n.err != nil {
		return
	}
	batch := n.batchOf(dims, c)
	if !c.isInt || a.isInt != b.isInt {
		n.fail("chooses between constants of two types, want a condition and two of one type")
		return
	}
	choice := n.stridedCopy(c, dims, strides(c.dims, dims), 0)
	out, other := n.stridedCopy(a, dims, strides(a.dims, dims), 0), n.stridedCopy(b, dims, strides(b.dims, dims), 0)
	for i, x := range choice.ints {
		switch {
		case x != 0:
		case out.isInt:
			out.ints[i] = other.ints[i]
		default:
			out.floats[i] = other.floats[i]
		}
	}
	if batch >= 0 && !out.isInt {
		for i, x := range out.floats { // parameters of a network are finite
			out.floats[i] = min(max(x, masked), -masked)
		}
	}
	n.finishExpand(out, batch)
}

// foldCast implements Cast for constants. A bool is an integer.
func (n *node) foldCast() {
	t, to := n.constantOfBatch(0), onnxpb.DataType(n.int("to", 0))
	toInt := to == onnxpb.Int64 || to == onnxpb.Int32 || to == onnxpb.Bool
	switch {
	case t == nil:
	case t.ofBatch && (!toInt || to == onnxpb.Bool && t.step != 0):
		n.failField(n.inputField(0), "has numbers for each image of the batch, want a Cast to integers")
	case !toInt && !to.IsFloat():
		n.failField("attribute to", "is %s, valid: FLOAT, FLOAT16, BFLOAT16, DOUBLE, INT32, INT64, BOOL", to)
	case toInt == t.isInt && to != onnxpb.Bool:
		n.setConstant(t)
	case !n.spend(t.size()):
	case !toInt:
		c := &tensor{name: n.Outputs[0], dims: t.dims, floats: make([]float32, len(t.ints))}
		for i, x := range t.ints {
			if !isPlain(x) {
				n.failField(n.inputField(0), "is %v, want a number that does not depend on the batch", formatDims(t.ints[i : i+1])[0])
				return
			}
			c.floats[i] = float32(x)
		}
		n.setConstant(c)
	default:
		c := &tensor{name: n.Outputs[0], dims: t.dims, isInt: true, ints: make([]int64, t.size()), ofBatch: t.ofBatch, batch: t.batch}
		for i := range c.ints {
			switch {
			case to == onnxpb.Bool && (t.isInt && t.ints[i] != 0 || !t.isInt && t.floats[i] != 0):
				c.ints[i] = 1
			case to == onnxpb.Bool:
			case !(t.floats[i] > -maxExtent && t.floats[i] < maxExtent):
				n.failField(n.inputField(0), "has %v, want numbers that a shape can have", t.floats[i])
				return
			default:
				c.ints[i] = int64(t.floats[i])
			}
		}
		n.setConstant(c)
	}
}
