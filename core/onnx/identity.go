package onnx

import (
	"steady/core/onnx/internal/onnxpb"
)

// identity implements Identity, and operators that do nothing at inference.
func (n *node) identity() {
	if n.isConstant(0) {
		n.setConstant(n.constant(0))
		return
	}
	n.setOutput(0, n.batchedInput(0))
}

// dropout implements Dropout, which does nothing at inference or if its ratio is 0.
func (n *node) dropout() {
	if n.has(2) && n.scalar(1, 0.5) != 0 { // training_mode, a scalar
		if t := n.constant(2); t != nil && (!t.isInt || len(t.ints) != 1 || t.ints[0] != 0) {
			n.failField(n.inputField(2), "is not false, want a network for inference")
		}
	}
	n.identity()
}

// cast implements Cast between float types, which does nothing: everything is computed in float32.
func (n *node) cast() {
	if to := onnxpb.DataType(n.int("to", 0)); !to.IsFloat() {
		n.failField("attribute to", "is %s, valid: FLOAT, FLOAT16, BFLOAT16, DOUBLE", to)
	}
	n.identity()
}
