package onnx

import (
	"slices"

	"steady/core/nn"
	"steady/core/onnx/internal/onnxpb"
	"steady/core/scalar"
)

// matMul multiplies matrices: a value by a constant matrix, which is a Linear layer, or two stacks of them.
func (n *node) matMul() {
	if len(n.Inputs) != 2 {
		n.failNode("has %d inputs, want 2", len(n.Inputs))
		return
	}
	if n.isConstant(1) {
		if t := n.floats(1); t != nil && len(t.dims) == 2 {
			n.linear(&nn.Linear{Weight: n.matrix(1, false, 1)}, n.placed(0))
			return
		}
	}
	a, b := first(0), first(0)
	switch {
	case n.isConstant(0):
		b = n.placed(1)
		a = n.constantLike(0, b)
	case n.isConstant(1):
		a = n.placed(0)
		b = n.constantLike(1, a)
	default:
		a, b = n.placed(0), n.placed(1)
	}
	a, b = n.aligned(a, b)
	if n.err != nil {
		return
	}
	rank := n.r.rank(a)
	if rank < 2 || a.axis >= rank-2 {
		n.failNode("multiplies values of shapes %v and %v, want the batch before rows and columns", given(n.r.full(a)),
			given(n.r.full(b)))
		return
	}
	a.Value, b.Value = n.repeated(a.Value, b.Value), n.repeated(b.Value, a.Value)
	a.Value = n.layer(n.title, &nn.MatMul{}, a.Value, b.Value)
	n.makesPlaced(0, a)
}

// repeated repeats the matrices of a stack where it has one and the other stack more.
func (n *node) repeated(v, other nn.Value) nn.Value {
	s, o := n.r.shapes[v], n.r.shapes[other]
	cuts := map[int]cut{}
	for i := range max(len(s)-2, 0) {
		if len(s) == len(o) && s[i] == 1 && o[i] > 1 {
			cuts[i] = cut{0, 0, o[i]}
		}
	}
	return n.taken(n.title+".repeated", v, cuts)
}

// trailing gives the number of dimensions from axis to the last, which must not include the batch.
func (n *node) trailing(p placed, axis int64) int {
	rank := n.r.rank(p)
	from := n.axis("attribute axis", axis, rank)
	if n.err == nil && from <= p.axis {
		n.fail("attribute axis", "is %d for a value of shape %v, want dimensions behind the batch", axis,
			given(n.r.full(p)))
	}
	return rank - from
}

func (n *node) layerNorm() {
	p := n.placed(0)
	if n.err != nil {
		return
	}
	axes := n.trailing(p, n.int("axis", -1))
	if n.err != nil {
		return
	}
	s := n.r.shapes[p.Value]
	last := s[len(s)-axes:]
	o := &nn.LayerNorm{Axes: axes, Epsilon: n.float("epsilon", 1e-5)}
	for i, q := range []**nn.Param{&o.Scale, &o.Shift} {
		if !n.has(i + 1) {
			continue
		}
		t := n.floats(i + 1)
		if t == nil {
			return
		}
		if !fitsInto(t.dims, last) || t.size() != last.Size() {
			n.fail(n.inputField(i+1), "has dimensions %v, want %v", t.dims, last)
			return
		}
		*q = n.param(t, last, "", nil)
	}
	p.Value = n.layer(n.title, o, p.Value)
	n.makesPlaced(0, p)
}

// instanceNorm normalises each channel by itself: a LayerNorm of everything behind the channel.
func (n *node) instanceNorm() {
	x, s := n.value(0)
	scale, shift := n.floats(1), n.floats(2)
	if n.err != nil {
		return
	}
	if len(s) < 2 || len(scale.floats) != s[0] || len(shift.floats) != s[0] {
		n.failNode("has %d scales and %d shifts for a value of shape %v, want one for each channel of a picture",
			len(scale.floats), len(shift.floats), s)
		return
	}
	v := n.layer(n.title+".normalised", &nn.LayerNorm{Axes: len(s) - 1, Epsilon: n.float("epsilon", 1e-5)}, x)
	o := &nn.Affine{Scale: n.param(scale, []int{s[0]}, "", nil), Shift: n.param(shift, []int{s[0]}, "", nil)}
	n.makes(n.layer(n.title, o, v))
}

// reduction gives the axes, in the shape without the batch, that a reducing operator takes, whose axes are an input from
// the operator set since on, and whether their dimensions stay as 1.
func (n *node) reduction(since int64) (p placed, axes []int, keep bool) {
	p = n.placed(0)
	list, field, there := n.axes(since, 1)
	keep = n.flag("keepdims", true)
	if n.err == nil && n.flag("noop_with_empty_axes", false) {
		n.fail("attribute noop_with_empty_axes", "is 1, want 0")
	}
	if n.err == nil && !there {
		n.fail(field, "is missing, want the axes: the batch cannot be reduced")
	}
	for _, a := range list {
		if axis := n.imageAxis(field, a, p); !slices.Contains(axes, axis) {
			axes = append(axes, axis)
		}
	}
	if n.err == nil && len(axes) == 0 {
		n.fail(field, "is empty, want at least one axis")
	}
	slices.Sort(axes)
	return p, axes, keep
}

// reduced ends a reducing operator: v has dimensions of 1 for the axes, which go away unless they are kept.
func (n *node) reduced(p placed, v nn.Value, axes []int, keep bool) {
	p.Value = v
	if keep || n.err != nil {
		n.makesPlaced(0, p)
		return
	}
	dims := make([]int, 0, onnxpb.MaxDims)
	image := 0
	for i, d := range marked(n.r.full(p)) {
		if i == p.axis {
			if dims = append(dims, 0); p.joined() {
				image++
			}
			continue
		}
		if !slices.Contains(axes, image) {
			dims = append(dims, d)
		}
		image++
	}
	if p.axis >= 0 && len(dims) == 1 && !p.joined() { // N alone is N×1 for us
		n.reshapedTo(first(v), []int64{1})
		return
	}
	if len(dims) == 0 {
		dims = []int{1}
	}
	n.changed(p, dims)
}

// mean adds the layers that take the mean over axes.
func (n *node) mean(v nn.Value, axes []int) nn.Value {
	if n.err == nil && len(n.r.shapes[v]) == 3 && slices.Equal(axes, []int{1, 2}) {
		return n.layer(n.title, &nn.GlobalAveragePool{}, v)
	}
	for _, a := range axes {
		v = n.layer(n.title, &nn.Mean{Axis: a}, v)
	}
	return v
}

func (n *node) reduceMean() {
	p, axes, keep := n.reduction(18)
	n.reduced(p, n.mean(p.Value, axes), axes, keep)
}

// count is the number of elements that are reduced to one.
func (n *node) count(v nn.Value, axes []int) float32 {
	count := float32(1)
	for _, a := range axes {
		if n.err == nil {
			count *= float32(n.r.shapes[v][a])
		}
	}
	return count
}

func (n *node) reduceSum() {
	p, axes, keep := n.reduction(13)
	n.reduced(p, n.scaledBy(n.title+".sum", n.mean(p.Value, axes), n.count(p.Value, axes)), axes, keep)
}

// reduceL2 is the square root of the sum of squares.
func (n *node) reduceL2() {
	p, axes, keep := n.reduction(18)
	v := n.apply(n.title+".squares", scalar.Function{Kind: scalar.Power, Alpha: 2}, p.Value)
	v = n.scaledBy(n.title+".sum", n.mean(v, axes), n.count(p.Value, axes))
	n.reduced(p, n.apply(n.title+".root", scalar.Function{Kind: scalar.Sqrt}, v), axes, keep)
}

// reduceMax is a pooling over rows and columns.
func (n *node) reduceMax() {
	p, axes, keep := n.reduction(18)
	if n.err != nil {
		return
	}
	s := n.r.shapes[p.Value]
	if len(s) != 3 || axes[0] == 0 {
		n.failNode("takes the largest over axes %v of a value of shape %v, want rows and columns of a picture", axes,
			given(n.r.full(p)))
		return
	}
	o := &nn.MaxPool{Pool: nn.Pool{Kernel: [2]int{1, 1}, Stride: [2]int{1, 1}}}
	for _, a := range axes {
		o.Kernel[a-1] = s[a]
	}
	n.reduced(p, n.layer(n.title+".max", o, p.Value), axes, keep)
}
