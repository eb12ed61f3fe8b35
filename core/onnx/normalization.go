package onnx

import (
	"steady/core/nn"
)

// batchNorm implements BatchNormalization at inference.
func (n *node) batchNorm() {
	x, _ := n.imageInput(0)
	if !n.flag("spatial", true) {
		n.failField("attribute spatial", "is 0, want 1: statistics per channel")
	}
	if n.flag("training_mode", false) {
		n.failField("attribute training_mode", "is 1, want 0: a network for inference")
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
