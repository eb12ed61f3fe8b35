package nn

import "fmt"

// MaxElements bounds the elements that one image's share of any value may have, so that sizes
// never overflow an int on a 32-bit machine and a small file cannot ask for a huge activation.
const MaxElements = 1<<31 - 1

// maxRank bounds the dimensions of a shape; images have three.
const maxRank = 8

// Shape is the shape of one image's share of a value, without the batch dimension: {C, H, W}, {features}, or
// {tokens, features}.
type Shape []int

// Size returns the number of elements of the shape.
func (s Shape) Size() int {
	n := 1
	for _, d := range s {
		n *= d
	}
	return n
}

// Equal reports whether two shapes have the same dimensions.
func (s Shape) Equal(t Shape) bool {
	if len(s) != len(t) {
		return false
	}
	for i := range s {
		if s[i] != t[i] {
			return false
		}
	}
	return true
}

// Check returns an error unless the shape is one that a value can have: 1 to 8 positive dimensions whose product
// is at most MaxElements.
func (s Shape) Check() error {
	if len(s) == 0 || len(s) > maxRank {
		return fmt.Errorf("shape %v has %d dimensions, want 1 to %d", s, len(s), maxRank)
	}
	n := int64(1)
	for _, d := range s {
		if d < 1 {
			return fmt.Errorf("shape %v has dimension %d, want positive ones", s, d)
		}
		if n > MaxElements/int64(d) {
			return fmt.Errorf("shape %v has more than %d elements", s, MaxElements)
		}
		n *= int64(d)
	}
	return nil
}

// Param is a tensor that belongs to the network: a weight, a bias or a running statistic.
type Param struct {
	Name   string
	Shape  []int
	Data   []float32 // row-major, len = product of Shape
	Frozen bool      // training leaves it as it is
}

// Check returns an error unless the parameter's data fits its shape.
func (p *Param) Check() error {
	if err := Shape(p.Shape).Check(); err != nil {
		return fmt.Errorf("parameter %q: %w", p.Name, err)
	}
	if n := Shape(p.Shape).Size(); n != len(p.Data) {
		return fmt.Errorf("parameter %q: shape %v wants %d elements, it has %d", p.Name, p.Shape, n, len(p.Data))
	}
	return nil
}

// Span returns the axes, from first up to but not last, along which a parameter of an Affine changes over a value of
// shape s. The parameter has one element; or one for each element of s; or as many dimensions as s, each either 1 or
// that of s, and those of s next to each other; or one element for each channel.
func (p *Param) Span(s Shape) (first, last int, ok bool) {
	n := len(p.Data)
	switch {
	case n == 1:
		return 0, 0, true
	case n == s.Size():
		return 0, len(s), true
	case len(p.Shape) == 1 && n == s[0]:
		return 0, 1, true
	case len(p.Shape) != len(s):
		return 0, 0, false
	}
	first = len(s)
	for i, d := range p.Shape {
		if d != 1 {
			first, last = min(first, i), i+1
		}
	}
	return first, last, Shape(p.Shape[first:last]).Equal(s[first:last])
}
