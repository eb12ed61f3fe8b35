package onnx

import (
	"steady/core/nn"
	"steady/core/onnx/internal/onnxpb"
)

// conv implements Conv.
func (n *node) conv() {
	x, in := n.imageInput(0)
	if n.err == nil && len(in) == 2 {
		n.conv1D(x, in)
		return
	}
	w := n.inputParam(1)
	if n.err != nil {
		return
	}
	if len(in) != 3 || len(w.Shape) != 4 {
		n.fail("input has %d dimensions and weight %d, want 4 and 4, or 3 and 3 (only 1-D and 2-D convolutions are supported)",
			len(in)+1, len(w.Shape))
		return
	}
	o := &nn.Conv{Weight: w}
	kernel := n.extents("kernel_shape", 1, w.Shape[2], w.Shape[3])
	if kernel[0] != w.Shape[2] || kernel[1] != w.Shape[3] {
		n.failField("attribute kernel_shape", "is %v, the weight's shape is %v, want equal ones", kernel, w.Shape)
		return
	}
	copy(o.Stride[:], n.extents("strides", 1, 1, 1))
	copy(o.Dilation[:], n.extents("dilations", 1, 1, 1))
	o.Pads = n.pads(in, [2]int{kernel[0], kernel[1]}, o.Stride, o.Dilation)
	groups := n.int("group", 1)
	if groups < 1 || groups > maxExtent {
		n.failField("attribute group", "is %d, want a positive divisor of the channels", groups)
	}
	o.Groups = int(groups)
	if n.has(2) {
		o.Bias = n.inputParam(2)
	}
	n.setImageOutput(n.addLayer(n.title, o, x))
}

// conv1D appends a 1-D convolution, as one of an image of one row.
func (n *node) conv1D(x nn.Value, in nn.Shape) {
	t := n.floats(1)
	if n.err != nil {
		return
	}
	if len(t.dims) != 3 || len(t.floats) == 0 {
		n.failField(n.inputField(1), "has dimensions %v, want 3 for an input of 3 dimensions", t.dims)
		return
	}
	k := t.dims[2]
	kernel, stride, dilation := n.extents("kernel_shape", 1, k)[0], n.extents("strides", 1, 1)[0], n.extents("dilations", 1, 1)[0]
	pads, groups := n.extents("pads", 0, 0, 0), n.int("group", 1)
	switch auto := n.text("auto_pad", "NOTSET"); {
	case kernel != k:
		n.failField("attribute kernel_shape", "is [%d], the weight's dimensions are %v, want equal ones", kernel, t.dims)
	case auto == "VALID":
		pads = []int{0, 0}
	case auto != "NOTSET" && auto != "":
		n.failField("attribute auto_pad", "is %q, valid for a 1-D convolution: NOTSET, VALID", onnxpb.Abbreviate(auto))
	case groups < 1 || groups > maxExtent:
		n.failField("attribute group", "is %d, want a positive divisor of the channels", groups)
	}
	o := &nn.Conv{Weight: n.param(t, []int{t.dims[0], t.dims[1], 1, k}, "", nil), Stride: [2]int{1, stride}, Dilation: [2]int{1, dilation},
		Pads: [4]int{0, pads[0], 0, pads[1]}, Groups: int(groups)}
	if n.has(2) {
		o.Bias = n.inputParam(2)
	}
	v := n.addLayer(n.title, o, n.addLayer(n.title+".row", &nn.Reshape{Shape: nn.Shape{in[0], 1, in[1]}}, x))
	if n.err == nil {
		s := n.r.shapes[v]
		n.setImageOutput(n.addLayer(n.title+".line", &nn.Reshape{Shape: nn.Shape{s[0], s[2]}}, v))
	}
}

// pads returns the padding of a sliding window, computed if auto_pad says so.
func (n *node) pads(in nn.Shape, kernel, stride, dilation [2]int) (pads [4]int) {
	given := n.extents("pads", 0, 0, 0, 0, 0)
	switch auto := n.text("auto_pad", "NOTSET"); auto {
	case "NOTSET", "":
		copy(pads[:], given)
	case "VALID":
	case "SAME_UPPER", "SAME_LOWER":
		for i := range 2 {
			outputs := (in[1+i]-1)/stride[i] + 1
			window := int64(dilation[i])*int64(kernel[i]-1) + 1
			total := int64(outputs-1)*int64(stride[i]) + window - int64(in[1+i])
			if total > maxExtent {
				n.failField("attribute dilations", "makes a window of %d, want at most %d", window, maxExtent)
				return pads
			}
			small := int(max(total, 0)) / 2
			pads[i], pads[2+i] = small, int(max(total, 0))-small
			if auto == "SAME_LOWER" {
				pads[i], pads[2+i] = pads[2+i], pads[i]
			}
		}
	default:
		n.failField("attribute auto_pad", "is %q, valid: NOTSET, SAME_UPPER, SAME_LOWER, VALID", onnxpb.Abbreviate(auto))
	}
	return pads
}
