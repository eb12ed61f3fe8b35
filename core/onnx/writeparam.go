package onnx

import (
	"encoding/binary"
	"fmt"
	"math"

	"steady/core/nn"
	"steady/core/onnx/internal/onnxpb"
)

// writtenKey identifies an initializer: a parameter that is read in two layouts is written twice.
type writtenKey struct {
	param  *nn.Param
	layout string
}

// param writes a parameter with the given dimensions, unless it has been written, and returns its name.
func (w *writer) param(l nn.Layer, role string, p *nn.Param, dims []int) string {
	return w.paramAs(l, role, p, fmt.Sprint(dims), p.Data, dims)
}

// paramAs is like param, but writes the given elements. The layout is a name for what distinguishes them from p.Data.
func (w *writer) paramAs(l nn.Layer, role string, p *nn.Param, layout string, data []float32, dims []int) string {
	return w.once(l, role, p, layout, func(name string) string {
		w.initializer(name, data, dims)
		return name
	})
}

// weight is like paramAs for weights, which are stored as float16 if the options say so, the numbers allow it, and they were
// trained: a Cast makes of them what layers read.
func (w *writer) weight(l nn.Layer, p *nn.Param, layout string, data []float32, dims []int) string {
	var raw []byte
	if w.options.Float16 && !p.Frozen {
		raw = narrowed(data)
	}
	if raw == nil {
		return w.paramAs(l, "weight", p, layout, data, dims)
	}
	return w.once(l, "weight", p, "float16 "+layout, func(name string) string {
		w.graph.Initializers = append(w.graph.Initializers,
			&onnxpb.Tensor{Name: name, DataType: onnxpb.Float16, Dims: int64s(dims), Raw: raw, HasRaw: true})
		wide := w.valueNames.unique(name + ".float32")
		w.addNode(w.layerNames.unique(wide), "Cast", []string{name}, wide, attributeInt("to", int(onnxpb.Float)))
		return wide
	})
}

// once returns what write returns for the name of a parameter, which it calls unless the parameter has been written in this layout.
// One without a name is named after its layer and role.
func (w *writer) once(l nn.Layer, role string, p *nn.Param, layout string, write func(name string) string) string {
	key := writtenKey{p, layout}
	if name, ok := w.written[key]; ok {
		return name
	}
	name := p.Name
	switch {
	case name == "":
		name = w.valueNames.unique(l.Name + "." + role)
	case w.reserved[name]:
		delete(w.reserved, name)
	default:
		name = w.valueNames.unique(name)
	}
	w.stored[p] = append(w.stored[p], name)
	w.written[key] = write(name)
	return w.written[key]
}

// frozen returns the names of the initializers of frozen parameters.
func (w *writer) frozen() (list []string) {
	for _, p := range w.net.Params() {
		if p.Frozen {
			list = append(list, w.stored[p]...)
		}
	}
	return list
}

// scalarConstant and intsConstant write a constant that is not a parameter, and return its name.
func (w *writer) scalarConstant(name string, x float32) string {
	name = w.valueNames.unique(name)
	w.initializer(name, []float32{x}, nil)
	return name
}

func (w *writer) intsConstant(name string, list ...int) string {
	name = w.valueNames.unique(name)
	w.graph.Initializers = append(w.graph.Initializers,
		&onnxpb.Tensor{Name: name, DataType: onnxpb.Int64, Dims: []int64{int64(len(list))}, Int64s: int64s(list)})
	return name
}

// initializer writes a constant of floats.
func (w *writer) initializer(name string, data []float32, dims []int) {
	raw := make([]byte, 0, 4*len(data))
	for _, x := range data {
		raw = binary.LittleEndian.AppendUint32(raw, math.Float32bits(x))
	}
	w.graph.Initializers = append(w.graph.Initializers,
		&onnxpb.Tensor{Name: name, DataType: onnxpb.Float, Dims: int64s(dims), Raw: raw, HasRaw: true})
}
