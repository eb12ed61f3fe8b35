package onnx

import (
	"steady/core/nn"
	"steady/core/onnx/internal/onnxpb"
)

// pool returns the input and window of a pooling node, and whether ceil_mode adds rows or columns after the padding.
func (n *node) pool() (x nn.Value, p nn.Pool, added bool) {
	x, in := n.imageInput(0)
	if n.err == nil && len(in) != 3 {
		n.failField(n.inputField(0), "has %d dimensions, want 4 (only 2-D pooling is supported)", len(in)+1)
	}
	if n.attribute("kernel_shape", onnxpb.AttributeInts) == nil {
		n.failField("attribute kernel_shape", "is missing, want two sizes")
	}
	if n.err != nil {
		return 0, p, false
	}
	copy(p.Kernel[:], n.extents("kernel_shape", 1, 1, 1))
	copy(p.Stride[:], n.extents("strides", 1, 1, 1))
	if d := n.extents("dilations", 1, 1, 1); d[0] != 1 || d[1] != 1 {
		n.failField("attribute dilations", "is %v, want [1 1]: dilated pooling is not supported", d)
	}
	p.Pads = n.pads(in, p.Kernel, p.Stride, [2]int{1, 1})
	if !n.flag("ceil_mode", false) || n.err != nil {
		return x, p, false
	}
	for i := range 2 {
		before, kernel, stride := p.Pads[i], p.Kernel[i], p.Stride[i]
		padded := in[1+i] + before + p.Pads[2+i]
		if kernel > padded {
			continue // addLayer reports it
		}
		// The start of the last window. One that would start in the padding after the image is left out, as PyTorch does
		// and as the operators' documentation says since set 22; some runtimes keep it, without any element of the image
		// in it (onnx/onnx issue 4958).
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

// maxPool implements MaxPool.
func (n *node) maxPool() {
	x, p, _ := n.pool()
	if n.int("storage_order", 0) != 0 {
		n.failField("attribute storage_order", "is not 0, want 0: row by row")
	}
	n.setImageOutput(n.addLayer(n.title, &nn.MaxPool{Pool: p}, x))
}

// averagePool implements AveragePool.
func (n *node) averagePool() {
	x, p, added := n.pool()
	counts := n.flag("count_include_pad", false)
	if counts && added && n.err == nil {
		given := n.pads(n.r.shapes[x], p.Kernel, p.Stride, [2]int{1, 1})
		// What ceil_mode adds is never counted; the explicit padding is, as elements that are 0.
		if given != [4]int{} {
			x = n.addLayer(n.title+".padded", &nn.Pad{
				Before: []int{0, given[0], given[1]}, After: []int{0, given[2], given[3]},
			}, x)
			for i := range p.Pads {
				p.Pads[i] -= given[i]
			}
		}
		counts = false
	}
	n.setImageOutput(n.addLayer(n.title, &nn.AveragePool{Pool: p, CountPadding: counts}, x))
}

// globalPool appends a pooling of all of each channel, of an image or of a line.
func (n *node) globalPool(op func(in nn.Shape) nn.Op) {
	x, in := n.imageInput(0)
	if n.err == nil && len(in) != 3 && len(in) != 2 {
		n.failField(n.inputField(0), "has %d dimensions, want 3 or 4 (only 1-D and 2-D pooling is supported)", len(in)+1)
	}
	if n.err != nil {
		return
	}
	if len(in) == 3 {
		n.setImageOutput(n.addLayer(n.title, op(in), x))
		return
	}
	row := nn.Shape{in[0], 1, in[1]}
	v := n.addLayer(n.title, op(row), n.addLayer(n.title+".row", &nn.Reshape{Shape: row}, x))
	n.setImageOutput(n.addLayer(n.title+".line", &nn.Reshape{Shape: nn.Shape{in[0], 1}}, v))
}

// globalAveragePool implements GlobalAveragePool.
func (n *node) globalAveragePool() {
	n.globalPool(func(nn.Shape) nn.Op { return &nn.GlobalAveragePool{} })
}

// globalMaxPool implements GlobalMaxPool.
func (n *node) globalMaxPool() {
	n.globalPool(func(in nn.Shape) nn.Op {
		return &nn.MaxPool{Pool: nn.Pool{Kernel: [2]int{in[1], in[2]}, Stride: [2]int{1, 1}}}
	})
}
