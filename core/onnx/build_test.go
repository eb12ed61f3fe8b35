package onnx

import (
	"encoding/binary"
	"math"

	"steady/core/net"
	"steady/core/scalar"
)

// file is a small ONNX file in the making: a graph from "x" to "y".
type file struct {
	opset  int64
	input  *valueInfoProto
	output string
	nodes  []*nodeProto
	inits  []*tensorProto
	change func(m *modelProto)
}

func (f file) model() *modelProto {
	if f.input == nil {
		f.input = picture(2, 4, 4)
	}
	if f.output == "" {
		f.output = "y"
	}
	m := &modelProto{
		irVersion: 8,
		opsets:    []opsetProto{{"", f.opset}},
		graph: &graphProto{
			name: "test", nodes: f.nodes, initialisers: f.inits,
			inputs:  []*valueInfoProto{f.input},
			outputs: []*valueInfoProto{{name: f.output, tensor: true, elemType: typeFloat}},
		},
	}
	if f.change != nil {
		f.change(m)
	}
	return m
}

func (f file) bytes() []byte { return f.model().encode() }

// picture is the input x with a free batch.
func picture(shape ...int) *valueInfoProto { return value("x", shape) }

func list(s ...string) []string { return s }

// op is a node without a name: its output names it.
func op(op string, inputs []string, output string, attributes ...*attributeProto) *nodeProto {
	return &nodeProto{op: op, inputs: inputs, outputs: []string{output}, attributes: attributes}
}

func attributeText(name, s string) *attributeProto {
	return &attributeProto{name: name, kind: kindString, s: []byte(s)}
}

func attributeTensor(name string, t *tensorProto) *attributeProto {
	return &attributeProto{name: name, kind: kindTensor, t: t}
}

// floats is an initialiser in typed form.
func floats(name string, dims []int64, data ...float32) *tensorProto {
	return &tensorProto{name: name, dims: dims, dataType: typeFloat, floats: data}
}

// ramp is an initialiser with the elements 0, 1, 2 and so on.
func ramp(name string, dims ...int64) *tensorProto {
	n := int64(1)
	for _, d := range dims {
		n *= d
	}
	return floats(name, dims, sequence(int(n))...)
}

func ints(name string, data ...int64) *tensorProto {
	return &tensorProto{name: name, dims: []int64{int64(len(data))}, dataType: typeInt64, int64s: data}
}

func sequence(n int) []float32 {
	s := make([]float32, n)
	for i := range s {
		s[i] = float32(i)
	}
	return s
}

// rawFloats is an initialiser in raw form.
func rawFloats(name string, dims []int64, data ...float32) *tensorProto {
	var raw []byte
	for _, x := range data {
		raw = binary.LittleEndian.AppendUint32(raw, math.Float32bits(x))
	}
	return &tensorProto{name: name, dims: dims, dataType: typeFloat, raw: raw, hasRaw: true}
}

// parameter has elements that vary and a name.
func parameter(name string, shape ...int) *net.Param {
	p := &net.Param{Name: name, Shape: shape, Data: make([]float32, net.Shape(shape).Size())}
	for i := range p.Data {
		p.Data[i] = float32((i*7+len(name)*3)%11)/8 - 0.5
	}
	return p
}

// positive has elements above zero, as a variance has.
func positive(name string, shape ...int) *net.Param {
	p := parameter(name, shape...)
	for i := range p.Data {
		p.Data[i] = float32(i%5)/4 + 0.25
	}
	return p
}

func batchNorm(name string, c int) *net.BatchNorm {
	return &net.BatchNorm{
		Scale: parameter(name+".scale", c), Shift: parameter(name+".shift", c), Mean: parameter(name+".mean", c),
		Variance: positive(name+".variance", c), Epsilon: 1e-3, Momentum: 0.75,
	}
}

// chain is a network in which each layer reads the one before.
func chain(image net.Shape, ops ...net.Op) *net.Network {
	n := &net.Network{Name: "chain", Image: image, Output: net.Value(len(ops))}
	for i, o := range ops {
		n.Layers = append(n.Layers, net.Layer{Name: net.OpName(o) + "_" + number(float32(i)), Op: o,
			In: []net.Value{net.Value(i)}})
	}
	return n
}

// networks has one network, or more, for each operation, by name.
func networks() map[string]*net.Network {
	image := net.Shape{4, 7, 6}
	pool := net.Pool{Kernel: [2]int{3, 2}, Stride: [2]int{2, 1}, Pads: [4]int{1, 0, 2, 1}}
	unit := net.Pool{Kernel: [2]int{2, 2}, Stride: [2]int{2, 2}}
	inf := float32(math.Inf(1))
	shared := parameter("shared", 4)
	all := map[string]*net.Network{
		"nothing": {Name: "nothing", Image: image},
		"conv": chain(image, &net.Conv{Weight: parameter("w", 6, 2, 3, 2), Bias: parameter("b", 6),
			Stride: [2]int{2, 1}, Pads: [4]int{1, 0, 2, 3}, Dilation: [2]int{1, 2}, Groups: 2}),
		"depthwise": chain(image, &net.Conv{Weight: parameter("w", 4, 1, 3, 3), Stride: [2]int{1, 1},
			Dilation: [2]int{1, 1}, Groups: 4}),
		"batch norm": chain(image, batchNorm("n", 4)),
		"linear": chain(net.Shape{5}, &net.Linear{Weight: parameter("w", 3, 5), Bias: parameter("b", 3)},
			&net.Linear{Weight: parameter("v", 2, 3)}),
		"relu": chain(image, &net.Relu{}, &net.LeakyRelu{Slope: 0.125}, &net.LeakyRelu{}),
		"clip": chain(image, &net.Clip{Min: 0, Max: 6}, &net.Clip{Min: -inf, Max: 5},
			&net.Clip{Min: 1, Max: inf}, &net.Clip{Min: -inf, Max: inf}),
		"max pool":    chain(image, &net.MaxPool{Pool: pool}, &net.MaxPool{Pool: unit}),
		"mean pool":   chain(image, &net.AveragePool{Pool: pool}, &net.AveragePool{Pool: unit}),
		"padded pool": chain(image, &net.AveragePool{Pool: pool, CountPadding: true}),
		"global pool": chain(image, &net.GlobalAveragePool{}),
		"reshape": chain(image, &net.Reshape{Shape: net.Shape{8, 21}}, &net.Reshape{Shape: net.Shape{168}},
			&net.Reshape{Shape: net.Shape{168}}),
		"softmax": chain(image, &net.Softmax{Axis: 0}, &net.Softmax{Axis: 2}),
		"affine": chain(image,
			&net.Affine{Scale: parameter("one", 1), Shift: parameter("channel", 4)},
			&net.Affine{Scale: parameter("element", 4, 7, 6), Shift: parameter("one'", 1)},
			&net.Affine{Shift: parameter("shift", 4)}, &net.Affine{Scale: parameter("scale", 4)}),
		"flat affine": chain(net.Shape{5}, &net.Affine{Scale: parameter("scale", 5), Shift: parameter("shift", 5)}),
		"shared":      chain(image, &net.Affine{Shift: shared}, &net.Relu{}, &net.Affine{Shift: shared}),
		"names": chain(image, &net.Affine{Scale: parameter("input", 4), Shift: parameter("output", 4)},
			&net.Clip{Min: 0, Max: 1}, &net.Affine{Shift: parameter("Affine_0.scaled.min", 4)}),
	}
	all["names"].Layers[1].Name = "Affine_0.scaled"
	functions := chain(net.Shape{37})
	for _, k := range scalar.Kinds() {
		if k != scalar.Log && k != scalar.Sqrt { // of numbers below 0
			f := scalar.Function{Kind: k}
			switch k {
			case scalar.Elu:
				f.Alpha = 0.75
			case scalar.Power:
				f.Alpha = 3
			}
			functions.Layers = append(functions.Layers, net.Layer{Name: k.String(), Op: &net.Map{Function: f},
				In: []net.Value{net.Value(len(functions.Layers))}})
		}
	}
	functions.Output = net.Value(len(functions.Layers))
	all["functions"] = functions
	all["roots"] = chain(net.Shape{7}, &net.Map{Function: scalar.Function{Kind: scalar.Exp}},
		&net.Map{Function: scalar.Function{Kind: scalar.Sqrt}}, &net.Map{Function: scalar.Function{Kind: scalar.Log}})
	all["tokens"] = chain(net.Shape{3, 4, 5}, &net.Linear{Weight: parameter("w", 6, 5), Bias: parameter("b", 6)},
		&net.Linear{Weight: parameter("v", 2, 6)},
		&net.Affine{Scale: parameter("columns", 1, 1, 2), Shift: parameter("rows", 1, 4, 1)})
	all["layer norm"] = chain(image, &net.LayerNorm{Scale: parameter("s", 6), Shift: parameter("b", 6), Axes: 1, Epsilon: 0.125},
		&net.LayerNorm{Scale: parameter("t", 7, 6), Axes: 2, Epsilon: 0.25})
	all["mean"] = chain(image, &net.Mean{Axis: 2}, &net.Mean{Axis: 0})
	all["order"] = chain(image, &net.Transpose{Perm: []int{2, 0, 1}},
		&net.Slice{Start: []int{4, 3, 6}, Step: []int{-2, -1, -3}, Shape: net.Shape{2, 4, 3}},
		&net.Slice{Start: []int{0, 1, 0}, Step: []int{1, 2, 1}, Shape: net.Shape{2, 2, 2}},
		&net.Pad{Before: []int{0, 1, 2}, After: []int{3, 0, 1}, Value: 0.5},
		&net.Pad{Before: []int{1, 0, 0}, After: []int{0, 0, 0}})
	all["repetition"] = chain(net.Shape{4, 1, 3}, &net.Slice{Start: []int{0, 0, 0}, Step: []int{1, 0, 1}, Shape: net.Shape{4, 5, 3}})
	values := chain(net.Shape{2, 3, 4}, &net.Transpose{Perm: []int{0, 2, 1}}, &net.MatMul{}, &net.Mean{Axis: 1}, &net.Mul{},
		&net.Constant{Value: parameter("token", 1, 3, 3)}, &net.Concat{}, &net.Add{})
	values.Layers[1].In = []net.Value{0, 1} // 2×3×3
	values.Layers[3].In = []net.Value{3, 2} // 2×1×3 times 2×3×3
	values.Layers[4].In = nil
	values.Layers[5].In = []net.Value{4, 5, 4} // 5×3×3
	values.Layers[6].In = []net.Value{6, 5}    // and 1×3×3
	all["values"] = values
	graph := chain(image, batchNorm("a", 4), &net.Relu{}, &net.Add{}, &net.Concat{}, &net.Concat{Axis: 2},
		&net.GlobalAveragePool{}, &net.Reshape{Shape: net.Shape{8}}, &net.Softmax{})
	graph.Layers[2].In = []net.Value{2, 1}
	graph.Layers[3].In = []net.Value{0, 3}
	graph.Layers[4].In = []net.Value{4, 4}
	graph.Labels = []string{"a", "b", "c", "d", "e", "f", "\"g\"", "ü"}
	all["graph"] = graph
	return all
}
