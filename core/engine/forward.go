package engine

import (
	"fmt"

	"steady/core/compute"
	"steady/core/net"
)

// forwardLayer adds the forward step of layer i. A Reshape and a fused activation take no step: their values lie where
// those before them lie.
func (c *compiler) forwardLayer(i int) {
	l := &c.net.Layers[i]
	x := c.values[l.In[0]]
	in, out := c.shapes[l.In[0]], c.shapes[i+1]
	b := c.backend
	if _, ok := l.Op.(*net.Reshape); ok || c.skip[i] {
		c.values[i+1] = x
		return
	}
	y := c.tensor(out.Size())
	c.values[i+1] = y
	act := c.fusedWith(i)
	switch o := l.Op.(type) {
	case *net.Conv, *net.Linear:
		s := convShape(o, in, out)
		weight, bias := convParams(o)
		c.one(y, []slot{x}, func(at func(slot) compute.Buffer) compute.Kernel {
			return b.Conv(s, at(y), at(x), c.param(weight), c.param(bias), act)
		})
	case *net.BatchNorm:
		s := normShape(o, in)
		c.saved[i] = b.NewBuffer(2 * s.C)
		c.one(y, []slot{x}, func(at func(slot) compute.Buffer) compute.Kernel {
			return b.BatchNorm(s, at(y), at(x), c.saved[i], c.normParams(o), act)
		})
	case *net.Relu, *net.LeakyRelu, *net.Clip:
		a, _ := activationOf(o)
		c.one(y, []slot{x}, func(at func(slot) compute.Buffer) compute.Kernel {
			return b.Activate(a, in.Size(), at(y), at(x))
		})
	case *net.MaxPool:
		s := poolShape(o, in, out)
		c.one(y, []slot{x}, func(at func(slot) compute.Buffer) compute.Kernel { return b.MaxPool(s, at(y), at(x)) })
	case *net.AveragePool, *net.GlobalAveragePool:
		s := poolShape(o, in, out)
		c.one(y, []slot{x}, func(at func(slot) compute.Buffer) compute.Kernel { return b.AveragePool(s, at(y), at(x)) })
	case *net.Add:
		z := c.values[l.In[1]]
		c.one(y, []slot{x, z}, func(at func(slot) compute.Buffer) compute.Kernel {
			return b.Add(in.Size(), at(y), at(x), at(z), act)
		})
	case *net.Concat:
		before := 0
		for _, v := range l.In {
			part, s := c.values[v], blocks(c.shapes[v], out, o.Axis, before)
			before += c.shapes[v][o.Axis]
			c.one(y, []slot{part}, func(at func(slot) compute.Buffer) compute.Kernel {
				return b.CopyBlocks(s, at(y), at(part), false)
			})
		}
	case *net.Affine:
		s := affineShape(o, in)
		c.one(y, []slot{x}, func(at func(slot) compute.Buffer) compute.Kernel {
			return b.Affine(s, at(y), at(x), c.param(o.Scale), c.param(o.Shift))
		})
	case *net.Softmax:
		s := softmaxShape(o, in)
		c.one(y, []slot{x}, func(at func(slot) compute.Buffer) compute.Kernel { return b.Softmax(s, at(y), at(x)) })
	default:
		panic(fmt.Sprintf("engine: layer %q: no kernel for %T", l.Name, l.Op))
	}
}
