package engine

import (
	"fmt"
	"slices"

	"steady/core/compute"
	"steady/core/nn"
)

// backwardLayer adds the steps that carry the gradient of layer i's value to its inputs and, training, to its
// parameters.
func (c *compiler) backwardLayer(i int) {
	l := &c.net.Layers[i]
	y, out := c.values[i+1], c.shapes[i+1]
	b := c.backend
	dy := c.grads[y]
	if _, ok := l.Op.(*nn.Reshape); ok || c.skip[i] || dy == none || !c.begun[dy] {
		return
	}
	if o, ok := l.Op.(*nn.Constant); ok {
		c.add([]slot{dy}, nil, func(at func(slot) compute.Buffer) compute.Kernel {
			return b.Copy(adjointCopy(fromOne(out)), c.paramGradient(o.Value), at(dy), false)
		})
		return
	}
	x, in := c.values[l.In[0]], c.shapes[l.In[0]]
	if act := c.fusedWith(i); act != compute.NoActivation {
		c.one(dy, []slot{dy, y}, func(at func(slot) compute.Buffer) compute.Kernel {
			return b.ActivateGradient(act, out.Size(), at(dy), at(dy), at(y), false)
		})
	}
	dx := c.grads[x]
	switch o := l.Op.(type) {
	case *nn.Linear:
		if len(in) > 1 {
			c.linearGradient(o, x, dx, dy, in, out)
			return
		}
		c.convGradient(o.Weight, o.Bias, convShape(o, in, out), x, dx, dy)
	case *nn.Conv:
		if add := c.added[i]; add != nil {
			z := c.values[slices.Min(add.In)]
			if z == x || !c.handOn(z, dy) { // dy is still read for x
				c.copied(c.grads[z], dy, broadcastCopy(out, out))
			}
		}
		c.convGradient(o.Weight, o.Bias, convShape(o, in, out), x, dx, dy)
	case *nn.BatchNorm:
		s := normShape(o, in)
		add := c.begin(dx)
		c.add([]slot{dy, x}, []slot{dx}, func(at func(slot) compute.Buffer) compute.Kernel {
			return b.BatchNormGradient(s, at(dx), c.paramGradient(o.Scale), c.paramGradient(o.Shift),
				at(dy), at(x), c.saved[i], c.normParams(o), add)
		})
		c.steps[len(c.steps)-1].toParams = true
	case *nn.Relu, *nn.LeakyRelu, *nn.Clip:
		act, _ := activationOf(o)
		c.into(dx, []slot{dy, x}, func(at func(slot) compute.Buffer, add bool) compute.Kernel {
			return b.ActivateGradient(act, in.Size(), at(dx), at(dy), at(x), add)
		})
	case *nn.MaxPool:
		s := poolShape(o, in, out)
		c.into(dx, []slot{dy, x, y}, func(at func(slot) compute.Buffer, add bool) compute.Kernel {
			return b.MaxPoolGradient(s, at(dx), at(dy), at(x), at(y), add)
		})
	case *nn.AveragePool, *nn.GlobalAveragePool:
		s := poolShape(o, in, out)
		c.into(dx, []slot{dy}, func(at func(slot) compute.Buffer, add bool) compute.Kernel {
			return b.AveragePoolGradient(s, at(dx), at(dy), add)
		})
	case *nn.Add:
		handed := c.values[l.In[0]] == c.values[l.In[1]] // x + x: dy is needed twice
		for _, v := range l.In {
			if !handed && slices.Equal(c.shapes[v], out) && c.handOn(c.values[v], dy) {
				handed = true
				continue
			}
			part, s := c.grads[c.values[v]], adjointCopy(broadcastCopy(c.shapes[v], out))
			c.into(part, []slot{dy}, func(at func(slot) compute.Buffer, add bool) compute.Kernel {
				return b.Copy(s, at(part), at(dy), add)
			})
		}
	case *nn.Concat:
		before := 0
		for _, v := range l.In {
			part, s := c.grads[c.values[v]], adjointCopy(concatCopy(c.shapes[v], out, o.Axis, before))
			before += c.shapes[v][o.Axis]
			c.into(part, []slot{dy}, func(at func(slot) compute.Buffer, add bool) compute.Kernel {
				return b.Copy(s, at(part), at(dy), add)
			})
		}
	case *nn.Affine:
		s := affineShape(o, in)
		if c.config.Train {
			c.add([]slot{x, dy}, nil, func(at func(slot) compute.Buffer) compute.Kernel {
				return b.AffineParamGradient(s, c.paramGradient(o.Scale), c.paramGradient(o.Shift), at(x), at(dy))
			})
		}
		c.into(dx, []slot{dy}, func(at func(slot) compute.Buffer, add bool) compute.Kernel {
			return b.AffineInputGradient(s, at(dx), at(dy), c.param(o.Scale), add)
		})
	case *nn.Softmax:
		s := softmaxShape(o, in)
		c.into(dx, []slot{dy, y}, func(at func(slot) compute.Buffer, add bool) compute.Kernel {
			return b.SoftmaxGradient(s, at(dx), at(dy), at(y), add)
		})
	case *nn.Map:
		c.into(dx, []slot{dy, x}, func(at func(slot) compute.Buffer, add bool) compute.Kernel {
			return b.MapGradient(o.Function, in.Size(), at(dx), at(dy), at(x), add)
		})
	case *nn.Mul:
		for j, v := range l.In {
			other := l.In[1-j]
			part, z := c.grads[c.values[v]], c.values[other]
			s := productShape(out, c.shapes[other], out)
			s.Y = view(c.shapes[v], out)
			c.into(part, []slot{dy, z}, func(at func(slot) compute.Buffer, add bool) compute.Kernel {
				return b.Product(s, at(part), at(dy), at(z), add)
			})
		}
	case *nn.Mean:
		s, weight := meanShape(in, out), c.number(1/float32(in[o.Axis]))
		s.Y, s.A = s.A, s.Y
		c.into(dx, []slot{dy}, func(at func(slot) compute.Buffer, add bool) compute.Kernel {
			return b.Product(s, at(dx), at(dy), weight, add)
		})
	case *nn.MatMul:
		// dA = dY·Bᵀ and dB = Aᵀ·dY.
		s, z := matMulShape(in, c.shapes[l.In[1]]), c.values[l.In[1]]
		left, right := s, s
		left.N, left.K, left.Y, left.A, left.B = s.K, s.N, s.A, s.Y, transposed(s.B)
		right.M, right.K, right.Y, right.A, right.B = s.K, s.M, s.B, transposed(s.A), s.Y
		c.into(dx, []slot{dy, z}, func(at func(slot) compute.Buffer, add bool) compute.Kernel {
			return b.MatMul(left, at(dx), at(dy), at(z), nil, compute.NoActivation, add)
		})
		dz := c.grads[z]
		c.into(dz, []slot{dy, x}, func(at func(slot) compute.Buffer, add bool) compute.Kernel {
			return b.MatMul(right, at(dz), at(x), at(dy), nil, compute.NoActivation, add)
		})
	case *nn.LayerNorm:
		s := layerNormShape(o, in)
		if c.config.Train && (o.Scale != nil || o.Shift != nil) {
			c.add([]slot{x, dy}, nil, func(at func(slot) compute.Buffer) compute.Kernel {
				return b.LayerNormParamGradient(s, c.paramGradient(o.Scale), c.paramGradient(o.Shift), at(dy), at(x))
			})
		}
		c.into(dx, []slot{dy, x}, func(at func(slot) compute.Buffer, add bool) compute.Kernel {
			return b.LayerNormInputGradient(s, at(dx), at(dy), at(x), c.param(o.Scale), add)
		})
	case *nn.Transpose:
		c.copied(dx, dy, adjointCopy(stridedCopy(o, in, out)))
	case *nn.Slice:
		c.cleared(dx, in)
		c.copied(dx, dy, adjointCopy(stridedCopy(o, in, out)))
	case *nn.Pad:
		c.copied(dx, dy, unpadCopy(o, in, out))
	default:
		panic(fmt.Sprintf("engine: layer %q: no gradient for %T", l.Name, l.Op))
	}
}

// into adds a step that writes the gradient dx, or adds to it if another reader of the value has begun it. It does nothing
// if the gradient is not needed.
func (c *compiler) into(dx slot, reads []slot, make func(at func(slot) compute.Buffer, add bool) compute.Kernel) {
	if dx == none {
		return
	}
	add := c.begin(dx)
	c.one(dx, reads, func(at func(slot) compute.Buffer) compute.Kernel { return make(at, add) })
}

// handOn uses a gradient that nothing needs any more as the gradient of the value x, instead of copying it, if that one
// has not begun. It reports whether it did.
func (c *compiler) handOn(x, dy slot) bool {
	dx := c.grads[x]
	if dx == none || c.begun[dx] {
		return false
	}
	c.grads[x] = dy
	return true
}

// begin marks a gradient as begun, and reports whether it was before.
func (c *compiler) begin(dx slot) (begun bool) {
	begun = c.begun[dx]
	c.begun[dx] = true
	return begun
}

// copied adds a step that copies a gradient.
func (c *compiler) copied(dx, dy slot, s compute.Copy) {
	c.into(dx, []slot{dy}, func(at func(slot) compute.Buffer, add bool) compute.Kernel {
		return c.backend.Copy(s, at(dx), at(dy), add)
	})
}

// cleared begins a gradient with zeros, if no other reader of the value has begun it.
func (c *compiler) cleared(dx slot, s nn.Shape) {
	if dx == none || c.begin(dx) {
		return
	}
	zero, all := c.number(0), fromOne(s)
	all.X.Strides = make([]int, len(s))
	c.one(dx, nil, func(at func(slot) compute.Buffer) compute.Kernel { return c.backend.Copy(all, at(dx), zero, false) })
}

// convGradient adds the gradients of a convolution, or of a Linear layer of flat values as one.
func (c *compiler) convGradient(weight, bias *nn.Param, s compute.ConvShape, x, dx, dy slot) {
	if c.config.Train && !(weight.Frozen && (bias == nil || bias.Frozen)) {
		c.add([]slot{x, dy}, nil, func(at func(slot) compute.Buffer) compute.Kernel {
			return c.backend.ConvParamGradient(s, c.paramGradient(weight), c.paramGradient(bias), at(x), at(dy))
		})
	}
	c.into(dx, []slot{dy}, func(at func(slot) compute.Buffer, add bool) compute.Kernel {
		return c.backend.ConvInputGradient(s, at(dx), at(dy), c.param(weight), add)
	})
}

// linearGradient adds the gradients of a Linear layer of rows: dX = dY·W, dW = dYᵀ·X and db = Σ dY.
func (c *compiler) linearGradient(o *nn.Linear, x, dx, dy slot, in, out nn.Shape) {
	b, s := c.backend, linearShape(in, out)
	if c.config.Train {
		weights := compute.MatMulShape{Batch: 1, M: s.N, K: s.M, N: s.K, Y: compute.Matrix{Row: s.K, Column: 1},
			A: transposed(s.Y), B: s.A}
		c.add([]slot{x, dy}, nil, func(at func(slot) compute.Buffer) compute.Kernel {
			return b.MatMul(weights, c.paramGradient(o.Weight), at(dy), at(x), nil, compute.NoActivation, false)
		})
		if o.Bias != nil {
			sums := compute.AffineShape{Size: out.Size(), Shift: compute.Repeat{Count: s.N, Inner: 1}}
			c.add([]slot{dy}, nil, func(at func(slot) compute.Buffer) compute.Kernel {
				return b.AffineParamGradient(sums, nil, c.paramGradient(o.Bias), at(dy), at(dy))
			})
		}
	}
	back := s
	back.N, back.K, back.Y, back.A, back.B = s.K, s.N, s.A, s.Y, transposed(s.B)
	c.into(dx, []slot{dy}, func(at func(slot) compute.Buffer, add bool) compute.Kernel {
		return b.MatMul(back, at(dx), at(dy), c.param(o.Weight), nil, compute.NoActivation, add)
	})
}
