package onnx

import (
	"fmt"
	"slices"

	"steady/core/nn"
	"steady/core/scalar"
)

// transform is a function applied to the elements of a constant that becomes a parameter of an Affine.
type transform struct {
	key string // in paramKey
	f   func(float32) float32
}

var (
	noTransform = transform{}
	negate      = transform{"negated", func(x float32) float32 { return -x }}
	invert      = transform{"inverted", func(x float32) float32 { return 1 / x }}
)

// apply returns the transformed elements.
func (c transform) apply(data []float32) []float32 {
	out := append([]float32(nil), data...)
	if c.f != nil {
		for i, x := range out {
			out[i] = c.f(x)
		}
	}
	return out
}

// of returns what makes the transformed elements of a constant, or nil if they stay as they are.
func (c transform) of(t *tensor) func() []float32 {
	if c.f == nil {
		return nil
	}
	return func() []float32 { return c.apply(t.floats) }
}

// checkTwoInputs checks the inputs of an operator that combines two tensors element by element.
func (n *node) checkTwoInputs() {
	for _, a := range n.Attributes {
		if a.Name == "axis" || a.Name == "broadcast" {
			n.failField("attribute "+a.Name, "is of operator set 6 or older, want broadcasting by shape")
		}
	}
	if len(n.Inputs) != 2 {
		n.fail("has %d inputs, want 2", len(n.Inputs))
	}
}

// constantOperand checks the inputs and returns the index of the first of the two that is a constant, or -1.
func (n *node) constantOperand() int {
	n.checkTwoInputs()
	for i := range 2 {
		if n.err == nil && n.isConstant(i) {
			return i
		}
	}
	return -1
}

// add implements Add.
func (n *node) add() {
	if i := n.constantOperand(); i >= 0 {
		n.affine(n.batchedInput(1-i), i, false, noTransform)
		return
	}
	n.addBinary(&nn.Add{}, n.batchedInput(0), n.batchedInput(1))
}

// sub implements Sub.
func (n *node) sub() {
	switch n.constantOperand() {
	case 1:
		n.affine(n.batchedInput(0), 1, false, negate)
	case 0: // constant - x is -x + constant
		n.affine(n.addNegation(n.batchedInput(1)), 0, false, noTransform)
	default:
		n.addBinary(&nn.Add{}, n.batchedInput(0), n.addNegation(n.batchedInput(1)))
	}
}

// mul implements Mul.
func (n *node) mul() {
	if i := n.constantOperand(); i >= 0 {
		n.affine(n.batchedInput(1-i), i, true, noTransform)
		return
	}
	n.addBinary(&nn.Mul{}, n.batchedInput(0), n.batchedInput(1))
}

// div implements Div. The quotient of two values is a product with the reciprocal.
func (n *node) div() {
	i := n.constantOperand()
	if i == 1 {
		if t := n.floats(1); t != nil && slices.Contains(t.floats, 0) {
			n.failField(n.inputField(1), "element %d is 0, want divisors other than 0", slices.Index(t.floats, 0))
			return
		}
		n.affine(n.batchedInput(0), 1, true, invert)
		return
	}
	divisor := n.batchedInput(1)
	divisor.Value = n.addLayer(n.title+".inverse", &nn.Map{Function: scalar.Function{Kind: scalar.Power, Alpha: -1}},
		divisor.Value)
	if i == 0 {
		n.affine(divisor, 0, true, noTransform)
		return
	}
	n.addBinary(&nn.Mul{}, n.batchedInput(0), divisor)
}

// addNegation appends a layer that changes the sign.
func (n *node) addNegation(p batched) batched {
	p.Value = n.addScale(n.title+".negated", p.Value, -1)
	return p
}

// addScale appends a layer that multiplies by a number, and returns its value.
func (n *node) addScale(name string, v nn.Value, by float32) nn.Value {
	return n.addLayer(name, &nn.Affine{Scale: n.scalarParam(n.title+".times", by)}, v)
}

// addBinary appends a layer that combines two values with broadcasting, as the node's output.
func (n *node) addBinary(op nn.Op, a, b batched) {
	a, b = n.alignBatches(a, b)
	if n.err != nil {
		return
	}
	a.Value = n.addLayer(n.title, op, a.Value, b.Value)
	n.setOutput(0, a)
}

// sum implements Sum, of any number of values and constants.
func (n *node) sum() {
	if slices.ContainsFunc(n.Inputs, func(name string) bool { return n.r.constants[name] != nil }) {
		out := n.Inputs[0]
		for _, name := range n.Inputs[1:] {
			out = n.made("Add", []string{out, name})
		}
		n.setMade(out)
		return
	}
	v := n.batchedInput(0)
	for i := 1; i < len(n.Inputs) && n.err == nil; i++ {
		w := n.batchedInput(i)
		name := n.title
		if i < len(n.Inputs)-1 {
			name = fmt.Sprintf("%s.%d", n.title, i)
		}
		if v, w = n.alignBatches(v, w); n.err == nil {
			v.Value = n.addLayer(name, &nn.Add{}, v.Value, w.Value)
		}
	}
	n.setOutput(0, v)
}

// affine appends an Affine with the transformed constant input i as its scale or shift. If the constant has more elements
// than the value, both are broadcast.
func (n *node) affine(p batched, i int, scale bool, c transform) {
	t := n.floats(i)
	if t == nil {
		return
	}
	if n.r.rank(p) < len(t.dims) {
		p = n.withRank(p, len(t.dims))
	}
	t, dims := n.alignConstant(t, p, i)
	if n.err != nil {
		return
	}
	shape := n.r.shapes[p.Value]
	if len(t.floats) == 0 || !broadcastsTo(dims, shape) {
		n.affineBroadcast(p, t, dims, i, scale, c)
		return
	}
	o := &nn.Affine{}
	if q := n.affineParam(t, dims, shape, c); scale {
		o.Scale = q
	} else {
		o.Shift = q
	}
	p.Value = n.addLayer(n.title, o, p.Value)
	n.setOutput(0, p)
}

// broadcastsTo reports whether a tensor of dims, aligned with the last dimensions, can be broadcast to a shape.
func broadcastsTo(dims []int, shape nn.Shape) bool {
	missing := len(shape) - len(dims)
	for i, d := range dims {
		if missing < 0 || d != 1 && d != shape[missing+i] {
			return false
		}
	}
	return missing >= 0
}

// affineBroadcast combines a value with a constant that is larger: the constant becomes a value of the network.
func (n *node) affineBroadcast(p batched, t *tensor, dims []int, i int, scale bool, c transform) {
	shape := n.r.shapes[p.Value]
	wide := append(slices.Repeat([]int{1}, max(len(shape)-len(dims), 0)), dims...)
	fits := len(wide) == len(shape) && len(t.floats) > 0
	for j := 0; fits && j < len(wide); j++ {
		fits = wide[j] == shape[j] || wide[j] == 1 || shape[j] == 1
	}
	if !fits {
		n.failField(n.inputField(i), "has dimensions %v, want ones that fit a value of shape %v", t.dims,
			formatDims(n.r.onnxShape(p)))
		return
	}
	v := n.addLayer(n.title+".constant", &nn.Constant{Value: n.constantParam(t, wide, c)})
	op := nn.Op(&nn.Add{})
	if scale {
		op = &nn.Mul{}
	}
	p.Value = n.addLayer(n.title, op, p.Value, v)
	n.setOutput(0, p)
}

// affineParam returns a transformed constant of dims, which can be broadcast to the given shape, as the parameter of an
// Affine over values of that shape: with one element, one per channel, one per element, or one for each position along
// adjacent axes.
func (n *node) affineParam(t *tensor, dims []int, shape nn.Shape, c transform) *nn.Param {
	full := append(slices.Repeat([]int{1}, len(shape)-len(dims)), dims...)
	switch {
	case len(t.floats) == 1:
		return n.param(t, []int{1}, c.key, c.of(t))
	case len(t.floats) == full[0] && len(t.floats) == shape[0]:
		return n.param(t, []int{full[0]}, c.key, c.of(t))
	case len(t.floats) == shape.Size():
		return n.param(t, shape, c.key, c.of(t))
	}
	if _, _, ok := (&nn.Param{Shape: full, Data: t.floats}).Span(shape); ok {
		return n.param(t, full, c.key, c.of(t))
	}
	return n.param(t, shape, fmt.Sprint(c.key, " of ", full), func() []float32 { return broadcastTo(c.apply(t.floats), full, shape) })
}
