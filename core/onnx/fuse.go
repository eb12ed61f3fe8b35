package onnx

import (
	"math"

	"steady/core/nn"
	"steady/core/scalar"
)

// fuse makes one layer of each chain of layers that files write a function or a layer normalisation with, and takes out
// the layers that nothing reads any more.
func fuse(n *nn.Network) {
	shapes, err := n.Shapes()
	if err != nil {
		return // Validate says what
	}
	f := fuser{n, shapes, make([]int, len(n.Layers)+1), map[*nn.Param]int{}}
	for i := range n.Layers {
		for _, v := range n.Layers[i].In {
			f.readers[v]++
		}
		if o, ok := n.Layers[i].Op.(*nn.Affine); ok {
			f.uses[o.Scale]++
			f.uses[o.Shift]++
		}
	}
	f.readers[n.Output]++
	for i := range n.Layers {
		for _, find := range []func(*nn.Layer) (nn.Op, nn.Value, bool){
			f.silu, f.hardSwish, f.gelu, f.layerNorm, f.scaledNorm, f.biased,
		} {
			if op, in, ok := find(&n.Layers[i]); ok {
				n.Layers[i].Op, n.Layers[i].In = op, []nn.Value{in}
				break
			}
		}
	}
	prune(n)
}

// fuser looks at chains of layers from their end.
type fuser struct {
	*nn.Network
	shapes  []nn.Shape
	readers []int             // of each value, as the file has them
	uses    map[*nn.Param]int // of the parameters of Affines
}

// from gives the layer that makes a value if it is of the given type.
func from[T nn.Op](f fuser, v nn.Value) (op T, in []nn.Value, ok bool) {
	if v == nn.Input {
		return op, nil, false
	}
	l := &f.Layers[v-1]
	op, ok = l.Op.(T)
	return op, l.In, ok
}

// function tells whether a value is a function of another, and of which.
func (f fuser) function(v nn.Value, kind scalar.Kind) (x nn.Value, alpha float32, ok bool) {
	o, in, ok := from[*nn.Map](f, v)
	if !ok || o.Kind != kind {
		return 0, 0, false
	}
	return in[0], o.Alpha, true
}

// line tells whether a value is x·scale + shift with one number each, to a few units in the last place, and gives x.
func (f fuser) line(v nn.Value, scale, shift float32) (x nn.Value, ok bool) {
	o, in, ok := from[*nn.Affine](f, v)
	if !ok || !isNumber(o.Scale, 1, scale) || !isNumber(o.Shift, 0, shift) {
		return 0, false
	}
	return in[0], true
}

func isNumber(p *nn.Param, absent, want float32) bool {
	x := absent
	if p != nil {
		if len(p.Data) != 1 {
			return false
		}
		x = p.Data[0]
	}
	return math.Abs(float64(x-want)) <= 1e-6*math.Abs(float64(want))
}

// gated tells whether a layer is the product of a value with something made of it, and gives both.
func (f fuser) gated(l *nn.Layer, made func(gate nn.Value) (x nn.Value, ok bool)) (x nn.Value, ok bool) {
	if _, ok := l.Op.(*nn.Mul); !ok {
		return 0, false
	}
	for i, gate := range l.In {
		if x, ok := made(gate); ok && x == l.In[1-i] {
			return x, true
		}
	}
	return 0, false
}

// silu is x·sigmoid(x).
func (f fuser) silu(l *nn.Layer) (nn.Op, nn.Value, bool) {
	x, ok := f.gated(l, func(gate nn.Value) (nn.Value, bool) {
		x, _, ok := f.function(gate, scalar.Sigmoid)
		return x, ok
	})
	return &nn.Map{Function: scalar.Function{Kind: scalar.Silu}}, x, ok
}

// hardSwish is x·clip(x/6 + 1/2, 0, 1), or x·clip(x+3, 0, 6) divided by 6.
func (f fuser) hardSwish(l *nn.Layer) (nn.Op, nn.Value, bool) {
	op := &nn.Map{Function: scalar.Function{Kind: scalar.HardSwish}}
	clipped := func(most, scale, shift float32) func(gate nn.Value) (nn.Value, bool) {
		return func(gate nn.Value) (nn.Value, bool) {
			o, in, ok := from[*nn.Clip](f, gate)
			if !ok || o.Min != 0 || o.Max != most {
				return 0, false
			}
			return f.line(in[0], scale, shift)
		}
	}
	if x, ok := f.gated(l, clipped(1, 1./6, 0.5)); ok {
		return op, x, true
	}
	product, ok := f.ends(l, 1./6, 0)
	if !ok {
		return nil, 0, false
	}
	x, ok := f.gated(&f.Layers[product-1], clipped(6, 1, 3))
	return op, x, ok
}

// ends tells whether a layer is x·scale + shift of something that a layer makes, and gives that.
func (f fuser) ends(l *nn.Layer, scale, shift float32) (nn.Value, bool) {
	o, ok := l.Op.(*nn.Affine)
	if !ok || l.In[0] == nn.Input || !isNumber(o.Scale, 1, scale) || !isNumber(o.Shift, 0, shift) {
		return 0, false
	}
	return l.In[0], true
}

// gelu is x·(erf(x/√2) + 1)·1/2, the half as PyTorch writes it, last.
func (f fuser) gelu(l *nn.Layer) (nn.Op, nn.Value, bool) {
	product, ok := f.ends(l, 0.5, 0)
	if !ok {
		return nil, 0, false
	}
	x, ok := f.gated(&f.Layers[product-1], func(gate nn.Value) (nn.Value, bool) {
		e, ok := f.line(gate, 1, 1)
		if !ok {
			return 0, false
		}
		inner, _, ok := f.function(e, scalar.Erf)
		if !ok {
			return 0, false
		}
		return f.line(inner, math.Sqrt2/2, 0)
	})
	return &nn.Map{Function: scalar.Function{Kind: scalar.Gelu}}, x, ok
}

// layerNorm is d/√(mean(d²) + epsilon) with d = x - mean(x), means over the last axis.
func (f fuser) layerNorm(l *nn.Layer) (nn.Op, nn.Value, bool) {
	if _, ok := l.Op.(*nn.Mul); !ok {
		return nil, 0, false
	}
	d := l.In[0]
	root, alpha, ok := f.function(l.In[1], scalar.Power)
	if !ok || alpha != -1 {
		return nil, 0, false
	}
	sum, _, ok := f.function(root, scalar.Sqrt)
	if !ok {
		return nil, 0, false
	}
	o, in, ok := from[*nn.Affine](f, sum)
	if !ok || o.Scale != nil || o.Shift == nil || len(o.Shift.Data) != 1 {
		return nil, 0, false
	}
	epsilon := o.Shift.Data[0]
	over, in, ok := from[*nn.Mean](f, in[0])
	if !ok || !(epsilon >= 0) {
		return nil, 0, false
	}
	if squared, alpha, ok := f.function(in[0], scalar.Power); !ok || alpha != 2 || squared != d {
		return nil, 0, false
	}
	_, in, ok = from[*nn.Add](f, d)
	if !ok {
		return nil, 0, false
	}
	x := in[0]
	negative, ok := f.line(in[1], -1, 0)
	if !ok {
		return nil, 0, false
	}
	first, in, ok := from[*nn.Mean](f, negative)
	if !ok || in[0] != x || first.Axis != over.Axis || over.Axis != len(f.shapes[x])-1 {
		return nil, 0, false
	}
	return &nn.LayerNorm{Axes: 1, Epsilon: epsilon}, x, true
}

// scaledNorm works numbers along the last axis into the layer normalisation before them.
func (f fuser) scaledNorm(l *nn.Layer) (nn.Op, nn.Value, bool) {
	a, ok := l.Op.(*nn.Affine)
	if !ok || f.readers[l.In[0]] != 1 {
		return nil, 0, false
	}
	o, in, ok := from[*nn.LayerNorm](f, l.In[0])
	if !ok || o.Scale != nil || o.Shift != nil {
		return nil, 0, false
	}
	last := f.shapes[in[0]][len(f.shapes[in[0]])-o.Axes:]
	scale, first := f.trailing(a.Scale, last)
	shift, second := f.trailing(a.Shift, last)
	return &nn.LayerNorm{Scale: scale, Shift: shift, Axes: o.Axes, Epsilon: o.Epsilon}, in[0], first && second
}

// biased works a sum along the last axis into the Linear layer before it.
func (f fuser) biased(l *nn.Layer) (nn.Op, nn.Value, bool) {
	a, ok := l.Op.(*nn.Affine)
	if !ok || a.Scale != nil || a.Shift == nil || f.readers[l.In[0]] != 1 {
		return nil, 0, false
	}
	o, in, ok := from[*nn.Linear](f, l.In[0])
	if !ok || o.Bias != nil {
		return nil, 0, false
	}
	bias, ok := f.trailing(a.Shift, nn.Shape{o.Weight.Shape[0]})
	return &nn.Linear{Weight: o.Weight, Bias: bias}, in[0], ok
}

// trailing gives a parameter of an Affine, or none, as one over the last dimensions of a value, if it is that.
func (f fuser) trailing(p *nn.Param, last nn.Shape) (*nn.Param, bool) {
	if p == nil || last.Equal(p.Shape) {
		return p, true
	}
	before := len(p.Shape) - len(last)
	if before < 0 || f.uses[p] != 1 || !last.Equal(p.Shape[before:]) || nn.Shape(p.Shape[:before]).Size() != 1 {
		return nil, false
	}
	return &nn.Param{Name: p.Name, Shape: append([]int(nil), last...), Data: p.Data}, true
}

// prune takes out the layers that the output does not need.
func prune(n *nn.Network) {
	needed := make([]bool, len(n.Layers)+1)
	needed[n.Output] = true
	for i := len(n.Layers) - 1; i >= 0; i-- {
		for _, v := range n.Layers[i].In {
			needed[v] = needed[v] || needed[i+1]
		}
	}
	moved := make([]nn.Value, 1, len(needed))
	layers := n.Layers[:0]
	for i, l := range n.Layers {
		if !needed[i+1] {
			moved = append(moved, 0)
			continue
		}
		for j, v := range l.In {
			l.In[j] = moved[v]
		}
		layers = append(layers, l)
		moved = append(moved, nn.Value(len(layers)))
	}
	n.Layers, n.Output = layers, moved[n.Output]
}
