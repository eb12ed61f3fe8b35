package onnx

import "math"

// broadcastDims returns the dimensions to which constants are broadcast that are combined element by element. It counts
// them in the budget.
func (n *node) broadcastDims(tensors ...*tensor) []int {
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
				n.fail("combines constants of dimensions %v and %v, want equal ones, or 1 where they differ",
					tensors[0].dims, t.dims)
				return nil
			}
		}
	}
	if out == nil {
		out = []int{}
	}
	if size, ok := sizeOf(out); !ok || !n.spend(size) {
		n.fail("makes a constant of dimensions %v, which is too large", out)
		return nil
	}
	return out
}

// sizeOf returns the number of elements, and whether it fits an int32.
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

// strides returns, for each dimension of out, the distance of its elements in a tensor of dims: 0 where they repeat.
func strides(dims, out []int) []int {
	list, step := make([]int, len(out)), 1
	for i := len(dims) - 1; i >= 0; i-- {
		if dims[i] != 1 {
			list[len(out)-len(dims)+i] = step
		}
		step *= dims[i]
	}
	return list
}

// forEachStrided calls f for each element of a block of dims, in order, with its index in a tensor, which begins at at and
// advances by steps.
func forEachStrided(dims, steps []int, at int, f func(at int)) {
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

// stridedCopy returns the elements of a constant that forEachStrided visits, as a constant of dims.
func (n *node) stridedCopy(t *tensor, dims, steps []int, at int) *tensor {
	out := &tensor{name: n.Outputs[0], dims: dims, isInt: t.isInt}
	forEachStrided(dims, steps, at, func(at int) {
		if t.isInt {
			out.ints = append(out.ints, t.ints[at])
		} else {
			out.floats = append(out.floats, t.floats[at])
		}
	})
	return out
}

// removeDim returns a copy of the dimensions without one.
func removeDim(dims []int, axis int) []int {
	return append(append([]int{}, dims[:axis]...), dims[axis+1:]...)
}
