package onnx

import (
	"slices"
	"strings"

	"steady/core/onnx/internal/onnxpb"
)

// maxTerms bounds the inputs of an Einsum.
const maxTerms = 16

// term is a factor of an Einsum: a value or constant, and a letter for each of its dimensions.
type term struct {
	name string
	axes []rune
	dims map[rune]int64
}

// einsum implements Einsum without diagonals, as products of two inputs at a time: a MatMul between transpositions and
// reshapes, or a Mul if nothing is summed over.
func (n *node) einsum() {
	equation := strings.ReplaceAll(n.text("equation", ""), " ", "")
	left, right, explicit := strings.Cut(equation, "->")
	parts := strings.Split(left, ",")
	if n.err == nil && (len(parts) != len(n.Inputs) || len(parts) > maxTerms) {
		n.failField("attribute equation", "%q is for %d inputs, want %d, at most %d", onnxpb.Abbreviate(equation), len(parts),
			len(n.Inputs), maxTerms)
	}
	if n.err != nil {
		return
	}
	terms := make([]term, len(n.Inputs))
	dots := 0 // dimensions that ... stands for
	for i := range n.Inputs {
		dims := n.dims(i)
		if n.err != nil {
			return
		}
		if before, after, ok := strings.Cut(parts[i], "..."); ok {
			dots = max(dots, len(dims)-len(before)-len(after))
		}
	}
	for i := range terms {
		dims := n.dims(i)
		own := dots
		if before, after, ok := strings.Cut(parts[i], "..."); ok {
			own = len(dims) - len(before) - len(after)
		}
		axes, ok := einsumAxes(parts[i], own)
		if !ok || len(axes) != len(dims) {
			n.failField("attribute equation", "%q: %q does not fit an input of shape %v, want a letter for each dimension, each once",
				onnxpb.Abbreviate(equation), onnxpb.Abbreviate(parts[i]), formatDims(dims))
			return
		}
		terms[i] = term{n.Inputs[i], axes, map[rune]int64{}}
		for j, a := range axes {
			terms[i].dims[a] = dims[j]
		}
	}
	output, ok := einsumAxes(right, dots)
	if !explicit {
		output, ok = implicitAxes(terms), true
	}
	if missing := slices.ContainsFunc(output, func(a rune) bool {
		return !slices.ContainsFunc(terms, func(t term) bool { return slices.Contains(t.axes, a) })
	}); !ok || missing {
		n.failField("attribute equation", "%q: the output has a letter that no input has, or one twice", onnxpb.Abbreviate(equation))
		return
	}
	out := terms[0]
	for i := range terms {
		needed := slices.Clone(output)
		for _, t := range terms[min(i+1, len(terms)):] {
			needed = append(needed, t.axes...)
		}
		if i == 0 {
			if len(terms) == 1 {
				out = n.sumAxes(out, needed)
			}
			continue
		}
		out = n.product(out, terms[i], needed)
	}
	n.setMade(n.inOrder(out, output))
}

// einsumAxes returns the letters of a term, with ... as so many dimensions of their own, and whether each occurs once.
func einsumAxes(text string, dots int) ([]rune, bool) {
	var axes []rune
	before, after, hasDots := strings.Cut(text, "...")
	axes = append(axes, []rune(before)...)
	if hasDots {
		for i := range max(dots, 0) {
			axes = append(axes, rune('0'+dots-i)) // aligned from the last
		}
	}
	axes = append(axes, []rune(after)...)
	for i, a := range axes {
		letter := a >= 'a' && a <= 'z' || a >= 'A' && a <= 'Z' || hasDots && i >= len([]rune(before)) && i < len([]rune(before))+dots
		if !letter || slices.Contains(axes[:i], a) {
			return nil, false
		}
	}
	return axes, len(axes) <= onnxpb.MaxDims && dots >= 0
}

// implicitAxes returns the letters of the output where the equation does not: first those of ..., then the letters that occur
// once, in alphabetical order.
func implicitAxes(terms []term) []rune {
	count := map[rune]int{}
	for _, t := range terms {
		for _, a := range t.axes {
			count[a]++
		}
	}
	var dots, letters []rune
	for a, times := range count {
		switch {
		case a < 'A':
			dots = append(dots, a)
		case times == 1:
			letters = append(letters, a)
		}
	}
	slices.Sort(dots)
	slices.Reverse(dots)
	slices.Sort(letters)
	return append(dots, letters...)
}

// sumAxes returns a term without the axes that are not needed, which are summed over.
func (n *node) sumAxes(t term, needed []rune) term {
	var axes []int64
	var left []rune
	for i, a := range t.axes {
		if slices.Contains(needed, a) {
			left = append(left, a)
		} else {
			axes = append(axes, int64(i))
		}
	}
	if len(axes) == 0 {
		return t
	}
	name := n.made("ReduceSum", []string{t.name, n.madeInts(axes...)}, attributeInt("keepdims", 0))
	return term{name, left, t.dims}
}

// product returns the product of two terms, summed over the axes that are not needed.
func (n *node) product(a, b term, needed []rune) term {
	both := func(t, other term) []rune {
		return slices.DeleteFunc(slices.Clone(t.axes), func(x rune) bool { return !slices.Contains(other.axes, x) })
	}
	a = n.sumAxes(a, append(slices.Clone(needed), b.axes...))
	b = n.sumAxes(b, append(slices.Clone(needed), a.axes...))
	out := term{dims: map[rune]int64{}}
	for _, t := range []term{a, b} {
		for x, d := range t.dims {
			if other, ok := out.dims[x]; ok && other != d && other != 1 && d != 1 {
				n.failField("attribute equation", "has inputs of %v and %v elements along %q, want as many",
					formatDims([]int64{other})[0], formatDims([]int64{d})[0], string(x))
			} else if !ok || other == 1 {
				out.dims[x] = d
			}
		}
	}
	if n.err != nil {
		return out
	}
	shared := both(a, b)
	summed := slices.DeleteFunc(slices.Clone(shared), func(x rune) bool { return slices.Contains(needed, x) })
	for _, x := range summed {
		if a.dims[x] != b.dims[x] {
			n.failField("attribute equation", "sums over %q, of which one input has 1 and another %v elements, want as many", string(x),
				formatDims([]int64{out.dims[x]})[0])
			return out
		}
	}
	without := func(list, gone []rune) []rune {
		return slices.DeleteFunc(slices.Clone(list), func(x rune) bool { return slices.Contains(gone, x) })
	}
	if len(summed) == 0 {
		out.axes = append(slices.Clone(a.axes), without(b.axes, a.axes)...)
		out.name = n.made("Mul", []string{n.spread(a, out.axes), n.spread(b, out.axes)})
		return out
	}
	// The batch is in front, also where only one of the two has it.
	front := without(shared, summed)
	rowsAxes, columnAxes := without(a.axes, shared), without(b.axes, shared)
	if n.isMadeConstant(a.name) && !n.isMadeConstant(b.name) && len(front) == 0 {
		a, b, rowsAxes, columnAxes = b, a, columnAxes, rowsAxes
	}
	plain := n.isMadeConstant(b.name) && len(front) == 0 // any dimensions times a matrix
	if !plain {
		for x, d := range out.dims {
			if isBatch(d) && !slices.Contains(front, x) && !slices.Contains(summed, x) {
				front = append([]rune{x}, front...)
				rowsAxes, columnAxes = without(rowsAxes, []rune{x}), without(columnAxes, []rune{x})
			}
		}
	}
	size := func(axes []rune) int64 {
		total := int64(1)
		for _, x := range axes {
			product, ok := mulInts(total, out.dims[x])
			if !ok {
				n.failField("attribute equation", "joins dimensions with the batch, which is not supported")
			}
			total = product
		}
		return total
	}
	dimsOf := func(t term, axes []rune) []int64 {
		list := make([]int64, len(axes))
		for i, x := range axes {
			if list[i] = 1; slices.Contains(t.axes, x) {
				list[i] = t.dims[x]
			}
		}
		return list
	}
	if plain {
		rows := n.madeReshape(n.inOrder(a, append(slices.Clone(rowsAxes), summed...)), append(dimsOf(a, rowsAxes), size(summed)))
		columns := n.madeReshape(n.inOrder(b, append(slices.Clone(summed), columnAxes...)), []int64{size(summed), size(columnAxes)})
		out.name, out.axes = n.made("MatMul", []string{rows, columns}), append(slices.Clone(rowsAxes), columnAxes...)
		out.name = n.madeReshape(out.name, dimsOf(out, out.axes))
		return out
	}
	rows := n.spread(a, slices.Concat(front, rowsAxes, summed))
	columns := n.spread(b, slices.Concat(front, summed, columnAxes))
	rows = n.madeReshape(rows, append(dimsOf(a, front), size(rowsAxes), size(summed)))
	columns = n.madeReshape(columns, append(dimsOf(b, front), size(summed), size(columnAxes)))
	out.axes = slices.Concat(front, rowsAxes, columnAxes)
	out.name = n.madeReshape(n.made("MatMul", []string{rows, columns}), dimsOf(out, out.axes))
	return out
}

// isMadeConstant reports whether a name is that of a constant.
func (n *node) isMadeConstant(name string) bool { return n.r.constants[name] != nil }

// inOrder returns the name of a term with its axes in the given order.
func (n *node) inOrder(t term, axes []rune) string {
	perm := make([]int, len(axes))
	for i, x := range axes {
		perm[i] = slices.Index(t.axes, x)
	}
	if n.err != nil {
		return ""
	}
	return n.madeTranspose(t.name, perm)
}

// spread returns the name of a term with its axes in the given order and dimensions of 1 for those that it has not.
func (n *node) spread(t term, axes []rune) string {
	var own []rune
	var missing []int64
	for i, x := range axes {
		if slices.Contains(t.axes, x) {
			own = append(own, x)
		} else {
			missing = append(missing, int64(i))
		}
	}
	return n.madeUnsqueeze(n.inOrder(t, own), missing)
}
