package webgpu

import "steady/core/compute"

// normParts returns into how many parts to split the elements of a channel for sums: enough that all channels together keep
// a GPU busy, but none with fewer elements than its threads take twice.
func (b *Backend) normParts(s compute.BatchNormShape, x compute.Buffer) int {
	const workgroups, least = 512, 512
	return max(1, min(workgroups/s.C, b.imagesOf(x, s.C*s.Plane)*s.Plane/least))
}

// BatchNorm is described in package compute (Ioffe and Szegedy 2015); the running variance takes the unbiased one.
func (b *Backend) BatchNorm(s compute.BatchNormShape, y, x, saved compute.Buffer, p compute.BatchNormParams, act compute.Activation) compute.Kernel {
	parts := b.normParts(s, x)
	partial := b.NewBuffer(2 * parts * s.C)
	w := width(s.Plane)
	sizes := []named{{"channels", s.C}, {"plane", s.Plane}, {"parts", parts}}
	return b.kernel(
		spec{
			source: "reduce norm_sums", groups: fixed(parts * s.C), params: sizes,
			args: []arg{{name: "partial", buffer: partial, role: writeOnly}, {name: "x", buffer: x}},
		},
		spec{
			source: "norm_statistics", groups: fixed((s.C + 255) / 256),
			params: append(sizes[:3:3], named{"epsilon", s.Epsilon}, named{"momentum", s.Momentum}),
			args: []arg{
				{name: "saved", buffer: saved, role: writeOnly}, {name: "mean", buffer: p.Mean, role: readWrite},
				{name: "variance", buffer: p.Variance, role: readWrite}, {name: "partial", buffer: partial}, {name: "x", buffer: x},
			},
		},
		spec{
			source: "norm", width: w, act: act, groups: perImage(s.C * s.Plane / w),
			params: []named{{"channels", s.C}, {"plane", s.Plane / w}},
			args: []arg{
				{name: "y", buffer: y, width: w, role: writeOnly}, {name: "x", buffer: x, width: w},
				{name: "saved", buffer: saved}, {name: "scale", buffer: p.Scale}, {name: "shift", buffer: p.Shift},
			},
		},
	)
}

// BatchNormGradient is described in package compute.
func (b *Backend) BatchNormGradient(s compute.BatchNormShape, dx, dscale, dshift, dy, x, saved compute.Buffer, p compute.BatchNormParams, accumulate bool) compute.Kernel {
	parts := b.normParts(s, x)
	partial := b.NewBuffer(2 * parts * s.C)
	w := width(s.Plane)
	sizes := []named{{"channels", s.C}, {"plane", s.Plane}, {"parts", parts}}
	specs := []spec{
		{
			source: "reduce norm_gradient_sums", groups: fixed(parts * s.C), params: sizes,
			args: []arg{
				{name: "partial", buffer: partial, role: writeOnly}, {name: "x", buffer: x}, {name: "dy", buffer: dy},
				{name: "saved", buffer: saved},
			},
		},
		{
			source: "norm_gradient_params", groups: fixed((s.C + 255) / 256), params: sizes,
			args: []arg{
				{name: "dscale", buffer: dscale, role: writeOnly}, {name: "dshift", buffer: dshift, role: writeOnly},
				{name: "partial", buffer: partial}, {name: "saved", buffer: saved},
			},
		},
	}
	if dx != nil {
		specs = append(specs, spec{
			source: "norm_gradient", width: w, groups: perImage(s.C * s.Plane / w),
			params: []named{{"channels", s.C}, {"plane", s.Plane / w}},
			args: []arg{
				{name: "dx", buffer: dx, width: w, role: into(accumulate)}, {name: "dy", buffer: dy, width: w},
				{name: "x", buffer: x, width: w}, {name: "saved", buffer: saved}, {name: "scale", buffer: p.Scale},
				{name: "dscale", buffer: dscale}, {name: "dshift", buffer: dshift},
			},
		})
	}
	return b.kernel(specs...)
}
