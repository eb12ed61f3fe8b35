package onnx

import (
	"steady/core/nn"
)

// softmax implements Softmax, which is over one axis from operator set 13 on, and over all axes from axis on together
// before.
func (n *node) softmax() {
	absent := int64(1)
	if n.r.opset >= 13 {
		absent = -1
	}
	p := n.batchedInput(0)
	given := n.int("axis", absent)
	if n.err != nil {
		return
	}
	if rank := int64(n.r.rank(p)); n.r.opset >= 13 || given == -1 || given == rank-1 {
		axis := n.imageAxis("attribute axis", given, p)
		p.Value = n.addLayer(n.title, &nn.Softmax{Axis: axis}, p.Value)
		n.setOutput(0, p)
		return
	}
	x, shape := n.imageInput(0)
	if n.err != nil {
		return
	}
	from := n.imageAxis("attribute axis", given, batchFirst(x))
	if n.err != nil {
		return
	}
	axis, wide := from, 0
	for i := from; i < len(shape); i++ {
		if shape[i] != 1 {
			axis = i
			wide++
		}
	}
	if wide <= 1 {
		n.setImageOutput(n.addLayer(n.title, &nn.Softmax{Axis: axis}, x))
		return
	}
	flat := append(append(nn.Shape{}, shape[:from]...), shape[from:].Size())
	v := n.addLayer(n.title+".flat", &nn.Reshape{Shape: flat}, x)
	v = n.addLayer(n.title, &nn.Softmax{Axis: from}, v)
	n.setImageOutput(n.addLayer(n.title+".shape", &nn.Reshape{Shape: append(nn.Shape{}, shape...)}, v))
}

// logSoftmax implements LogSoftmax at the end of a network, where it is left out: it subtracts the same number from all
// classes of an image.
func (n *node) logSoftmax() {
	x, shape := n.imageInput(0)
	absent := int64(1)
	if n.r.opset >= 13 {
		absent = -1
	}
	if n.err != nil {
		return
	}
	axis := n.imageAxis("attribute axis", n.int("axis", absent), batchFirst(x))
	if n.err == nil && (n.r.output != n.Outputs[0] || shape[axis] != shape.Size()) {
		n.fail("is only supported over the classes at the end of a network, where its input serves as logits")
	}
	n.setImageOutput(x)
}
