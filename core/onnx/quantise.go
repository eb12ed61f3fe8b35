package onnx

import (
	"math"

	"steady/core/nn"
	"steady/core/onnx/internal/onnxpb"
	"steady/core/scalar"
)

// Quantised networks come as float32 ones in which values are rounded to a grid on the way: q = round(x/scale) + zero,
// limited to what a byte holds, and back, (q - zero)·scale. Whole numbers are float32 here, which holds them exactly.

// grid is where a quantised tensor's numbers lie.
type grid struct {
	scale     *tensor // one number, or one for each place along an axis
	zero      *tensor // likewise; nil is 0
	low, high float32 // of the whole numbers
}

// grid reads the inputs that a QuantizeLinear and a DequantizeLinear have alike.
func (n *node) grid() (g grid, ok bool) {
	g = grid{scale: n.floats(1), low: 0, high: math.MaxUint8}
	if n.err == nil && len(g.scale.floats) == 0 {
		n.fail(n.inputField(1), "is empty, want scales")
	}
	for i := 0; n.err == nil && i < len(g.scale.floats); i++ {
		if s := g.scale.floats[i]; !(s > 0) || math.IsInf(float64(s), 1) {
			n.fail(n.inputField(1), "element %d is %v, want scales above 0", i, s)
		}
	}
	if n.err != nil || !n.has(2) {
		return g, n.err == nil
	}
	if g.zero = n.constant(2); g.zero == nil {
		return g, false
	}
	switch g.zero.kind {
	case onnxpb.Uint8:
	case onnxpb.Int8:
		g.low, g.high = math.MinInt8, math.MaxInt8
	case onnxpb.Int32: // of a bias, which is only taken back
		g.low, g.high = math.MinInt32, math.MaxInt32
	default:
		n.fail(n.inputField(2), "is not of a type that is supported here, want UINT8, INT8 or INT32")
	}
	if n.err == nil && len(g.zero.ints) != len(g.scale.floats) {
		n.fail(n.inputField(2), "has %d elements, want as many as there are scales, %d", len(g.zero.ints), len(g.scale.floats))
	}
	return g, n.err == nil
}

// number gives the one scale and zero of a value's grid.
func (n *node) number() (g grid, scale, zero float32, ok bool) {
	if g, ok = n.grid(); !ok {
		return g, 0, 0, false
	}
	if len(g.scale.floats) != 1 {
		n.fail(n.inputField(1), "has %d elements, want 1: values are quantised as a whole, constants also along an axis", len(g.scale.floats))
		return g, 0, 0, false
	}
	if g.zero != nil {
		zero = float32(g.zero.ints[0])
	}
	return g, g.scale.floats[0], zero, true
}

// quantize leaves whole numbers; the gradient goes through as if they were not rounded, where they are not limited.
func (n *node) quantize() {
	p := n.placed(0)
	g, scale, zero, ok := n.number()
	if !ok {
		return
	}
	p.Value = n.layer(n.title+".scaled", &nn.Affine{Scale: n.numberParam(n.title+".inverse", 1/scale)}, p.Value)
	p.Value = n.layer(n.title+".rounded", &nn.Map{Function: scalar.Function{Kind: scalar.Round}}, p.Value)
	if zero != 0 {
		p.Value = n.layer(n.title+".moved", &nn.Affine{Shift: n.numberParam(n.title+".zero", zero)}, p.Value)
	}
	p.Value = n.layer(n.title, &nn.Clip{Min: g.low, Max: g.high}, p.Value)
	n.makesPlaced(0, p)
}

func (n *node) dequantize() {
	p := n.placed(0)
	_, scale, zero, ok := n.number()
	if !ok {
		return
	}
	if zero != 0 { // by itself, so that what is left is multiplied exactly as in the file
		p.Value = n.layer(n.title+".moved", &nn.Affine{Shift: n.numberParam(n.title+".zero", -zero)}, p.Value)
	}
	p.Value = n.layer(n.title, &nn.Affine{Scale: n.numberParam(n.title+".scale", scale)}, p.Value)
	n.makesPlaced(0, p)
}

// along gives for each element of a constant which of the grid's numbers is its own.
func (n *node) along(t *tensor, g grid) func(i int) int {
	if len(g.scale.floats) == 1 {
		return func(int) int { return 0 }
	}
	axis := n.axis("attribute axis", n.int("axis", 1), len(t.dims))
	if n.err != nil {
		return nil
	}
	if t.dims[axis] != len(g.scale.floats) {
		n.fail(n.inputField(1), "has %d elements, want 1 or %d, as many as the constant has along axis %d",
			len(g.scale.floats), t.dims[axis], axis)
		return nil
	}
	inner, count := 1, t.dims[axis]
	for _, d := range t.dims[axis+1:] {
		inner *= d
	}
	return func(i int) int { return i / inner % count }
}

func (g grid) zeroAt(i int) int64 {
	if g.zero == nil {
		return 0
	}
	return g.zero.ints[i]
}

func (n *node) foldQuantize() {
	t := n.floats(0)
	g, ok := n.grid()
	if !ok || !n.spend(t.size()) {
		return
	}
	at := n.along(t, g)
	if n.err != nil {
		return
	}
	out := &tensor{name: n.Outputs[0], dims: t.dims, isInt: true, ints: make([]int64, len(t.floats))}
	for i, x := range t.floats {
		k := at(i)
		q := math.RoundToEven(float64(x/g.scale.floats[k])) + float64(g.zeroAt(k))
		if !(q > float64(g.low)) { // NaN too
			q = float64(g.low)
		}
		out.ints[i] = int64(min(q, float64(g.high)))
	}
	n.makesConstant(out)
}

func (n *node) foldDequantize() {
	t := n.constant(0)
	g, ok := n.grid()
	if !ok || !n.spend(t.size()) {
		return
	}
	if !t.isInt {
		n.fail(n.inputField(0), "is a tensor of floats, want whole numbers")
		return
	}
	at := n.along(t, g)
	if n.err != nil {
		return
	}
	out := &tensor{name: n.Outputs[0], dims: t.dims, floats: make([]float32, len(t.ints))}
	for i, q := range t.ints {
		k := at(i)
		out.floats[i] = float32(q-g.zeroAt(k)) * g.scale.floats[k]
	}
	n.makesConstant(out)
}
