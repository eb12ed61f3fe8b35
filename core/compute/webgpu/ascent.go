package webgpu

import "steady/core/compute"

var _ compute.Ascender = (*Backend)(nil)

// Judge is described in package compute.
func (b *Backend) Judge(s compute.AscentShape, a compute.Ascent, m compute.AscentBuffers) compute.Kernel {
	return b.kernel(spec{
		source: "reduce rival climber judge", groups: each,
		params: []named{{"elements", s.Elements}, {"classes", s.Classes}, {"goes_on", number(a.Continue)}},
		args: []arg{
			{name: "seed", buffer: m.Seed, role: writes}, {name: "trace", buffer: m.Trace, role: writes},
			{name: "kept", buffer: m.Kept, role: writes}, {name: "state", buffer: m.State, width: 4, role: moves},
			{name: "task", buffer: m.Task, width: 4}, {name: "logits", buffer: m.Logits}, {name: "x", buffer: m.X},
		},
	})
}

// Momentum is described in package compute (Dong et al. 2018, equation 6).
func (b *Backend) Momentum(s compute.AscentShape, a compute.Ascent, m compute.AscentBuffers) compute.Kernel {
	return b.kernel(spec{
		source: "reduce extent momentum", groups: each,
		params: []named{{"elements", s.Elements}, {"momentum", a.Momentum}},
		args: []arg{
			{name: "gradient", buffer: m.Gradient, role: moves}, {name: "velocity", buffer: m.Velocity, role: moves},
		},
	})
}

// Ascend is described in package compute.
func (b *Backend) Ascend(s compute.AscentShape, a compute.Ascent, m compute.AscentBuffers) compute.Kernel {
	return b.kernel(spec{
		source: "reduce extent climber ascend", groups: each,
		consts: []named{{"L2", number(a.L2)}},
		params: []named{
			{"elements", s.Elements}, {"goes_on", number(a.Continue)}, {"eps", a.Eps}, {"step", a.Step},
		},
		args: []arg{
			{name: "x", buffer: m.X, role: moves}, {name: "state", buffer: m.State, width: 4, role: moves},
			{name: "task", buffer: m.Task, width: 4}, {name: "origin", buffer: m.Origin}, {name: "gradient", buffer: m.Gradient},
		},
	})
}

// Place is described in package compute.
func (b *Backend) Place(s compute.AscentShape, _ compute.Ascent, m compute.AscentBuffers) compute.Kernel {
	return b.kernel(spec{
		source: "functions reduce climber place", groups: each,
		params: []named{{"elements", s.Elements}, {"goes_on", 1}},
		args: []arg{
			{name: "x", buffer: m.X, role: writes}, {name: "distances", buffer: m.Distances, role: writes},
			{name: "variable", buffer: m.Variable}, {name: "origin", buffer: m.Origin},
			{name: "state", buffer: m.State, width: 4}, {name: "task", buffer: m.Task, width: 4},
		},
	})
}

// Weigh is described in package compute.
func (b *Backend) Weigh(s compute.AscentShape, a compute.Ascent, m compute.AscentBuffers) compute.Kernel {
	return b.kernel(spec{
		source: "reduce rival climber weigh", groups: each,
		params: []named{{"elements", s.Elements}, {"classes", s.Classes}, {"goes_on", 1}, {"confidence", a.Confidence}},
		args: []arg{
			{name: "seed", buffer: m.Seed, role: writes}, {name: "trace", buffer: m.Trace, role: writes},
			{name: "kept", buffer: m.Kept, role: writes}, {name: "state", buffer: m.State, width: 4, role: moves},
			{name: "task", buffer: m.Task, width: 4}, {name: "distances", buffer: m.Distances},
			{name: "logits", buffer: m.Logits}, {name: "x", buffer: m.X},
		},
	})
}

// Adam is described in package compute (Kingma & Ba 2015, algorithm 1; Carlini & Wagner 2017, section 5).
func (b *Backend) Adam(s compute.AscentShape, a compute.Ascent, m compute.AscentBuffers) compute.Kernel {
	return b.kernel(spec{
		source: "functions reduce extent climber adam", groups: each,
		params: []named{
			{"elements", s.Elements}, {"goes_on", 1}, {"step", a.Step},
			{"beta1", a.Adam.Beta1}, {"beta2", a.Adam.Beta2}, {"epsilon", a.Adam.Epsilon},
		},
		args: []arg{
			{name: "variable", buffer: m.Variable, role: moves}, {name: "velocity", buffer: m.Velocity, role: moves},
			{name: "square", buffer: m.Square, role: moves}, {name: "state", buffer: m.State, width: 4, role: moves},
			{name: "task", buffer: m.Task, width: 4}, {name: "origin", buffer: m.Origin},
			{name: "gradient", buffer: m.Gradient},
		},
	})
}
