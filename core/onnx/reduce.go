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
	if n.flag("noop_with_empty_axes", false) && len(list) == 0 {
		n.failField("attribute noop_with_empty_axes", "is 1 and there are no axes, want 0 or axes")
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

// addSum appends the layers that sum over axes: a mean times the number of elements.
func (n *node) addSum(v nn.Value, axes []int) nn.Value {
	count := float32(1)
	for _, a := range axes {
		if n.err == nil {
			count *= float32(n.r.shapes[v][a])
		}
	}
	return n.addScale(n.title+".sum", n.addMean(v, axes), count)
}

// reduceMean implements ReduceMean.
func (n *node) reduceMean() {
	p, axes, keep := n.reductionInput(18)
	n.finishReduction(p, n.addMean(p.Value, axes), axes, keep)
}

// reduceSum implements ReduceSum.
func (n *node) reduceSum() {
	p, axes, keep := n.reductionInput(13)
	n.finishReduction(p, n.addSum(p.Value, axes), axes, keep)
}

// reduceL2 implements ReduceL2, the square root of the sum of squares.
func (n *node) reduceL2() {
	p, axes, keep := n.reductionInput(18)
	v := n.addMap(n.title+".squares", scalar.Function{Kind: scalar.Power, Alpha: 2}, p.Value)
	v = n.addSum(v, axes)
	n.finishReduction(p, n.addMap(n.title+".root", scalar.Function{Kind: scalar.Sqrt}, v), axes, keep)
}

// addMax appends the layers that take the maximum over axes, as poolings.
func (n *node) addMax(v nn.Value, axes []int) nn.Value {
	if n.err != nil {
		return v
	}
	s := n.r.shapes[v]
	if len(s) == 3 && axes[0] > 0 {
		o := &nn.MaxPool{Pool: nn.Pool{Kernel: [2]int{1, 1}, Stride: [2]int{1, 1}}}
		for _, a := range axes {
			o.Kernel[a-1] = s[a]
		}
		return n.addLayer(n.title+".max", o, v)
	}
	for _, a := range axes {
		s = slices.Clone(s)
		v = n.addLayer(n.title+".rows", &nn.Reshape{Shape: nn.Shape{s[:a].Size(), s[a], s[a+1:].Size()}}, v)
		v = n.addLayer(n.title+".max", &nn.MaxPool{Pool: nn.Pool{Kernel: [2]int{s[a], 1}, Stride: [2]int{1, 1}}}, v)
		s[a] = 1
		v = n.addLayer(n.title+".shape", &nn.Reshape{Shape: s}, v)
	}
	return v
}

// reduceMax implements ReduceMax.
func (n *node) reduceMax() {
	p, axes, keep := n.reductionInput(18)
	n.finishReduction(p, n.addMax(p.Value, axes), axes, keep)
}

// reduceMin implements ReduceMin, as the maximum with the sign changed.
func (n *node) reduceMin() {
	p, axes, keep := n.reductionInput(18)
	v := n.addMax(n.addScale(n.title+".negated", p.Value, -1), axes)
	n.finishReduction(p, n.addScale(n.title+".back", v, -1), axes, keep)
}

// reduceL1 implements ReduceL1, the sum of magnitudes.
func (n *node) reduceL1() {
	p, axes, keep := n.reductionInput(18)
	v := n.addMap(n.title+".magnitudes", scalar.Function{Kind: scalar.Abs}, p.Value)
	n.finishReduction(p, n.addSum(v, axes), axes, keep)
}

// reduceSumSquare implements ReduceSumSquare.
func (n *node) reduceSumSquare() {
	p, axes, keep := n.reductionInput(18)
	v := n.addMap(n.title+".squares", scalar.Function{Kind: scalar.Power, Alpha: 2}, p.Value)
	n.finishReduction(p, n.addSum(v, axes), axes, keep)
}

// reduceLogSumExp implements ReduceLogSumExp, less the maximum and with it again, so that nothing overflows.
func (n *node) reduceLogSumExp() {
	p, axes, keep := n.reductionInput(18)
	most := n.addMax(p.Value, axes)
	v := n.addLayer(n.title+".below", &nn.Add{}, p.Value, n.addScale(n.title+".negated", most, -1))
	v = n.addSum(n.addMap(n.title+".exp", scalar.Function{Kind: scalar.Exp}, v), axes)
	v = n.addLayer(n.title+".total", &nn.Add{}, n.addMap(n.title+".log", scalar.Function{Kind: scalar.Log}, v), most)
	n.finishReduction(p, v, axes, keep)
}
