package onnx

import (
	"slices"

	"steady/core/nn"
	"steady/core/onnx/internal/onnxpb"
	"steady/core/scalar"
)

// reductionInput returns the input of a reducing operator, whose axes are an input from the operator set since on, the axes
// in the shape without the batch, and whether their dimensions stay as 1.
func (n *node) reductionInput(since int64) (p batched, axes []int, keep bool) {
	p = n.batchedInput(0)
	list, field, present := n.axes(since, 1)
	keep = n.flag("keepdims", true)
	if n.err == nil && n.flag("noop_with_empty_axes", false) {
		n.failField("attribute noop_with_empty_axes", "is 1, want 0")
	}
	if n.err == nil && !present {
		n.failField(field, "is missing, want the axes: the batch cannot be reduced")
	}
	for _, a := range list {
		if axis := n.imageAxis(field, a, p); !slices.Contains(axes, axis) {
			axes = append(axes, axis)
		}
	}
	if n.err == nil && len(axes) == 0 {
		n.failField(field, "is empty, want at least one axis")
	}
	slices.Sort(axes)
	return p, axes, keep
}

// finishReduction sets the output of a reducing operator to v, without the dimensions of axes, which are 1, unless they are
// kept.
func (n *node) finishReduction(p batched, v nn.Value, axes []int, keep bool) {
	p.Value = v
	if keep || n.err != nil {
		n.setOutput(0, p)
		return
	}
	dims := make([]int, 0, onnxpb.MaxDims)
	image := 0
	for i, d := range dimsWithoutBatch(n.r.onnxShape(p)) {
		if i == p.axis {
			if dims = append(dims, 0); p.merged() {
				image++
			}
			continue
		}
		if !slices.Contains(axes, image) {
			dims = append(dims, d)
		}
		image++
	}
	if p.axis >= 0 && len(dims) == 1 && !p.merged() { // a network's output has a dimension besides N
		n.addReshape(batchFirst(v), []int64{1})
		return
	}
	if len(dims) == 0 {
		dims = []int{1}
	}
	n.setUnitDims(p, dims)
}

// addMean appends the layers that compute the mean over axes.
func (n *node) addMean(v nn.Value, axes []int) nn.Value {
	if n.err == nil && len(n.r.shapes[v]) == 3 && slices.Equal(axes, []int{1, 2}) {
		return n.addLayer(n.title, &nn.GlobalAveragePool{}, v)
	}
	for _, a := range axes {
		v = n.addLayer(n.title, &nn.Mean{Axis: a}, v)
	}
	return v
}

// reducedCount returns the number of elements that are reduced to one.
func (n *node) reducedCount(v nn.Value, axes []int) float32 {
	count := float32(1)
	for _, a := range axes {
		if n.err == nil {
			count *= float32(n.r.shapes[v][a])
		}
	}
	return count
}

// reduceMean implements ReduceMean.
func (n *node) reduceMean() {
	p, axes, keep := n.reductionInput(18)
	n.finishReduction(p, n.addMean(p.Value, axes), axes, keep)
}

// reduceSum implements ReduceSum, as a mean times the number of elements.
func (n *node) reduceSum() {
	p, axes, keep := n.reductionInput(13)
	n.finishReduction(p, n.addScale(n.title+".sum", n.addMean(p.Value, axes), n.reducedCount(p.Value, axes)), axes, keep)
}

// reduceL2 implements ReduceL2, the square root of the sum of squares.
func (n *node) reduceL2() {
	p, axes, keep := n.reductionInput(18)
	v := n.addMap(n.title+".squares", scalar.Function{Kind: scalar.Power, Alpha: 2}, p.Value)
	v = n.addScale(n.title+".sum", n.addMean(v, axes), n.reducedCount(p.Value, axes))
	n.finishReduction(p, n.addMap(n.title+".root", scalar.Function{Kind: scalar.Sqrt}, v), axes, keep)
}

// reduceMax implements ReduceMax over rows and columns, as a pooling.
func (n *node) reduceMax() {
	p, axes, keep := n.reductionInput(18)
	if n.err != nil {
		return
	}
	s := n.r.shapes[p.Value]
	if len(s) != 3 || axes[0] == 0 {
		n.fail("takes the maximum over axes %v of a value of shape %v, want rows and columns of an image", axes,
			formatDims(n.r.onnxShape(p)))
		return
	}
	o := &nn.MaxPool{Pool: nn.Pool{Kernel: [2]int{1, 1}, Stride: [2]int{1, 1}}}
	for _, a := range axes {
		o.Kernel[a-1] = s[a]
	}
	n.finishReduction(p, n.addLayer(n.title+".max", o, p.Value), axes, keep)
}
