package onnx

import (
	"math"
	"slices"

	"steady/core/nn"
	"steady/core/onnx/internal/onnxpb"
	"steady/core/scalar"
)

// addMap appends a layer that applies a function to each element, and returns its value.
func (n *node) addMap(name string, f scalar.Function, v nn.Value) nn.Value {
	return n.addLayer(name, &nn.Map{Function: f}, v)
}

// elu implements Elu.
func (n *node) elu() {
	n.elementwise(&nn.Map{Function: scalar.Function{Kind: scalar.Elu, Alpha: n.float("alpha", 1)}})
}

// hardSigmoid implements HardSigmoid: min(max(alpha·x + beta, 0), 1).
func (n *node) hardSigmoid() {
	p := n.batchedInput(0)
	alpha, beta := n.float("alpha", 0.2), n.float("beta", 0.5)
	o := &nn.Affine{Scale: n.scalarParam(n.title+".alpha", alpha), Shift: n.scalarParam(n.title+".beta", beta)}
	p.Value = n.addLayer(n.title+".line", o, p.Value)
	p.Value = n.addLayer(n.title, &nn.Clip{Min: 0, Max: 1}, p.Value)
	n.setOutput(0, p)
}

// gelu implements Gelu, by the error function or approximated by the hyperbolic tangent:
// 0.5·x·(1 + tanh(√(2/π)·(x + 0.044715·x³))).
func (n *node) gelu() {
	switch kind := n.text("approximate", "none"); kind {
	case "none":
		n.elementwise(&nn.Map{Function: scalar.Function{Kind: scalar.Gelu}})
	case "tanh":
		p := n.batchedInput(0)
		x := p.Value
		v := n.addMap(n.title+".cube", scalar.Function{Kind: scalar.Power, Alpha: 3}, x)
		v = n.addLayer(n.title+".sum", &nn.Add{}, x, n.addScale(n.title+".small", v, 0.044715))
		v = n.addMap(n.title+".tanh", scalar.Function{Kind: scalar.Tanh},
			n.addScale(n.title+".scaled", v, float32(math.Sqrt(2/math.Pi))))
		half := n.scalarParam(n.title+".half", 0.5)
		v = n.addLayer(n.title+".gate", &nn.Affine{Scale: half, Shift: half}, v)
		p.Value = n.addLayer(n.title, &nn.Mul{}, x, v)
		n.setOutput(0, p)
	default:
		n.failField("attribute approximate", "is %q, valid: none, tanh", onnxpb.Abbreviate(kind))
	}
}

// mish implements Mish: x·tanh(softplus(x)).
func (n *node) mish() {
	p := n.batchedInput(0)
	v := n.addMap(n.title+".softplus", scalar.Function{Kind: scalar.Softplus}, p.Value)
	v = n.addMap(n.title+".tanh", scalar.Function{Kind: scalar.Tanh}, v)
	p.Value = n.addLayer(n.title, &nn.Mul{}, p.Value, v)
	n.setOutput(0, p)
}

// prelu implements PRelu as max(x, 0) + slope·min(x, 0).
func (n *node) prelu() {
	p := n.batchedInput(0)
	t := n.floats(1)
	if n.err != nil {
		return
	}
	t, dims := n.alignConstant(t, p, 1)
	if n.err != nil {
		return
	}
	shape := n.r.shapes[p.Value]
	if len(t.floats) == 0 || !broadcastsTo(dims, shape) {
		n.failField(n.inputField(1), "has dimensions %v, want ones that fit a value of shape %v", t.dims,
			formatDims(n.r.onnxShape(p)))
		return
	}
	above := n.addLayer(n.title+".above", &nn.Relu{}, p.Value)
	below := n.addLayer(n.title+".below", &nn.Clip{Min: float32(math.Inf(-1)), Max: 0}, p.Value)
	below = n.addLayer(n.title+".sloped", &nn.Affine{Scale: n.affineParam(t, dims, shape, noTransform)}, below)
	p.Value = n.addLayer(n.title, &nn.Add{}, above, below)
	n.setOutput(0, p)
}

// pow implements Pow with a constant exponent, the same for all elements.
func (n *node) pow() {
	alpha := n.constant(1)
	switch {
	case alpha == nil:
	case alpha.size() != 1:
		n.failField(n.inputField(1), "has %d elements, want 1", alpha.size())
	case alpha.isInt && isPlain(alpha.ints[0]):
		n.elementwise(&nn.Map{Function: scalar.Function{Kind: scalar.Power, Alpha: float32(alpha.ints[0])}})
	case alpha.isInt:
		n.failField(n.inputField(1), "is %v, want a number that does not depend on the batch", formatDims(alpha.ints)[0])
	case alpha.floats[0] == 1:
		n.identity()
	case alpha.floats[0] == 0.5:
		n.elementwise(&nn.Map{Function: scalar.Function{Kind: scalar.Sqrt}})
	default:
		n.elementwise(&nn.Map{Function: scalar.Function{Kind: scalar.Power, Alpha: alpha.floats[0]}})
	}
}

// clip implements Clip, whose limits are attributes before operator set 11 and inputs from it on.
func (n *node) clip() {
	low, high := float32(math.Inf(-1)), float32(math.Inf(1))
	if n.r.opset < 11 {
		low, high = n.float("min", low), n.float("max", high)
	} else {
		low, high = n.scalar(1, low), n.scalar(2, high)
	}
	n.elementwise(&nn.Clip{Min: low, Max: high})
}

// minMax implements Max with a number (low) and Min with a number as a Clip.
func (n *node) minMax(low bool) {
	i := n.constantOperand()
	if i < 0 {
		n.fail("compares values that are computed from the image, want a value and a number")
		return
	}
	t := n.floats(i)
	if t == nil {
		return
	}
	if len(t.floats) == 0 || slices.Min(t.floats) != slices.Max(t.floats) {
		n.failField(n.inputField(i), "has %d elements of dimensions %v, want one number, or the same everywhere", len(t.floats),
			t.dims)
		return
	}
	o := &nn.Clip{Min: float32(math.Inf(-1)), Max: float32(math.Inf(1))}
	if x := t.floats[0]; low {
		o.Min = x
	} else {
		o.Max = x
	}
	p := n.batchedInput(1 - i)
	p.Value = n.addLayer(n.title, o, p.Value)
	n.setOutput(0, p)
}
