package onnx

import (
	"fmt"
	"math"

	"steady/core/nn"
	"steady/core/onnx/internal/onnxpb"
	"steady/core/scalar"
)

// addStep writes a node that computes an intermediate value of a layer, and returns its name.
func (w *writer) addStep(l nn.Layer, role, op string, inputs []string, attributes ...*onnxpb.Attribute) string {
	name := w.valueNames.unique(l.Name + "." + role)
	w.addNode(w.layerNames.unique(name), op, inputs, name, attributes...)
	return name
}

// linear writes a Gemm, which transposes the weight, for values of one dimension, and a MatMul by the transposed weight and
// an Add for others.
func (w *writer) linear(l nn.Layer, o *nn.Linear, in []string, out string, shape nn.Shape) {
	outputs, inputs := o.Weight.Shape[0], o.Weight.Shape[1]
	if len(shape) == 1 {
		in = append(in, w.weight(l, o.Weight, fmt.Sprint(o.Weight.Shape), o.Weight.Data, o.Weight.Shape))
		if o.Bias != nil {
			in = append(in, w.param(l, "bias", o.Bias, o.Bias.Shape))
		}
		w.addNode(l.Name, "Gemm", in, out, attributeInt("transB", 1))
		return
	}
	transposed := w.weight(l, o.Weight, "transposed", transposeMatrix(o.Weight.Data, outputs, inputs), []int{inputs, outputs})
	if o.Bias == nil {
		w.addNode(l.Name, "MatMul", append(in, transposed), out)
		return
	}
	product := w.addStep(l, "product", "MatMul", append(in, transposed))
	w.addNode(l.Name, "Add", []string{product, w.param(l, "bias", o.Bias, o.Bias.Shape)}, out)
}

// function writes a function of each element. If ONNX has no operator for it, Read fuses the nodes to one layer again.
func (w *writer) function(l nn.Layer, f scalar.Function, in, out string) {
	switch f.Kind {
	case scalar.Silu:
		gate := w.addStep(l, "gate", "Sigmoid", []string{in})
		w.addNode(l.Name, "Mul", []string{in, gate}, out)
	case scalar.Gelu:
		v := w.addStep(l, "scaled", "Mul", []string{in, w.scalarConstant(l.Name+".factor", math.Sqrt2/2)})
		v = w.addStep(l, "erf", "Erf", []string{v})
		v = w.addStep(l, "gate", "Add", []string{v, w.scalarConstant(l.Name+".one", 1)})
		v = w.addStep(l, "product", "Mul", []string{in, v})
		w.addNode(l.Name, "Mul", []string{v, w.scalarConstant(l.Name+".half", 0.5)}, out)
	case scalar.Power:
		w.addNode(l.Name, "Pow", []string{in, w.scalarConstant(l.Name+".power", f.Alpha)}, out)
	case scalar.Elu:
		w.addNode(l.Name, "Elu", []string{in}, out, attributeFloat("alpha", f.Alpha))
	default: // the others have ONNX's names
		w.addNode(l.Name, f.Kind.String(), []string{in}, out)
	}
}

// layerNorm writes a scale of ones if there is none, because the operator requires one.
func (w *writer) layerNorm(l nn.Layer, o *nn.LayerNorm, in, out string, shape nn.Shape) {
	last := shape[len(shape)-o.Axes:]
	inputs := []string{in, ""}
	if o.Scale != nil {
		inputs[1] = w.param(l, "scale", o.Scale, last)
	} else {
		inputs[1] = w.valueNames.unique(l.Name + ".scale")
		w.initializer(inputs[1], repeatScalar([]float32{1}, last.Size()), last)
	}
	if o.Shift != nil {
		inputs = append(inputs, w.param(l, "shift", o.Shift, last))
	}
	w.addNode(l.Name, "LayerNormalization", inputs, out, attributeInt("axis", -o.Axes), attributeFloat("epsilon", o.Epsilon))
}

// slice writes a Slice for the axes of which a part is selected, and an Expand for those that are repeated.
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
		return []string{in, w.intsConstant(l.Name+".starts", starts...), w.intsConstant(l.Name+".ends", ends...),
			w.intsConstant(l.Name+".axes", axes...), w.intsConstant(l.Name+".steps", steps...)}
	}
	switch {
	case !repeats && len(axes) == 0:
		w.addNode(l.Name, "Identity", []string{in}, out)
		return
	case !repeats:
		w.addNode(l.Name, "Slice", inputs(), out)
		return
	case len(axes) > 0:
		in = w.addStep(l, "part", "Slice", inputs())
	}
	w.addNode(l.Name, "Expand", []string{in, w.intsConstant(l.Name+".shape", append([]int{1}, o.Shape...)...)}, out)
}

// constant writes a tensor and an Expand that repeats it for the batch, whose size is that of the network's input.
func (w *writer) constant(l nn.Layer, o *nn.Constant, out string) {
	shape := w.addStep(l, "input", "Shape", []string{w.values[nn.Input]}, attributeInt("end", 1))
	shape = w.addStep(l, "shape", "Concat", []string{shape, w.intsConstant(l.Name+".dims", o.Value.Shape...)}, attributeInt("axis", 0))
	value := w.param(l, "value", o.Value, append([]int{1}, o.Value.Shape...))
	w.addNode(l.Name, "Expand", []string{value, shape}, out)
}
