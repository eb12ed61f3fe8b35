package nn

import (
	"errors"
	"fmt"
)

// maxExtent bounds strides, pads, dilations and window sizes, so that their sums fit an int64.
const maxExtent = 1 << 30

// checkParam returns an error unless p, known to messages as role, is there and has exactly the shape want.
func checkParam(role string, p *Param, want ...int) error {
	if p == nil {
		return fmt.Errorf("%s is missing, want shape %v", role, want)
	}
	if err := p.Check(); err != nil {
		return fmt.Errorf("%s: %w", role, err)
	}
	if !Shape(p.Shape).Equal(want) {
		return fmt.Errorf("%s: parameter %q has shape %v, want %v", role, p.Name, p.Shape, want)
	}
	return nil
}

// one returns the only input.
func one(in []Shape) (Shape, error) {
	if len(in) != 1 {
		return nil, fmt.Errorf("has %d inputs, want 1", len(in))
	}
	return in[0], in[0].Check()
}

// imageOf returns the only input, which must be C×H×W.
func imageOf(in []Shape) (Shape, error) {
	s, err := one(in)
	if err == nil && len(s) != 3 {
		err = fmt.Errorf("input has shape %v, want channels × rows × columns", s)
	}
	return s, err
}

// made returns the shape of an output, once it is known to be one that a value can have.
func made(s Shape) (Shape, error) {
	if err := s.Check(); err != nil {
		return nil, fmt.Errorf("output: %w", err)
	}
	return s, nil
}

func (o *Conv) infer(in []Shape) (Shape, error) {
	s, err := imageOf(in)
	if err != nil {
		return nil, err
	}
	if o.Weight == nil || len(o.Weight.Shape) != 4 {
		return nil, errors.New("weight is missing or not of 4 dimensions, want outputs × inputs/groups × rows × columns")
	}
	w := o.Weight.Shape
	if err := checkParam("weight", o.Weight, w...); err != nil {
		return nil, err
	}
	if o.Bias != nil {
		if err := checkParam("bias", o.Bias, w[0]); err != nil {
			return nil, err
		}
	}
	if o.Groups < 1 || s[0]%o.Groups != 0 || w[0]%o.Groups != 0 {
		return nil, fmt.Errorf("groups is %d, want a positive divisor of the %d input and %d output channels",
			o.Groups, s[0], w[0])
	}
	if s[0]/o.Groups != w[1] {
		return nil, fmt.Errorf("weight has shape %v, which wants %d × %d input channels; the input has %d",
			w, w[1], o.Groups, s[0])
	}
	out := Shape{w[0], 0, 0}
	for i := range 2 {
		out[1+i], err = extent(i, s[1+i], w[2+i], o.Stride[i], o.Dilation[i], o.Pads[i], o.Pads[2+i])
		if err != nil {
			return nil, err
		}
	}
	return made(out)
}

// extent is the size of one axis (0 rows, 1 columns) after a sliding window.
func extent(axis, size, kernel, stride, dilation, before, after int) (int, error) {
	name := [2]string{"rows", "columns"}[axis]
	switch {
	case kernel < 1 || kernel > maxExtent:
		return 0, fmt.Errorf("kernel over %s is %d, want 1 to %d", name, kernel, maxExtent)
	case stride < 1 || stride > maxExtent:
		return 0, fmt.Errorf("stride over %s is %d, want 1 to %d", name, stride, maxExtent)
	case dilation < 1 || dilation > maxExtent:
		return 0, fmt.Errorf("dilation over %s is %d, want 1 to %d", name, dilation, maxExtent)
	case before < 0 || before > maxExtent || after < 0 || after > maxExtent:
		return 0, fmt.Errorf("pads over %s are %d and %d, want 0 to %d", name, before, after, maxExtent)
	}
	window := int64(dilation)*int64(kernel-1) + 1
	padded := int64(size) + int64(before) + int64(after)
	if window > padded {
		return 0, fmt.Errorf("window covers %d %s, the padded input has only %d", window, name, padded)
	}
	n := (padded-window)/int64(stride) + 1
	if n > MaxElements {
		return 0, fmt.Errorf("output has %d %s, want at most %d", n, name, MaxElements)
	}
	return int(n), nil
}

func (o *BatchNorm) infer(in []Shape) (Shape, error) {
	s, err := one(in)
	if err != nil {
		return nil, err
	}
	for _, p := range []struct {
		role  string
		param *Param
	}{{"scale", o.Scale}, {"shift", o.Shift}, {"mean", o.Mean}, {"variance", o.Variance}} {
		if err := checkParam(p.role, p.param, s[0]); err != nil {
			return nil, err
		}
	}
	if !(o.Epsilon >= 0) || !finite(o.Epsilon) {
		return nil, fmt.Errorf("epsilon is %v, want a small number that is not negative", o.Epsilon)
	}
	for c, v := range o.Variance.Data {
		if !(v+o.Epsilon > 0) {
			return nil, fmt.Errorf("variance of channel %d is %v, want one that is positive with epsilon (%v) added",
				c, v, o.Epsilon)
		}
	}
	if !(o.Momentum >= 0 && o.Momentum <= 1) {
		return nil, fmt.Errorf("momentum is %v, want 0 to 1", o.Momentum)
	}
	return s, nil
}

func finite(x float32) bool { return x-x == 0 } // what is not finite has no difference from itself

// allFinite is finite of all numbers, several at a time: browsers do not optimize what runs once.
func allFinite(x []float32) bool {
	var sum float32 // of what finite compares with 0
	for ; len(x) >= 8; x = x[8:] {
		y := (*[8]float32)(x)
		sum += (y[0] - y[0]) + (y[1] - y[1]) + (y[2] - y[2]) + (y[3] - y[3]) + (y[4] - y[4]) + (y[5] - y[5]) + (y[6] - y[6]) + (y[7] - y[7])
	}
	for _, y := range x {
		sum += y - y
	}
	return sum == 0
}

func (o *Linear) infer(in []Shape) (Shape, error) {
	s, err := one(in)
	if err != nil {
		return nil, err
	}
	if o.Weight == nil || len(o.Weight.Shape) != 2 {
		return nil, errors.New("weight is missing or not of 2 dimensions, want outputs × inputs")
	}
	outputs := o.Weight.Shape[0]
	if err := checkParam("weight", o.Weight, outputs, s[len(s)-1]); err != nil {
		return nil, err
	}
	if o.Bias != nil {
		if err := checkParam("bias", o.Bias, outputs); err != nil {
			return nil, err
		}
	}
	out := append(Shape(nil), s...)
	out[len(s)-1] = outputs
	return made(out)
}

func (o *Relu) infer(in []Shape) (Shape, error) { return one(in) }

func (o *LeakyRelu) infer(in []Shape) (Shape, error) {
	if !finite(o.Slope) {
		return nil, fmt.Errorf("slope is %v, want a finite number", o.Slope)
	}
	return one(in)
}

func (o *Clip) infer(in []Shape) (Shape, error) {
	if !(o.Min <= o.Max) {
		return nil, fmt.Errorf("limits are %v and %v, want the lower one first", o.Min, o.Max)
	}
	return one(in)
}

// window returns the shape after either pooling layer. Each pad must be smaller than the window, or a window
// could lie wholly in the padding and have neither a largest element nor a mean.
func (o *Pool) window(in []Shape) (Shape, error) {
	s, err := imageOf(in)
	if err != nil {
		return nil, err
	}
	out := Shape{s[0], 0, 0}
	for i := range 2 {
		out[1+i], err = extent(i, s[1+i], o.Kernel[i], o.Stride[i], 1, o.Pads[i], o.Pads[2+i])
		if err != nil {
			return nil, err
		}
		if o.Pads[i] >= o.Kernel[i] || o.Pads[2+i] >= o.Kernel[i] {
			return nil, fmt.Errorf("pads %v reach the kernel %v, want smaller ones", o.Pads, o.Kernel)
		}
	}
	return made(out)
}

func (o *MaxPool) infer(in []Shape) (Shape, error)     { return o.window(in) }
func (o *AveragePool) infer(in []Shape) (Shape, error) { return o.window(in) }

func (o *GlobalAveragePool) infer(in []Shape) (Shape, error) {
	s, err := imageOf(in)
	if err != nil {
		return nil, err
	}
	return Shape{s[0], 1, 1}, nil
}

func (o *Add) infer(in []Shape) (Shape, error) { return broadcast(in, "adds") }

func (o *Concat) infer(in []Shape) (Shape, error) {
	if len(in) == 0 {
		return nil, errors.New("has no inputs, want at least 1")
	}
	if o.Axis < 0 || o.Axis >= len(in[0]) {
		return nil, fmt.Errorf("axis is %d, want 0 to %d", o.Axis, len(in[0])-1)
	}
	out := append(Shape(nil), in[0]...)
	for _, s := range in[1:] {
		if len(s) != len(out) {
			return nil, fmt.Errorf("joins shapes %v and %v, want as many dimensions", in[0], s)
		}
		for i, d := range s {
			switch {
			case i == o.Axis:
				if d > MaxElements-out[i] {
					return nil, fmt.Errorf("output: axis %d has more than %d elements", i, MaxElements)
				}
				out[i] += d
			case d != out[i]:
				return nil, fmt.Errorf("joins shapes %v and %v along axis %d, want the others equal", in[0], s, o.Axis)
			}
		}
	}
	return made(out)
}

func (o *Affine) infer(in []Shape) (Shape, error) {
	s, err := one(in)
	if err != nil {
		return nil, err
	}
	for _, p := range []struct {
		role  string
		param *Param
	}{{"scale", o.Scale}, {"shift", o.Shift}} {
		if p.param == nil {
			continue
		}
		if err := p.param.Check(); err != nil {
			return nil, fmt.Errorf("%s: %w", p.role, err)
		}
		if _, _, ok := p.param.Span(s); !ok {
			return nil, fmt.Errorf("%s: parameter %q of shape %v has %d elements, want 1, %d (one per channel), %d (one per "+
				"element) or as many as neighboring dimensions of %v", p.role, p.param.Name, p.param.Shape,
				len(p.param.Data), s[0], s.Size(), s)
		}
	}
	return s, nil
}

func (o *Reshape) infer(in []Shape) (Shape, error) {
	s, err := one(in)
	if err != nil {
		return nil, err
	}
	if err := o.Shape.Check(); err != nil {
		return nil, err
	}
	if o.Shape.Size() != s.Size() {
		return nil, fmt.Errorf("shape %v has %d elements, the input %v has %d", o.Shape, o.Shape.Size(), s, s.Size())
	}
	return append(Shape(nil), o.Shape...), nil
}

func (o *Softmax) infer(in []Shape) (Shape, error) {
	s, err := one(in)
	if err != nil {
		return nil, err
	}
	if o.Axis < 0 || o.Axis >= len(s) {
		return nil, fmt.Errorf("axis is %d, want 0 to %d", o.Axis, len(s)-1)
	}
	return s, nil
}
