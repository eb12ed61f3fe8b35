package webgpu

import "steady/core/compute"

// pool prepares a pooling kernel over elements threads an image.
func (b *Backend) pool(source string, s compute.PoolShape, elements int, args ...arg) compute.Kernel {
	return b.kernel(spec{
		source: "window " + source, groups: perImage(elements), args: args,
		consts: []named{{"COUNT_PADDING", number(s.CountPadding)}},
		params: []named{
			{"c", s.C}, {"h", s.H}, {"w", s.W}, {"oh", s.OH}, {"ow", s.OW},
			{"kernel_h", s.Kernel[0]}, {"kernel_w", s.Kernel[1]}, {"stride_h", s.Stride[0]}, {"stride_w", s.Stride[1]},
			{"pad_top", s.Pads[0]}, {"pad_left", s.Pads[1]}, {"pad_bottom", s.Pads[2]}, {"pad_right", s.Pads[3]},
		},
	})
}

// MaxPool is described in package compute.
func (b *Backend) MaxPool(s compute.PoolShape, y, x compute.Buffer) compute.Kernel {
	return b.pool("max_pool", s, s.C*s.OH*s.OW, arg{name: "y", buffer: y, role: writeOnly}, arg{name: "x", buffer: x})
}

// MaxPoolGradient is described in package compute.
func (b *Backend) MaxPoolGradient(s compute.PoolShape, dx, dy, x, y compute.Buffer, accumulate bool) compute.Kernel {
	return b.pool("max_pool_gradient", s, s.C*s.H*s.W, arg{name: "dx", buffer: dx, role: into(accumulate)},
		arg{name: "dy", buffer: dy}, arg{name: "x", buffer: x}, arg{name: "y", buffer: y})
}

// AveragePool is described in package compute.
func (b *Backend) AveragePool(s compute.PoolShape, y, x compute.Buffer) compute.Kernel {
	return b.pool("average_pool", s, s.C*s.OH*s.OW, arg{name: "y", buffer: y, role: writeOnly}, arg{name: "x", buffer: x})
}

// AveragePoolGradient is described in package compute.
func (b *Backend) AveragePoolGradient(s compute.PoolShape, dx, dy compute.Buffer, accumulate bool) compute.Kernel {
	return b.pool("average_pool_gradient", s, s.C*s.H*s.W, arg{name: "dx", buffer: dx, role: into(accumulate)},
		arg{name: "dy", buffer: dy})
}
