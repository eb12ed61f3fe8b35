package onnx

import (
	"steady/core/nn"
)

// gemm implements Gemm, alpha·A·B + beta·C, where A is a value and the others are constants.
func (n *node) gemm() {
	p := n.batchedInput(0)
	if n.flag("transA", false) {
		n.failField("attribute transA", "is 1, want 0: the first dimension is the batch")
	}
	o := &nn.Linear{Weight: n.matrix(1, n.flag("transB", false), n.float("alpha", 1))}
	if n.err != nil {
		return
	}
	if n.has(2) {
		o.Bias = n.gemmBias(o.Weight.Shape[0], n.float("beta", 1))
	}
	if rank := n.r.rank(p); rank != 2 {
		n.failField(n.inputField(0), "has %d dimensions, want 2: batch and features (use a Flatten before)", rank)
	}
	n.addLinear(o, p)
}

// addLinear appends a Linear layer over the last dimension, which must not be the batch, as the node's output.
func (n *node) addLinear(o *nn.Linear, p batched) {
	if n.err == nil && p.axis == n.r.rank(p)-1 {
		n.failField(n.inputField(0), "has shape %v, want features as the last dimension", formatDims(n.r.onnxShape(p)))
	}
	p.Value = n.addLayer(n.title, o, p.Value)
	n.setOutput(0, p)
}

// matrix returns the constant input i times alpha as the weight of a Linear layer: outputs × inputs.
func (n *node) matrix(i int, transposed bool, alpha float32) *nn.Param {
	t := n.floats(i)
	if t == nil {
		return nil
	}
	if len(t.dims) != 2 || len(t.floats) == 0 {
		n.failField(n.inputField(i), "has dimensions %v, want a matrix", t.dims)
		return nil
	}
	if transposed && alpha == 1 {
		return n.param(t, t.dims, "", nil)
	}
	how := "×" + formatFloat(alpha)
	if transposed {
		return n.param(t, t.dims, how, func() []float32 { return scaled(t.floats, alpha) })
	}
	rows, columns := t.dims[0], t.dims[1]
	return n.param(t, []int{columns, rows}, how+" transposed", func() []float32 {
		return scaled(transposeMatrix(t.floats, rows, columns), alpha)
	})
}

// gemmBias returns the constant input 2 times beta, broadcast to the outputs.
func (n *node) gemmBias(outputs int, beta float32) *nn.Param {
	t := n.floats(2)
	if t == nil {
		return nil
	}
	for i, d := range t.dims {
		if d != 1 && (i < len(t.dims)-1 || d != outputs) || len(t.dims) > 2 {
			n.failField(n.inputField(2), "has dimensions %v, want [%d] or one number", t.dims, outputs)
			return nil
		}
	}
	if len(t.floats) == outputs && beta == 1 {
		return n.param(t, []int{outputs}, "", nil)
	}
	return n.param(t, []int{outputs}, "×"+formatFloat(beta), func() []float32 {
		return scaled(repeatScalar(t.floats, outputs), beta)
	})
}

// matMul implements MatMul: of a value and a constant matrix, which is a Linear layer, or of two stacks of matrices.
func (n *node) matMul() {
	if len(n.Inputs) != 2 {
		n.fail("has %d inputs, want 2", len(n.Inputs))
		return
	}
	if n.isConstant(1) {
		if t := n.floats(1); t != nil && len(t.dims) == 2 {
			n.addLinear(&nn.Linear{Weight: n.matrix(1, false, 1)}, n.batchedInput(0))
			return
		}
	}
	var a, b batched
	switch {
	case n.isConstant(0):
		b = n.batchedInput(1)
		a = n.constantLike(0, b)
	case n.isConstant(1):
		a = n.batchedInput(0)
		b = n.constantLike(1, a)
	default:
		a, b = n.batchedInput(0), n.batchedInput(1)
	}
	a, b = n.alignBatches(a, b)
	if n.err != nil {
		return
	}
	rank := n.r.rank(a)
	if rank < 2 || a.axis >= rank-2 {
		n.fail("multiplies values of shapes %v and %v, want the batch before rows and columns", formatDims(n.r.onnxShape(a)),
			formatDims(n.r.onnxShape(b)))
		return
	}
	a.Value, b.Value = n.repeatMatrices(a.Value, b.Value), n.repeatMatrices(b.Value, a.Value)
	a.Value = n.addLayer(n.title, &nn.MatMul{}, a.Value, b.Value)
	n.setOutput(0, a)
}

// repeatMatrices broadcasts the dimensions before rows and columns that are 1 in v and more in other.
func (n *node) repeatMatrices(v, other nn.Value) nn.Value {
	s, o := n.r.shapes[v], n.r.shapes[other]
	specs := map[int]sliceSpec{}
	for i := range max(len(s)-2, 0) {
		if len(s) == len(o) && s[i] == 1 && o[i] > 1 {
			specs[i] = sliceSpec{0, 0, o[i]}
		}
	}
	return n.addSlice(n.title+".repeated", v, specs)
}
