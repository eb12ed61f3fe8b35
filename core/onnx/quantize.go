package onnx

import (
	"math"

	"steady/core/nn"
	"steady/core/onnx/internal/onnxpb"
	"steady/core/scalar"
)

// Quantized networks become float32 networks whose values are rounded to a grid: q = round(x/scale) + zero, limited to the
// range of a byte, and back, (q - zero)·scale. Integers are float32 here, which holds them exactly.

// grid is the set of numbers that a quantized tensor can have.
type grid struct {
	scale     *tensor // one number, or one for each index along an axis
	zeros     *tensor // likewise; nil is 0
	low, high float32 // of the integers
}

// grid returns the scales and zeros, inputs 1 and 2 of both QuantizeLinear and DequantizeLinear.
func (n *node) grid() (g grid, ok bool) {
	g = grid{scale: n.floats(1), low: 0, high: math.MaxUint8}
	if n.err == nil && len(g.scale.floats) == 0 {
		n.failField(n.inputField(1), "is empty, want scales")
	}
	for i := 0; n.err == nil && i < len(g.scale.floats); i++ {
		if s := g.scale.floats[i]; !(s > 0) || math.IsInf(float64(s), 1) {
			n.failField(n.inputField(1), "element %d is %v, want scales above 0", i, s)
		}
	}
	if n.err != nil || !n.has(2) {
		return g, n.err == nil
	}
	if g.zeros = n.constant(2); g.zeros == nil {
		return g, false
	}
	switch g.zeros.kind {
	case onnxpb.Uint8:
	case onnxpb.Int8:
		g.low, g.high = math.MinInt8, math.MaxInt8
	case onnxpb.Int32: // of a bias, which is only dequantized
		g.low, g.high = math.MinInt32, math.MaxInt32
	default:
		n.failField(n.inputField(2), "has type %s, valid: UINT8, INT8, INT32", g.zeros.kind)
	}
	if n.err == nil && len(g.zeros.ints) != len(g.scale.floats) {
		n.failField(n.inputField(2), "has %d elements, want as many as there are scales, %d", len(g.zeros.ints), len(g.scale.floats))
	}
	return g, n.err == nil
}

// scalarGrid returns a grid with one scale and zero, as values need it.
func (n *node) scalarGrid() (g grid, scale, zero float32, ok bool) {
	if g, ok = n.grid(); !ok {
		return g, 0, 0, false
	}
	if len(g.scale.floats) != 1 {
		n.failField(n.inputField(1), "has %d elements, want 1 (only constants can be quantized along an axis)", len(g.scale.floats))
		return g, 0, 0, false
	}
	if g.zeros != nil {
		zero = float32(g.zeros.ints[0])
	}
	return g, g.scale.floats[0], zero, true
}

// quantize implements QuantizeLinear, which makes integers. The gradient passes as if they were not rounded, except where
// they are clipped.
func (n *node) quantize() {
	p := n.batchedInput(0)
	g, scale, zero, ok := n.scalarGrid()
	if !ok {
		return
	}
	p.Value = n.addLayer(n.title+".scaled", &nn.Affine{Scale: n.scalarParam(n.title+".inverse", 1/scale)}, p.Value)
	p.Value = n.addLayer(n.title+".rounded", &nn.Map{Function: scalar.Function{Kind: scalar.Round}}, p.Value)
	if zero != 0 {
		p.Value = n.addLayer(n.title+".moved", &nn.Affine{Shift: n.scalarParam(n.title+".zero", zero)}, p.Value)
	}
	p.Value = n.addLayer(n.title, &nn.Clip{Min: g.low, Max: g.high}, p.Value)
	n.setOutput(0, p)
}

// dequantize implements DequantizeLinear.
func (n *node) dequantize() {
	p := n.batchedInput(0)
	_, scale, zero, ok := n.scalarGrid()
	if !ok {
		return
	}
	if zero != 0 { // in a layer of its own, so that the difference is multiplied exactly as in the file
		p.Value = n.addLayer(n.title+".moved", &nn.Affine{Shift: n.scalarParam(n.title+".zero", -zero)}, p.Value)
	}
	p.Value = n.addLayer(n.title, &nn.Affine{Scale: n.scalarParam(n.title+".scale", scale)}, p.Value)
	n.setOutput(0, p)
}

// gridIndex returns a function from the index of a constant's element to the index of its scale and zero.
func (n *node) gridIndex(t *tensor, g grid) func(i int) int {
	if len(g.scale.floats) == 1 {
		return func(int) int { return 0 }
	}
	axis := n.axis("attribute axis", n.int("axis", 1), len(t.dims))
	if n.err != nil {
		return nil
	}
	if t.dims[axis] != len(g.scale.floats) {
		n.failField(n.inputField(1), "has %d elements, want 1 or %d, as many as the constant has along axis %d",
			len(g.scale.floats), t.dims[axis], axis)
		return nil
	}
	inner, count := 1, t.dims[axis]
	for _, d := range t.dims[axis+1:] {
		inner *= d
	}
	return func(i int) int { return i / inner % count }
}

// zeroPoint returns zero i.
func (g grid) zeroPoint(i int) int64 {
	if g.zeros == nil {
		return 0
	}
	return g.zeros.ints[i]
}

// foldQuantize implements QuantizeLinear for constants.
func (n *node) foldQuantize() {
	t := n.floats(0)
	g, ok := n.grid()
	if !ok || !n.spend(t.size()) {
		return
	}
	at := n.gridIndex(t, g)
	if n.err != nil {
		return
	}
	out := &tensor{name: n.Outputs[0], dims: t.dims, isInt: true, ints: make([]int64, len(t.floats))}
	for i, x := range t.floats {
		k := at(i)
		q := math.RoundToEven(float64(x/g.scale.floats[k])) + float64(g.zeroPoint(k))
		if !(q > float64(g.low)) { // NaN too
			q = float64(g.low)
		}
		out.ints[i] = int64(min(q, float64(g.high)))
	}
	n.setConstant(out)
}

// foldDequantize implements DequantizeLinear for constants.
func (n *node) foldDequantize() {
	t := n.constant(0)
	g, ok := n.grid()
	if !ok || !n.spend(t.size()) {
		return
	}
	if !t.isInt {
		n.failField(n.inputField(0), "is a tensor of floats, want integers")
		return
	}
	at := n.gridIndex(t, g)
	if n.err != nil {
		return
	}
	out := &tensor{name: n.Outputs[0], dims: t.dims, floats: make([]float32, len(t.ints))}
	for i, q := range t.ints {
		k := at(i)
		out.floats[i] = float32(q-g.zeroPoint(k)) * g.scale.floats[k]
	}
	n.setConstant(out)
}
