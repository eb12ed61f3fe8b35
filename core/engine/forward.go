package engine

import (
	"fmt"
	"slices"

	"steady/core/compute"
	"steady/core/nn"
)

// forwardLayer adds the forward step of layer i. A Reshape, and a layer fused into the one before, take no step: their
// values are in the same memory as their inputs.
func (c *compiler) forwardLayer(i int) {
	l := &c.net.Layers[i]
	out := c.shapes[i+1]
	b := c.backend
	if o, ok := l.Op.(*nn.Constant); ok {
		y := c.tensor(out.Size())
		c.values[i+1] = y
		c.one(y, nil, func(at func(slot) compute.Buffer) compute.Kernel {
			return b.Copy(fromOne(out), at(y), c.param(o.Value), false)
		})
		return
	}
	if _, ok := l.Op.(*nn.Reshape); ok || c.skip[i] {
		c.values[i+1] = c.values[slices.Max(l.In)]
		return
	}
	x, in := c.values[l.In[0]], c.shapes[l.In[0]]
	y := c.tensor(out.Size())
	c.values[i+1] = y
	act := c.fusedWith(i)
	switch o := l.Op.(type) {
	case *nn.Linear:
		if len(in) > 1 {
			s := linearShape(in, out)
			c.one(y, []slot{x}, func(at func(slot) compute.Buffer) compute.Kernel {
				return b.MatMul(s, at(y), at(x), c.param(o.Weight), c.param(o.Bias), act, false)
			})
			return
		}
		c.conv(o.Weight, o.Bias, convShape(o, in, out), y, x, none, act)
	case *nn.Conv:
		residual := none
		if add := c.added[i]; add != nil {
			residual = c.values[slices.Min(add.In)]
		}
		c.conv(o.Weight, o.Bias, convShape(o, in, out), y, x, residual, act)
	case *nn.BatchNorm:
		s := normShape(o, in)
		c.saved[i] = b.NewBuffer(2 * s.C)
		c.one(y, []slot{x}, func(at func(slot) compute.Buffer) compute.Kernel {
			return b.BatchNorm(s, at(y), at(x), c.saved[i], c.normParams(o), act)
		})
		c.steps[len(c.steps)-1].evaluate = func(at func(slot) compute.Buffer) compute.Kernel {
			return b.BatchNorm(s, at(y), at(x), c.saved[i], c.unmovedNormParams(o), act)
		}
	case *nn.Relu, *nn.LeakyRelu, *nn.Clip:
		a, _ := activationOf(o)
		c.one(y, []slot{x}, func(at func(slot) compute.Buffer) compute.Kernel {
			return b.Activate(a, in.Size(), at(y), at(x))
		})
	case *nn.MaxPool:
		s := poolShape(o, in, out)
		c.one(y, []slot{x}, func(at func(slot) compute.Buffer) compute.Kernel { return b.MaxPool(s, at(y), at(x)) })
	case *nn.AveragePool, *nn.GlobalAveragePool:
		s := poolShape(o, in, out)
		c.one(y, []slot{x}, func(at func(slot) compute.Buffer) compute.Kernel { return b.AveragePool(s, at(y), at(x)) })
	case *nn.Add:
		z := c.values[l.In[1]]
		if other := c.shapes[l.In[1]]; !in.Equal(other) {
			for j, v := range []slot{x, z} {
				s := broadcastCopy([]nn.Shape{in, other}[j], out)
				c.one(y, []slot{v}, func(at func(slot) compute.Buffer) compute.Kernel {
					return b.Copy(s, at(y), at(v), j > 0)
				})
			}
			c.activated(y, act, out)
			return
		}
		c.one(y, []slot{x, z}, func(at func(slot) compute.Buffer) compute.Kernel {
			return b.Add(in.Size(), at(y), at(x), at(z), act)
		})
	case *nn.Concat:
		before := 0
		for _, v := range l.In {
			part, s := c.values[v], concatCopy(c.shapes[v], out, o.Axis, before)
			before += c.shapes[v][o.Axis]
			c.one(y, []slot{part}, func(at func(slot) compute.Buffer) compute.Kernel {
				return b.Copy(s, at(y), at(part), false)
			})
		}
	case *nn.Affine:
		s := affineShape(o, in)
		c.one(y, []slot{x}, func(at func(slot) compute.Buffer) compute.Kernel {
			return b.Affine(s, at(y), at(x), c.param(o.Scale), c.param(o.Shift))
		})
	case *nn.Softmax:
		s := softmaxShape(o, in)
		c.one(y, []slot{x}, func(at func(slot) compute.Buffer) compute.Kernel { return b.Softmax(s, at(y), at(x)) })
	case *nn.Map:
		c.one(y, []slot{x}, func(at func(slot) compute.Buffer) compute.Kernel {
			return b.Map(o.Function, in.Size(), at(y), at(x))
		})
	case *nn.Mul:
		z, s := c.values[l.In[1]], productShape(in, c.shapes[l.In[1]], out)
		c.one(y, []slot{x, z}, func(at func(slot) compute.Buffer) compute.Kernel {
			return b.Product(s, at(y), at(x), at(z), false)
		})
	case *nn.Mean:
		s, weight := meanShape(in, out), c.number(1/float32(in[o.Axis]))
		c.one(y, []slot{x}, func(at func(slot) compute.Buffer) compute.Kernel {
			return b.Product(s, at(y), at(x), weight, false)
		})
	case *nn.MatMul:
		z, s := c.values[l.In[1]], matMulShape(in, c.shapes[l.In[1]])
		c.one(y, []slot{x, z}, func(at func(slot) compute.Buffer) compute.Kernel {
			return b.MatMul(s, at(y), at(x), at(z), nil, act, false)
		})
	case *nn.LayerNorm:
		s := layerNormShape(o, in)
		c.one(y, []slot{x}, func(at func(slot) compute.Buffer) compute.Kernel {
			return b.LayerNorm(s, at(y), at(x), c.param(o.Scale), c.param(o.Shift))
		})
	case *nn.Transpose, *nn.Slice:
		s := stridedCopy(o, in, out)
		c.one(y, []slot{x}, func(at func(slot) compute.Buffer) compute.Kernel { return b.Copy(s, at(y), at(x), false) })
	case *nn.Pad:
		value, all, s := c.number(o.Value), fromOne(out), adjointCopy(unpadCopy(o, in, out))
		all.X.Strides = make([]int, len(out)) // the same number everywhere
		c.one(y, nil, func(at func(slot) compute.Buffer) compute.Kernel { return b.Copy(all, at(y), value, false) })
		c.one(y, []slot{x}, func(at func(slot) compute.Buffer) compute.Kernel { return b.Copy(s, at(y), at(x), false) })
	default:
		panic(fmt.Sprintf("engine: layer %q: no kernel for %T", l.Name, l.Op))
	}
}

// conv adds a convolution, or a Linear layer of flat values as one; the residual may be none.
func (c *compiler) conv(weight, bias *nn.Param, s compute.ConvShape, y, x, residual slot, act compute.Activation) {
	c.scratch = max(c.scratch, laidOut(s))
	c.one(y, []slot{x, residual}, func(at func(slot) compute.Buffer) compute.Kernel {
		return c.backend.Conv(s, at(y), at(x), c.param(weight), c.param(bias), at(residual), act)
	})
}

// activated adds an activation by itself, if there is one.
func (c *compiler) activated(y slot, act compute.Activation, s nn.Shape) {
	if act == compute.NoActivation {
		return
	}
	c.one(y, []slot{y}, func(at func(slot) compute.Buffer) compute.Kernel {
		return c.backend.Activate(act, s.Size(), at(y), at(y))
	})
}
