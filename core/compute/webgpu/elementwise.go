package webgpu

import "steady/core/compute"

// Activate is described in package compute.
func (b *Backend) Activate(act compute.Activation, size int, y, x compute.Buffer) compute.Kernel {
	w := width(size)
	return b.kernel(spec{
		source: "activate", width: w, act: act, groups: perImage(size / w),
		params: []named{{"size", size / w}},
		args:   []arg{{name: "y", buffer: y, width: w, role: writeOnly}, {name: "x", buffer: x, width: w}},
	})
}

// ActivateGradient is described in package compute.
func (b *Backend) ActivateGradient(act compute.Activation, size int, dx, dy, ref compute.Buffer, accumulate bool) compute.Kernel {
	w := width(size)
	return b.kernel(spec{
		source: "activate_gradient", width: w, act: act, groups: perImage(size / w),
		params: []named{{"size", size / w}},
		args: []arg{
			{name: "dx", buffer: dx, width: w, role: into(accumulate)},
			{name: "dy", buffer: dy, width: w}, {name: "at", buffer: ref, width: w},
		},
	})
}

// Add is described in package compute.
func (b *Backend) Add(size int, y, a, c compute.Buffer, act compute.Activation) compute.Kernel {
	w := width(size)
	return b.kernel(spec{
		source: "add", width: w, act: act, groups: perImage(size / w),
		params: []named{{"size", size / w}},
		args: []arg{
			{name: "y", buffer: y, width: w, role: writeOnly},
			{name: "a", buffer: a, width: w}, {name: "b", buffer: c, width: w},
		},
	})
}

// Affine is described in package compute.
func (b *Backend) Affine(s compute.AffineShape, y, x, scale, shift compute.Buffer) compute.Kernel {
	return b.affine(s, arg{name: "y", buffer: y, role: writeOnly}, x, scale, shift)
}

// AffineInputGradient is described in package compute.
func (b *Backend) AffineInputGradient(s compute.AffineShape, dx, dy, scale compute.Buffer, accumulate bool) compute.Kernel {
	return b.affine(s, arg{name: "y", buffer: dx, role: into(accumulate)}, dy, scale, nil)
}

func (b *Backend) affine(s compute.AffineShape, y arg, x, scale, shift compute.Buffer) compute.Kernel {
	inner := []int{s.Size}
	if scale != nil {
		inner = append(inner, s.Scale.Inner)
	}
	if shift != nil {
		inner = append(inner, s.Shift.Inner)
	}
	w := width(inner...)
	y.width = w
	return b.kernel(spec{
		source: "affine", width: w, groups: perImage(s.Size / w),
		params: []named{
			{"size", s.Size / w}, {"scale_inner", max(s.Scale.Inner, 1)}, {"scale_count", max(s.Scale.Count, 1)},
			{"shift_inner", max(s.Shift.Inner, 1)}, {"shift_count", max(s.Shift.Count, 1)},
		},
		args: []arg{
			y, {name: "x", buffer: x, width: w},
			{name: "scale", buffer: scale, absent: "1"}, {name: "shift", buffer: shift, absent: "0"},
		},
	})
}

// AffineParamGradient is described in package compute.
func (b *Backend) AffineParamGradient(s compute.AffineShape, dscale, dshift, x, dy compute.Buffer) compute.Kernel {
	var specs []spec
	if dscale != nil {
		specs = append(specs, repeatSum(s.Size, s.Scale, dscale, x, dy))
	}
	if dshift != nil {
		specs = append(specs, repeatSum(s.Size, s.Shift, dshift, nil, dy))
	}
	return b.kernel(specs...)
}

// repeatSum sums dy, or dy·x, over the elements that share a constant.
func repeatSum(size int, r compute.Repeat, sum, x, dy compute.Buffer) spec {
	return spec{
		source: "reduce repeat_sum", groups: fixed(r.Count),
		params: []named{{"size", size}, {"count", r.Count}, {"inner", r.Inner}},
		args: []arg{
			{name: "sum", buffer: sum, role: writeOnly},
			{name: "x", buffer: x, absent: "1"}, {name: "dy", buffer: dy},
		},
	}
}

// Softmax is described in package compute.
func (b *Backend) Softmax(s compute.SoftmaxShape, y, x compute.Buffer) compute.Kernel {
	return b.kernel(spec{
		source: "softmax", groups: perImage(s.Outer * s.Inner), params: softmaxParams(s),
		args: []arg{{name: "y", buffer: y, role: writeOnly}, {name: "x", buffer: x}},
	})
}

// SoftmaxGradient is described in package compute.
func (b *Backend) SoftmaxGradient(s compute.SoftmaxShape, dx, dy, y compute.Buffer, accumulate bool) compute.Kernel {
	return b.kernel(spec{
		source: "softmax_gradient", groups: perImage(s.Outer * s.Inner), params: softmaxParams(s),
		args: []arg{
			{name: "dx", buffer: dx, role: into(accumulate)}, {name: "dy", buffer: dy}, {name: "y", buffer: y},
		},
	})
}

func softmaxParams(s compute.SoftmaxShape) []named {
	return []named{{"outer", s.Outer}, {"axis", s.Axis}, {"inner", s.Inner}}
}
