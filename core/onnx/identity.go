package onnx

import (
	"slices"

	"steady/core/onnx/internal/onnxpb"
)

// identity implements Identity, and operators that do nothing at inference.
func (n *node) identity() {
	if n.isConstant(0) {
		n.setConstant(n.constantOfBatch(0))
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

// cast implements Cast between float types, which does nothing: everything is computed in float32. The bytes of an image may
// be cast to floats, and to integers before that.
func (n *node) cast() {
	to := onnxpb.DataType(n.int("to", 0))
	isInt := to == onnxpb.Uint8 || to == onnxpb.Int32 || to == onnxpb.Int64
	if !to.IsFloat() && (!n.readsBytes() || !isInt) {
		n.failField("attribute to", "is %s, valid: FLOAT, FLOAT16, BFLOAT16, DOUBLE", to)
	}
	n.identity()
}

// keepsBytes has the operators that move integers and compute nothing.
var keepsBytes = map[string]bool{"Concat": true, "Expand": true, "Flatten": true, "Gather": true, "Identity": true, "Reshape": true,
	"Shape": true, "Slice": true, "Split": true, "Squeeze": true, "Transpose": true, "Unsqueeze": true}

// readsBytes reports whether an input of the node is integers.
func (n *node) readsBytes() bool {
	return slices.ContainsFunc(n.Inputs, func(name string) bool { return n.r.bytes[name] })
}

// checkBytes checks that nothing is computed with integers: they are float32 here, which would not show where they are cut off.
func (n *node) checkBytes() {
	if n.readsBytes() && n.Op != "Cast" && n.Op != "DequantizeLinear" && !keepsBytes[n.Op] {
		n.fail("computes with bytes, want a Cast to a float type before it")
	}
}

// markBytes records which outputs are integers, as some inputs are.
func (n *node) markBytes() {
	if n.Op == "DequantizeLinear" || n.Op == "Cast" && onnxpb.DataType(n.int("to", 0)).IsFloat() || !n.readsBytes() {
		return
	}
	for _, name := range n.Outputs {
		if _, ok := n.r.values[name]; ok {
			n.r.bytes[name] = true
		}
	}
}

// castLike implements CastLike, which does nothing between floats. Values that are computed from the image are floats.
func (n *node) castLike() {
	to := onnxpb.Float
	if n.isConstant(1) {
		if t := n.constant(1); t != nil && t.isInt {
			if to = t.kind; to != onnxpb.Bool {
				to = onnxpb.Int64
			}
		}
	} else {
		n.batchedInput(1)
	}
	if n.err == nil {
		n.setMade(n.made("Cast", n.Inputs[:1], attributeInt("to", int(to))))
	}
}

// sizeOperator implements Size, for values and constants.
func (n *node) sizeOperator() {
	total := int64(1)
	for _, d := range n.dims(0) {
		ok := false
		if total, ok = mulInts(total, d); !ok {
			n.failField(n.inputField(0), "has too many elements, or the batch twice")
		}
	}
	n.setInts([]int64{total})
}
