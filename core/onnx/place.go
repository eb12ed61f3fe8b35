package onnx

import (
	"fmt"
	"math"

	"steady/core/nn"
	"steady/core/onnx/internal/onnxpb"
)

// batch stands for the free batch dimension N among the numbers of a computed shape, and the numbers that follow it for
// 2·N, 3·N and so on. No file can contain them: what a file has is turned away where it is one of these.
const batch = -1 << 62

// times gives k·N.
func times(k int64) int64 { return batch + k - 1 }

// multiple tells whether a number stands for a multiple of the batch, and of which.
func multiple(x int64) (k int64, ok bool) { return x - batch + 1, batch <= x && x < batch+maxExtent }

func isBatch(x int64) bool {
	_, ok := multiple(x)
	return ok
}

// given writes numbers of a computed shape for messages.
func given(list []int64) []string {
	text := make([]string, len(list))
	for i, x := range list {
		switch k, ok := multiple(x); {
		case ok && k == 1:
			text[i] = "N"
		case ok:
			text[i] = fmt.Sprintf("%d·N", k)
		default:
			text[i] = fmt.Sprint(x)
		}
	}
	return text
}

// placed is a value together with the place of the batch in its ONNX shape, which transformers move about: the
// dimension axis is outer·N·inner. The network's value lacks the batch: it has outer·inner there, or, where that is 1,
// no such dimension. An axis of -1 says that there is no batch: the file is for one image only and every dimension
// belongs to the image.
type placed struct {
	nn.Value
	axis, outer, inner int
}

// first is a value whose batch is its first dimension.
func first(v nn.Value) placed { return placed{v, 0, 1, 1} }

// whole is a value without a batch.
func whole(v nn.Value) placed { return placed{v, -1, 1, 1} }

// joined tells whether the batch shares its dimension with others.
func (p placed) joined() bool { return p.outer*p.inner != 1 }

// full gives the dimensions with the batch.
func (r *reader) full(p placed) []int64 {
	s := r.shapes[p.Value]
	full := make([]int64, 0, len(s)+1)
	for _, d := range s {
		full = append(full, int64(d))
	}
	switch {
	case p.axis < 0:
	case p.joined():
		full[p.axis] = times(int64(p.outer * p.inner))
	default:
		full = append(full, 0)
		copy(full[p.axis+1:], full[p.axis:])
		full[p.axis] = batch
	}
	return full
}

// rank is the number of dimensions with the batch.
func (r *reader) rank(p placed) int {
	if rank := len(r.shapes[p.Value]); p.axis < 0 || p.joined() {
		return rank
	}
	return len(r.shapes[p.Value]) + 1
}

// placed gives input i, which must be made from the picture.
func (n *node) placed(i int) placed {
	if n.err != nil {
		return first(0)
	}
	if !n.has(i) {
		n.fail(n.inputField(i), "is missing, want a value made from the network's input")
		return first(0)
	}
	v, ok := n.r.values[n.Inputs[i]]
	if !ok {
		what := "is an output that is only wanted in training"
		if n.isConstant(i) {
			what = "is a constant"
		}
		n.fail(n.inputField(i), "%s, want a value made from the network's input", what)
		return first(0)
	}
	return v
}

// value gives input i with its batch first, and its shape without the batch.
func (n *node) value(i int) (nn.Value, nn.Shape) {
	p := n.oneImage(n.placed(i))
	if n.err == nil && (p.axis != 0 || p.joined()) {
		n.fail(n.inputField(i), "has shape %v, want the batch N as the first dimension", given(n.r.full(p)))
	}
	if n.err != nil {
		return 0, nil
	}
	return p.Value, n.r.shapes[p.Value]
}

// oneImage gives a value of a file for one image with the batch as its first dimension, if that is 1.
func (n *node) oneImage(p placed) placed {
	if s := n.r.shapes[p.Value]; n.err == nil && p.axis < 0 && len(s) > 1 && s[0] == 1 {
		return first(n.layer(n.title+".image", &nn.Reshape{Shape: s[1:]}, p.Value))
	}
	return p
}

// imageAxis gives an axis of a value's ONNX shape as one of the shape without the batch.
func (n *node) imageAxis(field string, axis int64, p placed) int {
	a := n.axis(field, axis, n.r.rank(p))
	if n.err == nil && a == p.axis {
		n.fail(field, "is %d, the batch, want another axis", axis)
		return 0
	}
	return p.inImage(a)
}

// inImage gives an axis of the ONNX shape, which is not the batch, as one of the shape without the batch.
func (p placed) inImage(axis int) int {
	if p.axis >= 0 && !p.joined() && axis > p.axis {
		return axis - 1
	}
	return axis
}

// asWhole gives a value of a file for one image without a batch.
func (n *node) asWhole(p placed) placed {
	if n.err != nil || p.axis < 0 {
		return p
	}
	if p.joined() {
		return whole(p.Value)
	}
	s := n.r.shapes[p.Value]
	shape := make(nn.Shape, 0, len(s)+1)
	shape = append(append(append(shape, s[:p.axis]...), 1), s[p.axis:]...)
	return whole(n.layer(n.title+".whole", &nn.Reshape{Shape: shape}, p.Value))
}

// aligned gives two values as ones of the same number of dimensions with the batch at the same place, as ONNX aligns
// them: from the last dimension on.
func (n *node) aligned(a, b placed) (placed, placed) {
	if n.err != nil {
		return a, b
	}
	rank := max(n.r.rank(a), n.r.rank(b))
	fits := func() bool {
		return a.axis-n.r.rank(a) == b.axis-n.r.rank(b) && (a.axis < 0) == (b.axis < 0) && a.outer == b.outer &&
			a.inner == b.inner
	}
	if !fits() && n.r.batch == 1 {
		a, b = n.asWhole(a), n.asWhole(b)
		if n.err != nil {
			return a, b
		}
		rank = max(n.r.rank(a), n.r.rank(b))
	} else if !fits() {
		n.failNode("combines values of shapes %v and %v, want the batch at the same place", given(n.r.full(a)),
			given(n.r.full(b)))
		return a, b
	}
	return n.widened(a, rank), n.widened(b, rank)
}

// widened puts dimensions of 1 before the others.
func (n *node) widened(p placed, rank int) placed {
	missing := rank - n.r.rank(p)
	if n.err != nil || missing <= 0 {
		return p
	}
	shape := make(nn.Shape, 0, rank)
	for range missing {
		shape = append(shape, 1)
	}
	p.Value = n.layer(n.title+".wide", &nn.Reshape{Shape: append(shape, n.r.shapes[p.Value]...)}, p.Value)
	if p.axis >= 0 {
		p.axis += missing
	}
	return p
}

// reshaped gives the value in the shape that target asks for. Elements keep their order, so the batch's place follows
// from the number of elements before it.
func (n *node) reshaped(p placed, field string, target []int64, copies bool) {
	if n.err != nil {
		return
	}
	full := n.r.full(p)
	bad := func() {
		n.fail(field, "is %v for a value of shape %v, want one for the batch N and %d elements per image", given(target),
			given(full), n.r.shapes[p.Value].Size())
	}
	if len(target) > onnxpb.MaxDims {
		n.fail(field, "has %d numbers, want at most %d", len(target), onnxpb.MaxDims)
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
			if k, ok := multiple(d); ok {
				dims[i] = k
			}
		}
		dims, ok := filledIn(dims, total)
		if !ok {
			bad()
			return
		}
		out := placed{p.Value, -1, 1, 1}
		if len(dims) > 1 && dims[0] == 1 {
			out.axis, dims = 0, dims[1:]
		}
		n.reshapedTo(out, dims)
		return
	}
	before := int64(p.outer) // elements before the batch
	for i, d := range full {
		if i < p.axis {
			before *= d
		}
	}
	// place tries the dimension at axis as outer·N·inner with k = outer·inner, or, where k is 0, one left open.
	place := func(axis int, k int64) bool {
		tried := append([]int64(nil), dims...)
		tried[axis] = k
		if k == 0 {
			tried[axis] = -1
		}
		tried, ok := filledIn(tried, total)
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
		out := placed{p.Value, axis, int(outer), int(tried[axis] / outer)}
		if !out.joined() {
			tried = append(tried[:axis:axis], tried[axis+1:]...)
		}
		if len(tried) == 0 {
			return false
		}
		n.reshapedTo(out, tried)
		return true
	}
	for axis, d := range dims {
		if k, ok := multiple(d); ok {
			if !place(axis, k) {
				bad()
			}
			return
		}
	}
	// The batch may also be given as the number that the file has for it, be 1 in front where the file was made for one
	// image and its batch freed later, or be left open.
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
	bad()
}

// reshapedTo adds the Reshape.
func (n *node) reshapedTo(p placed, dims []int64) {
	shape := make(nn.Shape, len(dims))
	for i, d := range dims {
		shape[i] = int(d)
	}
	p.Value = n.layer(n.title, &nn.Reshape{Shape: shape}, p.Value)
	n.makesPlaced(0, p)
}

// filledIn gives positive dimensions of total elements, the one that is -1 worked out.
func filledIn(dims []int64, total int64) ([]int64, bool) {
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
