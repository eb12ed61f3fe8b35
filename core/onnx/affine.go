package onnx

import (
	"fmt"
	"slices"
	"strconv"

	"steady/core/net"
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

// arithmetic takes the two inputs of Add, Sub, Mul or Div and gives how many of them are made from the picture. When
// none is, it is shape arithmetic, which it computes by ints.
func (n *node) arithmetic(ints func(a, b int64) (int64, bool)) (values int) {
	for _, a := range n.attributes {
		if a.name == "axis" || a.name == "broadcast" {
			n.fail("attribute "+a.name, "is of operator set 6 or older, want broadcasting by shape")
		}
	}
	if len(n.inputs) != 2 {
		n.failNode("has %d inputs, want 2", len(n.inputs))
	}
	if n.err != nil {
		return 0
	}
	for i := range 2 {
		if !n.isConstant(i) {
			values++
		}
	}
	if values == 0 {
		n.shapeArithmetic(ints)
	}
	return values
}

func (n *node) add() {
	switch n.arithmetic(func(a, b int64) (int64, bool) { return a + b, small(a) && small(b) }) {
	case 2:
		n.addValues(false)
	case 1:
		n.affine(n.side(), false, asIs)
	}
}

func (n *node) sub() {
	switch n.arithmetic(func(a, b int64) (int64, bool) { return a - b, small(a) && small(b) }) {
	case 2:
		n.addValues(true)
	case 1:
		if n.isConstant(1) {
			n.affine(1, false, negative)
			return
		}
		x, _ := n.value(1) // constant - x is -x + constant
		if x = n.negated(x); n.err == nil {
			n.affineOf(x, 0, false, asIs)
		}
	}
}

func (n *node) mul() {
	times := func(a, b int64) (int64, bool) {
		switch {
		case a == 1:
			return b, true
		case b == 1:
			return a, true
		}
		return a * b, small(a) && small(b)
	}
	switch n.arithmetic(times) {
	case 2:
		n.failNode("multiplies two values that are made from the picture, which is not supported, want a constant")
	case 1:
		n.affine(n.side(), true, asIs)
	}
}

func (n *node) div() {
	by := func(a, b int64) (int64, bool) {
		switch {
		case b == 1:
			return a, true
		case b == 0:
			return 0, false
		}
		return a / b, small(a) && small(b)
	}
	switch n.arithmetic(by) {
	case 2:
		n.failNode("divides two values that are made from the picture, which is not supported, want a constant")
	case 1:
		if !n.isConstant(1) {
			n.fail(n.inputField(1), "divides by a value that is made from the picture, want a constant")
			return
		}
		if t := n.floats(1); t != nil && slices.Contains(t.floats, 0) {
			n.fail(n.inputField(1), "element %d is 0, want divisors other than 0", slices.Index(t.floats, 0))
			return
		}
		n.affine(1, true, inverse)
	}
}

// side gives which of the two inputs is the constant.
func (n *node) side() int {
	if n.isConstant(0) {
		return 0
	}
	return 1
}

// negated adds a layer that changes the sign.
func (n *node) negated(x net.Value) net.Value {
	minus := n.param(&tensor{name: n.title + ".minus"}, []int{1}, "minus", func() []float32 { return []float32{-1} })
	return n.layer(n.title+".negated", &net.Affine{Scale: minus}, x)
}

// addValues adds or subtracts two values.
func (n *node) addValues(subtract bool) {
	a, _ := n.value(0)
	b, _ := n.value(1)
	if subtract {
		b = n.negated(b)
	}
	n.makes(n.layer(n.title, &net.Add{}, a, b))
}

// sum adds any number of values.
func (n *node) sum() {
	v, _ := n.value(0)
	for i := 1; i < len(n.inputs) && n.err == nil; i++ {
		w, _ := n.value(i)
		name := n.title
		if i < len(n.inputs)-1 {
			name = fmt.Sprintf("%s.%d", n.title, i)
		}
		v = n.layer(name, &net.Add{}, v, w)
	}
	n.makes(v)
}

// affine adds a layer with the changed constant input i as its scale or shift.
func (n *node) affine(i int, scale bool, c change) {
	if x, _ := n.value(1 - i); n.err == nil {
		n.affineOf(x, i, scale, c)
	}
}

// affineOf is affine with the value given.
func (n *node) affineOf(x net.Value, i int, scale bool, c change) {
	t := n.floats(i)
	if t == nil {
		return
	}
	o := &net.Affine{}
	if p := n.broadcast(t, n.r.shapes[x], n.inputField(i), c); scale {
		o.Scale = p
	} else {
		o.Shift = p
	}
	n.makes(n.layer(n.title, o, x))
}

// joinAffines makes one layer of each multiplication by a constant and the addition of another that alone reads it.
func joinAffines(n *net.Network) {
	readers := make([]int, len(n.Layers)+1)
	for _, l := range n.Layers {
		for _, v := range l.In {
			readers[v]++
		}
	}
	readers[n.Output]++
	moved := make([]net.Value, 1, len(readers))
	layers := n.Layers[:0]
	for _, l := range n.Layers {
		in := l.In[0] // every operation reads something
		for i, v := range l.In {
			l.In[i] = moved[v]
		}
		if o, ok := l.Op.(*net.Affine); ok && o.Scale == nil && readers[in] == 1 && l.In[0] != net.Input {
			before := &layers[l.In[0]-1]
			if b, ok := before.Op.(*net.Affine); ok && b.Shift == nil {
				before.Name, before.Op = l.Name, &net.Affine{Scale: b.Scale, Shift: o.Shift}
				moved = append(moved, l.In[0])
				continue
			}
		}
		layers = append(layers, l)
		moved = append(moved, net.Value(len(layers)))
	}
	n.Layers, n.Output = layers, moved[n.Output]
}

// broadcast gives a changed constant as the parameter of an Affine over values of the given shape: with one element,
// one per channel, or one per element.
func (n *node) broadcast(t *tensor, shape net.Shape, field string, c change) *net.Param {
	if n.err != nil {
		return nil
	}
	full := append(net.Shape{1}, shape...) // with the batch
	ok := len(t.dims) <= len(full)
	dims := make([]int, len(full))
	for i := range dims {
		dims[i] = 1
		if j := i - (len(full) - len(t.dims)); ok && j >= 0 {
			dims[i] = t.dims[j]
		}
		ok = ok && (dims[i] == 1 || dims[i] == full[i])
	}
	if !ok || len(t.floats) == 0 {
		n.fail(field, "has dimensions %v, want ones that fit a value of shape %v", t.dims, shape)
		return nil
	}
	var changed func() []float32
	if c.f != nil {
		changed = func() []float32 { return c.apply(t.floats) }
	}
	switch {
	case len(t.floats) == 1:
		return n.param(t, []int{1}, c.how, changed)
	case len(t.floats) == dims[1]:
		return n.param(t, []int{dims[1]}, c.how, changed)
	case len(t.floats) == shape.Size():
		return n.param(t, shape, c.how, changed)
	}
	return n.param(t, shape, c.how+" spread", func() []float32 {
		return expanded(c.apply(t.floats), dims[1:], shape)
	})
}

// expanded repeats the elements along the dimensions that are 1 in dims and more in shape.
func expanded(data []float32, dims []int, shape net.Shape) []float32 {
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
