package onnx

import (
	"encoding/json"
	"fmt"
	"math"
	"unicode/utf8"

	"steady/core/nn"
	"steady/core/onnx/internal/onnxpb"
)

// The operator set that is written, and the IR version that it was released with.
const (
	writtenOpset = 17
	writtenIR    = 8
)

// producer is what files that are written here say wrote them.
const producer = "steady"

// WriteOptions say how a network is written. The zero value is for a file without loss.
type WriteOptions struct {
	// Float16 stores the weights of convolutions and linear layers as FLOAT16, rounded to the nearest. The file casts them to
	// FLOAT before it computes with them. Where that would change the weights of a layer by more than a thousandth, those
	// stay FLOAT, as do frozen ones and all biases, statistics and other parameters.
	Float16 bool
}

// Write returns the bytes of an ONNX file that describes the network, or an *Error. The same network gives the same
// bytes. The network has to pass nn.Network.Validate.
func Write(n *nn.Network) ([]byte, error) { return WriteOptions{}.Write(n) }

// Write is the function Write with options.
func (o WriteOptions) Write(n *nn.Network) ([]byte, error) {
	if err := n.Validate(); err != nil {
		return nil, &Error{Err: err}
	}
	w := &writer{
		options: o, net: n, valueNames: names{}, layerNames: names{}, reserved: map[string]bool{}, written: map[writtenKey]string{},
		stored: map[*nn.Param][]string{},
		graph:  &onnxpb.Graph{Name: n.Name},
	}
	if w.graph.Name == "" {
		w.graph.Name = "network" // the standard requires one
	}
	w.shapes, _ = n.Shapes() // no error: Validate has called it
	if err := w.writeGraph(); err != nil {
		return nil, err
	}
	model := &onnxpb.Model{
		IRVersion: writtenIR,
		Producer:  producer,
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
	if frozen := w.frozen(); len(frozen) > 0 {
		names, err := json.Marshal(frozen)
		if err != nil {
			return nil, &Error{Field: "parameter", Err: err}
		}
		model.Metadata = append(model.Metadata, onnxpb.StringEntry{Key: frozenKey, Value: string(names)})
	}
	return model.Encode(), nil
}

// writer builds the graph of a network.
type writer struct {
	options    WriteOptions
	net        *nn.Network
	shapes     []nn.Shape
	graph      *onnxpb.Graph
	values     []string               // names of the network's values
	valueNames names                  // of values and initializers
	layerNames names                  // of layers, which nodes are called after
	reserved   map[string]bool        // names of parameters that are still to be written
	written    map[writtenKey]string  // names of what layers read
	stored     map[*nn.Param][]string // names of the initializers of a parameter
}

// writeGraph writes the initializers and nodes of the network.
func (w *writer) writeGraph() error {
	for _, s := range append([]string{w.net.Name}, w.net.Labels...) {
		if !utf8.ValidString(s) {
			return errorf("name", "%q is not UTF-8", s)
		}
	}
	// The parameters take their names first, so that they are read back unchanged.
	for _, p := range w.net.Params() {
		if !utf8.ValidString(p.Name) {
			return errorf("parameter", "name %q is not UTF-8", p.Name)
		}
		if p.Name != "" {
			w.valueNames.unique(p.Name)
			w.reserved[p.Name] = true
		}
	}
	for _, l := range w.net.Layers {
		w.layerNames.unique(l.Name)
	}
	w.values = []string{w.valueNames.unique("input")}
	output := w.valueNames.unique("output")
	w.graph.Inputs = []*onnxpb.ValueInfo{valueInfo(w.values[0], w.shapes[0])}
	w.graph.Outputs = []*onnxpb.ValueInfo{valueInfo(output, w.shapes[w.net.Output])}
	for i, l := range w.net.Layers {
		if !utf8.ValidString(l.Name) {
			return &Error{l.Name, nn.OpName(l.Op), "name", fmt.Errorf("is not UTF-8")}
		}
		name := output
		if nn.Value(i+1) != w.net.Output {
			name = w.valueNames.unique(l.Name)
		}
		w.values = append(w.values, name)
		if err := w.layer(l, nn.Value(i+1)); err != nil {
			return err
		}
	}
	if w.net.Output == nn.Input {
		w.addNode("output", "Identity", []string{w.values[0]}, output)
	}
	return nil
}

// valueInfo describes the graph's input or output, with a free batch.
func valueInfo(name string, shape nn.Shape) *onnxpb.ValueInfo {
	v := &onnxpb.ValueInfo{Name: name, IsTensor: true, ElemType: onnxpb.Float, HasShape: true, Dims: []onnxpb.Dim{{Param: "N"}}}
	for _, d := range shape {
		v.Dims = append(v.Dims, onnxpb.Dim{Value: int64(d)})
	}
	return v
}

// addNode appends a node with one output.
func (w *writer) addNode(name, op string, inputs []string, output string, attributes ...*onnxpb.Attribute) {
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
	return &onnxpb.Attribute{Name: name, Type: onnxpb.AttributeInts, Ints: int64s(list)}
}

func int64s(list []int) []int64 {
	out := make([]int64, len(list))
	for i, x := range list {
		out[i] = int64(x)
	}
	return out
}

// layer writes the nodes of a layer whose output is v.
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
		in = append(in, w.weight(l, o.Weight, fmt.Sprint(o.Weight.Shape), o.Weight.Data, o.Weight.Shape))
		if o.Bias != nil {
			in = append(in, w.param(l, "bias", o.Bias, o.Bias.Shape))
		}
		w.addNode(l.Name, "Conv", in, out,
			attributeInts("dilations", o.Dilation[:]...),
			attributeInt("group", o.Groups),
			attributeInts("kernel_shape", o.Weight.Shape[2:]...),
			attributeInts("pads", o.Pads[:]...),
			attributeInts("strides", o.Stride[:]...))
	case *nn.BatchNorm:
		in = append(in,
			w.param(l, "scale", o.Scale, o.Scale.Shape), w.param(l, "shift", o.Shift, o.Shift.Shape),
			w.param(l, "mean", o.Mean, o.Mean.Shape), w.param(l, "variance", o.Variance, o.Variance.Shape))
		w.addNode(l.Name, "BatchNormalization", in, out,
			attributeFloat("epsilon", o.Epsilon), attributeFloat("momentum", o.Momentum))
	case *nn.Linear:
		w.linear(l, o, in, out, input)
	case *nn.Relu:
		w.addNode(l.Name, "Relu", in, out)
	case *nn.LeakyRelu:
		w.addNode(l.Name, "LeakyRelu", in, out, attributeFloat("alpha", o.Slope))
	case *nn.Clip:
		w.addNode(l.Name, "Clip", append(in, w.limits(l, o)...), out)
	case *nn.MaxPool:
		w.addNode(l.Name, "MaxPool", in, out, window(o.Pool)...)
	case *nn.AveragePool:
		attributes := window(o.Pool)
		if o.CountPadding {
			attributes = append([]*onnxpb.Attribute{attributeInt("count_include_pad", 1)}, attributes...)
		}
		w.addNode(l.Name, "AveragePool", in, out, attributes...)
	case *nn.GlobalAveragePool:
		w.addNode(l.Name, "GlobalAveragePool", in, out)
	case *nn.Add:
		w.addNode(l.Name, "Add", in, out)
	case *nn.Concat:
		w.addNode(l.Name, "Concat", in, out, attributeInt("axis", o.Axis+1))
	case *nn.Affine:
		w.affine(l, o, in[0], out, input)
	case *nn.Reshape:
		w.reshape(l, o, in, out)
	case *nn.Softmax:
		w.addNode(l.Name, "Softmax", in, out, attributeInt("axis", o.Axis+1))
	case *nn.Map:
		w.function(l, o.Function, in[0], out)
	case *nn.Mul:
		w.addNode(l.Name, "Mul", in, out)
	case *nn.MatMul:
		w.addNode(l.Name, "MatMul", in, out)
	case *nn.LayerNorm:
		w.layerNorm(l, o, in[0], out, input)
	case *nn.Mean:
		w.addNode(l.Name, "ReduceMean", in, out, attributeInts("axes", o.Axis+1), attributeInt("keepdims", 1))
	case *nn.Transpose:
		perm := make([]int, len(o.Perm)+1)
		for i, p := range o.Perm {
			perm[i+1] = p + 1
		}
		w.addNode(l.Name, "Transpose", in, out, attributeInts("perm", perm...))
	case *nn.Slice:
		w.slice(l, o, in[0], out, input)
	case *nn.Pad:
		pads := append(append(append([]int{0}, o.Before...), 0), o.After...)
		in = append(in, w.intsConstant(l.Name+".pads", pads...))
		if o.Value != 0 {
			in = append(in, w.scalarConstant(l.Name+".value", o.Value))
		}
		w.addNode(l.Name, "Pad", in, out)
	case *nn.Constant:
		w.constant(l, o, out)
	default:
		return &Error{l.Name, nn.OpName(l.Op), "", fmt.Errorf("ONNX has no such operator")}
	}
	return nil
}

// window returns the attributes of a pooling.
func window(p nn.Pool) []*onnxpb.Attribute {
	return []*onnxpb.Attribute{
		attributeInts("kernel_shape", p.Kernel[:]...),
		attributeInts("pads", p.Pads[:]...),
		attributeInts("strides", p.Stride[:]...),
	}
}

// limits writes those limits of a Clip that are finite, and returns the names of its inputs after the first.
func (w *writer) limits(l nn.Layer, o *nn.Clip) []string {
	var inputs []string
	for _, limit := range []struct {
		role   string
		x      float32
		absent int
	}{{"min", o.Min, -1}, {"max", o.Max, 1}} {
		name := ""
		if !math.IsInf(float64(limit.x), limit.absent) {
			name = w.scalarConstant(l.Name+"."+limit.role, limit.x)
		}
		inputs = append(inputs, name)
	}
	for len(inputs) > 0 && inputs[len(inputs)-1] == "" {
		inputs = inputs[:len(inputs)-1]
	}
	return inputs
}

// affine writes a Mul, an Add, or one after the other, which Read fuses to one layer again.
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
		w.addNode(l.Name, "Identity", []string{in}, out)
	case o.Shift == nil:
		w.addNode(l.Name, "Mul", []string{in, w.param(l, "scale", o.Scale, dims(o.Scale))}, out)
	case o.Scale == nil:
		w.addNode(l.Name, "Add", []string{in, w.param(l, "shift", o.Shift, dims(o.Shift))}, out)
	default:
		scaled := w.valueNames.unique(l.Name + ".scaled")
		w.addNode(w.layerNames.unique(scaled), "Mul", []string{in, w.param(l, "scale", o.Scale, dims(o.Scale))}, scaled)
		w.addNode(l.Name, "Add", []string{scaled, w.param(l, "shift", o.Shift, dims(o.Shift))}, out)
	}
}

// reshape writes a Flatten if the new shape has one dimension, else a Reshape that copies the batch (0).
func (w *writer) reshape(l nn.Layer, o *nn.Reshape, in []string, out string) {
	if len(o.Shape) == 1 {
		w.addNode(l.Name, "Flatten", in, out, attributeInt("axis", 1))
		return
	}
	name := w.intsConstant(l.Name+".shape", append([]int{0}, o.Shape...)...)
	w.addNode(l.Name, "Reshape", append(in, name), out)
}
