package webgpu

import "steady/core/compute"

var _ compute.Losses = (*Backend)(nil)

// rowThreads are those of a workgroup that has one image's logits.
const rowThreads = 64

// CrossEntropy is described in package compute.
func (b *Backend) CrossEntropy(s compute.CrossEntropyShape, seed, value, logits, labels compute.Buffer) compute.Kernel {
	return b.kernel(lossSpec("cross_entropy", s.Classes, seed, value, logits, labels, named{"smoothing", s.Smoothing}))
}

// Margin is described in package compute.
func (b *Backend) Margin(classes int, seed, value, logits, labels compute.Buffer) compute.Kernel {
	return b.kernel(lossSpec("margin", classes, seed, value, logits, labels))
}

func lossSpec(source string, classes int, seed, value, logits, labels compute.Buffer, more ...named) spec {
	return spec{
		source: "reduce rival " + source, threads: rowThreads, groups: each,
		params: append([]named{{"classes", classes}}, more...),
		args: []arg{
			{name: "seed", buffer: seed, role: writes}, {name: "value", buffer: value, role: writes},
			{name: "logits", buffer: logits}, {name: "labels", buffer: labels},
		},
	}
}

// each is a workgroup for each image.
func each(images int) int { return images }
