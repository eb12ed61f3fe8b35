package onnx

import (
	"encoding/binary"
	"encoding/json"
	"fmt"
	"math"
	"unicode/utf8"

	"steady/core/nn"
	"steady/core/onnx/internal/onnxpb"
)

// What is written: the operator set and the IR version that came with it.
const (
	writtenOpset = 17
	writtenIR    = 8
)

// Write gives the bytes of an ONNX file that describes the network, or an *Error. The same network gives the same
// bytes. The network has to pass net's Validate.
func Write(n *nn.Network) ([]byte, error) {
	if err := n.Validate(); err != nil {
		return nil, &Error{Err: err}
	}
	w := &writer{
		net: n, taken: names{}, layers: names{}, reserved: map[string]bool{}, written: map[writtenKey]string{},
		graph: &onnxpb.Graph{Name: n.Name},
	}
	if w.graph.Name == "" {
		w.graph.Name = "network" // the standard wants one
	}
	w.shapes, _ = n.Shapes() // Validate has called it
	if err := w.all(); err != nil {
		return nil, err
	}
	model := &onnxpb.Model{
		IRVersion: writtenIR,
		Producer:  "steady",
		Graph:     w.graph,
		Opsets:    []onnxpb.Opset{{Version: writtenOpset}},
	}
	if len(n.Labels) > 0 {
		labels, err := json.Marshal(n.Labels)
		if err != nil {
			return nil, &Error{Field: "labels", Err: err}
		}
		model.Metadata = []onnxpb.StringEntry{{Key: labelsKey, Value: string(labels)}}
	}
	return model.Encode(), nil
}

// writer makes the graph.
type writer struct {
	net      *nn.Network
	shapes   []nn.Shape
	graph    *onnxpb.Graph
	values   []string        // names of the network's values
	taken    names           // of values and initialisers
	layers   names           // of layers, which nodes are called after
	reserved map[string]bool // names of parameters that are still to be written
	written  map[writtenKey]string
}

// writtenKey tells which parameters are in the file: one that is read in two shapes is there twice.
type writtenKey struct {
	param *nn.Param
	how   string
}

func (w *writer) all() error {
	for _, s := range append([]string{w.net.Name}, w.net.Labels...) {
		if !utf8.ValidString(s) {
			return bad("name", "%q is not UTF-8", s)
		}
	}
	// The parameters' names come first, so that they are read back as they are.
	for _, p := range w.net.Params() {
		if !utf8.ValidString(p.Name) {
			return bad("parameter", "name %q is not UTF-8", p.Name)
		}
		if p.Name != "" {
			w.taken.unique(p.Name)
			w.reserved[p.Name] = true
		}
	}
	for _, l := range w.net.Layers {
		w.layers.unique(l.Name)
	}
	w.values = []string{w.taken.unique("input")}
	output := w.taken.unique("output")
	w.graph.Inputs = []*onnxpb.ValueInfo{value(w.values[0], w.shapes[0])}
	w.graph.Outputs = []*onnxpb.ValueInfo{value(output, w.shapes[w.net.Output])}
	for i, l := range w.net.Layers {
		if !utf8.ValidString(l.Name) {
			return &Error{l.Name, nn.OpName(l.Op), "name", fmt.Errorf("is not UTF-8")}
		}
		name := output
		if nn.Value(i+1) != w.net.Output {
			name = w.taken.unique(l.Name)
		}
		w.values = append(w.values, name)
		if err := w.layer(l, nn.Value(i+1)); err != nil {
			return err
		}
	}
	if w.net.Output == nn.Input {
		w.node("output", "Identity", []string{w.values[0]}, output)
	}
	return nil
}

// value describes the graph's input or output, with a free batch.
func value(name string, shape nn.Shape) *onnxpb.ValueInfo {
	v := &onnxpb.ValueInfo{Name: name, IsTensor: true, ElemType: onnxpb.Float, HasShape: true, Dims: []onnxpb.Dim{{Param: "N"}}}
	for _, d := range shape {
		v.Dims = append(v.Dims, onnxpb.Dim{Value: int64(d)})
	}
	return v
}

func (w *writer) node(name, op string, inputs []string, output string, attributes ...*onnxpb.Attribute) {
	w.graph.Nodes = append(w.graph.Nodes, &onnxpb.Node{
		Name: name, Op: op, Inputs: inputs, Outputs: []string{output}, Attributes: attributes,
	})
}

func attributeInt(name string, i int) *onnxpb.Attribute {
	return &onnxpb.Attribute{Name: name, Type: onnxpb.AttributeInt, Int: int64(i)}
}

func attributeFloat(name string, f float32) *onnxpb.Attribute {
	return &onnxpb.Attribute{Name: name, Type: onnxpb.AttributeFloat, Float: f}
}

func attributeInts(name string, list ...int) *onnxpb.Attribute {
	return &onnxpb.Attribute{Name: name, Type: onnxpb.AttributeInts, Ints: wide(list)}
}

func wide(list []int) []int64 {
	out := make([]int64, len(list))
	for i, x := range list {
		out[i] = int64(x)
	}
	return out
}

// param writes a parameter of the given dimensions, if it is not there yet, and gives its name. One without a name
// gets one from its layer and role.
func (w *writer) param(l nn.Layer, role string, p *nn.Param, dims []int) string {
	return w.paramAs(l, role, p, fmt.Sprint(dims), p.Data, dims)
}

// paramAs is param with the elements as they are to be written; how tells different ways apart.
func (w *writer) paramAs(l nn.Layer, role string, p *nn.Param, how string, data []float32, dims []int) string {
	key := writtenKey{p, how}
	if name, ok := w.written[key]; ok {
		return name
	}
	name := p.Name
	switch {
	case name == "":
		name = w.taken.unique(l.Name + "." + role)
	case w.reserved[name]:
		delete(w.reserved, name)
	default:
		name = w.taken.unique(name)
	}
	w.written[key] = name
	w.initialiser(name, data, dims)
	return name
}

// number and ints write a constant that is no parameter, and give its name.
func (w *writer) number(name string, x float32) string {
	name = w.taken.unique(name)
	w.initialiser(name, []float32{x}, nil)
	return name
}

func (w *writer) ints(name string, list ...int) string {
	name = w.taken.unique(name)
	w.graph.Initializers = append(w.graph.Initializers,
		&onnxpb.Tensor{Name: name, DataType: onnxpb.Int64, Dims: []int64{int64(len(list))}, Int64s: wide(list)})
	return name
}

func (w *writer) initialiser(name string, data []float32, dims []int) {
	raw := make([]byte, 0, 4*len(data))
	for _, x := range data {
		raw = binary.LittleEndian.AppendUint32(raw, math.Float32bits(x))
	}
	w.graph.Initializers = append(w.graph.Initializers,
		&onnxpb.Tensor{Name: name, DataType: onnxpb.Float, Dims: wide(dims), Raw: raw, HasRaw: true})
}

// layer writes the nodes of a layer, which makes value v.
func (w *writer) layer(l nn.Layer, v nn.Value) error {
	in := make([]string, len(l.In), len(l.In)+4)
	for i, x := range l.In {
		in[i] = w.values[x]
	}
	out := w.values[v]
	var input nn.Shape
	if len(l.In) > 0 {
		input = w.shapes[l.In[0]]
	}
	switch o := l.Op.(type) {
	case *nn.Conv:
		in = append(in, w.param(l, "weight", o.Weight, o.Weight.Shape))
		if o.Bias != nil {
			in = append(in, w.param(l, "bias", o.Bias, o.Bias.Shape))
		}
		w.node(l.Name, "Conv", in, out,
			attributeInts("dilations", o.Dilation[:]...),
			attributeInt("group", o.Groups),
			attributeInts("kernel_shape", o.Weight.Shape[2:]...),
			attributeInts("pads", o.Pads[:]...),
			attributeInts("strides", o.Stride[:]...))
	case *nn.BatchNorm:
		in = append(in,
			w.param(l, "scale", o.Scale, o.Scale.Shape), w.param(l, "shift", o.Shift, o.Shift.Shape),
			w.param(l, "mean", o.Mean, o.Mean.Shape), w.param(l, "variance", o.Variance, o.Variance.Shape))
		w.node(l.Name, "BatchNormalization", in, out,
			attributeFloat("epsilon", o.Epsilon), attributeFloat("momentum", o.Momentum))
	case *nn.Linear:
		w.linear(l, o, in, out, input)
	case *nn.Relu:
		w.node(l.Name, "Relu", in, out)
	case *nn.LeakyRelu:
		w.node(l.Name, "LeakyRelu", in, out, attributeFloat("alpha", o.Slope))
	case *nn.Clip:
		w.node(l.Name, "Clip", append(in, w.limits(l, o)...), out)
	case *nn.MaxPool:
		w.node(l.Name, "MaxPool", in, out, window(o.Pool)...)
	case *nn.AveragePool:
		attributes := window(o.Pool)
		if o.CountPadding {
			attributes = append([]*onnxpb.Attribute{attributeInt("count_include_pad", 1)}, attributes...)
		}
		w.node(l.Name, "AveragePool", in, out, attributes...)
	case *nn.GlobalAveragePool:
		w.node(l.Name, "GlobalAveragePool", in, out)
	case *nn.Add:
		w.node(l.Name, "Add", in, out)
	case *nn.Concat:
		w.node(l.Name, "Concat", in, out, attributeInt("axis", o.Axis+1))
	case *nn.Affine:
		w.affine(l, o, in[0], out, input)
	case *nn.Reshape:
		w.reshape(l, o, in, out)
	case *nn.Softmax:
		w.node(l.Name, "Softmax", in, out, attributeInt("axis", o.Axis+1))
	case *nn.Map:
		w.function(l, o.Function, in[0], out)
	case *nn.Mul:
		w.node(l.Name, "Mul", in, out)
	case *nn.MatMul:
		w.node(l.Name, "MatMul", in, out)
	case *nn.LayerNorm:
		w.layerNorm(l, o, in[0], out, input)
	case *nn.Mean:
		w.node(l.Name, "ReduceMean", in, out, attributeInts("axes", o.Axis+1), attributeInt("keepdims", 1))
	case *nn.Transpose:
		perm := make([]int, len(o.Perm)+1)
		for i, p := range o.Perm {
			perm[i+1] = p + 1
		}
		w.node(l.Name, "Transpose", in, out, attributeInts("perm", perm...))
	case *nn.Slice:
		w.slice(l, o, in[0], out, input)
	case *nn.Pad:
		pads := append(append(append([]int{0}, o.Before...), 0), o.After...)
		in = append(in, w.ints(l.Name+".pads", pads...))
		if o.Value != 0 {
			in = append(in, w.number(l.Name+".value", o.Value))
		}
		w.node(l.Name, "Pad", in, out)
	case *nn.Constant:
		w.constant(l, o, out)
	default:
		return &Error{l.Name, nn.OpName(l.Op), "", fmt.Errorf("ONNX has no such operator")}
	}
	return nil
}

func window(p nn.Pool) []*onnxpb.Attribute {
	return []*onnxpb.Attribute{
		attributeInts("kernel_shape", p.Kernel[:]...),
		attributeInts("pads", p.Pads[:]...),
		attributeInts("strides", p.Stride[:]...),
	}
}

// limits writes those limits of a Clip that are not infinite and gives its inputs.
func (w *writer) limits(l nn.Layer, o *nn.Clip) []string {
	var inputs []string
	for _, limit := range []struct {
		role   string
		x      float32
		absent int
	}{{"min", o.Min, -1}, {"max", o.Max, 1}} {
		name := ""
		if !math.IsInf(float64(limit.x), limit.absent) {
			name = w.number(l.Name+"."+limit.role, limit.x)
		}
		inputs = append(inputs, name)
	}
	for len(inputs) > 0 && inputs[len(inputs)-1] == "" {
		inputs = inputs[:len(inputs)-1]
	}
	return inputs
}

// affine writes a Mul, an Add, or one after the other; reading makes one layer of them again.
func (w *writer) affine(l nn.Layer, o *nn.Affine, in, out string, shape nn.Shape) {
	dims := func(p *nn.Param) []int {
		if len(p.Data) == 1 {
			return []int{1}
		}
		d := make([]int, len(shape)) // (C, 1, 1): ONNX broadcasts from the last dimension
		first, last, _ := p.Span(shape)
		for i := range d {
			if d[i] = 1; i >= first && i < last {
				d[i] = shape[i]
			}
		}
		return d
	}
	switch {
	case o.Scale == nil && o.Shift == nil:
		w.node(l.Name, "Identity", []string{in}, out)
	case o.Shift == nil:
		w.node(l.Name, "Mul", []string{in, w.param(l, "scale", o.Scale, dims(o.Scale))}, out)
	case o.Scale == nil:
		w.node(l.Name, "Add", []string{in, w.param(l, "shift", o.Shift, dims(o.Shift))}, out)
	default:
		scaled := w.taken.unique(l.Name + ".scaled")
		w.node(w.layers.unique(scaled), "Mul", []string{in, w.param(l, "scale", o.Scale, dims(o.Scale))}, scaled)
		w.node(l.Name, "Add", []string{scaled, w.param(l, "shift", o.Shift, dims(o.Shift))}, out)
	}
}

// reshape writes a Flatten where the new shape is flat, else a Reshape that copies the batch (0).
func (w *writer) reshape(l nn.Layer, o *nn.Reshape, in []string, out string) {
	if len(o.Shape) == 1 {
		w.node(l.Name, "Flatten", in, out, attributeInt("axis", 1))
		return
	}
	name := w.ints(l.Name+".shape", append([]int{0}, o.Shape...)...)
	w.node(l.Name, "Reshape", append(in, name), out)
}
