package onnx

import (
	"math"

	"steady/core/nn"
	"steady/core/onnx/internal/onnxpb"
	"steady/core/scalar"
)

// step writes a node on the way to a layer's value and gives the name of what it makes.
func (w *writer) step(l nn.Layer, role, op string, inputs []string, attributes ...*onnxpb.Attribute) string {
	name := w.taken.unique(l.Name + "." + role)
	w.node(w.layers.unique(name), op, inputs, name, attributes...)
	return name
}

// linear writes a Gemm for flat values, which turns the weight, and a MatMul by the turned weight and an Add for others.
func (w *writer) linear(l nn.Layer, o *nn.Linear, in []string, out string, shape nn.Shape) {
	outputs, inputs := o.Weight.Shape[0], o.Weight.Shape[1]
	if len(shape) == 1 {
		in = append(in, w.param(l, "weight", o.Weight, o.Weight.Shape))
		if o.Bias != nil {
			in = append(in, w.param(l, "bias", o.Bias, o.Bias.Shape))
		}
		w.node(l.Name, "Gemm", in, out, attributeInt("transB", 1))
		return
	}
	turned := w.paramAs(l, "weight", o.Weight, "turned", transposed2(o.Weight.Data, outputs, inputs), []int{inputs, outputs})
	if o.Bias == nil {
		w.node(l.Name, "MatMul", append(in, turned), out)
		return
	}
	product := w.step(l, "product", "MatMul", append(in, turned))
	w.node(l.Name, "Add", []string{product, w.param(l, "bias", o.Bias, o.Bias.Shape)}, out)
}

// function writes a function of each element; reading makes one layer again of those that ONNX has no operator for.
func (w *writer) function(l nn.Layer, f scalar.Function, in, out string) {
	switch f.Kind {
	case scalar.Silu:
		gate := w.step(l, "gate", "Sigmoid", []string{in})
		w.node(l.Name, "Mul", []string{in, gate}, out)
	case scalar.Gelu:
		v := w.step(l, "scaled", "Mul", []string{in, w.number(l.Name+".factor", math.Sqrt2/2)})
		v = w.step(l, "erf", "Erf", []string{v})
		v = w.step(l, "gate", "Add", []string{v, w.number(l.Name+".one", 1)})
		v = w.step(l, "product", "Mul", []string{in, v})
		w.node(l.Name, "Mul", []string{v, w.number(l.Name+".half", 0.5)}, out)
	case scalar.Power:
		w.node(l.Name, "Pow", []string{in, w.number(l.Name+".power", f.Alpha)}, out)
	case scalar.Elu:
		w.node(l.Name, "Elu", []string{in}, out, attributeFloat("alpha", f.Alpha))
	default: // the others have ONNX's names
		w.node(l.Name, f.Kind.String(), []string{in}, out)
	}
}

// layerNorm writes a scale of ones where there is none: the operator wants one.
func (w *writer) layerNorm(l nn.Layer, o *nn.LayerNorm, in, out string, shape nn.Shape) {
	last := shape[len(shape)-o.Axes:]
	inputs := []string{in, ""}
	if o.Scale != nil {
		inputs[1] = w.param(l, "scale", o.Scale, last)
	} else {
		inputs[1] = w.taken.unique(l.Name + ".scale")
		w.initialiser(inputs[1], spread([]float32{1}, last.Size()), last)
	}
	if o.Shift != nil {
		inputs = append(inputs, w.param(l, "shift", o.Shift, last))
	}
	w.node(l.Name, "LayerNormalization", inputs, out, attributeInt("axis", -o.Axes), attributeFloat("epsilon", o.Epsilon))
}

// slice writes a Slice for the axes of which a part is taken, and an Expand for those that are repeated.
func (w *writer) slice(l nn.Layer, o *nn.Slice, in, out string, shape nn.Shape) {
	var starts, ends, axes, steps []int
	repeats := false
	for i, size := range shape {
		start, step, count := o.Start[i], o.Step[i], o.Shape[i]
		if step == 0 || count == 1 {
			repeats = repeats || count > 1
			step, count = 1, 1
		}
		if start == 0 && step == 1 && count == size {
			continue
		}
		end := start + (count-1)*step + 1
		if step < 0 {
			if end -= 2; end < 0 {
				end = -size - 1 // before the first: -1 would be the last
			}
		}
		starts, ends, axes, steps = append(starts, start), append(ends, end), append(axes, i+1), append(steps, step)
	}
	inputs := func() []string {
		return []string{in, w.ints(l.Name+".starts", starts...), w.ints(l.Name+".ends", ends...),
			w.ints(l.Name+".axes", axes...), w.ints(l.Name+".steps", steps...)}
	}
	switch {
	case !repeats && len(axes) == 0:
		w.node(l.Name, "Identity", []string{in}, out)
		return
	case !repeats:
		w.node(l.Name, "Slice", inputs(), out)
		return
	case len(axes) > 0:
		in = w.step(l, "part", "Slice", inputs())
	}
	w.node(l.Name, "Expand", []string{in, w.ints(l.Name+".shape", append([]int{1}, o.Shape...)...)}, out)
}

// constant writes a tensor that is repeated for the batch, whose size is that of the network's input.
func (w *writer) constant(l nn.Layer, o *nn.Constant, out string) {
	shape := w.step(l, "input", "Shape", []string{w.values[nn.Input]}, attributeInt("end", 1))
	shape = w.step(l, "shape", "Concat", []string{shape, w.ints(l.Name+".dims", o.Value.Shape...)}, attributeInt("axis", 0))
	value := w.param(l, "value", o.Value, append([]int{1}, o.Value.Shape...))
	w.node(l.Name, "Expand", []string{value, shape}, out)
}
