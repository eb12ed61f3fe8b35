package onnx

import (
	"math"
	"slices"

	"steady/core/nn"
	"steady/core/onnx/internal/onnxpb"
)

// folds computes each operator whose inputs are all constants: shapes, and what PyTorch leaves to be computed of them.
var folds map[string]func(n *node)

func init() { // not an initialiser: folding looks operators up through node
	numbers := func(f func(a, b float32) float32, g func(a, b int64) (int64, bool)) func(n *node) {
		return func(n *node) { n.foldTwo(f, g) }
	}
	function := func(f func(x float64) float64) func(n *node) {
		return func(n *node) { n.foldOne(func(x float32) float32 { return float32(f(float64(x))) }, nil) }
	}
	folds = map[string]func(n *node){
		"Abs": func(n *node) {
			n.foldOne(func(x float32) float32 { return max(x, -x) }, func(x int64) (int64, bool) { return max(x, -x), small(x) })
		},
		"Add":              numbers(func(a, b float32) float32 { return a + b }, addInts),
		"Cast":             (*node).foldCast,
		"Ceil":             function(math.Ceil),
		"Concat":           (*node).foldConcat,
		"ConstantOfShape":  (*node).foldFill,
		"DequantizeLinear": (*node).foldDequantize,
		"Div":              numbers(func(a, b float32) float32 { return a / b }, divInts),
		"Dropout":          (*node).dropout,
		"Equal":            (*node).foldEqual,
		"Exp":              function(math.Exp),
		"Expand":           (*node).foldExpand,
		"Flatten":          (*node).foldFlatten,
		"Floor":            function(math.Floor),
		"Gather":           (*node).foldGather,
		"Identity":         func(n *node) { n.makesConstant(n.constant(0)) },
		"Log":              function(math.Log),
		"Max":              numbers(func(a, b float32) float32 { return max(a, b) }, known(func(a, b int64) int64 { return max(a, b) })),
		"Min":              numbers(func(a, b float32) float32 { return min(a, b) }, known(func(a, b int64) int64 { return min(a, b) })),
		"Mod":              numbers(func(a, b float32) float32 { return float32(math.Mod(float64(a), float64(b))) }, modInts),
		"Mul":              numbers(func(a, b float32) float32 { return a * b }, mulInts),
		"Neg": func(n *node) {
			n.foldOne(func(x float32) float32 { return -x }, func(x int64) (int64, bool) { return -x, small(x) })
		},
		"Not": func(n *node) {
			n.foldOne(nil, func(x int64) (int64, bool) { return 1 - min(max(x, 0), 1), x == 0 || x == 1 })
		},
		"Pow":            numbers(func(a, b float32) float32 { return float32(math.Pow(float64(a), float64(b))) }, nil),
		"QuantizeLinear": (*node).foldQuantize,
		"Range":          (*node).foldRange,
		"Reciprocal":     function(func(x float64) float64 { return 1 / x }),
		"Reshape":        (*node).foldReshape,
		"Round":          function(math.RoundToEven),
		"ScatterND":      (*node).foldScatter,
		"Shape":          (*node).shapeOf,
		"Slice":          (*node).foldSlice,
		"Sqrt":           function(math.Sqrt),
		"Squeeze":        (*node).squeezeConstant,
		"Sub":            numbers(func(a, b float32) float32 { return a - b }, subInts),
		"Tile":           (*node).foldTile,
		"Transpose":      (*node).foldTranspose,
		"Unsqueeze":      (*node).unsqueezeConstant,
		"Where":          (*node).foldWhere,
	}
}

// small tells whether a number can be part of shape arithmetic; multiples of the batch cannot without more ado.
func small(x int64) bool { return -maxExtent <= x && x <= maxExtent }

// known makes arithmetic of numbers that do not depend on the batch.
func known(f func(a, b int64) int64) func(a, b int64) (int64, bool) {
	return func(a, b int64) (int64, bool) {
		if !small(a) || !small(b) {
			return 0, false
		}
		return f(a, b), true
	}
}

// batches gives k·N for a positive k.
func batches(k int64) (int64, bool) { return times(k), k > 0 && k < maxExtent }

func addInts(a, b int64) (int64, bool) {
	k, first := multiple(a)
	l, second := multiple(b)
	switch {
	case b == 0:
		return a, true
	case a == 0:
		return b, true
	case first && second:
		return batches(k + l)
	}
	return a + b, small(a) && small(b)
}

func subInts(a, b int64) (int64, bool) {
	k, first := multiple(a)
	l, second := multiple(b)
	switch {
	case b == 0 || a == b:
		return a - b, true
	case first && second:
		return batches(k - l)
	}
	return a - b, small(a) && small(b)
}

func mulInts(a, b int64) (int64, bool) {
	if _, ok := multiple(b); ok {
		a, b = b, a
	}
	if k, ok := multiple(a); ok {
		switch {
		case b == 0:
			return 0, true
		case !small(b):
			return 0, false
		}
		return batches(k * b)
	}
	return a * b, small(a) && small(b)
}

func divInts(a, b int64) (int64, bool) {
	k, first := multiple(a)
	l, second := multiple(b)
	switch {
	case b == 0:
		return 0, false
	case first && second:
		return k / l, k%l == 0
	case first:
		if !small(b) || k%b != 0 {
			return 0, false
		}
		return batches(k / b)
	}
	return a / b, small(a) && small(b)
}

func modInts(a, b int64) (int64, bool) {
	k, first := multiple(a)
	switch {
	case b == 0 || !small(b):
		return 0, false
	case first:
		return 0, k%b == 0
	}
	return (a%b + b) % b, small(a) // the sign of the divisor, as in Python
}

// foldOne computes a function of each element. A function that is nil does not exist for the type.
func (n *node) foldOne(f func(x float32) float32, g func(x int64) (int64, bool)) {
	t := n.constant(0)
	if t == nil || !n.spend(t.size()) {
		return
	}
	if t.isInt && g == nil || !t.isInt && f == nil {
		n.fail(n.inputField(0), "is of a type that is not supported here")
		return
	}
	out := &tensor{name: n.Outputs[0], dims: t.dims, isInt: t.isInt}
	for _, x := range t.floats {
		out.floats = append(out.floats, f(x))
	}
	for _, x := range t.ints {
		y, ok := g(x)
		if !ok {
			n.fail(n.inputField(0), "has %v, with which this cannot be computed", given([]int64{x})[0])
			return
		}
		out.ints = append(out.ints, y)
	}
	n.makesConstant(out)
}

// together gives the shape of constants that are combined element by element.
func (n *node) together(tensors ...*tensor) []int {
	var out []int
	for _, t := range tensors {
		if t == nil {
			return nil
		}
		for len(out) < len(t.dims) {
			out = append([]int{1}, out...)
		}
	}
	for _, t := range tensors {
		for i, d := range t.dims {
			at := len(out) - len(t.dims) + i
			switch {
			case out[at] == 1:
				out[at] = d
			case d != 1 && d != out[at]:
				n.failNode("combines constants of dimensions %v and %v, want equal ones, or 1 where they differ",
					tensors[0].dims, t.dims)
				return nil
			}
		}
	}
	if out == nil {
		out = []int{}
	}
	if size, ok := sizeOf(out); !ok || !n.spend(size) {
		n.failNode("makes a constant of dimensions %v, which is too large", out)
		return nil
	}
	return out
}

// sizeOf is the number of elements, where it fits.
func sizeOf(dims []int) (int, bool) {
	size := int64(1)
	for _, d := range dims {
		if d < 0 || d > 0 && size > math.MaxInt32/int64(d) {
			return 0, false
		}
		size *= int64(d)
	}
	return int(size), true
}

// steps gives for each dimension of out how far apart its elements lie in a tensor of dims: 0 where they repeat.
func steps(dims, out []int) []int {
	list, step := make([]int, len(out)), 1
	for i := len(dims) - 1; i >= 0; i-- {
		if dims[i] != 1 {
			list[len(out)-len(dims)+i] = step
		}
		step *= dims[i]
	}
	return list
}

// visit calls f for each element of a block of dims in order with its place in a tensor, given by steps from at on.
func visit(dims, steps []int, at int, f func(at int)) {
	size, ok := sizeOf(dims)
	if !ok {
		return
	}
	index := make([]int, len(dims))
	for range size {
		f(at)
		for i := len(dims) - 1; i >= 0; i-- {
			index[i]++
			at += steps[i]
			if index[i] < dims[i] {
				break
			}
			at -= index[i] * steps[i]
			index[i] = 0
		}
	}
}

// picked gives a block of a constant's elements in order.
func (n *node) picked(t *tensor, dims, steps []int, at int) *tensor {
	out := &tensor{name: n.Outputs[0], dims: dims, isInt: t.isInt}
	visit(dims, steps, at, func(at int) {
		if t.isInt {
			out.ints = append(out.ints, t.ints[at])
		} else {
			out.floats = append(out.floats, t.floats[at])
		}
	})
	return out
}

// foldTwo computes with two constants element by element.
func (n *node) foldTwo(f func(a, b float32) float32, g func(a, b int64) (int64, bool)) {
	n.twoInputs()
	a, b := n.constant(0), n.constant(1)
	dims := n.together(a, b)
	if n.err != nil {
		return
	}
	if a.isInt != b.isInt || a.isInt && g == nil {
		n.failNode("computes with a constant of integers and one of floats, or with integers, which is not supported here")
		return
	}
	wide := [2]*tensor{n.picked(a, dims, steps(a.dims, dims), 0), n.picked(b, dims, steps(b.dims, dims), 0)}
	out := wide[0]
	for i := range out.floats {
		out.floats[i] = f(out.floats[i], wide[1].floats[i])
	}
	for i := range out.ints {
		x, ok := g(out.ints[i], wide[1].ints[i])
		if !ok {
			n.failNode("computes with the batch or with too large a number (%v and %v), which is not supported",
				given(out.ints[i : i+1])[0], given(wide[1].ints[i : i+1])[0])
			return
		}
		out.ints[i] = x
	}
	n.makesConstant(out)
}

// foldEqual compares; the batch is no other number.
func (n *node) foldEqual() {
	a, b := n.constant(0), n.constant(1)
	dims := n.together(a, b)
	if n.err != nil {
		return
	}
	out := &tensor{name: n.Outputs[0], dims: dims, isInt: true}
	x, y := n.picked(a, dims, steps(a.dims, dims), 0), n.picked(b, dims, steps(b.dims, dims), 0)
	for i := range x.size() {
		equal := int64(0)
		if a.isInt && b.isInt && x.ints[i] == y.ints[i] || !a.isInt && !b.isInt && x.floats[i] == y.floats[i] {
			equal = 1
		}
		out.ints = append(out.ints, equal)
	}
	n.makesConstant(out)
}

func (n *node) foldWhere() {
	c, a, b := n.constant(0), n.constant(1), n.constant(2)
	dims := n.together(c, a, b)
	if n.err != nil {
		return
	}
	if !c.isInt || a.isInt != b.isInt {
		n.failNode("chooses between constants of two types, want a condition and two of one type")
		return
	}
	choice := n.picked(c, dims, steps(c.dims, dims), 0)
	out, other := n.picked(a, dims, steps(a.dims, dims), 0), n.picked(b, dims, steps(b.dims, dims), 0)
	for i, x := range choice.ints {
		switch {
		case x != 0:
		case out.isInt:
			out.ints[i] = other.ints[i]
		default:
			out.floats[i] = other.floats[i]
		}
	}
	n.makesConstant(out)
}

// foldCast changes the type between floats and integers; a bool is an integer.
func (n *node) foldCast() {
	t, to := n.constant(0), onnxpb.DataType(n.int("to", 0))
	toInt := to == onnxpb.Int64 || to == onnxpb.Int32 || to == onnxpb.Bool
	switch {
	case t == nil:
	case !toInt && !to.IsFloat():
		n.fail("attribute to", "is %s, want a float type, INT32, INT64 or BOOL", to)
	case toInt == t.isInt && to != onnxpb.Bool:
		n.makesConstant(t)
	case !n.spend(t.size()):
	case !toInt:
		c := &tensor{name: n.Outputs[0], dims: t.dims, floats: make([]float32, len(t.ints))}
		for i, x := range t.ints {
			if !small(x) {
				n.fail(n.inputField(0), "is %v, want a number that a float can hold", given(t.ints[i : i+1])[0])
				return
			}
			c.floats[i] = float32(x)
		}
		n.makesConstant(c)
	default:
		c := &tensor{name: n.Outputs[0], dims: t.dims, isInt: true, ints: make([]int64, t.size())}
		for i := range c.ints {
			switch {
			case to == onnxpb.Bool && (t.isInt && t.ints[i] != 0 || !t.isInt && t.floats[i] != 0):
				c.ints[i] = 1
			case to == onnxpb.Bool:
			case !(t.floats[i] > -maxExtent && t.floats[i] < maxExtent):
				n.fail(n.inputField(0), "has %v, want numbers that a shape may have", t.floats[i])
				return
			default:
				c.ints[i] = int64(t.floats[i])
			}
		}
		n.makesConstant(c)
	}
}

// sizes gives input i, which is a list of sizes that are known.
func (n *node) sizes(i int) []int {
	list := n.ints(i)
	if len(list) > onnxpb.MaxDims {
		n.fail(n.inputField(i), "has %d numbers, want at most %d", len(list), onnxpb.MaxDims)
		return nil
	}
	dims := make([]int, len(list))
	for j, d := range list {
		if d < 0 || d > maxExtent {
			n.fail(n.inputField(i), "is %v, want sizes that are known", given(list))
			return nil
		}
		dims[j] = int(d)
	}
	return dims
}

// foldFill is the operator ConstantOfShape.
func (n *node) foldFill() {
	dims := n.sizes(0)
	if n.err != nil {
		return
	}
	t := &tensor{floats: []float32{0}}
	if a := n.attribute("value", onnxpb.AttributeTensor); a != nil {
		t = n.decode("attribute value", a.Tensor)
	}
	size, ok := sizeOf(dims)
	if n.err == nil && (t.size() != 1 || !ok) {
		n.failNode("fills dimensions %v with %d numbers, want one and fewer dimensions", dims, t.size())
	}
	if n.err == nil && n.spend(size) {
		n.makesConstant(n.picked(t, dims, make([]int, len(dims)), 0))
	}
}

func (n *node) foldRange() {
	var from, to, step float64
	isInt := true
	for i, x := range []*float64{&from, &to, &step} {
		t := n.constant(i)
		switch {
		case t == nil:
			return
		case t.size() != 1 || t.isInt && !small(t.ints[0]):
			n.fail(n.inputField(i), "is not one number that is known")
			return
		case t.isInt:
			*x = float64(t.ints[0])
		default:
			*x, isInt = float64(t.floats[0]), false
		}
	}
	count := math.Ceil((to - from) / step)
	if !(count <= maxExtent) || step == 0 {
		n.failNode("counts from %v to %v by %v, which is too much", from, to, step)
		return
	}
	size := int(max(count, 0))
	if !n.spend(size) {
		return
	}
	t := &tensor{name: n.Outputs[0], dims: []int{size}, isInt: isInt}
	for i := range size {
		if x := from + float64(i)*step; isInt {
			t.ints = append(t.ints, int64(x))
		} else {
			t.floats = append(t.floats, float32(x))
		}
	}
	n.makesConstant(t)
}

// foldGather picks elements along an axis.
func (n *node) foldGather() {
	t, at := n.constant(0), n.constant(1)
	if n.err != nil {
		return
	}
	if !at.isInt {
		n.fail(n.inputField(1), "is not a tensor of integers")
		return
	}
	axis := n.axis("attribute axis", n.int("axis", 0), len(t.dims))
	if n.err != nil {
		return
	}
	dims := append(append(append([]int{}, t.dims[:axis]...), at.dims...), t.dims[axis+1:]...)
	size, ok := sizeOf(dims)
	if len(dims) > onnxpb.MaxDims || !ok || !n.spend(size) {
		n.failNode("makes a constant of dimensions %v, which is too large", dims)
		return
	}
	outer, _ := sizeOf(t.dims[:axis])
	inner, _ := sizeOf(t.dims[axis+1:])
	out := &tensor{name: n.Outputs[0], dims: dims, isInt: t.isInt}
	for o := range outer {
		for _, j := range at.ints {
			from := (o*t.dims[axis] + n.axis(n.inputField(1), j, t.dims[axis])) * inner
			if n.err != nil {
				return
			}
			if t.isInt {
				out.ints = append(out.ints, t.ints[from:from+inner]...)
			} else {
				out.floats = append(out.floats, t.floats[from:from+inner]...)
			}
		}
	}
	n.makesConstant(out)
}

func (n *node) foldSlice() {
	t := n.constant(0)
	if t == nil {
		return
	}
	full := make([]int64, len(t.dims))
	for i, d := range t.dims {
		full[i] = int64(d)
	}
	cuts := n.cuts(full)
	if n.err != nil {
		return
	}
	dims, by, at := slices.Clone(t.dims), steps(t.dims, t.dims), 0
	for axis, c := range cuts {
		dims[axis] = c.count
		at += c.from * by[axis]
		by[axis] *= c.step
	}
	if size, _ := sizeOf(dims); n.spend(size) {
		n.makesConstant(n.picked(t, dims, by, at))
	}
}

// foldConcat joins constants along an axis.
func (n *node) foldConcat() {
	t := n.constant(0)
	if t == nil {
		return
	}
	axis := n.axis("attribute axis", n.int("axis", 1), len(t.dims))
	if n.err != nil {
		return
	}
	outer, _ := sizeOf(t.dims[:axis])
	out := &tensor{name: n.Outputs[0], dims: slices.Clone(t.dims), isInt: t.isInt}
	out.dims[axis] = 0
	var parts []*tensor
	for i := range n.Inputs {
		p := n.constant(i)
		if p == nil || !n.spend(p.size()) {
			return
		}
		fits := len(p.dims) == len(t.dims) && p.isInt == t.isInt
		for j := 0; fits && j < len(p.dims); j++ {
			fits = j == axis || p.dims[j] == t.dims[j]
		}
		if !fits {
			n.fail(n.inputField(i), "has dimensions %v, want those of %v but for axis %d, and the same type", p.dims, t.dims,
				axis)
			return
		}
		out.dims[axis] += p.dims[axis]
		parts = append(parts, p)
	}
	for o := range outer {
		for _, p := range parts {
			run := p.size() / max(outer, 1)
			if t.isInt {
				out.ints = append(out.ints, p.ints[o*run:(o+1)*run]...)
			} else {
				out.floats = append(out.floats, p.floats[o*run:(o+1)*run]...)
			}
		}
	}
	n.makesConstant(out)
}

func (n *node) foldTranspose() {
	t := n.constant(0)
	if t == nil {
		return
	}
	perm := n.perm(len(t.dims))
	if n.err != nil || !n.spend(t.size()) {
		return
	}
	from, dims, by := steps(t.dims, t.dims), make([]int, len(perm)), make([]int, len(perm))
	for i, p := range perm {
		dims[i], by[i] = t.dims[p], from[p]
	}
	n.makesConstant(n.picked(t, dims, by, 0))
}

// perm gives the attribute of a Transpose; without it the dimensions are reversed.
func (n *node) perm(rank int) []int {
	perm, seen := make([]int, rank), make([]bool, rank)
	for i := range perm {
		perm[i] = rank - 1 - i
	}
	a := n.attribute("perm", onnxpb.AttributeInts)
	if a == nil {
		return perm
	}
	for i, p := range a.Ints {
		if len(a.Ints) != rank || p < 0 || p >= int64(rank) || seen[p] {
			n.fail("attribute perm", "is %v, want each of 0 to %d once", a.Ints, rank-1)
			return perm
		}
		perm[i], seen[p] = int(p), true
	}
	if len(a.Ints) != rank {
		n.fail("attribute perm", "is %v, want each of 0 to %d once", a.Ints, rank-1)
	}
	return perm
}

func (n *node) foldReshape() {
	t, target := n.constant(0), n.ints(1)
	copies := !n.flag("allowzero", false) // 0 copies the dimension of the input
	if n.err != nil {
		return
	}
	if len(target) > onnxpb.MaxDims {
		n.fail(n.inputField(1), "has %d numbers, want at most %d", len(target), onnxpb.MaxDims)
		return
	}
	dims := slices.Clone(target)
	for i, d := range dims {
		if d == 0 && copies && i < len(t.dims) {
			dims[i] = int64(t.dims[i])
		}
	}
	dims, ok := filledIn(dims, int64(t.size()))
	if !ok {
		n.fail(n.inputField(1), "is %v for a constant of dimensions %v, want one of %d elements", given(target), t.dims,
			t.size())
		return
	}
	shape := make([]int, len(dims))
	for i, d := range dims {
		shape[i] = int(d)
	}
	n.makesConstant(t.view(shape))
}

func (n *node) foldFlatten() {
	t := n.constant(0)
	if t == nil {
		return
	}
	axis := n.int("axis", 1)
	if axis < 0 {
		axis += int64(len(t.dims))
	}
	if axis < 0 || axis > int64(len(t.dims)) {
		n.fail("attribute axis", "is %d for dimensions %v", axis, t.dims)
		return
	}
	rows, _ := sizeOf(t.dims[:axis])
	columns, _ := sizeOf(t.dims[axis:])
	n.makesConstant(t.view([]int{rows, columns}))
}

// foldExpand repeats dimensions of 1. Where the batch is asked for, the constant becomes a value of the network.
func (n *node) foldExpand() {
	t, target := n.constant(0), n.ints(1)
	if n.err != nil {
		return
	}
	if len(target) > onnxpb.MaxDims {
		n.fail(n.inputField(1), "has %d numbers, want at most %d", len(target), onnxpb.MaxDims)
		return
	}
	dims, axis := make([]int, len(target)), -1
	for i, d := range target {
		if k, ok := multiple(d); ok && k == 1 && axis < 0 {
			axis, d = i, 1
		}
		if d < 0 || d > maxExtent {
			n.fail(n.inputField(1), "is %v, want sizes and the batch once", given(target))
			return
		}
		dims[i] = int(d)
	}
	out := n.together(t, &tensor{dims: dims})
	if n.err != nil {
		return
	}
	wide := t
	if !slices.Equal(out, t.dims) {
		wide = n.picked(t, out, steps(t.dims, out), 0)
	}
	if axis >= 0 {
		axis += len(out) - len(dims)
	}
	n.expanded(wide, axis)
}

// foldScatter is the operator ScatterND: a copy of a constant in which some elements, or blocks, are others.
func (n *node) foldScatter() {
	t, at, updates := n.constant(0), n.constant(1), n.constant(2)
	if n.err != nil {
		return
	}
	if n.text("reduction", "none") != "none" {
		n.fail("attribute reduction", "is %q, want none", onnxpb.Abbreviate(n.text("reduction", "none")))
		return
	}
	depth := 0 // dimensions that an index names
	if last := len(at.dims) - 1; last >= 0 {
		depth = at.dims[last]
	}
	if !at.isInt || t.isInt != updates.isInt || depth < 1 || depth > len(t.dims) {
		n.failNode("replaces elements of dimensions %v by indices of dimensions %v, want indices of at most as many numbers",
			t.dims, at.dims)
		return
	}
	block, _ := sizeOf(t.dims[depth:])
	if int64(len(at.ints)/depth)*int64(block) != int64(updates.size()) || !n.spend(t.size()) {
		n.fail(n.inputField(2), "has dimensions %v, want %d blocks of %v", updates.dims, len(at.ints)/depth, t.dims[depth:])
		return
	}
	out := &tensor{name: n.Outputs[0], dims: t.dims, isInt: t.isInt, floats: slices.Clone(t.floats), ints: slices.Clone(t.ints)}
	for i := range len(at.ints) / depth {
		to := 0
		for j, x := range at.ints[i*depth:][:depth] {
			to = to*t.dims[j] + n.axis(n.inputField(1), x, t.dims[j])
		}
		if n.err != nil {
			return
		}
		if t.isInt {
			copy(out.ints[to*block:], updates.ints[i*block:][:block])
		} else {
			copy(out.floats[to*block:], updates.floats[i*block:][:block])
		}
	}
	n.makesConstant(out)
}

// foldTile repeats a constant along each axis. Where the batch is asked for, the constant becomes a value of the network.
func (n *node) foldTile() {
	t, repeats := n.constant(0), n.ints(1)
	if n.err != nil {
		return
	}
	if len(repeats) != len(t.dims) || 2*len(repeats) > onnxpb.MaxDims {
		n.fail(n.inputField(1), "has %d numbers for dimensions %v, want as many, at most %d", len(repeats), t.dims, onnxpb.MaxDims/2)
		return
	}
	// Each axis is two: one that repeats, and the elements.
	dims, by, out, axis := []int{}, []int{}, make([]int, len(repeats)), -1
	from := steps(t.dims, t.dims)
	for i, r := range repeats {
		if k, ok := multiple(r); ok && k == 1 && axis < 0 && t.dims[i] == 1 {
			axis, r = i, 1
		}
		if r < 0 || r > maxExtent {
			n.fail(n.inputField(1), "is %v for dimensions %v, want sizes, and the batch where a dimension is 1", given(repeats),
				t.dims)
			return
		}
		dims, by, out[i] = append(dims, int(r), t.dims[i]), append(by, 0, from[i]), int(r)*t.dims[i]
	}
	size, ok := sizeOf(dims)
	if !ok || !n.spend(size) {
		n.failNode("makes a constant of dimensions %v, which is too large", out)
		return
	}
	n.expanded(n.picked(t, dims, by, 0).view(out), axis)
}

// expanded ends an Expand or Tile of a constant, of whose dimensions axis, if it is not -1, stands for the batch.
func (n *node) expanded(t *tensor, axis int) {
	if axis < 0 {
		n.makesConstant(t)
		return
	}
	if t.dims[axis] != 1 || len(t.dims) == 1 {
		n.fail(n.inputField(1), "makes the batch of a constant of dimensions %v, which has no place for it", t.dims)
		return
	}
	v := n.layer(n.title, &nn.Constant{Value: n.constantParam(t, without(t.dims, axis))})
	n.makesPlaced(0, placed{v, axis, 1, 1})
}

// without gives the dimensions without one.
func without(dims []int, axis int) []int {
	return append(append([]int{}, dims[:axis]...), dims[axis+1:]...)
}

// constantParam gives a constant as the parameter of a layer.
func (n *node) constantParam(t *tensor, shape []int) *nn.Param {
	if t.isInt {
		n.failNode("makes a value of integers, want floats")
		return nil
	}
	if err := nn.Shape(shape).Check(); err != nil {
		n.fail("", "%w", err)
		return nil
	}
	return n.param(t, shape, "", nil)
}
