package onnx

import (
	"slices"

	"steady/core/onnx/internal/onnxpb"
)

// Some operators are read as a few nodes of others, in the forms of the newest operator set.

// made reads a node in place of a part of this one, and returns the name of its output.
func (n *node) made(op string, inputs []string, attributes ...*onnxpb.Attribute) string {
	if n.err != nil {
		return ""
	}
	name := n.r.valueNames.unique(n.title + "." + op)
	opset := n.r.opset
	n.r.opset = newestOpset
	n.r.calls++
	if err := n.r.node(&onnxpb.Node{Op: op, Inputs: inputs, Outputs: []string{name}, Attributes: attributes}, 0); err != nil {
		n.err = err
		if e, ok := err.(*Error); ok {
			n.err = &Error{n.title, n.Op, e.Field, e.Err}
		}
	}
	n.r.calls--
	n.r.opset = opset
	return name
}

// madeInts returns the name of a constant list of integers.
func (n *node) madeInts(list ...int64) string {
	return n.madeConstant(&tensor{dims: []int{len(list)}, isInt: true, ints: list})
}

// madeFloat returns the name of a constant number.
func (n *node) madeFloat(x float32) string { return n.madeConstant(&tensor{floats: []float32{x}}) }

// madeConstant returns the name of a constant.
func (n *node) madeConstant(t *tensor) string {
	if n.err != nil {
		return ""
	}
	t.name = n.r.valueNames.unique(n.title + ".constant")
	n.r.constants[t.name] = &constant{tensor: t}
	return t.name
}

// setMade sets the node's output to what the node of the given name made.
func (n *node) setMade(name string) {
	if n.err == nil {
		n.r.alias(n.Outputs[0], name)
	}
}

// alias makes a name, unless it is empty, stand for what another one stands for.
func (r *reader) alias(name, of string) {
	if name == "" {
		return
	}
	if c := r.constants[of]; c != nil {
		r.constants[name] = c
	}
	if v, ok := r.values[of]; ok {
		r.values[name] = v
	}
	if r.bytes[of] {
		r.bytes[name] = true
	}
	if r.neverTrue[of] {
		r.neverTrue[name] = true
	}
}

// dims returns the dimensions of input i, a constant or a value, with those of the batch.
func (n *node) dims(i int) []int64 {
	if n.err != nil {
		return nil
	}
	if !n.isConstant(i) {
		return n.r.onnxShape(n.batchedInput(i))
	}
	t := n.constant(i)
	if t == nil {
		return nil
	}
	list := make([]int64, len(t.dims))
	for j, d := range t.dims {
		list[j] = int64(d)
	}
	return list
}

// madeReshape, madeTranspose and madeUnsqueeze return the name of a value in another form, which may be the same name.
func (n *node) madeReshape(name string, dims []int64) string {
	return n.made("Reshape", []string{name, n.madeInts(dims...)})
}

func (n *node) madeTranspose(name string, perm []int) string {
	if slices.IsSorted(perm) {
		return name
	}
	list := make([]int64, len(perm))
	for i, p := range perm {
		list[i] = int64(p)
	}
	return n.made("Transpose", []string{name}, &onnxpb.Attribute{Name: "perm", Type: onnxpb.AttributeInts, Ints: list})
}

func (n *node) madeUnsqueeze(name string, axes []int64) string {
	if len(axes) == 0 {
		return name
	}
	return n.made("Unsqueeze", []string{name, n.madeInts(axes...)})
}
