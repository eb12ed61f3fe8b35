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

// clip implements Clip.
func (n *node) clip() {
	low, high := n.clipLimits()
	n.elementwise(&nn.Clip{Min: low, Max: high})
}

// clipLimits returns the limits of a Clip, which are attributes before operator set 11 and inputs from it on.
func (n *node) clipLimits() (low, high float32) {
	low, high = float32(math.Inf(-1)), float32(math.Inf(1))
	if n.r.opset < 11 {
		return n.float("min", low), n.float("max", high)
	}
	return n.scalar(1, low), n.scalar(2, high)
}

// swish implements Swish: x·sigmoid(alpha·x).
func (n *node) swish() {
	alpha := n.float("alpha", 1)
	if alpha == 1 {
		n.elementwise(&nn.Map{Function: scalar.Function{Kind: scalar.Silu}})
		return
	}
	p := n.batchedInput(0)
	gate := n.addMap(n.title+".gate", scalar.Function{Kind: scalar.Sigmoid}, n.addScale(n.title+".scaled", p.Value, alpha))
	p.Value = n.addLayer(n.title, &nn.Mul{}, p.Value, gate)
	n.setOutput(0, p)
}

// celu implements Celu: alpha·elu(x/alpha).
func (n *node) celu() {
	alpha := n.float("alpha", 1)
	if !(alpha > 0) {
		n.failField("attribute alpha", "is %v, want a positive number", alpha)
	}
	p := n.batchedInput(0)
	o := &nn.Affine{Scale: n.scalarParam(n.title+".inverse", 1/alpha)}
	v := n.addMap(n.title+".elu", scalar.Function{Kind: scalar.Elu, Alpha: 1}, n.addLayer(n.title+".scaled", o, p.Value))
	p.Value = n.addScale(n.title, v, alpha)
	n.setOutput(0, p)
}

// selu implements Selu: gamma·elu(x) with its own alpha.
func (n *node) selu() {
	p := n.batchedInput(0)
	v := n.addMap(n.title+".elu", scalar.Function{Kind: scalar.Elu, Alpha: n.float("alpha", 1.67326319217681884765625)}, p.Value)
	p.Value = n.addScale(n.title, v, n.float("gamma", 1.05070102214813232421875))
	n.setOutput(0, p)
}

// softsign implements Softsign: x/(1 + |x|).
func (n *node) softsign() {
	p := n.batchedInput(0)
	v := n.addMap(n.title+".magnitude", scalar.Function{Kind: scalar.Abs}, p.Value)
	v = n.addLayer(n.title+".sum", &nn.Affine{Shift: n.scalarParam(n.title+".one", 1)}, v)
	v = n.addMap(n.title+".inverse", scalar.Function{Kind: scalar.Power, Alpha: -1}, v)
	p.Value = n.addLayer(n.title, &nn.Mul{}, p.Value, v)
	n.setOutput(0, p)
}

// minMax implements Max (low) and Min: with a number as a Clip, of two values as a + relu(b - a) and a - relu(a - b).
func (n *node) minMax(low bool) {
	if len(n.Inputs) < 2 {
		n.identity()
		return
	}
	i := -1
	if len(n.Inputs) == 2 {
		i = n.constantOperand()
	}
	if i >= 0 {
		t, p := n.floats(i), n.batchedInput(1-i)
		if n.err != nil {
			return
		}
		fits := len(t.floats) > 0 && len(t.dims) <= n.r.rank(p) && slices.Min(t.floats) == slices.Max(t.floats)
		if fits {
			_, dims := n.alignConstant(t, p, i)
			fits = n.err == nil && broadcastsTo(dims, n.r.shapes[p.Value])
		}
		if fits {
			o := &nn.Clip{Min: float32(math.Inf(-1)), Max: float32(math.Inf(1))}
			if x := t.floats[0]; low {
				o.Min = x
			} else {
				o.Max = x
			}
			p.Value = n.addLayer(n.title, o, p.Value)
			n.setOutput(0, p)
			return
		}
	}
	out := ""
	for i, name := range n.Inputs {
		switch {
		case i == 0:
			out = name
		case low:
			out = n.made("Add", []string{out, n.made("Relu", []string{n.made("Sub", []string{name, out})})})
		default:
			out = n.made("Sub", []string{out, n.made("Relu", []string{n.made("Sub", []string{out, name})})})
		}
	}
	n.setMade(out)
}

// where implements Where with a constant condition, as a sum of products with 0 and 1, and by whether a value is not a number,
// which it never is.
func (n *node) where() {
	if len(n.Inputs) == 3 && n.r.neverTrue[n.Inputs[0]] {
		n.setMade(n.made("Identity", n.Inputs[2:]))
		return
	}
	c := n.constantOfBatch(0)
	if n.err != nil {
		return
	}
	if !c.isInt || c.step != 0 || !n.spend(2*c.size()) {
		n.failField(n.inputField(0), "is a tensor of floats, want truth values")
		return
	}
	yes := &tensor{dims: c.dims, floats: make([]float32, c.size())}
	no := &tensor{dims: c.dims, floats: make([]float32, c.size())}
	for i, x := range c.ints {
		if x != 0 {
			yes.floats[i] = 1
		} else {
			no.floats[i] = 1
		}
	}
	a := n.made("Mul", []string{n.finite(1), n.madeConstant(yes)})
	b := n.made("Mul", []string{n.finite(2), n.madeConstant(no)})
	n.setMade(n.made("Add", []string{a, b}))
}

// finite returns the name of input i, with very large numbers for infinities if it is a constant.
func (n *node) finite(i int) string {
	if !n.has(i) {
		n.failField(n.inputField(i), "is missing, want a value")
		return ""
	}
	if !n.isConstant(i) {
		return n.Inputs[i]
	}
	t := n.floats(i)
	if t == nil || !n.spend(t.size()) {
		return ""
	}
	c := t.view(t.dims)
	c.floats = slices.Clone(t.floats)
	for j, x := range c.floats {
		if c.floats[j] = min(max(x, masked), -masked); x != x {
			n.failField(n.inputField(i), "element %d is not a number", j)
		}
	}
	return n.madeConstant(c)
}

// isNaN implements IsNaN of values, which are numbers.
func (n *node) isNaN() {
	if n.batchedInput(0); n.err == nil {
		n.r.neverTrue[n.Outputs[0]] = true
	}
}

// mean implements Mean, of any number of values.
func (n *node) mean() {
	if len(n.Inputs) == 0 {
		n.fail("has no inputs, want at least 1")
		return
	}
	n.setMade(n.made("Mul", []string{n.made("Sum", n.Inputs), n.madeFloat(1 / float32(len(n.Inputs)))}))
}
