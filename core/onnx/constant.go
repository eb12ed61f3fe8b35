package onnx

import (
	"slices"

	"steady/core/onnx/internal/onnxpb"
)

// constantOperator implements Constant.
func (n *node) constantOperator() {
	if len(n.Attributes) == 0 {
		n.failField("attribute value", "is missing, want a tensor")
		return
	}
	a := n.Attributes[0]
	t := &tensor{name: n.Outputs[0]}
	switch {
	case a.Name == "value" && a.Type == onnxpb.AttributeTensor:
		if t = n.decodeField("attribute value", a.Tensor); t != nil {
			t.name = n.Outputs[0]
		}
	case a.Name == "value_float" && a.Type == onnxpb.AttributeFloat:
		t.floats = []float32{a.Float}
	case a.Name == "value_floats" && a.Type == onnxpb.AttributeFloats:
		t.floats, t.dims = a.Floats, []int{len(a.Floats)}
		n.spend(len(a.Floats))
	case a.Name == "value_int" && a.Type == onnxpb.AttributeInt:
		t.ints, t.isInt = []int64{a.Int}, true
	case a.Name == "value_ints" && a.Type == onnxpb.AttributeInts:
		t.ints, t.isInt, t.dims = a.Ints, true, []int{len(a.Ints)}
		n.spend(len(a.Ints))
	default:
		n.failField("attribute "+onnxpb.Abbreviate(a.Name), "of type %s is not supported, valid: value (TENSOR), "+
			"value_float (FLOAT), value_floats (FLOATS), value_int (INT), value_ints (INTS)", a.Type)
	}
	if n.err == nil && slices.ContainsFunc(t.ints, isBatch) {
		n.failField("attribute "+a.Name, "has a number near %d, want numbers that a shape can have", int64(batchDim))
	}
	n.setConstant(t)
}

// setInts sets the node's output to integers, a scalar if dims is empty.
func (n *node) setInts(ints []int64, dims ...int) {
	n.setConstant(&tensor{name: n.Outputs[0], isInt: true, ints: ints, dims: dims})
}

// shapeOf implements Shape, for values and constants.
func (n *node) shapeOf() {
	var dims []int64
	if n.isConstant(0) {
		if t := n.constant(0); t != nil {
			for _, d := range t.dims {
				dims = append(dims, int64(d))
			}
		}
	} else if p := n.batchedInput(0); n.err == nil {
		dims = n.r.onnxShape(p)
	}
	from := clampIndex(n.int("start", 0), len(dims))
	to := clampIndex(n.int("end", int64(len(dims))), len(dims))
	dims = dims[from:max(from, to)]
	n.setInts(dims, len(dims))
}

// clampIndex returns a position in a list of n elements, counted from the end if it is negative, clamped to 0 to n.
func clampIndex(i int64, n int) int {
	if i < 0 {
		i += int64(n)
	}
	return int(min(max(i, 0), int64(n)))
}
