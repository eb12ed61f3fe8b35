package onnx

import (
	"math"
	"slices"

	"steady/core/nn"
	"steady/core/scalar"
)

// fuse replaces each chain of layers that together are one function or layer normalization by one layer, and removes the
// layers that nothing reads any more.
func fuse(n *nn.Network) {
	shapes, err := n.Shapes()
	if err != nil {
		return // Validate reports it
	}
	f := fuser{n, shapes, make([]int, len(n.Layers)+1), map[*nn.Param]int{}}
	for i := range n.Layers {
		for _, v := range n.Layers[i].In {
			f.readers[v]++
		}
		if o, ok := n.Layers[i].Op.(*nn.Affine); ok {
			f.affineUses[o.Scale]++
			f.affineUses[o.Shift]++
		}
	}
	f.readers[n.Output]++
	for i := range n.Layers {
		for _, find := range []func(*nn.Layer) (nn.Op, nn.Value, bool){
			f.silu, f.hardSwish, f.gelu, f.layerNorm, f.scaledNorm, f.linearBias,
		} {
			if op, in, ok := find(&n.Layers[i]); ok {
				n.Layers[i].Op, n.Layers[i].In = op, []nn.Value{in}
				break
			}
		}
	}
	*n = *n.Pruned()
}

// fuser matches chains of layers from their last layer backwards.
type fuser struct {
	*nn.Network
	shapes     []nn.Shape
	readers    []int             // how many layers of the file read each value
	affineUses map[*nn.Param]int // how often Affines use a parameter
}

// opOf returns the operation that computes a value, and its inputs, if it is of type T.
func opOf[T nn.Op](n *nn.Network, v nn.Value) (op T, in []nn.Value, ok bool) {
	if v == nn.Input {
		return op, nil, false
	}
	l := &n.Layers[v-1]
	op, ok = l.Op.(T)
	return op, l.In, ok
}

// functionOf returns x and alpha if a value is a function of the given kind of x.
func (f fuser) functionOf(v nn.Value, kind scalar.Kind) (x nn.Value, alpha float32, ok bool) {
	o, in, ok := opOf[*nn.Map](f.Network, v)
	if !ok || o.Kind != kind {
		return 0, 0, false
	}
	return in[0], o.Alpha, true
}

// scalarAffineOf returns x if a value is x·scale + shift with scalars equal to the given ones to a few units in the last
// place.
func (f fuser) scalarAffineOf(v nn.Value, scale, shift float32) (x nn.Value, ok bool) {
	o, in, ok := opOf[*nn.Affine](f.Network, v)
	if !ok || !isScalar(o.Scale, 1, scale) || !isScalar(o.Shift, 0, shift) {
		return 0, false
	}
	return in[0], true
}

// isScalar reports whether a parameter is one number that is nearly want. A nil parameter stands for absent.
func isScalar(p *nn.Param, absent, want float32) bool {
	x := absent
	if p != nil {
		if len(p.Data) != 1 {
			return false
		}
		x = p.Data[0]
	}
	return math.Abs(float64(x-want)) <= 1e-6*math.Abs(float64(want))
}

// gated returns x if a layer is the product of x and a gate that is computed from x, as matched by gateInput.
func (f fuser) gated(l *nn.Layer, gateInput func(gate nn.Value) (x nn.Value, ok bool)) (x nn.Value, ok bool) {
	if _, ok := l.Op.(*nn.Mul); !ok {
		return 0, false
	}
	for i, gate := range l.In {
		if x, ok := gateInput(gate); ok && x == l.In[1-i] {
			return x, true
		}
	}
	return 0, false
}

// silu matches x·sigmoid(x).
func (f fuser) silu(l *nn.Layer) (nn.Op, nn.Value, bool) {
	x, ok := f.gated(l, func(gate nn.Value) (nn.Value, bool) {
		x, _, ok := f.functionOf(gate, scalar.Sigmoid)
		return x, ok
	})
	return &nn.Map{Function: scalar.Function{Kind: scalar.Silu}}, x, ok
}

// hardSwish matches x·clip(x/6 + 1/2, 0, 1), or x·clip(x+3, 0, 6) divided by 6.
func (f fuser) hardSwish(l *nn.Layer) (nn.Op, nn.Value, bool) {
	op := &nn.Map{Function: scalar.Function{Kind: scalar.HardSwish}}
	clipped := func(most, scale, shift float32) func(gate nn.Value) (nn.Value, bool) {
		return func(gate nn.Value) (nn.Value, bool) {
			o, in, ok := opOf[*nn.Clip](f.Network, gate)
			if !ok || o.Min != 0 || o.Max != most {
				return 0, false
			}
			return f.scalarAffineOf(in[0], scale, shift)
		}
	}
	if x, ok := f.gated(l, clipped(1, 1./6, 0.5)); ok {
		return op, x, true
	}
	product, ok := f.endsWithAffine(l, 1./6, 0)
	if !ok {
		return nil, 0, false
	}
	x, ok := f.gated(&f.Layers[product-1], clipped(6, 1, 3))
	return op, x, ok
}

// endsWithAffine returns x if a layer is x·scale + shift with the given scalars, and x is the output of a layer.
func (f fuser) endsWithAffine(l *nn.Layer, scale, shift float32) (nn.Value, bool) {
	o, ok := l.Op.(*nn.Affine)
	if !ok || l.In[0] == nn.Input || !isScalar(o.Scale, 1, scale) || !isScalar(o.Shift, 0, shift) {
		return 0, false
	}
	return l.In[0], true
}

// gelu matches x·(erf(x/√2) + 1)·1/2, with the half last, as PyTorch writes it.
func (f fuser) gelu(l *nn.Layer) (nn.Op, nn.Value, bool) {
	product, ok := f.endsWithAffine(l, 0.5, 0)
	if !ok {
		return nil, 0, false
	}
	x, ok := f.gated(&f.Layers[product-1], func(gate nn.Value) (nn.Value, bool) {
		e, ok := f.scalarAffineOf(gate, 1, 1)
		if !ok {
			return 0, false
		}
		inner, _, ok := f.functionOf(e, scalar.Erf)
		if !ok {
			return 0, false
		}
		return f.scalarAffineOf(inner, math.Sqrt2/2, 0)
	})
	return &nn.Map{Function: scalar.Function{Kind: scalar.Gelu}}, x, ok
}

// layerNorm matches d/√(mean(d²) + epsilon) with d = x - mean(x) and means over the last axis.
func (f fuser) layerNorm(l *nn.Layer) (nn.Op, nn.Value, bool) {
	if _, ok := l.Op.(*nn.Mul); !ok {
		return nil, 0, false
	}
	d := l.In[0]
	root, alpha, ok := f.functionOf(l.In[1], scalar.Power)
	if !ok || alpha != -1 {
		return nil, 0, false
	}
	sum, _, ok := f.functionOf(root, scalar.Sqrt)
	if !ok {
		return nil, 0, false
	}
	o, in, ok := opOf[*nn.Affine](f.Network, sum)
	if !ok || o.Scale != nil || o.Shift == nil || len(o.Shift.Data) != 1 {
		return nil, 0, false
	}
	epsilon := o.Shift.Data[0]
	over, in, ok := opOf[*nn.Mean](f.Network, in[0])
	if !ok || !(epsilon >= 0) {
		return nil, 0, false
	}
	if squared, alpha, ok := f.functionOf(in[0], scalar.Power); !ok || alpha != 2 || squared != d {
		return nil, 0, false
	}
	_, in, ok = opOf[*nn.Add](f.Network, d)
	if !ok {
		return nil, 0, false
	}
	x := in[0]
	negative, ok := f.scalarAffineOf(in[1], -1, 0)
	if !ok {
		return nil, 0, false
	}
	first, in, ok := opOf[*nn.Mean](f.Network, negative)
	if !ok || in[0] != x || first.Axis != over.Axis || over.Axis != len(f.shapes[x])-1 {
		return nil, 0, false
	}
	return &nn.LayerNorm{Axes: 1, Epsilon: epsilon}, x, true
}

// scaledNorm matches an Affine with parameters along the last axis after a LayerNorm without, which takes them.
func (f fuser) scaledNorm(l *nn.Layer) (nn.Op, nn.Value, bool) {
	a, ok := l.Op.(*nn.Affine)
	if !ok || f.readers[l.In[0]] != 1 {
		return nil, 0, false
	}
	o, in, ok := opOf[*nn.LayerNorm](f.Network, l.In[0])
	if !ok || o.Scale != nil || o.Shift != nil {
		return nil, 0, false
	}
	last := f.shapes[in[0]][len(f.shapes[in[0]])-o.Axes:]
	scale, first := f.trailingParam(a.Scale, last)
	shift, second := f.trailingParam(a.Shift, last)
	return &nn.LayerNorm{Scale: scale, Shift: shift, Axes: o.Axes, Epsilon: o.Epsilon}, in[0], first && second
}

// linearBias matches an addition along the last axis after a Linear layer without a bias, which takes it.
func (f fuser) linearBias(l *nn.Layer) (nn.Op, nn.Value, bool) {
	a, ok := l.Op.(*nn.Affine)
	if !ok || a.Scale != nil || a.Shift == nil || f.readers[l.In[0]] != 1 {
		return nil, 0, false
	}
	o, in, ok := opOf[*nn.Linear](f.Network, l.In[0])
	if !ok || o.Bias != nil {
		return nil, 0, false
	}
	bias, ok := f.trailingParam(a.Shift, nn.Shape{o.Weight.Shape[0]})
	return &nn.Linear{Weight: o.Weight, Bias: bias}, in[0], ok
}

// trailingParam returns a parameter of an Affine, or nil for none, as one over the last dimensions, and whether it is one.
func (f fuser) trailingParam(p *nn.Param, last nn.Shape) (*nn.Param, bool) {
	if p == nil || last.Equal(p.Shape) {
		return p, true
	}
	before := len(p.Shape) - len(last)
	if before < 0 || f.affineUses[p] != 1 || !last.Equal(p.Shape[before:]) || nn.Shape(p.Shape[:before]).Size() != 1 {
		return nil, false
	}
	return &nn.Param{Name: p.Name, Shape: append([]int(nil), last...), Data: p.Data}, true
}

// fuseAffines replaces each multiplication by a constant, and the addition of a constant if nothing else reads the product,
// by one layer.
func fuseAffines(n *nn.Network) {
	readers := make([]int, len(n.Layers)+1)
	for _, l := range n.Layers {
		for _, v := range l.In {
			readers[v]++
		}
	}
	readers[n.Output]++
	moved := make([]nn.Value, 1, len(readers))
	layers := n.Layers[:0]
	for _, l := range n.Layers {
		reads := slices.Clone(l.In)
		for i, v := range l.In {
			l.In[i] = moved[v]
		}
		if o, ok := l.Op.(*nn.Affine); ok && o.Scale == nil && readers[reads[0]] == 1 && l.In[0] != nn.Input {
			before := &layers[l.In[0]-1]
			if b, ok := before.Op.(*nn.Affine); ok && b.Shift == nil {
				before.Name, before.Op = l.Name, &nn.Affine{Scale: b.Scale, Shift: o.Shift}
				moved = append(moved, l.In[0])
				continue
			}
		}
		layers = append(layers, l)
		moved = append(moved, nn.Value(len(layers)))
	}
	n.Layers, n.Output = layers, moved[n.Output]
}
