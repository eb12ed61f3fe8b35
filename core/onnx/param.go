package onnx

import (
	"fmt"

	"steady/core/nn"
)

// paramKey identifies a parameter by its constant, shape and transformation: layers with the same key share it. A name alone is
// no constant, as several nodes may have it.
type paramKey struct {
	name      string
	first     *float32 // element of the constant; nil if there is none
	shape     string
	transform string
}

// param returns a constant as a parameter of the given shape. If transform is not empty, it is a name for what make does
// with the constant's elements.
func (n *node) param(t *tensor, shape []int, transform string, make func() []float32) *nn.Param {
	if n.err != nil || t == nil {
		return nil
	}
	// Counted at each use and not only once: nn.Network.Fold copies it for each layer.
	if !n.spend(nn.Shape(shape).Size()) {
		return nil
	}
	key := paramKey{name: t.name, shape: fmt.Sprint(shape), transform: transform}
	if len(t.floats) > 0 {
		key.first = &t.floats[0]
	}
	if p := n.r.params[key]; p != nil {
		return p
	}
	data := t.floats
	switch {
	case make != nil:
		data = make()
	case n.r.owned[&data[0]]: // by a parameter of another shape; parameters never share memory
		data = append([]float32(nil), data...)
	default:
		n.r.owned[&data[0]] = true
	}
	p := &nn.Param{Name: n.r.paramNames.unique(t.name), Shape: append([]int(nil), shape...), Data: data}
	n.r.params[key] = p
	return p
}

// inputParam returns the constant input i, unchanged, as a parameter.
func (n *node) inputParam(i int) *nn.Param {
	t := n.floats(i)
	if t == nil {
		return nil
	}
	if err := nn.Shape(t.dims).Check(); err != nil {
		n.failField(n.inputField(i), "%w", err)
		return nil
	}
	return n.param(t, t.dims, "", nil)
}

// constantParam returns a transformed constant as the parameter of a Constant layer of the given shape.
func (n *node) constantParam(t *tensor, shape []int, c transform) *nn.Param {
	if t.isInt {
		n.fail("makes a value of integers, want floats")
		return nil
	}
	if err := nn.Shape(shape).Check(); err != nil {
		n.failField("", "%w", err)
		return nil
	}
	return n.param(t, shape, c.key, c.of(t))
}

// scalarParam returns a parameter of one number that is not a constant of the file.
func (n *node) scalarParam(name string, x float32) *nn.Param {
	return n.param(&tensor{name: name}, []int{1}, formatFloat(x), func() []float32 { return []float32{x} })
}

// names holds the names that are taken and, for each, the last number that was appended to make another one unique.
type names map[string]int

// unique returns the name, or one with a number appended if it is taken, and takes it.
func (taken names) unique(name string) string {
	free := name
	for taken[free] != 0 {
		taken[name]++
		free = fmt.Sprintf("%s_%d", name, taken[name])
	}
	taken[free] = 1
	return free
}
