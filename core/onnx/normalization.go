package onnx

import (
	"math"
	"slices"

	"steady/core/nn"
	"steady/core/onnx/internal/onnxpb"
	"steady/core/scalar"
)

// batchNorm implements BatchNormalization at inference.
func (n *node) batchNorm() {
	if p := n.batchedInput(0); n.err == nil && len(n.Inputs) == 5 && (p.axis != 0 || p.merged()) && p.axis != 1 && n.r.rank(p) == 2 &&
		n.r.shapes[p.Value][0] > 1 && !n.flag("training_mode", false) {
		n.featureNorm()
		return
	}
	x, _ := n.imageInput(0)
	if !n.flag("spatial", true) {
		n.failField("attribute spatial", "is 0, want 1: statistics per channel")
	}
	if n.flag("training_mode", false) {
		n.failField("attribute training_mode", "is 1, want 0: a network for inference (model.eval() before PyTorch exports it)")
	}
	n.setImageOutput(n.addLayer(n.title, &nn.BatchNorm{
		Scale:    n.inputParam(1),
		Shift:    n.inputParam(2),
		Mean:     n.inputParam(3),
		Variance: n.inputParam(4),
		Epsilon:  n.float("epsilon", 1e-5),
		Momentum: n.float("momentum", 0.9),
	}, x))
}

// featureNorm implements BatchNormalization of rows that are tokens of images, as a product and a sum.
func (n *node) featureNorm() {
	scale, shift, mean, variance := n.floats(1), n.floats(2), n.floats(3), n.floats(4)
	epsilon := float64(n.float("epsilon", 1e-5))
	if n.err != nil {
		return
	}
	channels := len(scale.floats)
	if len(shift.floats) != channels || len(mean.floats) != channels || len(variance.floats) != channels || !n.spend(2*channels) {
		n.fail("has %d scales, %d shifts, %d means and %d variances, want as many of each", channels, len(shift.floats), len(mean.floats),
			len(variance.floats))
		return
	}
	times, plus := &tensor{dims: []int{channels}}, &tensor{dims: []int{channels}}
	for c := range channels {
		a := float64(scale.floats[c]) / math.Sqrt(float64(variance.floats[c])+epsilon)
		times.floats = append(times.floats, float32(a))
		plus.floats = append(plus.floats, float32(float64(shift.floats[c])-float64(mean.floats[c])*a))
	}
	n.setMade(n.made("Add", []string{n.made("Mul", []string{n.Inputs[0], n.madeConstant(times)}), n.madeConstant(plus)}))
}

// foldBatchNorm implements BatchNormalization of constants, with the statistics that are given or, in training, its own: so
// PyTorch standardizes weights.
func (n *node) foldBatchNorm() {
	t, scale, shift, mean, variance := n.floats(0), n.floats(1), n.floats(2), n.floats(3), n.floats(4)
	training, epsilon := n.flag("training_mode", false), float64(n.float("epsilon", 1e-5))
	if n.err != nil {
		return
	}
	channels := 0
	if len(t.dims) > 1 {
		channels = t.dims[1]
	}
	for i, p := range []*tensor{scale, shift, mean, variance} {
		if len(p.floats) != channels || channels == 0 {
			n.failField(n.inputField(i+1), "has %d elements for a constant of dimensions %v, want one for each channel", len(p.floats), t.dims)
			return
		}
	}
	if !n.spend(t.size()) {
		return
	}
	inner, _ := sizeOf(t.dims[2:])
	of := func(i int) int { return i / max(inner, 1) % channels }
	means, variances := make([]float64, channels), make([]float64, channels)
	for c := range channels {
		means[c], variances[c] = float64(mean.floats[c]), float64(variance.floats[c])
	}
	if training {
		count := float64(len(t.floats) / channels)
		clear(means)
		clear(variances)
		for i, x := range t.floats {
			means[of(i)] += float64(x) / count
		}
		for i, x := range t.floats {
			d := float64(x) - means[of(i)]
			variances[of(i)] += d * d / count
		}
	}
	out := &tensor{name: n.Outputs[0], dims: t.dims, floats: make([]float32, len(t.floats))}
	for i, x := range t.floats {
		c := of(i)
		out.floats[i] = float32((float64(x)-means[c])/math.Sqrt(variances[c]+epsilon)*float64(scale.floats[c]) + float64(shift.floats[c]))
	}
	n.setConstant(out)
}

// layerNorm implements LayerNormalization.
func (n *node) layerNorm() {
	p := n.batchedInput(0)
	if n.err != nil {
		return
	}
	axes := n.trailingAxes(p, n.int("axis", -1))
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
		if !broadcastsTo(t.dims, last) || t.size() != last.Size() {
			n.failField(n.inputField(i+1), "has dimensions %v, want %v", t.dims, last)
			return
		}
		*q = n.param(t, last, "", nil)
	}
	p.Value = n.addLayer(n.title, o, p.Value)
	n.setOutput(0, p)
}

// trailingAxes returns the number of dimensions from axis to the last, which must not include the batch.
func (n *node) trailingAxes(p batched, axis int64) int {
	rank := n.r.rank(p)
	from := n.axis("attribute axis", axis, rank)
	if n.err == nil && from <= p.axis {
		n.failField("attribute axis", "is %d for a value of shape %v, want dimensions after the batch", axis,
			formatDims(n.r.onnxShape(p)))
	}
	return rank - from
}

// instanceNorm implements InstanceNormalization, a LayerNorm of each channel followed by an Affine.
func (n *node) instanceNorm() {
	x, s := n.imageInput(0)
	scale, shift := n.floats(1), n.floats(2)
	if n.err != nil {
		return
	}
	if len(s) < 2 || len(scale.floats) != s[0] || len(shift.floats) != s[0] {
		n.fail("has %d scales and %d shifts for a value of shape %v, want one for each channel of an image",
			len(scale.floats), len(shift.floats), s)
		return
	}
	v := n.addLayer(n.title+".normalised", &nn.LayerNorm{Axes: len(s) - 1, Epsilon: n.float("epsilon", 1e-5)}, x)
	o := &nn.Affine{Scale: n.param(scale, []int{s[0]}, "", nil), Shift: n.param(shift, []int{s[0]}, "", nil)}
	n.setImageOutput(n.addLayer(n.title, o, v))
}

// lrn implements LRN: x / (bias + alpha·mean)^beta, where the mean is that of the squares of size channels around each, with 0
// for those that are not there. The mean is a pooling along the channels.
func (n *node) lrn() {
	x, s := n.imageInput(0)
	size := n.int("size", 0)
	alpha, beta, bias := n.float("alpha", 1e-4), n.float("beta", 0.75), n.float("bias", 1)
	if n.err != nil {
		return
	}
	if size < 1 || size > maxExtent {
		n.failField("attribute size", "is %d, want a positive number of channels", size)
		return
	}
	if len(s) < 2 || !(bias > 0) || !(alpha >= 0) {
		n.fail("normalizes a value of shape %v with bias %v and alpha %v, want an image and positive numbers", s, bias, alpha)
		return
	}
	before := int(size-1) / 2
	window := nn.Pool{Kernel: [2]int{int(size), 1}, Stride: [2]int{1, 1}, Pads: [4]int{before, 0, int(size) - 1 - before, 0}}
	v := n.addMap(n.title+".squares", scalar.Function{Kind: scalar.Power, Alpha: 2}, x)
	v = n.addLayer(n.title+".planes", &nn.Reshape{Shape: nn.Shape{1, s[0], s[1:].Size()}}, v)
	v = n.addLayer(n.title+".mean", &nn.AveragePool{Pool: window, CountPadding: true}, v)
	v = n.addLayer(n.title+".image", &nn.Reshape{Shape: slices.Clone(s)}, v)
	o := &nn.Affine{Scale: n.scalarParam(n.title+".alpha", alpha), Shift: n.scalarParam(n.title+".bias", bias)}
	v = n.addMap(n.title+".power", scalar.Function{Kind: scalar.Power, Alpha: -beta}, n.addLayer(n.title+".sum", o, v))
	n.setImageOutput(n.addLayer(n.title, &nn.Mul{}, x, v))
}

// groupNorm implements GroupNormalization: a LayerNorm of each group of channels followed by an Affine, whose parameters are
// for groups before operator set 21 and for channels from it on.
func (n *node) groupNorm() {
	x, s := n.imageInput(0)
	groups := n.int("num_groups", 0)
	scale, shift := n.floats(1), n.floats(2)
	if n.err != nil {
		return
	}
	if groups < 1 || int64(s[0])%groups != 0 {
		n.failField("attribute num_groups", "is %d for %d channels, want a divisor", groups, s[0])
		return
	}
	count, what := s[0], "channel"
	if n.r.opset < 21 {
		count, what = int(groups), "group"
	}
	if len(s) < 2 || len(scale.floats) != count || len(shift.floats) != count {
		n.fail("has %d scales and %d shifts for a value of shape %v, want one for each %s", len(scale.floats), len(shift.floats), s, what)
		return
	}
	channels := func(t *tensor) *nn.Param {
		if count == s[0] {
			return n.param(t, []int{s[0]}, "", nil)
		}
		return n.param(t, []int{s[0]}, "for channels", func() []float32 {
			return broadcastTo(t.floats, []int{count, 1}, nn.Shape{count, s[0] / count})
		})
	}
	v := n.addLayer(n.title+".groups", &nn.Reshape{Shape: nn.Shape{int(groups), s.Size() / int(groups)}}, x)
	v = n.addLayer(n.title+".normalized", &nn.LayerNorm{Axes: 1, Epsilon: n.float("epsilon", 1e-5)}, v)
	v = n.addLayer(n.title+".image", &nn.Reshape{Shape: slices.Clone(s)}, v)
	n.setImageOutput(n.addLayer(n.title, &nn.Affine{Scale: channels(scale), Shift: channels(shift)}, v))
}

// rmsNorm implements RMSNormalization: x / √(mean(x²) + epsilon) · scale.
func (n *node) rmsNorm() {
	p := n.batchedInput(0)
	axis := n.int("axis", -1)
	if n.err != nil {
		return
	}
	n.trailingAxes(p, axis)
	rank := n.r.rank(p)
	var axes []int64
	for i := n.axis("attribute axis", axis, rank); i < rank; i++ {
		axes = append(axes, int64(i))
	}
	mean := n.made("ReduceMean", []string{n.made("Pow", []string{n.Inputs[0], n.madeFloat(2)}), n.madeInts(axes...)})
	root := n.made("Sqrt", []string{n.made("Add", []string{mean, n.madeFloat(n.float("epsilon", 1e-5))})})
	n.floats(1)
	if n.err == nil {
		n.setMade(n.made("Mul", []string{n.made("Div", []string{n.Inputs[0], root}), n.Inputs[1]}))
	}
}

// lpNorm implements LpNormalization: division by the L1 or L2 norm along an axis.
func (n *node) lpNorm() {
	p := n.batchedInput(0)
	axis := n.imageAxis("attribute axis", n.int("axis", -1), p)
	power := n.int("p", 2)
	if power != 1 && power != 2 {
		n.failField("attribute p", "is %d, valid: 1, 2", power)
	}
	p.Value = n.addNormalized(p.Value, axis, power == 2)
	n.setOutput(0, p)
}

// meanVarianceNorm implements MeanVarianceNormalization: (x - mean) / (deviation + 1e-9) over axes.
func (n *node) meanVarianceNorm() {
	axes := []int64{0, 2, 3}
	if a := n.attribute("axes", onnxpb.AttributeInts); a != nil {
		axes = a.Ints
	}
	if n.batchedInput(0); n.err != nil {
		return
	}
	list := n.madeInts(axes...)
	centered := n.made("Sub", []string{n.Inputs[0], n.made("ReduceMean", []string{n.Inputs[0], list})})
	variance := n.made("ReduceMean", []string{n.made("Pow", []string{centered, n.madeFloat(2)}), list})
	deviation := n.made("Add", []string{n.made("Sqrt", []string{variance}), n.madeFloat(1e-9)})
	n.setMade(n.made("Div", []string{centered, deviation}))
}
