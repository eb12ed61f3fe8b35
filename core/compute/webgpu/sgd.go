package webgpu

import "steady/core/compute"

var _ compute.SGDKernels = (*Backend)(nil)

// CrossEntropy is described in package compute.
func (b *Backend) CrossEntropy(s compute.CrossEntropyShape, dlogits, value, logits, labels compute.Buffer) compute.Kernel {
	return b.crossEntropy("label", s, dlogits, value, logits, arg{name: "labels", buffer: labels})
}

// SoftCrossEntropy is described in package compute.
func (b *Backend) SoftCrossEntropy(s compute.CrossEntropyShape, dlogits, value, logits, targets compute.Buffer) compute.Kernel {
	return b.crossEntropy("soft_target", s, dlogits, value, logits, arg{name: "targets", buffer: targets})
}

// crossEntropy is the cross-entropy with targets of a kind, which that kind's shader reads.
func (b *Backend) crossEntropy(kind string, s compute.CrossEntropyShape, dlogits, value, logits compute.Buffer, targets arg) compute.Kernel {
	return b.kernel(spec{
		source: "reduce rival " + kind + " cross_entropy", threads: rowThreads, groups: each,
		params: []named{{"classes", s.Classes}, {"smoothing", s.Smoothing}},
		args: []arg{
			{name: "dlogits", buffer: dlogits, role: writeOnly}, {name: "value", buffer: value, role: writeOnly},
			{name: "logits", buffer: logits}, targets,
		},
	})
}

// rowThreads are those of a workgroup that has one image's logits.
const rowThreads = 64

// each is a workgroup for each image.
func each(images int) int { return images }

// SGDStep is described in package compute.
func (b *Backend) SGDStep(s compute.SGDShape, value, velocity, gradient, rate compute.Buffer) compute.Kernel {
	return b.kernel(spec{
		source: "sgd_step", groups: fixed(up(s.Size, defaultThreads) / defaultThreads),
		params: []named{{"size", s.Size}, {"momentum", s.Momentum}, {"decay", s.Decay}, {"rate_factor", s.RateFactor}},
		args: []arg{
			{name: "value", buffer: value, role: readWrite}, {name: "velocity", buffer: velocity, role: readWrite},
			{name: "gradient", buffer: gradient}, {name: "rate", buffer: rate},
		},
	})
}
