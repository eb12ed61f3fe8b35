package webgpu

import "steady/core/compute"

func layerNormParams(s compute.LayerNormShape) []named {
	return []named{{"rows", s.Rows}, {"size", s.Size}, {"epsilon", s.Epsilon}}
}

func perRow(s compute.LayerNormShape) func(images int) int {
	return func(images int) int { return images * s.Rows }
}

// LayerNorm is described in package compute.
func (b *Backend) LayerNorm(s compute.LayerNormShape, y, x, scale, shift compute.Buffer) compute.Kernel {
	return b.kernel(spec{
		source: "reduce row_statistics layer_norm", groups: perRow(s), params: layerNormParams(s),
		args: []arg{
			{name: "y", buffer: y, role: writeOnly}, {name: "x", buffer: x},
			{name: "scale", buffer: scale, absent: "1"}, {name: "shift", buffer: shift, absent: "0"},
		},
	})
}

// LayerNormInputGradient is described in package compute.
func (b *Backend) LayerNormInputGradient(s compute.LayerNormShape, dx, dy, x, scale compute.Buffer, accumulate bool) compute.Kernel {
	return b.kernel(spec{
		source: "reduce row_statistics layer_norm_gradient", groups: perRow(s), params: layerNormParams(s),
		args: []arg{
			{name: "dx", buffer: dx, role: into(accumulate)}, {name: "dy", buffer: dy}, {name: "x", buffer: x},
			{name: "scale", buffer: scale, absent: "1"},
		},
	})
}

// LayerNormParamGradient is described in package compute.
func (b *Backend) LayerNormParamGradient(s compute.LayerNormShape, dscale, dshift, dy, x compute.Buffer) compute.Kernel {
	kept := b.NewBuffer(2 * x.Len() / s.Size) // the rows' statistics
	specs := []spec{{
		source: "reduce row_statistics layer_norm_rows", groups: perRow(s), params: layerNormParams(s),
		args: []arg{{name: "kept", buffer: kept, role: writeOnly}, {name: "x", buffer: x}},
	}}
	for i, sum := range []compute.Buffer{dshift, dscale} {
		if sum != nil {
			specs = append(specs, spec{
				source: "layer_norm_params", groups: fixed((s.Size + 255) / 256), params: layerNormParams(s),
				consts: []named{{"SCALE", i}},
				args: []arg{
					{name: "sum", buffer: sum, role: writeOnly}, {name: "dy", buffer: dy}, {name: "x", buffer: x},
					{name: "kept", buffer: kept},
				},
			})
		}
	}
	return b.kernel(specs...)
}
