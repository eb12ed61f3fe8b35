package nn

import (
	"errors"
	"fmt"
)

func (o *Map) infer(in []Shape) (Shape, error) {
	if err := o.Check(); err != nil {
		return nil, err
	}
	return one(in)
}

func (o *Mul) infer(in []Shape) (Shape, error) { return broadcast(in, "multiplies") }

// broadcast returns the shape of two values of one rank that are combined element by element, with dimensions of 1
// repeated.
func broadcast(in []Shape, verb string) (Shape, error) {
	if len(in) != 2 {
		return nil, fmt.Errorf("has %d inputs, want 2", len(in))
	}
	a, b := in[0], in[1]
	fits := len(a) == len(b)
	for i := 0; fits && i < len(a); i++ {
		fits = a[i] == b[i] || a[i] == 1 || b[i] == 1
	}
	if !fits {
		return nil, fmt.Errorf("%s shapes %v and %v, want equal ones, or 1 where they differ", verb, a, b)
	}
	out := make(Shape, len(a))
	for i := range out {
		out[i] = max(a[i], b[i])
	}
	return made(out)
}

func (o *MatMul) infer(in []Shape) (Shape, error) {
	if len(in) != 2 {
		return nil, fmt.Errorf("has %d inputs, want 2", len(in))
	}
	a, b, r := in[0], in[1], len(in[0])
	if r < 2 || len(b) != r || !a[:r-2].Equal(b[:r-2]) || a[r-1] != b[r-2] {
		return nil, fmt.Errorf("multiplies matrices of shapes %v and %v, want …×M×K and …×K×N", a, b)
	}
	out := append(Shape(nil), a...)
	out[r-1] = b[r-1]
	return made(out)
}

func (o *LayerNorm) infer(in []Shape) (Shape, error) {
	s, err := one(in)
	if err != nil {
		return nil, err
	}
	if o.Axes < 1 || o.Axes > len(s) {
		return nil, fmt.Errorf("axes is %d, want 1 to %d", o.Axes, len(s))
	}
	if !(o.Epsilon >= 0) || !finite(o.Epsilon) {
		return nil, fmt.Errorf("epsilon is %v, want a small number that is not negative", o.Epsilon)
	}
	for _, p := range []struct {
		role  string
		param *Param
	}{{"scale", o.Scale}, {"shift", o.Shift}} {
		if p.param == nil {
			continue
		}
		if err := checkParam(p.role, p.param, s[len(s)-o.Axes:]...); err != nil {
			return nil, err
		}
	}
	return s, nil
}

func (o *Mean) infer(in []Shape) (Shape, error) {
	s, err := one(in)
	if err != nil {
		return nil, err
	}
	if o.Axis < 0 || o.Axis >= len(s) {
		return nil, fmt.Errorf("axis is %d, want 0 to %d", o.Axis, len(s)-1)
	}
	out := append(Shape(nil), s...)
	out[o.Axis] = 1
	return out, nil
}

func (o *Transpose) infer(in []Shape) (Shape, error) {
	s, err := one(in)
	if err != nil {
		return nil, err
	}
	out, seen := make(Shape, len(s)), make([]bool, len(s))
	for i, from := range o.Perm {
		if len(o.Perm) != len(s) || from < 0 || from >= len(s) || seen[from] {
			return nil, fmt.Errorf("perm is %v, want each of 0 to %d once", o.Perm, len(s)-1)
		}
		out[i], seen[from] = s[from], true
	}
	if len(o.Perm) != len(s) {
		return nil, fmt.Errorf("perm is %v, want each of 0 to %d once", o.Perm, len(s)-1)
	}
	return out, nil
}

func (o *Slice) infer(in []Shape) (Shape, error) {
	s, err := one(in)
	if err != nil {
		return nil, err
	}
	if len(o.Start) != len(s) || len(o.Step) != len(s) || len(o.Shape) != len(s) {
		return nil, fmt.Errorf("takes %v from %v by steps %v of shape %v, want one number for each dimension",
			o.Shape, o.Start, o.Step, s)
	}
	out, err := made(append(Shape(nil), o.Shape...))
	if err != nil {
		return nil, err
	}
	for i, size := range s {
		step := o.Step[i]
		if step < -maxExtent || step > maxExtent {
			return nil, fmt.Errorf("step over axis %d is %d, want %d to %d", i, step, -maxExtent, maxExtent)
		}
		last := int64(o.Start[i]) + int64(out[i]-1)*int64(step)
		if o.Start[i] < 0 || o.Start[i] >= size || last < 0 || last >= int64(size) {
			return nil, fmt.Errorf("takes elements %d to %d of axis %d, which has %d", o.Start[i], last, i, size)
		}
	}
	return out, nil
}

func (o *Pad) infer(in []Shape) (Shape, error) {
	s, err := one(in)
	if err != nil {
		return nil, err
	}
	if len(o.Before) != len(s) || len(o.After) != len(s) {
		return nil, fmt.Errorf("puts %v before and %v after a shape of %v, want one number for each dimension",
			o.Before, o.After, s)
	}
	if !finite(o.Value) {
		return nil, fmt.Errorf("value is %v, want a finite number", o.Value)
	}
	out := make(Shape, len(s))
	for i, size := range s {
		before, after := o.Before[i], o.After[i]
		if before < 0 || after < 0 || before > maxExtent || after > maxExtent {
			return nil, fmt.Errorf("pads over axis %d are %d and %d, want 0 to %d", i, before, after, maxExtent)
		}
		if int64(before)+int64(size)+int64(after) > MaxElements {
			return nil, fmt.Errorf("output: axis %d has more than %d elements", i, MaxElements)
		}
		out[i] = before + size + after
	}
	return made(out)
}

func (o *Constant) infer(in []Shape) (Shape, error) {
	if len(in) != 0 {
		return nil, fmt.Errorf("has %d inputs, want none", len(in))
	}
	if o.Value == nil {
		return nil, errors.New("value is missing")
	}
	if err := o.Value.Check(); err != nil {
		return nil, fmt.Errorf("value: %w", err)
	}
	return append(Shape(nil), o.Value.Shape...), nil
}
