package engine

import (
	"fmt"

	"steady/core/compute"
	"steady/core/net"
)

// backwardLayer adds the steps that carry the gradient of layer i's value to its inputs and, training, to its
// parameters.
func (c *compiler) backwardLayer(i int) {
	l := &c.net.Layers[i]
	x, y := c.values[l.In[0]], c.values[i+1]
	in, out := c.shapes[l.In[0]], c.shapes[i+1]
	b := c.backend
	dy := c.grads[y]
	if _, ok := l.Op.(*net.Reshape); ok || c.skip[i] || dy == none || !c.begun[dy] {
		return
	}
	if act := c.fusedWith(i); act != compute.NoActivation {
		c.one(dy, []slot{dy, y}, func(at func(slot) compute.Buffer) compute.Kernel {
			return b.ActivateGradient(act, out.Size(), at(dy), at(dy), at(y), false)
		})
	}
	dx := c.grads[x]
	switch o := l.Op.(type) {
	case *net.Conv, *net.Linear:
		s := convShape(o, in, out)
		weight, bias := convParams(o)
		if c.config.Train {
			c.add([]slot{x, dy}, nil, func(at func(slot) compute.Buffer) compute.Kernel {
				return b.ConvParamGradient(s, c.paramGradient(weight), c.paramGradient(bias), at(x), at(dy))
			})
		}
		c.into(dx, []slot{dy}, func(at func(slot) compute.Buffer, add bool) compute.Kernel {
			return b.ConvInputGradient(s, at(dx), at(dy), c.param(weight), add)
		})
	case *net.BatchNorm:
		s := normShape(o, in)
		add := c.begin(dx)
		c.add([]slot{dy, x}, []slot{dx}, func(at func(slot) compute.Buffer) compute.Kernel {
			return b.BatchNormGradient(s, at(dx), c.paramGradient(o.Scale), c.paramGradient(o.Shift),
				at(dy), at(x), c.saved[i], c.normParams(o), add)
		})
	case *net.Relu, *net.LeakyRelu, *net.Clip:
		act, _ := activationOf(o)
		c.into(dx, []slot{dy, x}, func(at func(slot) compute.Buffer, add bool) compute.Kernel {
			return b.ActivateGradient(act, in.Size(), at(dx), at(dy), at(x), add)
		})
	case *net.MaxPool:
		s := poolShape(o, in, out)
		c.into(dx, []slot{dy, x, y}, func(at func(slot) compute.Buffer, add bool) compute.Kernel {
			return b.MaxPoolGradient(s, at(dx), at(dy), at(x), at(y), add)
		})
	case *net.AveragePool, *net.GlobalAveragePool:
		s := poolShape(o, in, out)
		c.into(dx, []slot{dy}, func(at func(slot) compute.Buffer, add bool) compute.Kernel {
			return b.AveragePoolGradient(s, at(dx), at(dy), add)
		})
	case *net.Add:
		whole := blocks(out, out, 0, 0)
		for _, v := range l.In {
			part := c.grads[c.values[v]]
			c.into(part, []slot{dy}, func(at func(slot) compute.Buffer, add bool) compute.Kernel {
				return b.CopyBlocks(whole, at(part), at(dy), add)
			})
		}
	case *net.Concat:
		before := 0
		for _, v := range l.In {
			part, s := c.grads[c.values[v]], reversed(blocks(c.shapes[v], out, o.Axis, before))
			before += c.shapes[v][o.Axis]
			c.into(part, []slot{dy}, func(at func(slot) compute.Buffer, add bool) compute.Kernel {
				return b.CopyBlocks(s, at(part), at(dy), add)
			})
		}
	case *net.Affine:
		s := affineShape(o, in)
		if c.config.Train {
			c.add([]slot{x, dy}, nil, func(at func(slot) compute.Buffer) compute.Kernel {
				return b.AffineParamGradient(s, c.paramGradient(o.Scale), c.paramGradient(o.Shift), at(x), at(dy))
			})
		}
		c.into(dx, []slot{dy}, func(at func(slot) compute.Buffer, add bool) compute.Kernel {
			return b.AffineInputGradient(s, at(dx), at(dy), c.param(o.Scale), add)
		})
	case *net.Softmax:
		s := softmaxShape(o, in)
		c.into(dx, []slot{dy, y}, func(at func(slot) compute.Buffer, add bool) compute.Kernel {
			return b.SoftmaxGradient(s, at(dx), at(dy), at(y), add)
		})
	default:
		panic(fmt.Sprintf("engine: layer %q: no gradient for %T", l.Name, l.Op))
	}
}

// into adds a step that writes the gradient dx, or adds to it if another reader of the value has begun it. There is
// none when the gradient is not asked for.
func (c *compiler) into(dx slot, reads []slot, make func(at func(slot) compute.Buffer, add bool) compute.Kernel) {
	if dx == none {
		return
	}
	add := c.begin(dx)
	c.one(dx, reads, func(at func(slot) compute.Buffer) compute.Kernel { return make(at, add) })
}

// begin tells whether a gradient already holds a part.
func (c *compiler) begin(dx slot) (begun bool) {
	begun = c.begun[dx]
	c.begun[dx] = true
	return begun
}
