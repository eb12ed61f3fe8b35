package webgpu

import "steady/core/compute"

var _ compute.Descender = (*Backend)(nil)

// Descend is described in package compute.
func (b *Backend) Descend(s compute.DescentShape, value, velocity, gradient, rate compute.Buffer) compute.Kernel {
	return b.kernel(spec{
		source: "descend", groups: fixed((s.Size + 255) / 256),
		params: []named{{"size", s.Size}, {"momentum", s.Momentum}, {"decay", s.Decay}},
		args: []arg{
			{name: "value", buffer: value, role: moves}, {name: "velocity", buffer: velocity, role: moves},
			{name: "gradient", buffer: gradient}, {name: "rate", buffer: rate},
		},
	})
}
