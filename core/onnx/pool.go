package onnx

import (
	"steady/core/nn"
	"steady/core/onnx/internal/onnxpb"
)

// pads gives the padding of a sliding window, worked out where auto_pad asks for it.
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
				n.fail("attribute dilations", "makes a window of %d, want at most %d", window, maxExtent)
				return pads
			}
			small := int(max(total, 0)) / 2
			pads[i], pads[2+i] = small, int(max(total, 0))-small
			if auto == "SAME_LOWER" {
				pads[i], pads[2+i] = pads[2+i], pads[i]
			}
		}
	default:
		n.fail("attribute auto_pad", "is %q, want NOTSET, SAME_UPPER, SAME_LOWER or VALID", onnxpb.Abbreviate(auto))
	}
	return pads
}

// pool gives the window of a pooling node, and whether ceil_mode adds rows or columns below or right of the padding.
func (n *node) pool() (x nn.Value, p nn.Pool, added bool) {
	x, in := n.value(0)
	if n.err == nil && len(in) != 3 {
		n.fail(n.inputField(0), "has %d dimensions, want 4 (only 2-D pooling is supported)", len(in)+1)
	}
	if n.attribute("kernel_shape", onnxpb.AttributeInts) == nil {
		n.fail("attribute kernel_shape", "is missing, want two sizes")
	}
	if n.err != nil {
		return 0, p, false
	}
	copy(p.Kernel[:], n.extents("kernel_shape", 1, 1, 1))
	copy(p.Stride[:], n.extents("strides", 1, 1, 1))
	if d := n.extents("dilations", 1, 1, 1); d[0] != 1 || d[1] != 1 {
		n.fail("attribute dilations", "is %v, want [1 1]: pooling with gaps is not supported", d)
	}
	p.Pads = n.pads(in, p.Kernel, p.Stride, [2]int{1, 1})
	if !n.flag("ceil_mode", false) || n.err != nil {
		return x, p, false
	}
	for i := range 2 {
		before, kernel, stride := p.Pads[i], p.Kernel[i], p.Stride[i]
		padded := in[1+i] + before + p.Pads[2+i]
		if kernel > padded {
			continue // which the layer refuses
		}
		// The start of the last window. One that would start in the padding behind the picture is left out, as PyTorch
		// does and as the operators' text says since set 22; some runtimes keep it, without any element of the
		// picture in it (onnx/onnx issue 4958).
		last := (padded - kernel + stride - 1) / stride * stride
		if last >= in[1+i]+before {
			last -= stride
		}
		if missing := last + kernel - padded; missing > 0 {
			p.Pads[2+i] += missing
			added = true
		}
	}
	return x, p, added
}

func (n *node) maxPool() {
	x, p, _ := n.pool()
	if n.int("storage_order", 0) != 0 {
		n.fail("attribute storage_order", "is not 0, want 0: row by row")
	}
	n.makes(n.layer(n.title, &nn.MaxPool{Pool: p}, x))
}

func (n *node) averagePool() {
	x, p, added := n.pool()
	counts := n.flag("count_include_pad", false)
	if counts && added && n.err == nil {
		given := n.pads(n.r.shapes[x], p.Kernel, p.Stride, [2]int{1, 1})
		// What ceil_mode adds is never counted; the padding proper is, as elements that are 0.
		if given != [4]int{} {
			x = n.layer(n.title+".padded", &nn.Pad{
				Before: []int{0, given[0], given[1]}, After: []int{0, given[2], given[3]},
			}, x)
			for i := range p.Pads {
				p.Pads[i] -= given[i]
			}
		}
		counts = false
	}
	n.makes(n.layer(n.title, &nn.AveragePool{Pool: p, CountPadding: counts}, x))
}

func (n *node) globalMaxPool() {
	x, in := n.value(0)
	if n.err == nil && len(in) != 3 {
		n.fail(n.inputField(0), "has %d dimensions, want 4 (only 2-D pooling is supported)", len(in)+1)
	}
	if n.err != nil {
		return
	}
	n.makes(n.layer(n.title, &nn.MaxPool{Pool: nn.Pool{Kernel: [2]int{in[1], in[2]}, Stride: [2]int{1, 1}}}, x))
}
