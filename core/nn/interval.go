package nn

import (
	"math"
	"slices"

	"steady/core/scalar"
)

// interval is where the elements of a value lie, as far as the operations say.
type interval struct{ low, high float64 }

var anywhere = interval{math.Inf(-1), math.Inf(1)}

// isProbability reports whether the elements lie in [0,1], up to rounding.
func (i interval) isProbability() bool { return i.low >= -1e-4 && i.high <= 1+1e-4 }

// ranges returns the interval of each value.
func (n *Network) ranges() []interval {
	all := make([]interval, len(n.Layers)+1)
	all[Input] = anywhere
	for k, l := range n.Layers {
		in := make([]interval, len(l.In))
		for j, v := range l.In {
			in[j] = all[v]
		}
		r := rangeOf(l.Op, in)
		if math.IsNaN(r.low) || math.IsNaN(r.high) {
			r = anywhere
		}
		all[k+1] = r
	}
	return all
}

// rangeOf returns the interval of what an operation makes of values in the intervals in.
func rangeOf(o Op, in []interval) interval {
	switch o := o.(type) {
	case *Softmax:
		return interval{0, 1}
	case *Map:
		return functionRange(o.Kind, in[0])
	case *Clip:
		low, high := float64(o.Min), float64(o.Max)
		return interval{min(max(in[0].low, low), high), min(max(in[0].high, low), high)}
	case *Relu:
		return interval{max(in[0].low, 0), max(in[0].high, 0)}
	case *Reshape, *Transpose, *Slice, *MaxPool, *GlobalAveragePool, *Mean:
		return in[0]
	case *Concat:
		r := in[0]
		for _, i := range in[1:] {
			r = interval{min(r.low, i.low), max(r.high, i.high)}
		}
		return r
	case *Add:
		return interval{in[0].low + in[1].low, in[0].high + in[1].high}
	case *Mul:
		if in[0].low >= 0 && in[1].low >= 0 {
			return interval{in[0].low * in[1].low, in[0].high * in[1].high}
		}
	case *Affine:
		return affineRange(o, in[0])
	case *Constant:
		return interval{float64(slices.Min(o.Value.Data)), float64(slices.Max(o.Value.Data))}
	}
	return anywhere
}

func functionRange(k scalar.Kind, in interval) interval {
	switch k {
	case scalar.Sigmoid:
		return interval{0, 1}
	case scalar.Tanh:
		return interval{-1, 1}
	case scalar.Exp:
		return interval{math.Exp(in.low), math.Exp(in.high)}
	case scalar.Log:
		if in.low >= 0 {
			return interval{math.Log(in.low), math.Log(in.high)}
		}
	case scalar.Softplus:
		return interval{0, math.Inf(1)}
	}
	return anywhere
}

func affineRange(o *Affine, in interval) interval {
	r := in
	if o.Scale != nil {
		least, most := float64(slices.Min(o.Scale.Data)), float64(slices.Max(o.Scale.Data))
		corners := []float64{least * in.low, least * in.high, most * in.low, most * in.high}
		r = interval{slices.Min(corners), slices.Max(corners)} // NaN of 0·Inf stays NaN
	}
	if o.Shift != nil {
		r.low += float64(slices.Min(o.Shift.Data))
		r.high += float64(slices.Max(o.Shift.Data))
	}
	return r
}
