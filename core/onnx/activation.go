package onnx

import (
	"math"

	"steady/core/nn"
	"steady/core/onnx/internal/onnxpb"
	"steady/core/scalar"
)

// apply adds a layer that applies a function to each element.
func (n *node) apply(name string, f scalar.Function, v nn.Value) nn.Value {
	return n.layer(name, &nn.Map{Function: f}, v)
}

func (n *node) elu() {
	n.simple(&nn.Map{Function: scalar.Function{Kind: scalar.Elu, Alpha: n.float("alpha", 1)}})
}

// hardSigmoid is min(max(alpha·x + beta, 0), 1).
func (n *node) hardSigmoid() {
	p := n.placed(0)
	alpha, beta := n.float("alpha", 0.2), n.float("beta", 0.5)
	o := &nn.Affine{Scale: n.numberParam(n.title+".alpha", alpha), Shift: n.numberParam(n.title+".beta", beta)}
	p.Value = n.layer(n.title+".line", o, p.Value)
	p.Value = n.layer(n.title, &nn.Clip{Min: 0, Max: 1}, p.Value)
	n.makesPlaced(0, p)
}

// gelu is the operator Gelu, by the error function or approximated by the hyperbolic tangent:
// 0.5·x·(1 + tanh(√(2/π)·(x + 0.044715·x³))).
func (n *node) gelu() {
	switch kind := n.text("approximate", "none"); kind {
	case "none":
		n.simple(&nn.Map{Function: scalar.Function{Kind: scalar.Gelu}})
	case "tanh":
		p := n.placed(0)
		x := p.Value
		v := n.apply(n.title+".cube", scalar.Function{Kind: scalar.Power, Alpha: 3}, x)
		v = n.layer(n.title+".sum", &nn.Add{}, x, n.scaledBy(n.title+".small", v, 0.044715))
		v = n.apply(n.title+".tanh", scalar.Function{Kind: scalar.Tanh},
			n.scaledBy(n.title+".scaled", v, float32(math.Sqrt(2/math.Pi))))
		half := n.numberParam(n.title+".half", 0.5)
		v = n.layer(n.title+".gate", &nn.Affine{Scale: half, Shift: half}, v)
		p.Value = n.layer(n.title, &nn.Mul{}, x, v)
		n.makesPlaced(0, p)
	default:
		n.fail("attribute approximate", "is %q, want none or tanh", onnxpb.Abbreviate(kind))
	}
}

// mish is x·tanh(softplus(x)).
func (n *node) mish() {
	p := n.placed(0)
	v := n.apply(n.title+".softplus", scalar.Function{Kind: scalar.Softplus}, p.Value)
	v = n.apply(n.title+".tanh", scalar.Function{Kind: scalar.Tanh}, v)
	p.Value = n.layer(n.title, &nn.Mul{}, p.Value, v)
	n.makesPlaced(0, p)
}

// prelu is max(x, 0) + slope·min(x, 0).
func (n *node) prelu() {
	p := n.placed(0)
	t := n.floats(1)
	if n.err != nil {
		return
	}
	dims := t.dims
	if at := len(dims) - n.r.rank(p) + p.axis; p.axis >= 0 && at >= 0 {
		if t, dims = n.perImage(t, dims, at, n.inputField(1)); !p.joined() {
			dims = without(dims, at)
		}
	}
	if n.err != nil {
		return
	}
	shape := n.r.shapes[p.Value]
	if len(t.floats) == 0 || !fitsInto(dims, shape) {
		n.fail(n.inputField(1), "has dimensions %v, want ones that fit a value of shape %v", t.dims, given(n.r.full(p)))
		return
	}
	above := n.layer(n.title+".above", &nn.Relu{}, p.Value)
	below := n.layer(n.title+".below", &nn.Clip{Min: float32(math.Inf(-1)), Max: 0}, p.Value)
	below = n.layer(n.title+".sloped", &nn.Affine{Scale: n.broadcast(t, dims, shape, asIs)}, below)
	p.Value = n.layer(n.title, &nn.Add{}, above, below)
	n.makesPlaced(0, p)
}

// pow raises a value to a constant power, the same for all elements.
func (n *node) pow() {
	alpha := n.constant(1)
	switch {
	case alpha == nil:
	case alpha.size() != 1:
		n.fail(n.inputField(1), "has %d elements, want 1", alpha.size())
	case alpha.isInt && small(alpha.ints[0]):
		n.simple(&nn.Map{Function: scalar.Function{Kind: scalar.Power, Alpha: float32(alpha.ints[0])}})
	case alpha.isInt:
		n.fail(n.inputField(1), "is %v, want a number that is known", given(alpha.ints)[0])
	case alpha.floats[0] == 1:
		n.identity()
	case alpha.floats[0] == 0.5:
		n.simple(&nn.Map{Function: scalar.Function{Kind: scalar.Sqrt}})
	default:
		n.simple(&nn.Map{Function: scalar.Function{Kind: scalar.Power, Alpha: alpha.floats[0]}})
	}
}
