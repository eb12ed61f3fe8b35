package onnx

import (
	"math"

	"steady/core/nn"
	"steady/core/onnx/internal/onnxpb"
	"steady/core/scalar"
)

// operators turns each operator that is supported into layers.
var operators map[string]func(n *node)

func init() { // not an initialiser: builders look operators up through node
	function := func(k scalar.Kind) func(n *node) {
		return func(n *node) { n.simple(&nn.Map{Function: scalar.Function{Kind: k}}) }
	}
	operators = map[string]func(n *node){
		"Abs":                   function(scalar.Abs),
		"Add":                   (*node).add,
		"AveragePool":           (*node).averagePool,
		"BatchNormalization":    (*node).batchNorm,
		"Cast":                  (*node).cast,
		"Clip":                  (*node).clip,
		"Concat":                (*node).concat,
		"Constant":              (*node).constantNode,
		"Conv":                  (*node).conv,
		"DequantizeLinear":      (*node).dequantize,
		"Div":                   (*node).div,
		"Dropout":               (*node).dropout,
		"Elu":                   (*node).elu,
		"Erf":                   function(scalar.Erf),
		"Exp":                   function(scalar.Exp),
		"Expand":                (*node).expand,
		"Flatten":               (*node).flatten,
		"Gather":                (*node).gather,
		"Gelu":                  (*node).gelu,
		"Gemm":                  (*node).gemm,
		"GlobalAveragePool":     func(n *node) { n.simplePicture(&nn.GlobalAveragePool{}) },
		"GlobalMaxPool":         (*node).globalMaxPool,
		"HardSigmoid":           (*node).hardSigmoid,
		"HardSwish":             function(scalar.HardSwish),
		"Identity":              (*node).identity,
		"InstanceNormalization": (*node).instanceNorm,
		"LayerNormalization":    (*node).layerNorm,
		"LeakyRelu":             func(n *node) { n.simple(&nn.LeakyRelu{Slope: n.float("alpha", 0.01)}) },
		"Log":                   function(scalar.Log),
		"LogSoftmax":            (*node).logSoftmax,
		"MatMul":                (*node).matMul,
		"Max":                   func(n *node) { n.limited(true) },
		"MaxPool":               (*node).maxPool,
		"Min":                   func(n *node) { n.limited(false) },
		"Mish":                  (*node).mish,
		"Mul":                   (*node).mul,
		"Neg":                   func(n *node) { n.makesPlaced(0, n.negated(n.placed(0))) },
		"PRelu":                 (*node).prelu,
		"Pad":                   (*node).pad,
		"Pow":                   (*node).pow,
		"Reciprocal":            func(n *node) { n.simple(&nn.Map{Function: scalar.Function{Kind: scalar.Power, Alpha: -1}}) },
		"QuantizeLinear":        (*node).quantize,
		"ReduceL2":              (*node).reduceL2,
		"ReduceMax":             (*node).reduceMax,
		"ReduceMean":            (*node).reduceMean,
		"ReduceSum":             (*node).reduceSum,
		"Relu":                  func(n *node) { n.simple(&nn.Relu{}) },
		"Reshape":               (*node).reshape,
		"Resize":                (*node).resize,
		"Round":                 function(scalar.Round),
		"Shape":                 (*node).shapeOf,
		"Sigmoid":               function(scalar.Sigmoid),
		"Slice":                 (*node).slice,
		"Softmax":               (*node).softmax,
		"Softplus":              function(scalar.Softplus),
		"Split":                 (*node).split,
		"Sqrt":                  function(scalar.Sqrt),
		"Squeeze":               (*node).squeeze,
		"Sub":                   (*node).sub,
		"Sum":                   (*node).sum,
		"Tanh":                  function(scalar.Tanh),
		"Transpose":             (*node).transpose,
		"Unsqueeze":             (*node).unsqueeze,
	}
}

func (n *node) conv() {
	x, in := n.value(0)
	w := n.input(1)
	if n.err != nil {
		return
	}
	if len(in) != 3 || len(w.Shape) != 4 {
		n.failNode("input has %d dimensions and weight %d, want 4 and 4 (only 2-D convolutions are supported)",
			len(in)+1, len(w.Shape))
		return
	}
	o := &nn.Conv{Weight: w}
	kernel := n.extents("kernel_shape", 1, w.Shape[2], w.Shape[3])
	if kernel[0] != w.Shape[2] || kernel[1] != w.Shape[3] {
		n.fail("attribute kernel_shape", "is %v, the weight's shape is %v, want equal ones", kernel, w.Shape)
		return
	}
	copy(o.Stride[:], n.extents("strides", 1, 1, 1))
	copy(o.Dilation[:], n.extents("dilations", 1, 1, 1))
	o.Pads = n.pads(in, [2]int{kernel[0], kernel[1]}, o.Stride, o.Dilation)
	groups := n.int("group", 1)
	if groups < 1 || groups > maxExtent {
		n.fail("attribute group", "is %d, want a positive divisor of the channels", groups)
	}
	o.Groups = int(groups)
	if n.has(2) {
		o.Bias = n.input(2)
	}
	n.makes(n.layer(n.title, o, x))
}

func (n *node) batchNorm() {
	x, _ := n.value(0)
	if !n.flag("spatial", true) {
		n.fail("attribute spatial", "is 0, want 1: statistics per channel")
	}
	if n.flag("training_mode", false) {
		n.fail("attribute training_mode", "is 1, want 0: a network for inference")
	}
	n.makes(n.layer(n.title, &nn.BatchNorm{
		Scale:    n.input(1),
		Shift:    n.input(2),
		Mean:     n.input(3),
		Variance: n.input(4),
		Epsilon:  n.float("epsilon", 1e-5),
		Momentum: n.float("momentum", 0.9),
	}, x))
}

func (n *node) clip() {
	low, high := float32(math.Inf(-1)), float32(math.Inf(1))
	if n.r.opset < 11 {
		low, high = n.float("min", low), n.float("max", high)
	} else {
		low, high = n.scalar(1, low), n.scalar(2, high)
	}
	n.simple(&nn.Clip{Min: low, Max: high})
}

// gemm is alpha·A·B + beta·C with A the value.
func (n *node) gemm() {
	p := n.placed(0)
	if n.flag("transA", false) {
		n.fail("attribute transA", "is 1, want 0: the first dimension is the batch")
	}
	o := &nn.Linear{Weight: n.matrix(1, n.flag("transB", false), n.float("alpha", 1))}
	if n.err != nil {
		return
	}
	if n.has(2) {
		o.Bias = n.gemmBias(o.Weight.Shape[0], n.float("beta", 1))
	}
	if rank := n.r.rank(p); rank != 2 {
		n.fail(n.inputField(0), "has %d dimensions, want 2: batch and features (a Flatten makes it so)", rank)
	}
	n.linear(o, p)
}

// linear adds a Linear layer over the last dimension, which must not be the batch.
func (n *node) linear(o *nn.Linear, p placed) {
	if n.err == nil && p.axis == n.r.rank(p)-1 {
		n.fail(n.inputField(0), "has shape %v, want features as the last dimension", given(n.r.full(p)))
	}
	p.Value = n.layer(n.title, o, p.Value)
	n.makesPlaced(0, p)
}

// matrix gives input i as the weight of a Linear: outputs × inputs.
func (n *node) matrix(i int, transposed bool, alpha float32) *nn.Param {
	t := n.floats(i)
	if t == nil {
		return nil
	}
	if len(t.dims) != 2 || len(t.floats) == 0 {
		n.fail(n.inputField(i), "has dimensions %v, want a matrix", t.dims)
		return nil
	}
	if transposed && alpha == 1 {
		return n.param(t, t.dims, "", nil)
	}
	how := "×" + number(alpha)
	if transposed {
		return n.param(t, t.dims, how, func() []float32 { return scaled(t.floats, alpha) })
	}
	rows, columns := t.dims[0], t.dims[1]
	return n.param(t, []int{columns, rows}, how+" transposed", func() []float32 {
		return scaled(transposed2(t.floats, rows, columns), alpha)
	})
}

// gemmBias gives input 2 times beta, spread over the outputs.
func (n *node) gemmBias(outputs int, beta float32) *nn.Param {
	t := n.floats(2)
	if t == nil {
		return nil
	}
	for i, d := range t.dims {
		if d != 1 && (i < len(t.dims)-1 || d != outputs) || len(t.dims) > 2 {
			n.fail(n.inputField(2), "has dimensions %v, want [%d] or one number", t.dims, outputs)
			return nil
		}
	}
	if len(t.floats) == outputs && beta == 1 {
		return n.param(t, []int{outputs}, "", nil)
	}
	return n.param(t, []int{outputs}, "×"+number(beta), func() []float32 {
		return scaled(spread(t.floats, outputs), beta)
	})
}

// softmax normalises one axis from operator set 13 on, and all axes from axis on together before.
func (n *node) softmax() {
	absent := int64(1)
	if n.r.opset >= 13 {
		absent = -1
	}
	p := n.placed(0)
	given := n.int("axis", absent)
	if n.err != nil {
		return
	}
	if rank := int64(n.r.rank(p)); n.r.opset >= 13 || given == -1 || given == rank-1 {
		axis := n.imageAxis("attribute axis", given, p)
		p.Value = n.layer(n.title, &nn.Softmax{Axis: axis}, p.Value)
		n.makesPlaced(0, p)
		return
	}
	x, shape := n.value(0)
	if n.err != nil {
		return
	}
	from := n.imageAxis("attribute axis", given, first(x))
	if n.err != nil {
		return
	}
	axis, wide := from, 0
	for i := from; i < len(shape); i++ {
		if shape[i] != 1 {
			axis = i
			wide++
		}
	}
	if wide <= 1 {
		n.makes(n.layer(n.title, &nn.Softmax{Axis: axis}, x))
		return
	}
	flat := append(append(nn.Shape{}, shape[:from]...), shape[from:].Size())
	v := n.layer(n.title+".flat", &nn.Reshape{Shape: flat}, x)
	v = n.layer(n.title, &nn.Softmax{Axis: from}, v)
	n.makes(n.layer(n.title+".shape", &nn.Reshape{Shape: append(nn.Shape{}, shape...)}, v))
}

// logSoftmax is left out at the end of a network: it takes the same number from all classes of an image.
func (n *node) logSoftmax() {
	x, shape := n.value(0)
	absent := int64(1)
	if n.r.opset >= 13 {
		absent = -1
	}
	if n.err != nil {
		return
	}
	axis := n.imageAxis("attribute axis", n.int("axis", absent), first(x))
	if n.err == nil && (n.r.output != n.Outputs[0] || shape[axis] != shape.Size()) {
		n.failNode("is only supported over the classes at the end of a network, where its input serves as logits")
	}
	n.makes(x)
}

func (n *node) identity() {
	if n.isConstant(0) {
		n.makesConstant(n.constant(0))
		return
	}
	n.makesPlaced(0, n.placed(0))
}

// dropout does nothing at inference, or where it drops nothing.
func (n *node) dropout() {
	if n.has(2) && n.scalar(1, 0.5) != 0 { // training_mode, a scalar
		if t := n.constant(2); t != nil && (!t.isInt || len(t.ints) != 1 || t.ints[0] != 0) {
			n.fail(n.inputField(2), "is not false, want a network for inference")
		}
	}
	n.identity()
}

// cast changes nothing between float types, as everything is computed in float32.
func (n *node) cast() {
	if to := onnxpb.DataType(n.int("to", 0)); !to.IsFloat() {
		n.fail("attribute to", "is %s, want a float type", to)
	}
	n.identity()
}
