package onnx

import (
	"math"
	"slices"
)

// maxFoldProducts bounds the multiplications of a product of constants.
const maxFoldProducts = 1 << 28

// foldMatMul implements MatMul of constants.
func (n *node) foldMatMul() {
	a, b := n.floats(0), n.floats(1)
	if n.err != nil {
		return
	}
	n.foldProduct(a, b)
}

// foldProduct sets the output to the product of two stacks of matrices.
func (n *node) foldProduct(a, b *tensor) *tensor {
	la, lb := len(a.dims), len(b.dims)
	if la < 2 || lb < 2 || a.dims[la-1] != b.dims[lb-2] {
		n.fail("multiplies constants of dimensions %v and %v, want …×M×K and …×K×N", a.dims, b.dims)
		return nil
	}
	rows, inner, columns := a.dims[la-2], a.dims[la-1], b.dims[lb-1]
	stack := n.broadcastDims(&tensor{dims: a.dims[:la-2]}, &tensor{dims: b.dims[:lb-2]})
	if n.err != nil {
		return nil
	}
	out := &tensor{name: n.Outputs[0], dims: append(slices.Clone(stack), rows, columns)}
	size, ok := sizeOf(out.dims)
	if !ok || int64(size)*int64(inner) > maxFoldProducts {
		n.fail("multiplies constants of dimensions %v and %v, which is too large", a.dims, b.dims)
	}
	if n.err != nil || !n.spend(size) {
		return nil
	}
	out.floats = make([]float32, 0, size)
	var from []int // of the matrices of b
	forEachStrided(stack, strides(b.dims[:lb-2], stack), 0, func(at int) { from = append(from, at*inner*columns) })
	i := 0
	forEachStrided(stack, strides(a.dims[:la-2], stack), 0, func(at int) {
		x, y := a.floats[at*rows*inner:], b.floats[from[i]:]
		for r := range rows {
			for c := range columns {
				sum := 0.0
				for k := range inner {
					sum += float64(x[r*inner+k]) * float64(y[k*columns+c])
				}
				out.floats = append(out.floats, float32(sum))
			}
		}
		i++
	})
	n.setConstant(out)
	return out
}

// foldGemm implements Gemm of constants, as other nodes.
func (n *node) foldGemm() {
	names := slices.Clone(n.Inputs)
	for i, attribute := range []string{"transA", "transB"} {
		if n.flag(attribute, false) && i < len(names) {
			names[i] = n.made("Transpose", []string{names[i]})
		}
	}
	out := n.made("MatMul", names[:min(len(names), 2)])
	if alpha := n.float("alpha", 1); alpha != 1 {
		out = n.made("Mul", []string{out, n.madeFloat(alpha)})
	}
	if n.has(2) {
		shift := names[2]
		if beta := n.float("beta", 1); beta != 1 {
			shift = n.made("Mul", []string{shift, n.madeFloat(beta)})
		}
		out = n.made("Add", []string{out, shift})
	}
	n.setMade(out)
}

// foldClip implements Clip of constants.
func (n *node) foldClip() {
	low, high := n.clipLimits()
	n.foldUnary(func(x float32) float32 { return min(max(x, low), high) }, nil)
}

// foldReduce returns what reduces constants along axes, which are an input from an operator set on, or all axes: start is the
// result for no elements, and each element is added by next.
func foldReduce(since int64, start float64, next func(sum, x float64) float64, end func(sum float64, count int) float64) func(n *node) {
	return func(n *node) {
		t := n.constant(0)
		list, field, present := n.axes(since, 1)
		keep := n.flag("keepdims", true)
		if n.err != nil {
			return
		}
		gone := make([]bool, len(t.dims))
		for i := range gone {
			gone[i] = !present || len(list) == 0
		}
		if len(list) == 0 && n.flag("noop_with_empty_axes", false) {
			n.setConstant(t)
			return
		}
		for _, a := range list {
			i := n.axis(field, a, len(t.dims))
			if n.err != nil {
				return
			}
			gone[i] = true
		}
		kept := slices.Clone(t.dims)
		dims := []int{}
		count := 1
		for i, d := range t.dims {
			if gone[i] {
				kept[i] = 1
				count *= d
			}
			if keep || !gone[i] {
				dims = append(dims, kept[i])
			}
		}
		size, ok := sizeOf(kept)
		if !ok || !n.spend(size) {
			return
		}
		sums := slices.Repeat([]float64{start}, size)
		i := 0
		forEachStrided(t.dims, strides(kept, t.dims), 0, func(at int) {
			x := 0.0
			if t.isInt {
				if x = float64(t.ints[i]); !isPlain(t.ints[i]) {
					n.failField(n.inputField(0), "has %v, want numbers that do not depend on the batch", formatDims(t.ints[i : i+1])[0])
				}
			} else {
				x = float64(t.floats[i])
			}
			sums[at] = next(sums[at], x)
			i++
		})
		out := &tensor{name: n.Outputs[0], dims: dims, isInt: t.isInt}
		for _, sum := range sums {
			if end != nil {
				sum = end(sum, count)
			}
			switch {
			case !t.isInt:
				out.floats = append(out.floats, float32(sum))
			case math.Abs(sum) > maxExtent:
				n.fail("makes %v, which is too large for a number of a shape", sum)
				return
			default:
				out.ints = append(out.ints, int64(sum))
			}
		}
		n.setConstant(out)
	}
}

// foldCompare returns what compares constants.
func foldCompare(of func(a, b float64) bool) func(n *node) {
	return func(n *node) {
		a, b := n.constantOfBatch(0), n.constantOfBatch(1)
		dims := n.broadcastDims(a, b)
		if n.err != nil {
			return
		}
		batch := n.batchOf(dims, a, b)
		if a.step != 0 || b.step != 0 {
			n.fail("compares numbers of images, which is not supported")
			return
		}
		x, y := n.stridedCopy(a, dims, strides(a.dims, dims), 0), n.stridedCopy(b, dims, strides(b.dims, dims), 0)
		number := func(t *tensor, i int) float64 {
			if !t.isInt {
				return float64(t.floats[i])
			}
			if !isPlain(t.ints[i]) && t.ints[i] != math.MaxInt64 && t.ints[i] != math.MinInt64 {
				n.fail("compares %v, want numbers that do not depend on the batch", formatDims(t.ints[i : i+1])[0])
			}
			return float64(t.ints[i])
		}
		out := &tensor{name: n.Outputs[0], dims: dims, isInt: true, ints: make([]int64, x.size())}
		for i := range out.ints {
			if of(number(x, i), number(y, i)) {
				out.ints[i] = 1
			}
		}
		out.ofBatch, out.batch = batch >= 0, max(batch, 0)
		n.setConstant(out)
	}
}

// foldTrilu implements Trilu for constants: 0 below or above a diagonal.
func (n *node) foldTrilu() {
	t, diagonal := n.constant(0), int64(0)
	if n.has(1) {
		list := n.constant(1)
		if n.err == nil && (!list.isInt || len(list.ints) != 1 || !isPlain(list.ints[0])) {
			n.failField(n.inputField(1), "is not one integer")
		}
		if n.err == nil {
			diagonal = list.ints[0]
		}
	}
	upper := n.flag("upper", true)
	if n.err != nil {
		return
	}
	last := len(t.dims) - 1
	if last < 1 || !n.spend(t.size()) {
		n.failField(n.inputField(0), "has dimensions %v, want a matrix", t.dims)
		return
	}
	out := t.view(t.dims)
	out.name, out.floats, out.ints = n.Outputs[0], slices.Clone(t.floats), slices.Clone(t.ints)
	for i := range t.size() {
		row, column := int64(i/t.dims[last]%t.dims[last-1]), int64(i%t.dims[last])
		if kept := column-row >= diagonal && upper || column-row <= diagonal && !upper; kept {
			continue
		}
		if t.isInt {
			out.ints[i] = 0
		} else {
			out.floats[i] = 0
		}
	}
	n.setConstant(out)
}
