package onnx

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"steady/core/nn"
	"steady/core/onnx/internal/onnxpb"
)

// node is a node that is being turned into layers. The first mistake stays in err; after it the getters give zero
// values, and what is made from them is thrown away.
type node struct {
	*onnxpb.Node
	r     *reader
	title string
	err   error
}

// node adds the layers of the node with index i.
func (r *reader) node(p *onnxpb.Node, i int) error {
	n := &node{Node: p, r: r, title: nodeTitle(p, i)}
	if !standard(p.Domain) {
		n.fail("domain", "is %q, want the operators of ONNX itself", onnxpb.Abbreviate(p.Domain))
		return n.err
	}
	build, ok := operators[p.Op]
	fold, folded := folds[p.Op]
	switch constant := n.isConstants(); {
	case !ok && !folded:
		n.failNode("the operator is not supported; those that are: %s", supported())
		return n.err
	case constant && folded:
		build = fold
	case !ok:
		n.failNode("is only supported where its inputs are constants")
		return n.err
	}
	if len(p.Outputs) == 0 {
		n.failNode("has no output")
		return n.err
	}
	build(n)
	return n.err
}

// fail records a mistake in a field of the node.
func (n *node) fail(field, format string, args ...any) {
	if n.err == nil {
		n.err = &Error{n.title, n.Op, field, fmt.Errorf(format, args...)}
	}
}

func (n *node) failNode(format string, args ...any) { n.fail("", format, args...) }

// spend counts elements that are about to be allocated and tells whether they may be.
func (n *node) spend(elements int) bool {
	if err := n.r.spend(elements); err != nil {
		n.fail("", "%w", err)
	}
	return n.err == nil
}

// has tells whether the node has input i.
func (n *node) has(i int) bool { return i < len(n.Inputs) && n.Inputs[i] != "" }

// isConstants tells whether every input is a constant of the graph.
func (n *node) isConstants() bool {
	for i := range n.Inputs {
		if n.has(i) && !n.isConstant(i) {
			return false
		}
	}
	return true
}

// supported lists the operators.
func supported() string {
	names := map[string]bool{}
	for name := range operators {
		names[name] = true
	}
	for name := range folds {
		names[name] = true
	}
	return strings.Join(slices.Sorted(maps.Keys(names)), ", ")
}

func (n *node) inputField(i int) string {
	if n.has(i) {
		return fmt.Sprintf("input %d %q", i, onnxpb.Abbreviate(n.Inputs[i]))
	}
	return fmt.Sprintf("input %d", i)
}

// isConstant tells whether input i is a constant of the graph.
func (n *node) isConstant(i int) bool { return n.has(i) && n.r.constants[n.Inputs[i]] != nil }

// constant gives input i, which must be a constant.
func (n *node) constant(i int) *tensor {
	if n.err != nil {
		return nil
	}
	if !n.isConstant(i) {
		what := "is not a constant"
		if !n.has(i) {
			what = "is missing"
		}
		n.fail(n.inputField(i), "%s, want an initializer or the output of a Constant", what)
		return nil
	}
	c := n.r.constants[n.Inputs[i]]
	if c.tensor == nil {
		c.tensor = n.decode(n.inputField(i), c.proto)
	}
	return c.tensor
}

// decode gives the tensor of a message that belongs to a field.
func (n *node) decode(field string, p *onnxpb.Tensor) *tensor {
	size, err := elementCount(p)
	if err == nil && !p.External {
		// The data must be in the file: this is counted so that two fields cannot share it.
		if !n.spend(min(size, len(p.Raw)+len(p.Floats)+len(p.Doubles)+len(p.Int32s)+len(p.Int64s))) {
			return nil
		}
	}
	t, err := decodeTensor(p)
	if err != nil {
		n.fail(field, "%w", err)
		return nil
	}
	return t
}

// floats gives input i, which must be a constant of a float type.
func (n *node) floats(i int) *tensor {
	t := n.constant(i)
	if t != nil && t.isInt {
		n.fail(n.inputField(i), "is a tensor of integers, want one of a float type")
		return nil
	}
	return t
}

// ints gives the elements of input i, which must be a constant of an integer type with at most one dimension.
func (n *node) ints(i int) []int64 {
	t := n.constant(i)
	if t == nil {
		return nil
	}
	if !t.isInt || len(t.dims) > 1 {
		n.fail(n.inputField(i), "is not a list of integers")
		return nil
	}
	return t.ints
}

// scalar gives the only element of input i, a constant of a float type, or absent where the node has no such input.
func (n *node) scalar(i int, absent float32) float32 {
	if !n.has(i) {
		return absent
	}
	t := n.floats(i)
	if t == nil {
		return absent
	}
	if len(t.floats) != 1 {
		n.fail(n.inputField(i), "has %d elements, want 1", len(t.floats))
		return absent
	}
	return t.floats[0]
}

// paramKey tells which parameter is made of which constant: layers share it where they read it alike.
type paramKey struct {
	name  string
	shape string
	how   string
}

// param gives a constant as a parameter of the given shape. Where how is not empty it says how make turns the
// constant's elements into new ones.
func (n *node) param(t *tensor, shape []int, how string, make func() []float32) *nn.Param {
	if n.err != nil || t == nil {
		return nil
	}
	// Counted at each use and not only once: folding gives each layer its own copy.
	if !n.spend(nn.Shape(shape).Size()) {
		return nil
	}
	key := paramKey{t.name, fmt.Sprint(shape), how}
	if p := n.r.params[key]; p != nil {
		return p
	}
	data := t.floats
	switch {
	case make != nil:
		data = make()
	case n.r.lent[&data[0]]: // in another shape; parameters never share memory
		data = append([]float32(nil), data...)
	default:
		n.r.lent[&data[0]] = true
	}
	p := &nn.Param{Name: n.r.taken.unique(t.name), Shape: append([]int(nil), shape...), Data: data}
	n.r.params[key] = p
	return p
}

// input gives the constant input i as a parameter as it is.
func (n *node) input(i int) *nn.Param {
	t := n.floats(i)
	if t == nil {
		return nil
	}
	if err := nn.Shape(t.dims).Check(); err != nil {
		n.fail(n.inputField(i), "%w", err)
		return nil
	}
	return n.param(t, t.dims, "", nil)
}

// names holds the names that are taken and, for each, the last number that was tried to tell others from it.
type names map[string]int

// unique gives the name, or one made from it, that is not taken yet, and takes it.
func (taken names) unique(name string) string {
	free := name
	for taken[free] != 0 {
		taken[name]++
		free = fmt.Sprintf("%s_%d", name, taken[name])
	}
	taken[free] = 1
	return free
}

// layer appends a layer and gives its value.
func (n *node) layer(name string, op nn.Op, in ...nn.Value) nn.Value {
	if n.err != nil {
		return 0
	}
	shapes := make([]nn.Shape, len(in))
	for i, v := range in {
		shapes[i] = n.r.shapes[v]
	}
	shape, err := nn.Infer(op, shapes...)
	if err != nil {
		n.fail("", "%w", err)
		return 0
	}
	n.r.net.Layers = append(n.r.net.Layers, nn.Layer{Name: n.r.layers.unique(name), Op: op, In: in})
	n.r.shapes = append(n.r.shapes, shape)
	return nn.Value(len(n.r.net.Layers))
}

// makes says that the node's output is the value, with its batch first.
func (n *node) makes(v nn.Value) { n.makesPlaced(0, first(v)) }

// makesPlaced says that the node's output i is the value.
func (n *node) makesPlaced(i int, p placed) {
	if n.err == nil && n.Outputs[i] != "" {
		n.r.values[n.Outputs[i]] = p
	}
}

// makesConstant says that the node's output is the tensor.
func (n *node) makesConstant(t *tensor) {
	if n.err == nil && t != nil && n.Outputs[0] != "" {
		n.r.constants[n.Outputs[0]] = &constant{tensor: t}
	}
}

// simple adds the one layer of the node, which reads input 0 and works element by element.
func (n *node) simple(op nn.Op) {
	p := n.placed(0)
	p.Value = n.layer(n.title, op, p.Value)
	n.makesPlaced(0, p)
}

// simplePicture adds the one layer of the node, which reads the picture or feature map that is input 0.
func (n *node) simplePicture(op nn.Op) {
	x, _ := n.value(0)
	n.makes(n.layer(n.title, op, x))
}
