package onnx

import (
	"errors"
	"fmt"
	"strings"

	"steady/core/nn"
	"steady/core/onnx/internal/onnxpb"
)

// node is a node that is being turned into layers. The first error stays in err; after it the getters return zero values,
// and what is computed from them is discarded.
type node struct {
	*onnxpb.Node
	r     *reader
	title string
	err   error
}

// node appends the layers of the node with index i.
func (r *reader) node(p *onnxpb.Node, i int) error {
	n := &node{Node: p, r: r, title: nodeTitle(p, i)}
	if r.calls == 0 && r.diagnosis.skips(n, i) {
		return nil
	}
	if f := r.function(p); f != nil {
		n.call(f)
		return n.err
	}
	op := n.checkOperator()
	build := op.layers
	switch {
	case n.err != nil:
		return n.err
	case op.fold != nil && n.allConstant():
		build = op.fold
	case op.layers == nil:
		n.fail("is only supported where its inputs are constants")
		return n.err
	}
	n.checkBytes()
	build(n)
	n.markBytes()
	return n.err
}

// errUnsupported matches the error of a node whose operator is not supported at all.
var errUnsupported = errors.New("the operator is not supported")

// checkOperator returns the node's operator, and checks what can be said of the node without its inputs.
func (n *node) checkOperator() operator {
	op, ok := operators[operatorName(n.Node)]
	switch {
	case n.r != nil && n.r.function(n.Node) != nil:
	case !ok && !isStandardDomain(n.Domain):
		n.failField("domain", "is %q, want the operators of ONNX itself, or a function of the file", onnxpb.Abbreviate(n.Domain))
	case !ok:
		n.fail("%w; valid: %s", errUnsupported, strings.Join(supportedOperators(), ", "))
	case len(n.Outputs) == 0:
		n.fail("has no output")
	default:
		n.checkAttributes()
	}
	return op
}

// operatorName returns the name of a node's operator, with its domain unless it is an operator of ONNX itself.
func operatorName(p *onnxpb.Node) string {
	if isStandardDomain(p.Domain) {
		return p.Op
	}
	return p.Domain + "." + p.Op
}

// failField records an error in a field of the node, if it is the first.
func (n *node) failField(field, format string, args ...any) {
	if n.err == nil {
		n.err = &Error{n.title, n.Op, field, fmt.Errorf(format, args...)}
	}
}

// fail records an error of the whole node.
func (n *node) fail(format string, args ...any) { n.failField("", format, args...) }

// spend counts elements that are about to be allocated, and reports whether they may be.
func (n *node) spend(elements int) bool {
	if err := n.r.spend(elements); err != nil {
		n.failField("", "%w", err)
	}
	return n.err == nil
}

// has reports whether the node has input i.
func (n *node) has(i int) bool { return i < len(n.Inputs) && n.Inputs[i] != "" }

// allConstant reports whether every input is a constant of the graph.
func (n *node) allConstant() bool {
	for i := range n.Inputs {
		if n.has(i) && !n.isConstant(i) {
			return false
		}
	}
	return true
}

// inputField returns what Error.Field calls input i.
func (n *node) inputField(i int) string {
	if n.has(i) {
		return fmt.Sprintf("input %d %q", i, onnxpb.Abbreviate(n.Inputs[i]))
	}
	return fmt.Sprintf("input %d", i)
}

// isConstant reports whether input i is a constant of the graph.
func (n *node) isConstant(i int) bool { return n.has(i) && n.r.constants[n.Inputs[i]] != nil }

// constant returns input i, which must be a constant, the same for each image.
func (n *node) constant(i int) *tensor {
	t := n.constantOfBatch(i)
	if t != nil && t.ofBatch {
		n.failField(n.inputField(i), "has integers or truth values for each image of the batch, which is not supported here")
		return nil
	}
	return t
}

// constantOfBatch returns input i, which must be a constant, but may have a dimension for the batch.
func (n *node) constantOfBatch(i int) *tensor {
	if n.err != nil {
		return nil
	}
	if !n.isConstant(i) {
		what := "is not a constant"
		if !n.has(i) {
			what = "is missing"
		}
		n.failField(n.inputField(i), "%s, want an initializer or the output of a Constant", what)
		return nil
	}
	c := n.r.constants[n.Inputs[i]]
	if c.tensor == nil {
		c.tensor = n.decodeField(n.inputField(i), c.proto)
	}
	return c.tensor
}

// decodeField returns the tensor of a message that belongs to a field.
func (n *node) decodeField(field string, p *onnxpb.Tensor) *tensor {
	if p.External {
		var err error
		if p, err = n.r.loadExternal(p); err != nil {
			n.failField(field, "%w", err)
			return nil
		}
	}
	if size, err := elementCount(p); err == nil {
		// The data must be in the file. It is counted, so that fields that share it cannot multiply it.
		if !n.spend(min(size, len(p.Raw)+len(p.Floats)+len(p.Doubles)+len(p.Int32s)+len(p.Int64s))) {
			return nil
		}
	}
	t, err := decodeTensor(p)
	if err != nil {
		n.failField(field, "%w", err)
		return nil
	}
	return t
}

// floats returns input i, which must be a constant of a float type.
func (n *node) floats(i int) *tensor {
	t := n.constant(i)
	if t != nil && t.isInt {
		n.failField(n.inputField(i), "is a tensor of integers, want one of a float type")
		return nil
	}
	return t
}

// ints returns the elements of input i, which must be a constant of an integer type with at most one dimension.
func (n *node) ints(i int) []int64 {
	t := n.constant(i)
	if t == nil {
		return nil
	}
	if !t.isInt || len(t.dims) > 1 {
		n.failField(n.inputField(i), "is not a list of integers")
		return nil
	}
	return t.ints
}

// scalar returns the only element of input i, a constant of a float type, or absent if the node has no such input.
func (n *node) scalar(i int, absent float32) float32 {
	if !n.has(i) {
		return absent
	}
	t := n.floats(i)
	if t == nil {
		return absent
	}
	if len(t.floats) != 1 {
		n.failField(n.inputField(i), "has %d elements, want 1", len(t.floats))
		return absent
	}
	return t.floats[0]
}

// addLayer appends a layer and returns its value.
func (n *node) addLayer(name string, op nn.Op, in ...nn.Value) nn.Value {
	if n.err != nil {
		return 0
	}
	shapes := make([]nn.Shape, len(in))
	for i, v := range in {
		shapes[i] = n.r.shapes[v]
	}
	shape, err := nn.Infer(op, shapes...)
	if err != nil {
		n.failField("", "%w", err)
		return 0
	}
	n.r.net.Layers = append(n.r.net.Layers, nn.Layer{Name: n.r.layerNames.unique(name), Op: op, In: in})
	n.r.shapes = append(n.r.shapes, shape)
	return nn.Value(len(n.r.net.Layers))
}

// setImageOutput sets the node's output to a value whose batch is first.
func (n *node) setImageOutput(v nn.Value) { n.setOutput(0, batchFirst(v)) }

// setOutput sets the node's output i to a value.
func (n *node) setOutput(i int, p batched) {
	if n.err == nil && n.Outputs[i] != "" {
		n.r.values[n.Outputs[i]] = p
	}
}

// setConstant sets the node's output to a constant.
func (n *node) setConstant(t *tensor) {
	if n.err == nil && t != nil && n.Outputs[0] != "" {
		n.r.constants[n.Outputs[0]] = &constant{tensor: t}
	}
}

// elementwise appends the only layer of a node that transforms each element of input 0.
func (n *node) elementwise(op nn.Op) {
	p := n.batchedInput(0)
	p.Value = n.addLayer(n.title, op, p.Value)
	n.setOutput(0, p)
}
