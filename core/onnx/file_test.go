package onnx

import (
	"encoding/binary"
	"math"

	"steady/core/onnx/internal/onnxpb"
)

// file describes a small ONNX file: a graph from "x" to "y" unless it says otherwise.
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
		f.input = imageInfo(2, 4, 4)
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

// imageInfo describes the input x with a free batch.
func imageInfo(shape ...int) *onnxpb.ValueInfo { return valueInfo("x", shape) }

func list(s ...string) []string { return s }

// op returns a node without a name, which is named by its output.
func op(op string, inputs []string, output string, attributes ...*onnxpb.Attribute) *onnxpb.Node {
	return &onnxpb.Node{Op: op, Inputs: inputs, Outputs: []string{output}, Attributes: attributes}
}

func attributeText(name, s string) *onnxpb.Attribute {
	return &onnxpb.Attribute{Name: name, Type: onnxpb.AttributeString, Bytes: []byte(s)}
}

func attributeTensor(name string, t *onnxpb.Tensor) *onnxpb.Attribute {
	return &onnxpb.Attribute{Name: name, Type: onnxpb.AttributeTensor, Tensor: t}
}

// floats returns an initializer in typed form.
func floats(name string, dims []int64, data ...float32) *onnxpb.Tensor {
	return &onnxpb.Tensor{Name: name, Dims: dims, DataType: onnxpb.Float, Floats: data}
}

// ramp returns an initializer with the elements 0, 1, 2 and so on.
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

// rawFloats returns an initializer in raw form.
func rawFloats(name string, dims []int64, data ...float32) *onnxpb.Tensor {
	var raw []byte
	for _, x := range data {
		raw = binary.LittleEndian.AppendUint32(raw, math.Float32bits(x))
	}
	return &onnxpb.Tensor{Name: name, Dims: dims, DataType: onnxpb.Float, Raw: raw, HasRaw: true}
}
