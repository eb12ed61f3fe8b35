package webgpu

import (
	"steady/core/attackstep"
	"steady/core/compute"
)

var _ compute.AttackKernels = (*Backend)(nil)

// SelectBest is described in package compute.
func (b *Backend) SelectBest(s compute.AttackShape, p attackstep.PGD, m compute.AttackBuffers) compute.Kernel {
	return b.kernel(spec{
		source: "reduce rival iterate select_best", groups: each,
		params: []named{{"elements", s.Elements}, {"classes", s.Classes}, {"goes_on", number(p.Continue)}},
		args: []arg{
			{name: "dlogits", buffer: m.DLogits, role: writeOnly}, {name: "trace", buffer: m.Trace, role: writeOnly},
			{name: "best", buffer: m.Best, role: writeOnly}, {name: "state", buffer: m.State, width: 4, role: readWrite},
			{name: "task", buffer: m.Task, width: 4}, {name: "logits", buffer: m.Logits}, {name: "x", buffer: m.X},
		},
	})
}

// Momentum is described in package compute (Dong et al. 2018, equation 6).
func (b *Backend) Momentum(s compute.AttackShape, p attackstep.PGD, m compute.AttackBuffers) compute.Kernel {
	return b.kernel(spec{
		source: "reduce extent momentum", groups: each,
		params: []named{{"elements", s.Elements}, {"momentum", p.Momentum}},
		args: []arg{
			{name: "gradient", buffer: m.Gradient, role: readWrite}, {name: "velocity", buffer: m.Velocity, role: readWrite},
		},
	})
}

// ProjectedStep is described in package compute.
func (b *Backend) ProjectedStep(s compute.AttackShape, p attackstep.PGD, m compute.AttackBuffers) compute.Kernel {
	return b.kernel(spec{
		source: "reduce extent iterate projected_step", groups: each,
		consts: []named{{"L2", number(p.L2)}},
		params: []named{
			{"elements", s.Elements}, {"goes_on", number(p.Continue)}, {"eps", p.Eps}, {"step", p.StepSize},
		},
		args: []arg{
			{name: "x", buffer: m.X, role: readWrite}, {name: "state", buffer: m.State, width: 4, role: readWrite},
			{name: "task", buffer: m.Task, width: 4}, {name: "origin", buffer: m.Origin}, {name: "gradient", buffer: m.Gradient},
		},
	})
}

// FromTanh is described in package compute.
func (b *Backend) FromTanh(s compute.AttackShape, m compute.AttackBuffers) compute.Kernel {
	return b.kernel(spec{
		source: "functions reduce iterate from_tanh", groups: each,
		params: []named{{"elements", s.Elements}, {"goes_on", 1}},
		args: []arg{
			{name: "x", buffer: m.X, role: writeOnly}, {name: "distances", buffer: m.Distances, role: writeOnly},
			{name: "variable", buffer: m.Variable}, {name: "origin", buffer: m.Origin},
			{name: "state", buffer: m.State, width: 4}, {name: "task", buffer: m.Task, width: 4},
		},
	})
}

// CWLoss is described in package compute.
func (b *Backend) CWLoss(s compute.AttackShape, c attackstep.CW, m compute.AttackBuffers) compute.Kernel {
	return b.kernel(spec{
		source: "reduce rival iterate cw_loss", groups: each,
		params: []named{{"elements", s.Elements}, {"classes", s.Classes}, {"goes_on", 1}, {"confidence", c.Confidence}},
		args: []arg{
			{name: "dlogits", buffer: m.DLogits, role: writeOnly}, {name: "trace", buffer: m.Trace, role: writeOnly},
			{name: "best", buffer: m.Best, role: writeOnly}, {name: "state", buffer: m.State, width: 4, role: readWrite},
			{name: "task", buffer: m.Task, width: 4}, {name: "distances", buffer: m.Distances},
			{name: "logits", buffer: m.Logits}, {name: "x", buffer: m.X},
		},
	})
}

// AdamStep is described in package compute (Kingma & Ba 2015, algorithm 1; Carlini & Wagner 2017, section 5).
func (b *Backend) AdamStep(s compute.AttackShape, c attackstep.CW, m compute.AttackBuffers) compute.Kernel {
	return b.kernel(spec{
		source: "functions reduce extent iterate adam_step", groups: each,
		params: []named{
			{"elements", s.Elements}, {"goes_on", 1}, {"step", c.Rate},
			{"beta1", c.Beta1}, {"beta2", c.Beta2}, {"epsilon", c.Epsilon},
		},
		args: []arg{
			{name: "variable", buffer: m.Variable, role: readWrite}, {name: "velocity", buffer: m.Velocity, role: readWrite},
			{name: "square", buffer: m.Square, role: readWrite}, {name: "state", buffer: m.State, width: 4, role: readWrite},
			{name: "task", buffer: m.Task, width: 4}, {name: "origin", buffer: m.Origin},
			{name: "gradient", buffer: m.Gradient},
		},
	})
}
