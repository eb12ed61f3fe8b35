package onnx

import (
	"fmt"
	"math"
	"slices"
	"strconv"

	"steady/core/nn"
	"steady/core/scalar"
)

// change is what happens to the elements of a constant on their way into an Affine.
type change struct {
	how string // for paramKey
	f   func(float32) float32
}

var (
	asIs     = change{}
	negative = change{"negated", func(x float32) float32 { return -x }}
	inverse  = change{"inverted", func(x float32) float32 { return 1 / x }}
)

// apply gives the changed elements.
func (c change) apply(data []float32) []float32 {
	out := append([]float32(nil), data...)
	if c.f != nil {
		for i, x := range out {
			out[i] = c.f(x)
		}
	}
	return out
}

// twoInputs checks the inputs of an operator that combines two tensors element by element.
func (n *node) twoInputs() {
	for _, a := range n.Attributes {
		if a.Name == "axis" || a.Name == "broadcast" {
			n.fail("attribute "+a.Name, "is of operator set 6 or older, want broadcasting by shape")
		}
	}
	if len(n.Inputs) != 2 {
		n.failNode("has %d inputs, want 2", len(n.Inputs))
	}
}

// constantSide gives which of the two inputs is a constant, or -1.
func (n *node) constantSide() int {
	n.twoInputs()
	for i := range 2 {
		if n.err == nil && n.isConstant(i) {
			return i
		}
	}
	return -1
}

func (n *node) add() {
	if i := n.constantSide(); i >= 0 {
		n.affine(n.placed(1-i), i, false, asIs)
		return
	}
	n.combined(&nn.Add{}, n.placed(0), n.placed(1))
}

func (n *node) sub() {
	switch n.constantSide() {
	case 1:
		n.affine(n.placed(0), 1, false, negative)
	case 0: // constant - x is -x + constant
		n.affine(n.negated(n.placed(1)), 0, false, asIs)
	default:
		n.combined(&nn.Add{}, n.placed(0), n.negated(n.placed(1)))
	}
}

func (n *node) mul() {
	if i := n.constantSide(); i >= 0 {
		n.affine(n.placed(1-i), i, true, asIs)
		return
	}
	n.combined(&nn.Mul{}, n.placed(0), n.placed(1))
}

func (n *node) div() {
	i := n.constantSide()
	if i == 1 {
		if t := n.floats(1); t != nil && slices.Contains(t.floats, 0) {
			n.fail(n.inputField(1), "element %d is 0, want divisors other than 0", slices.Index(t.floats, 0))
			return
		}
		n.affine(n.placed(0), 1, true, inverse)
		return
	}
	divisor := n.placed(1)
	divisor.Value = n.layer(n.title+".inverse", &nn.Map{Function: scalar.Function{Kind: scalar.Power, Alpha: -1}},
		divisor.Value)
	if i == 0 {
		n.affine(divisor, 0, true, asIs)
		return
	}
	n.combined(&nn.Mul{}, n.placed(0), divisor)
}

// negated adds a layer that changes the sign.
func (n *node) negated(p placed) placed {
	p.Value = n.scaledBy(n.title+".negated", p.Value, -1)
	return p
}

// scaledBy adds a layer that multiplies by a number.
func (n *node) scaledBy(name string, v nn.Value, by float32) nn.Value {
	return n.layer(name, &nn.Affine{Scale: n.numberParam(n.title+".times", by)}, v)
}

// numberParam is a parameter of one number, which no constant of the file holds.
func (n *node) numberParam(name string, x float32) *nn.Param {
	return n.param(&tensor{name: name}, []int{1}, number(x), func() []float32 { return []float32{x} })
}

// combined adds a layer of two values, whose dimensions of 1 are repeated.
func (n *node) combined(op nn.Op, a, b placed) {
	a, b = n.aligned(a, b)
	if n.err != nil {
		return
	}
	a.Value = n.layer(n.title, op, a.Value, b.Value)
	n.makesPlaced(0, a)
}

// sum adds any number of values.
func (n *node) sum() {
	v := n.placed(0)
	for i := 1; i < len(n.Inputs) && n.err == nil; i++ {
		w := n.placed(i)
		name := n.title
		if i < len(n.Inputs)-1 {
			name = fmt.Sprintf("%s.%d", n.title, i)
		}
		if v, w = n.aligned(v, w); n.err == nil {
			v.Value = n.layer(name, &nn.Add{}, v.Value, w.Value)
		}
	}
	n.makesPlaced(0, v)
}

// limited is Min or Max with a number.
func (n *node) limited(low bool) {
	i := n.constantSide()
	if i < 0 {
		n.failNode("compares values that are made from the picture, want a value and a number")
		return
	}
	t := n.floats(i)
	if t == nil {
		return
	}
	if len(t.floats) == 0 || slices.Min(t.floats) != slices.Max(t.floats) {
		n.fail(n.inputField(i), "has %d elements of dimensions %v, want one number, or the same everywhere", len(t.floats),
			t.dims)
		return
	}
	o := &nn.Clip{Min: float32(math.Inf(-1)), Max: float32(math.Inf(1))}
	if x := t.floats[0]; low {
		o.Min = x
	} else {
		o.Max = x
	}
	p := n.placed(1 - i)
	p.Value = n.layer(n.title, o, p.Value)
	n.makesPlaced(0, p)
}

// affine adds a layer with the changed constant input i as its scale or shift. Where the constant has more elements than
// the value, it becomes a value too.
func (n *node) affine(p placed, i int, scale bool, c change) {
	t := n.floats(i)
	if t == nil {
		return
	}
	dims := t.dims
	if n.r.rank(p) < len(dims) {
		p = n.widened(p, len(dims))
	}
	if at := len(dims) - n.r.rank(p) + p.axis; n.err == nil && p.axis >= 0 && at >= 0 {
		if t, dims = n.perImage(t, dims, at, n.inputField(i)); !p.joined() {
			dims = without(dims, at)
		}
	}
	if n.err != nil {
		return
	}
	shape := n.r.shapes[p.Value]
	if len(t.floats) == 0 || !fitsInto(dims, shape) {
		n.unlike(p, t, dims, i, scale, c)
		return
	}
	o := &nn.Affine{}
	if q := n.broadcast(t, dims, shape, c); scale {
		o.Scale = q
	} else {
		o.Shift = q
	}
	p.Value = n.layer(n.title, o, p.Value)
	n.makesPlaced(0, p)
}

// fitsInto tells whether a tensor of dims, aligned with the last dimensions, can be repeated to a shape.
func fitsInto(dims []int, shape nn.Shape) bool {
	missing := len(shape) - len(dims)
	for i, d := range dims {
		if missing < 0 || d != 1 && d != shape[missing+i] {
			return false
		}
	}
	return missing >= 0
}

// unlike combines a value with a constant that is larger.
func (n *node) unlike(p placed, t *tensor, dims []int, i int, scale bool, c change) {
	shape := n.r.shapes[p.Value]
	wide := append(slices.Repeat([]int{1}, max(len(shape)-len(dims), 0)), dims...)
	fits := len(wide) == len(shape) && len(t.floats) > 0
	for j := 0; fits && j < len(wide); j++ {
		fits = wide[j] == shape[j] || wide[j] == 1 || shape[j] == 1
	}
	if !fits {
		n.fail(n.inputField(i), "has dimensions %v, want ones that fit a value of shape %v", t.dims, given(n.r.full(p)))
		return
	}
	changed := t
	if c.f != nil && n.spend(len(t.floats)) {
		changed = t.view(t.dims)
		changed.floats = c.apply(t.floats)
	}
	v := n.layer(n.title+".constant", &nn.Constant{Value: n.constantParam(changed, wide)})
	op := nn.Op(&nn.Add{})
	if scale {
		op = &nn.Mul{}
	}
	p.Value = n.layer(n.title, op, p.Value, v)
	n.makesPlaced(0, p)
}

// joinAffines makes one layer of each multiplication by a constant and the addition of another that alone reads it.
func joinAffines(n *nn.Network) {
	readers := make([]int, len(n.Layers)+1)
	for _, l := range n.Layers {
		for _, v := range l.In {
			readers[v]++
		}
	}
	readers[n.Output]++
	moved := make([]nn.Value, 1, len(readers))
	layers := n.Layers[:0]
	for _, l := range n.Layers {
		reads := slices.Clone(l.In)
		for i, v := range l.In {
			l.In[i] = moved[v]
		}
		if o, ok := l.Op.(*nn.Affine); ok && o.Scale == nil && readers[reads[0]] == 1 && l.In[0] != nn.Input {
			before := &layers[l.In[0]-1]
			if b, ok := before.Op.(*nn.Affine); ok && b.Shift == nil {
				before.Name, before.Op = l.Name, &nn.Affine{Scale: b.Scale, Shift: o.Shift}
				moved = append(moved, l.In[0])
				continue
			}
		}
		layers = append(layers, l)
		moved = append(moved, nn.Value(len(layers)))
	}
	n.Layers, n.Output = layers, moved[n.Output]
}

// broadcast gives a changed constant of dims as the parameter of an Affine over values of the given shape, into which it
// fits: with one element, one per channel, one per element, or one for each place along neighbouring axes.
func (n *node) broadcast(t *tensor, dims []int, shape nn.Shape, c change) *nn.Param {
	full := append(slices.Repeat([]int{1}, len(shape)-len(dims)), dims...)
	var changed func() []float32
	if c.f != nil {
		changed = func() []float32 { return c.apply(t.floats) }
	}
	switch {
	case len(t.floats) == 1:
		return n.param(t, []int{1}, c.how, changed)
	case len(t.floats) == full[0] && len(t.floats) == shape[0]:
		return n.param(t, []int{full[0]}, c.how, changed)
	case len(t.floats) == shape.Size():
		return n.param(t, shape, c.how, changed)
	}
	if _, _, ok := (&nn.Param{Shape: full, Data: t.floats}).Span(shape); ok {
		return n.param(t, full, c.how, changed)
	}
	return n.param(t, shape, c.how+" spread", func() []float32 { return expanded(c.apply(t.floats), full, shape) })
}

// expanded repeats the elements along the dimensions that are 1 in dims and more in shape.
func expanded(data []float32, dims []int, shape nn.Shape) []float32 {
	wide := make([]float32, shape.Size())
	at := make([]int, len(shape)) // index of the element
	for i := range wide {
		from := 0
		for j, d := range dims {
			from *= d
			if d != 1 {
				from += at[j]
			}
		}
		wide[i] = data[from]
		for j := len(at) - 1; j >= 0; j-- {
			if at[j]++; at[j] < shape[j] {
				break
			}
			at[j] = 0
		}
	}
	return wide
}

// spread repeats a single element; more elements stay as they are.
func spread(data []float32, n int) []float32 {
	if len(data) == n {
		return data
	}
	wide := make([]float32, n)
	for i := range wide {
		wide[i] = data[0]
	}
	return wide
}

func scaled(data []float32, by float32) []float32 {
	out := make([]float32, len(data))
	for i, x := range data {
		out[i] = x * by
	}
	return out
}

// transposed2 gives the transpose of a matrix.
func transposed2(data []float32, rows, columns int) []float32 {
	out := make([]float32, len(data))
	for i := range rows {
		for j := range columns {
			out[j*rows+i] = data[i*columns+j]
		}
	}
	return out
}

func number(x float32) string { return strconv.FormatFloat(float64(x), 'g', -1, 32) }
