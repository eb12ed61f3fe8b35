package onnx

import (
	"encoding/binary"
	"math"

	"steady/core/nn"
	"steady/core/onnx/internal/onnxpb"
	"steady/core/scalar"
)

// file is a small ONNX file in the making: a graph from "x" to "y".
type file struct {
	opset  int64
	input  *onnxpb.ValueInfo
	output string
	nodes  []*onnxpb.Node
	inits  []*onnxpb.Tensor
	change func(m *onnxpb.Model)
}

func (f file) model() *onnxpb.Model {
	if f.input == nil {
		f.input = picture(2, 4, 4)
	}
	if f.output == "" {
		f.output = "y"
	}
	m := &onnxpb.Model{
		IRVersion: 8,
		Opsets:    []onnxpb.Opset{{Version: f.opset}},
		Graph: &onnxpb.Graph{
			Name: "test", Nodes: f.nodes, Initializers: f.inits,
			Inputs:  []*onnxpb.ValueInfo{f.input},
			Outputs: []*onnxpb.ValueInfo{{Name: f.output, IsTensor: true, ElemType: onnxpb.Float}},
		},
	}
	if f.change != nil {
		f.change(m)
	}
	return m
}

func (f file) bytes() []byte { return f.model().Encode() }

// picture is the input x with a free batch.
func picture(shape ...int) *onnxpb.ValueInfo { return value("x", shape) }

func list(s ...string) []string { return s }

// op is a node without a name: its output names it.
func op(op string, inputs []string, output string, attributes ...*onnxpb.Attribute) *onnxpb.Node {
	return &onnxpb.Node{Op: op, Inputs: inputs, Outputs: []string{output}, Attributes: attributes}
}

func attributeText(name, s string) *onnxpb.Attribute {
	return &onnxpb.Attribute{Name: name, Type: onnxpb.AttributeString, Bytes: []byte(s)}
}

func attributeTensor(name string, t *onnxpb.Tensor) *onnxpb.Attribute {
	return &onnxpb.Attribute{Name: name, Type: onnxpb.AttributeTensor, Tensor: t}
}

// floats is an initialiser in typed form.
func floats(name string, dims []int64, data ...float32) *onnxpb.Tensor {
	return &onnxpb.Tensor{Name: name, Dims: dims, DataType: onnxpb.Float, Floats: data}
}

// ramp is an initialiser with the elements 0, 1, 2 and so on.
func ramp(name string, dims ...int64) *onnxpb.Tensor {
	n := int64(1)
	for _, d := range dims {
		n *= d
	}
	return floats(name, dims, sequence(int(n))...)
}

func ints(name string, data ...int64) *onnxpb.Tensor {
	return &onnxpb.Tensor{Name: name, Dims: []int64{int64(len(data))}, DataType: onnxpb.Int64, Int64s: data}
}

func sequence(n int) []float32 {
	s := make([]float32, n)
	for i := range s {
		s[i] = float32(i)
	}
	return s
}

// rawFloats is an initialiser in raw form.
func rawFloats(name string, dims []int64, data ...float32) *onnxpb.Tensor {
	var raw []byte
	for _, x := range data {
		raw = binary.LittleEndian.AppendUint32(raw, math.Float32bits(x))
	}
	return &onnxpb.Tensor{Name: name, Dims: dims, DataType: onnxpb.Float, Raw: raw, HasRaw: true}
}

// parameter has elements that vary and a name.
func parameter(name string, shape ...int) *nn.Param {
	p := &nn.Param{Name: name, Shape: shape, Data: make([]float32, nn.Shape(shape).Size())}
	for i := range p.Data {
		p.Data[i] = float32((i*7+len(name)*3)%11)/8 - 0.5
	}
	return p
}

// positive has elements above zero, as a variance has.
func positive(name string, shape ...int) *nn.Param {
	p := parameter(name, shape...)
	for i := range p.Data {
		p.Data[i] = float32(i%5)/4 + 0.25
	}
	return p
}

func batchNorm(name string, c int) *nn.BatchNorm {
	return &nn.BatchNorm{
		Scale: parameter(name+".scale", c), Shift: parameter(name+".shift", c), Mean: parameter(name+".mean", c),
		Variance: positive(name+".variance", c), Epsilon: 1e-3, Momentum: 0.75,
	}
}

// chain is a network in which each layer reads the one before.
func chain(image nn.Shape, ops ...nn.Op) *nn.Network {
	n := &nn.Network{Name: "chain", Image: image, Output: nn.Value(len(ops))}
	for i, o := range ops {
		n.Layers = append(n.Layers, nn.Layer{Name: nn.OpName(o) + "_" + number(float32(i)), Op: o,
			In: []nn.Value{nn.Value(i)}})
	}
	return n
}

// networks has one network, or more, for each operation, by name.
func networks() map[string]*nn.Network {
	image := nn.Shape{4, 7, 6}
	pool := nn.Pool{Kernel: [2]int{3, 2}, Stride: [2]int{2, 1}, Pads: [4]int{1, 0, 2, 1}}
	unit := nn.Pool{Kernel: [2]int{2, 2}, Stride: [2]int{2, 2}}
	inf := float32(math.Inf(1))
	shared := parameter("shared", 4)
	all := map[string]*nn.Network{
		"nothing": {Name: "nothing", Image: image},
		"conv": chain(image, &nn.Conv{Weight: parameter("w", 6, 2, 3, 2), Bias: parameter("b", 6),
			Stride: [2]int{2, 1}, Pads: [4]int{1, 0, 2, 3}, Dilation: [2]int{1, 2}, Groups: 2}),
		"depthwise": chain(image, &nn.Conv{Weight: parameter("w", 4, 1, 3, 3), Stride: [2]int{1, 1},
			Dilation: [2]int{1, 1}, Groups: 4}),
		"batch norm": chain(image, batchNorm("n", 4)),
		"linear": chain(nn.Shape{5}, &nn.Linear{Weight: parameter("w", 3, 5), Bias: parameter("b", 3)},
			&nn.Linear{Weight: parameter("v", 2, 3)}),
		"relu": chain(image, &nn.Relu{}, &nn.LeakyRelu{Slope: 0.125}, &nn.LeakyRelu{}),
		"clip": chain(image, &nn.Clip{Min: 0, Max: 6}, &nn.Clip{Min: -inf, Max: 5},
			&nn.Clip{Min: 1, Max: inf}, &nn.Clip{Min: -inf, Max: inf}),
		"max pool":    chain(image, &nn.MaxPool{Pool: pool}, &nn.MaxPool{Pool: unit}),
		"mean pool":   chain(image, &nn.AveragePool{Pool: pool}, &nn.AveragePool{Pool: unit}),
		"padded pool": chain(image, &nn.AveragePool{Pool: pool, CountPadding: true}),
		"global pool": chain(image, &nn.GlobalAveragePool{}),
		"reshape": chain(image, &nn.Reshape{Shape: nn.Shape{8, 21}}, &nn.Reshape{Shape: nn.Shape{168}},
			&nn.Reshape{Shape: nn.Shape{168}}),
		"softmax": chain(image, &nn.Softmax{Axis: 0}, &nn.Softmax{Axis: 2}),
		"affine": chain(image,
			&nn.Affine{Scale: parameter("one", 1), Shift: parameter("channel", 4)},
			&nn.Affine{Scale: parameter("element", 4, 7, 6), Shift: parameter("one'", 1)},
			&nn.Affine{Shift: parameter("shift", 4)}, &nn.Affine{Scale: parameter("scale", 4)}),
		"flat affine": chain(nn.Shape{5}, &nn.Affine{Scale: parameter("scale", 5), Shift: parameter("shift", 5)}),
		"shared":      chain(image, &nn.Affine{Shift: shared}, &nn.Relu{}, &nn.Affine{Shift: shared}),
		"names": chain(image, &nn.Affine{Scale: parameter("input", 4), Shift: parameter("output", 4)},
			&nn.Clip{Min: 0, Max: 1}, &nn.Affine{Shift: parameter("Affine_0.scaled.min", 4)}),
	}
	all["names"].Layers[1].Name = "Affine_0.scaled"
	functions := chain(nn.Shape{37})
	for _, k := range scalar.Kinds() {
		if k != scalar.Log && k != scalar.Sqrt { // of numbers below 0
			f := scalar.Function{Kind: k}
			switch k {
			case scalar.Elu:
				f.Alpha = 0.75
			case scalar.Power:
				f.Alpha = 3
			}
			functions.Layers = append(functions.Layers, nn.Layer{Name: k.String(), Op: &nn.Map{Function: f},
				In: []nn.Value{nn.Value(len(functions.Layers))}})
		}
	}
	functions.Output = nn.Value(len(functions.Layers))
	all["functions"] = functions
	all["roots"] = chain(nn.Shape{7}, &nn.Map{Function: scalar.Function{Kind: scalar.Exp}},
		&nn.Map{Function: scalar.Function{Kind: scalar.Sqrt}}, &nn.Map{Function: scalar.Function{Kind: scalar.Log}})
	all["tokens"] = chain(nn.Shape{3, 4, 5}, &nn.Linear{Weight: parameter("w", 6, 5), Bias: parameter("b", 6)},
		&nn.Linear{Weight: parameter("v", 2, 6)},
		&nn.Affine{Scale: parameter("columns", 1, 1, 2), Shift: parameter("rows", 1, 4, 1)})
	all["layer norm"] = chain(image, &nn.LayerNorm{Scale: parameter("s", 6), Shift: parameter("b", 6), Axes: 1, Epsilon: 0.125},
		&nn.LayerNorm{Scale: parameter("t", 7, 6), Axes: 2, Epsilon: 0.25})
	all["mean"] = chain(image, &nn.Mean{Axis: 2}, &nn.Mean{Axis: 0})
	all["order"] = chain(image, &nn.Transpose{Perm: []int{2, 0, 1}},
		&nn.Slice{Start: []int{4, 3, 6}, Step: []int{-2, -1, -3}, Shape: nn.Shape{2, 4, 3}},
		&nn.Slice{Start: []int{0, 1, 0}, Step: []int{1, 2, 1}, Shape: nn.Shape{2, 2, 2}},
		&nn.Pad{Before: []int{0, 1, 2}, After: []int{3, 0, 1}, Value: 0.5},
		&nn.Pad{Before: []int{1, 0, 0}, After: []int{0, 0, 0}})
	all["repetition"] = chain(nn.Shape{4, 1, 3}, &nn.Slice{Start: []int{0, 0, 0}, Step: []int{1, 0, 1}, Shape: nn.Shape{4, 5, 3}})
	values := chain(nn.Shape{2, 3, 4}, &nn.Transpose{Perm: []int{0, 2, 1}}, &nn.MatMul{}, &nn.Mean{Axis: 1}, &nn.Mul{},
		&nn.Constant{Value: parameter("token", 1, 3, 3)}, &nn.Concat{}, &nn.Add{})
	values.Layers[1].In = []nn.Value{0, 1} // 2×3×3
	values.Layers[3].In = []nn.Value{3, 2} // 2×1×3 times 2×3×3
	values.Layers[4].In = nil
	values.Layers[5].In = []nn.Value{4, 5, 4} // 5×3×3
	values.Layers[6].In = []nn.Value{6, 5}    // and 1×3×3
	all["values"] = values
	graph := chain(image, batchNorm("a", 4), &nn.Relu{}, &nn.Add{}, &nn.Concat{}, &nn.Concat{Axis: 2},
		&nn.GlobalAveragePool{}, &nn.Reshape{Shape: nn.Shape{8}}, &nn.Softmax{})
	graph.Layers[2].In = []nn.Value{2, 1}
	graph.Layers[3].In = []nn.Value{0, 3}
	graph.Layers[4].In = []nn.Value{4, 4}
	graph.Labels = []string{"a", "b", "c", "d", "e", "f", "\"g\"", "ü"}
	all["graph"] = graph
	return all
}
