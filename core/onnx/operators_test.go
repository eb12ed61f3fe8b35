package onnx

import (
	"fmt"
	"go/parser"
	"go/token"
	"math"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"steady/core/nn"
	"steady/core/onnx/internal/onnxpb"
	"steady/core/scalar"
)

// nodeTest has the operations that the nodes of a file become, each of which reads the one before. For nodes that become
// other graphs there is graphTest.
type nodeTest struct {
	name string
	file
	want []nn.Op
}

func nodeTests() []nodeTest {
	inf := float32(math.Inf(1))
	flat := imageInfo(3)
	vector := func(name string, data ...float32) *onnxpb.Tensor {
		return floats(name, []int64{int64(len(data))}, data...)
	}
	norm := []*onnxpb.Tensor{vector("s", 1, 2), vector("b", 3, 4), vector("m", 5, 6), vector("v", 7, 8)}
	normInputs := list("x", "s", "b", "m", "v")
	wantNorm := func(epsilon, momentum float32) nn.Op {
		return &nn.BatchNorm{Scale: param("s", []int{2}, 1, 2), Shift: param("b", []int{2}, 3, 4),
			Mean: param("m", []int{2}, 5, 6), Variance: param("v", []int{2}, 7, 8), Epsilon: epsilon, Momentum: momentum}
	}
	conv := func(pads [4]int, stride int) *nn.Conv {
		return &nn.Conv{Weight: param("w", []int{1, 2, 3, 3}, sequence(18)...), Groups: 1, Stride: ints2(stride, stride),
			Dilation: ints2(1, 1), Pads: pads}
	}
	kernel := attributeInts("kernel_shape", 2, 2)
	window := func(stride int, pads ...int) nn.Pool {
		p := nn.Pool{Kernel: ints2(2, 2), Stride: ints2(stride, stride)}
		copy(p.Pads[:], pads)
		return p
	}
	constant := func(name string, t *onnxpb.Tensor) *onnxpb.Node {
		return op("Constant", nil, name, attributeTensor("value", t))
	}
	matrix := floats("w", []int64{3, 2}, 1, 2, 3, 4, 5, 6)
	wantMatrix := param("w", []int{2, 3}, 1, 3, 5, 2, 4, 6) // transposed
	apply := func(k scalar.Kind, alpha float32) *nn.Map {
		return &nn.Map{Function: scalar.Function{Kind: k, Alpha: alpha}}
	}
	mask := &onnxpb.Node{Op: "Dropout", Inputs: list("x"), Outputs: list("y", "mask")}
	training := &onnxpb.Tensor{Name: "t", DataType: onnxpb.Bool, Raw: []byte{0}, HasRaw: true}

	return []nodeTest{
		{"conv with defaults", file{opset: 7, nodes: []*onnxpb.Node{op("Conv", list("x", "w"), "y")},
			inits: []*onnxpb.Tensor{ramp("w", 1, 2, 3, 3)}}, []nn.Op{conv([4]int{}, 1)}},
		{"conv SAME_UPPER", file{opset: 11, inits: []*onnxpb.Tensor{ramp("w", 1, 2, 3, 3)}, nodes: []*onnxpb.Node{
			op("Conv", list("x", "w"), "y", attributeText("auto_pad", "SAME_UPPER"), attributeInts("strides", 2, 2))}},
			[]nn.Op{conv([4]int{0, 0, 1, 1}, 2)}},
		{"conv SAME_LOWER", file{opset: 11, inits: []*onnxpb.Tensor{ramp("w", 1, 2, 3, 3)}, nodes: []*onnxpb.Node{
			op("Conv", list("x", "w"), "y", attributeText("auto_pad", "SAME_LOWER"), attributeInts("strides", 2, 2))}},
			[]nn.Op{conv([4]int{1, 1, 0, 0}, 2)}},
		{"conv VALID", file{opset: 11, inits: []*onnxpb.Tensor{ramp("w", 1, 2, 3, 3)}, nodes: []*onnxpb.Node{
			op("Conv", list("x", "w", ""), "y", attributeText("auto_pad", "VALID"))}}, []nn.Op{conv([4]int{}, 1)}},

		{"batch norm 7", file{opset: 7, inits: norm, nodes: []*onnxpb.Node{op("BatchNormalization", normInputs, "y",
			attributeInt("spatial", 1), attributeFloat("epsilon", 0.5))}}, []nn.Op{wantNorm(0.5, 0.9)}},
		{"batch norm 9", file{opset: 9, inits: norm, nodes: []*onnxpb.Node{op("BatchNormalization", normInputs, "y",
			attributeFloat("momentum", 0.5))}}, []nn.Op{wantNorm(1e-5, 0.5)}},
		{"batch norm 15", file{opset: 15, inits: norm, nodes: []*onnxpb.Node{op("BatchNormalization", normInputs, "y",
			attributeInt("training_mode", 0))}}, []nn.Op{wantNorm(1e-5, 0.9)}},

		{"clip 7", file{opset: 7, nodes: []*onnxpb.Node{op("Clip", list("x"), "y", attributeFloat("max", 6),
			attributeFloat("min", 0))}}, []nn.Op{&nn.Clip{Max: 6}}},
		{"clip 9 without a bound", file{opset: 9, nodes: []*onnxpb.Node{op("Clip", list("x"), "y",
			attributeFloat("min", 1))}}, []nn.Op{&nn.Clip{Min: 1, Max: inf}}},
		{"clip 11", file{opset: 11, inits: []*onnxpb.Tensor{floats("hi", nil, 6)},
			nodes: []*onnxpb.Node{constant("lo", vector("", 1)), op("Clip", list("x", "lo", "hi"), "y")}},
			[]nn.Op{&nn.Clip{Min: 1, Max: 6}}},
		{"clip 13 without a bound", file{opset: 13, inits: []*onnxpb.Tensor{floats("hi", nil, 6)},
			nodes: []*onnxpb.Node{op("Clip", list("x", "", "hi"), "y")}}, []nn.Op{&nn.Clip{Min: -inf, Max: 6}}},
		{"leaky relu", file{opset: 16, nodes: []*onnxpb.Node{op("LeakyRelu", list("x"), "y")}},
			[]nn.Op{&nn.LeakyRelu{Slope: 0.01}}},

		{"dropout 7", file{opset: 7, nodes: []*onnxpb.Node{mask, op("Relu", list("y"), "z")}, output: "z"},
			[]nn.Op{&nn.Relu{}}},
		{"dropout 13", file{opset: 13, inits: []*onnxpb.Tensor{floats("r", nil, 0.5), training}, output: "z",
			nodes: []*onnxpb.Node{op("Dropout", list("x", "r", "t"), "y"), op("Relu", list("y"), "z")}},
			[]nn.Op{&nn.Relu{}}},
		{"identity and cast", file{opset: 21, nodes: []*onnxpb.Node{op("Identity", list("x"), "a"),
			op("Cast", list("a"), "b", attributeInt("to", int(onnxpb.Float16))),
			op("Cast", list("b"), "c", attributeInt("to", int(onnxpb.Float))), op("Relu", list("c"), "y")}},
			[]nn.Op{&nn.Relu{}}},

		{"softmax 7", file{opset: 7, nodes: []*onnxpb.Node{op("Softmax", list("x"), "y")}}, []nn.Op{
			&nn.Reshape{Shape: nn.Shape{32}}, &nn.Softmax{}, &nn.Reshape{Shape: nn.Shape{2, 4, 4}}}},
		{"softmax 11 over rows", file{opset: 11, nodes: []*onnxpb.Node{op("Softmax", list("x"), "y",
			attributeInt("axis", 2))}}, []nn.Op{&nn.Reshape{Shape: nn.Shape{2, 16}}, &nn.Softmax{Axis: 1},
			&nn.Reshape{Shape: nn.Shape{2, 4, 4}}}},
		{"softmax 9 of one axis", file{opset: 9, input: imageInfo(5, 1, 1), nodes: []*onnxpb.Node{
			op("Softmax", list("x"), "y")}}, []nn.Op{&nn.Softmax{}}},
		{"softmax 13", file{opset: 13, nodes: []*onnxpb.Node{op("Softmax", list("x"), "y")}}, []nn.Op{&nn.Softmax{Axis: 2}}},
		{"softmax 21 of channels", file{opset: 21, nodes: []*onnxpb.Node{op("Softmax", list("x"), "y",
			attributeInt("axis", -3))}}, []nn.Op{&nn.Softmax{}}},
		{"log softmax", file{opset: 13, input: flat, nodes: []*onnxpb.Node{op("Relu", list("x"), "a"),
			op("LogSoftmax", list("a"), "y")}}, []nn.Op{&nn.Relu{}}},
		{"log softmax and nodes without effect", file{opset: 11, input: flat, nodes: []*onnxpb.Node{op("Relu", list("x"), "a"),
			op("LogSoftmax", list("a"), "l"), op("Identity", list("l"), "i"),
			op("Cast", list("i"), "y", attributeInt("to", 1))}}, []nn.Op{&nn.Relu{}}},
		{"log softmax and exp", file{opset: 13, input: flat, nodes: []*onnxpb.Node{op("Relu", list("x"), "a"),
			op("LogSoftmax", list("a"), "l"), op("Cast", list("l"), "c", attributeInt("to", 1)),
			op("Exp", list("c"), "y")}}, []nn.Op{&nn.Relu{}, &nn.Softmax{}}},

		{"max pool", file{opset: 8, nodes: []*onnxpb.Node{op("MaxPool", list("x"), "y", kernel)}},
			[]nn.Op{&nn.MaxPool{Pool: window(1)}}},
		{"max pool, ceil adds a row", file{opset: 10, input: imageInfo(2, 5, 5), nodes: []*onnxpb.Node{op("MaxPool", list("x"),
			"y", kernel, attributeInts("strides", 2, 2), attributeInt("ceil_mode", 1))}},
			[]nn.Op{&nn.MaxPool{Pool: window(2, 0, 0, 1, 1)}}},
		{"max pool, ceil adds none after the image", file{opset: 10, nodes: []*onnxpb.Node{op("MaxPool", list("x"), "y",
			kernel, attributeInts("strides", 3, 3), attributeInts("pads", 1, 1, 1, 1), attributeInt("ceil_mode", 1))}},
			[]nn.Op{&nn.MaxPool{Pool: window(3, 1, 1, 1, 1)}}},
		{"max pool SAME_UPPER", file{opset: 12, nodes: []*onnxpb.Node{op("MaxPool", list("x"), "y", kernel,
			attributeText("auto_pad", "SAME_UPPER"))}}, []nn.Op{&nn.MaxPool{Pool: window(1, 0, 0, 1, 1)}}},
		{"average pool 7", file{opset: 7, nodes: []*onnxpb.Node{op("AveragePool", list("x"), "y", kernel,
			attributeInts("pads", 1, 0, 1, 0), attributeInt("count_include_pad", 1))}},
			[]nn.Op{&nn.AveragePool{Pool: window(1, 1, 0, 1, 0), CountPadding: true}}},
		{"average pool, ceil is never counted", file{opset: 19, input: imageInfo(2, 5, 5), nodes: []*onnxpb.Node{
			op("AveragePool", list("x"), "y", kernel, attributeInts("strides", 2, 2), attributeInt("ceil_mode", 1),
				attributeInt("count_include_pad", 1))}}, []nn.Op{&nn.AveragePool{Pool: window(2, 0, 0, 1, 1)}}},
		{"global max pool", file{opset: 7, nodes: []*onnxpb.Node{op("GlobalMaxPool", list("x"), "y")}},
			[]nn.Op{&nn.MaxPool{Pool: nn.Pool{Kernel: ints2(4, 4), Stride: ints2(1, 1)}}}},
		{"reduce mean 13", file{opset: 13, nodes: []*onnxpb.Node{op("ReduceMean", list("x"), "y",
			attributeInts("axes", -1, -2))}}, []nn.Op{&nn.GlobalAveragePool{}}},
		{"reduce mean 18", file{opset: 18, inits: []*onnxpb.Tensor{ints("a", 2, 3)}, nodes: []*onnxpb.Node{
			op("ReduceMean", list("x", "a"), "y", attributeInt("keepdims", 0))}},
			[]nn.Op{&nn.GlobalAveragePool{}, &nn.Reshape{Shape: nn.Shape{2}}}},

		{"gemm", file{opset: 7, input: flat, inits: []*onnxpb.Tensor{matrix, vector("b", 1, 2)}, nodes: []*onnxpb.Node{
			op("Gemm", list("x", "w", "b"), "y")}},
			[]nn.Op{&nn.Linear{Weight: wantMatrix, Bias: param("b", []int{2}, 1, 2)}}},
		{"gemm with factors", file{opset: 11, input: flat, inits: []*onnxpb.Tensor{floats("w", []int64{1, 3}, 1, 2, 3),
			vector("b", 1)}, nodes: []*onnxpb.Node{op("Gemm", list("x", "w", "b"), "y", attributeInt("transB", 1),
			attributeFloat("alpha", 2), attributeFloat("beta", 3))}},
			[]nn.Op{&nn.Linear{Weight: param("w", []int{1, 3}, 2, 4, 6), Bias: param("b", []int{1}, 3)}}},
		{"gemm with one number as bias", file{opset: 11, input: flat, inits: []*onnxpb.Tensor{matrix, floats("b", nil, 5)},
			nodes: []*onnxpb.Node{op("Gemm", list("x", "w", "b"), "y")}},
			[]nn.Op{&nn.Linear{Weight: wantMatrix, Bias: param("b", []int{2}, 5, 5)}}},
		{"matmul and add", file{opset: 13, input: flat, inits: []*onnxpb.Tensor{matrix, floats("b", []int64{1, 2}, 1, 2)},
			nodes: []*onnxpb.Node{op("MatMul", list("x", "w"), "a"), op("Add", list("b", "a"), "y")}},
			[]nn.Op{&nn.Linear{Weight: wantMatrix, Bias: param("b", []int{2}, 1, 2)}}},
		{"matmul by a constant that is made", file{opset: 7, input: flat, inits: []*onnxpb.Tensor{ramp("w", 2, 1, 3),
			ints("s", 2, -1)}, nodes: []*onnxpb.Node{op("Reshape", list("w", "s"), "m"), op("Transpose", list("m"), "t"),
			op("MatMul", list("x", "t"), "y")}},
			[]nn.Op{&nn.Linear{Weight: param("t", []int{2, 3}, sequence(6)...)}}},

		{"functions", file{opset: 20, nodes: []*onnxpb.Node{op("Sigmoid", list("x"), "a"), op("HardSwish", list("a"), "b"),
			op("Gelu", list("b"), "c"), op("Erf", list("c"), "d"), op("Tanh", list("d"), "e"), op("Softplus", list("e"), "f"),
			op("Elu", list("f"), "g"), op("Exp", list("g"), "h"), op("Log", list("h"), "i"), op("Sqrt", list("i"), "j"),
			op("Abs", list("j"), "k"), op("Reciprocal", list("k"), "y")}},
			[]nn.Op{apply(scalar.Sigmoid, 0), apply(scalar.HardSwish, 0), apply(scalar.Gelu, 0), apply(scalar.Erf, 0),
				apply(scalar.Tanh, 0), apply(scalar.Softplus, 0), apply(scalar.Elu, 1), apply(scalar.Exp, 0), apply(scalar.Log, 0),
				apply(scalar.Sqrt, 0), apply(scalar.Abs, 0), apply(scalar.Power, -1)}},
		{"powers", file{opset: 13, inits: []*onnxpb.Tensor{floats("2", nil, 2), floats("h", nil, .5), ints("3", 3),
			floats("1", []int64{1}, 1)}, nodes: []*onnxpb.Node{op("Pow", list("x", "2"), "a"), op("Pow", list("a", "h"), "b"),
			op("Pow", list("b", "1"), "c"), op("Pow", list("c", "3"), "y")}},
			[]nn.Op{apply(scalar.Power, 2), apply(scalar.Sqrt, 0), apply(scalar.Power, 3)}},
		{"hard sigmoid", file{opset: 13, nodes: []*onnxpb.Node{op("HardSigmoid", list("x"), "y")}},
			[]nn.Op{&nn.Affine{Scale: param("y.alpha", []int{1}, .2), Shift: param("y.beta", []int{1}, .5)}, &nn.Clip{Max: 1}}},
		{"neg, max and min", file{opset: 13, inits: []*onnxpb.Tensor{floats("c", nil, 2)}, nodes: []*onnxpb.Node{
			op("Neg", list("x"), "a"), op("Max", list("c", "a"), "b"), op("Min", list("b", "c"), "y")}},
			[]nn.Op{&nn.Affine{Scale: param("a.times", []int{1}, -1)}, &nn.Clip{Min: 2, Max: inf}, &nn.Clip{Min: -inf, Max: 2}}},
		{"transpose", file{opset: 13, nodes: []*onnxpb.Node{op("Transpose", list("x"), "y", attributeInts("perm", 0, 2, 3, 1))}},
			[]nn.Op{&nn.Transpose{Perm: []int{1, 2, 0}}}},
		{"transpose of the batch and back", file{opset: 13, nodes: []*onnxpb.Node{op("Transpose", list("x"), "t",
			attributeInts("perm", 3, 1, 0, 2)), op("Relu", list("t"), "r"), op("Transpose", list("r"), "y",
			attributeInts("perm", 2, 1, 3, 0))}}, []nn.Op{&nn.Transpose{Perm: []int{2, 0, 1}}, &nn.Relu{},
			&nn.Transpose{Perm: []int{1, 2, 0}}}},
		{"slice 9", file{opset: 9, nodes: []*onnxpb.Node{op("Slice", list("x"), "y", attributeInts("starts", 0, 1, -2),
			attributeInts("ends", math.MaxInt64, 9, math.MaxInt64))}}, []nn.Op{&nn.Slice{Start: []int{1, 2, 0}, Step: []int{1, 1, 1},
			Shape: nn.Shape{1, 2, 4}}}},
		{"slice backwards", file{opset: 13, inits: []*onnxpb.Tensor{ints("s", -1), ints("e", math.MinInt64), ints("a", 3),
			ints("m", -2)}, nodes: []*onnxpb.Node{op("Slice", list("x", "s", "e", "a", "m"), "y")}},
			[]nn.Op{&nn.Slice{Start: []int{0, 0, 3}, Step: []int{1, 1, -2}, Shape: nn.Shape{2, 4, 2}}}},
		{"slice of everything", file{opset: 13, inits: []*onnxpb.Tensor{ints("s", 0), ints("e", 99), ints("a", 2)},
			nodes: []*onnxpb.Node{op("Slice", list("x", "s", "e", "a"), "t"), op("Relu", list("t"), "y")}}, []nn.Op{&nn.Relu{}}},
		{"gather one", file{opset: 13, inits: []*onnxpb.Tensor{{Name: "i", DataType: onnxpb.Int64, Int64s: []int64{-1}}},
			nodes: []*onnxpb.Node{op("Gather", list("x", "i"), "y", attributeInt("axis", 1))}},
			[]nn.Op{&nn.Slice{Start: []int{1, 0, 0}, Step: []int{1, 1, 1}, Shape: nn.Shape{1, 4, 4}},
				&nn.Reshape{Shape: nn.Shape{4, 4}}}},
		{"gather a run", file{opset: 13, inits: []*onnxpb.Tensor{ints("i", 3, 2, 1)},
			nodes: []*onnxpb.Node{op("Gather", list("x", "i"), "y", attributeInt("axis", 2))}},
			[]nn.Op{&nn.Slice{Start: []int{0, 3, 0}, Step: []int{1, -1, 1}, Shape: nn.Shape{2, 3, 4}}}},
		{"expand", file{opset: 13, input: imageInfo(2, 1, 3), inits: []*onnxpb.Tensor{ints("s", 1, 2, 5, 1)},
			nodes: []*onnxpb.Node{op("Expand", list("x", "s"), "y")}},
			[]nn.Op{&nn.Slice{Start: []int{0, 0, 0}, Step: []int{1, 0, 1}, Shape: nn.Shape{2, 5, 3}}}},
		{"pad 10", file{opset: 10, nodes: []*onnxpb.Node{op("Pad", list("x"), "y", attributeInts("pads", 0, 0, 1, 2, 0, 0, 0, 3),
			attributeFloat("value", .5))}}, []nn.Op{&nn.Pad{Before: []int{0, 1, 2}, After: []int{0, 0, 3}, Value: .5}}},
		{"pad 18 by axes, and less", file{opset: 18, inits: []*onnxpb.Tensor{ints("p", 1, -1), ints("a", -1)},
			nodes: []*onnxpb.Node{op("Pad", list("x", "p", "", "a"), "y")}}, []nn.Op{
			&nn.Slice{Start: []int{0, 0, 0}, Step: []int{1, 1, 1}, Shape: nn.Shape{2, 4, 3}},
			&nn.Pad{Before: []int{0, 0, 1}, After: []int{0, 0, 0}}}},
		{"reduce mean of features", file{opset: 13, input: imageInfo(5, 6), nodes: []*onnxpb.Node{op("ReduceMean", list("x"), "y",
			attributeInts("axes", 1), attributeInt("keepdims", 0))}},
			[]nn.Op{&nn.Mean{Axis: 0}, &nn.Reshape{Shape: nn.Shape{6}}}},
		{"reduce sum", file{opset: 13, input: imageInfo(5, 6), inits: []*onnxpb.Tensor{ints("a", -1)}, nodes: []*onnxpb.Node{
			op("ReduceSum", list("x", "a"), "y")}},
			[]nn.Op{&nn.Mean{Axis: 1}, &nn.Affine{Scale: param("y.times", []int{1}, 6)}}},
		{"reduce max", file{opset: 13, nodes: []*onnxpb.Node{op("ReduceMax", list("x"), "y", attributeInts("axes", 3))}},
			[]nn.Op{&nn.MaxPool{Pool: nn.Pool{Kernel: ints2(1, 4), Stride: ints2(1, 1)}}}},
		{"average pool with padding, ceil", file{opset: 19, input: imageInfo(2, 5, 5), nodes: []*onnxpb.Node{op("AveragePool",
			list("x"), "y", attributeInts("kernel_shape", 3, 3), attributeInts("strides", 3, 3), attributeInts("pads", 1, 1, 0, 0),
			attributeInt("ceil_mode", 1), attributeInt("count_include_pad", 1))}}, []nn.Op{&nn.AveragePool{Pool: nn.Pool{
			Kernel: ints2(3, 3), Stride: ints2(3, 3), Pads: [4]int{1, 1, 0, 0}}, CountPadding: true}}},
		{"average pool with padding, ceil adds", file{opset: 19, input: imageInfo(2, 6, 6), nodes: []*onnxpb.Node{op("AveragePool",
			list("x"), "y", attributeInts("kernel_shape", 3, 3), attributeInts("strides", 3, 3), attributeInts("pads", 1, 1, 0, 0),
			attributeInt("ceil_mode", 1), attributeInt("count_include_pad", 1))}}, []nn.Op{
			&nn.Pad{Before: []int{0, 1, 1}, After: []int{0, 0, 0}}, &nn.AveragePool{Pool: nn.Pool{Kernel: ints2(3, 3),
				Stride: ints2(3, 3), Pads: [4]int{0, 0, 2, 2}}}}},
		{"linear of tokens", file{opset: 13, input: imageInfo(5, 3), inits: []*onnxpb.Tensor{matrix, vector("b", 1, 2)},
			nodes: []*onnxpb.Node{op("MatMul", list("x", "w"), "a"), op("Add", list("b", "a"), "y")}},
			[]nn.Op{&nn.Linear{Weight: wantMatrix, Bias: param("b", []int{2}, 1, 2)}}},
		{"layer norm", file{opset: 17, input: imageInfo(5, 3), inits: []*onnxpb.Tensor{vector("s", 1, 2, 3), vector("b", 4, 5, 6)},
			nodes: []*onnxpb.Node{op("LayerNormalization", list("x", "s", "b"), "y", attributeFloat("epsilon", .5))}},
			[]nn.Op{&nn.LayerNorm{Scale: param("s", []int{3}, 1, 2, 3), Shift: param("b", []int{3}, 4, 5, 6), Axes: 1, Epsilon: .5}}},
		{"instance norm", file{opset: 7, inits: norm, nodes: []*onnxpb.Node{op("InstanceNormalization", list("x", "s", "b"), "y",
			attributeFloat("epsilon", .5))}}, []nn.Op{&nn.LayerNorm{Axes: 2, Epsilon: .5},
			&nn.Affine{Scale: param("s", []int{2}, 1, 2), Shift: param("b", []int{2}, 3, 4)}}},
		{"resize", file{opset: 11, input: imageInfo(1, 1, 2), inits: []*onnxpb.Tensor{vector("r"), floats("s", []int64{4}, 1, 1, 1, 2)},
			nodes: []*onnxpb.Node{op("Resize", list("x", "r", "s"), "y", attributeText("mode", "linear"))}},
			[]nn.Op{&nn.Linear{Weight: frozen(param("y.columns", []int{4, 2}, 1, 0, .75, .25, .25, .75, 0, 1))}}},
		{"resize by sizes", file{opset: 13, input: imageInfo(1, 2, 1), inits: []*onnxpb.Tensor{ints("s", 1, 1, 3, 1)},
			nodes: []*onnxpb.Node{op("Resize", list("x", "", "", "s"), "y", attributeText("nearest_mode", "floor"),
				attributeText("coordinate_transformation_mode", "asymmetric"))}},
			[]nn.Op{&nn.Transpose{Perm: []int{0, 2, 1}}, &nn.Linear{Weight: frozen(param("y.rows", []int{3, 2}, 1, 0, 1, 0, 0, 1))},
				&nn.Transpose{Perm: []int{0, 2, 1}}}},
		{"resize without aliasing", file{opset: 18, input: imageInfo(1, 1, 4), inits: []*onnxpb.Tensor{ints("s", 1, 1, 1, 2)},
			nodes: []*onnxpb.Node{op("Resize", list("x", "", "", "s"), "y", attributeText("mode", "linear"),
				attributeInt("antialias", 1))}},
			[]nn.Op{&nn.Linear{Weight: frozen(param("y.columns", []int{2, 4}, .5, .375, .125, 0, 0, .125, .375, .5))}}},
		{"resize without aliasing or edges", file{opset: 18, input: imageInfo(1, 1, 4), inits: []*onnxpb.Tensor{ints("s", 2)},
			nodes: []*onnxpb.Node{op("Resize", list("x", "", "", "s"), "y", attributeText("mode", "linear"),
				attributeInt("antialias", 1), attributeInt("exclude_outside", 1), attributeInts("axes", -1))}},
			[]nn.Op{&nn.Linear{Weight: frozen(param("y.columns", []int{2, 4}, 3./7, 3./7, 1./7, 0, 0, 1./7, 3./7, 3./7))}}},
		{"resize to fit", file{opset: 18, input: imageInfo(1, 1, 4), inits: []*onnxpb.Tensor{ints("s", 9, 2)},
			nodes: []*onnxpb.Node{op("Resize", list("x", "", "", "s"), "y", attributeText("nearest_mode", "floor"),
				attributeInts("axes", 2, 3), attributeText("keep_aspect_ratio_policy", "not_larger"),
				attributeText("coordinate_transformation_mode", "asymmetric"))}},
			[]nn.Op{&nn.Linear{Weight: frozen(param("y.columns", []int{2, 4}, 1, 0, 0, 0, 0, 0, 1, 0))},
				&nn.Transpose{Perm: []int{0, 2, 1}}, &nn.Linear{Weight: frozen(param("y.rows", []int{1, 1}, 1))},
				&nn.Transpose{Perm: []int{0, 2, 1}}}},
		{"resize to cover", file{opset: 18, input: imageInfo(1, 1, 2), inits: []*onnxpb.Tensor{ints("s", 1, 1, 1, 4)},
			nodes: []*onnxpb.Node{op("Resize", list("x", "", "", "s"), "y", attributeText("nearest_mode", "floor"),
				attributeInts("axes", 0, 1, 2, 3), attributeText("keep_aspect_ratio_policy", "not_smaller"),
				attributeText("coordinate_transformation_mode", "asymmetric"))}},
			[]nn.Op{&nn.Linear{Weight: frozen(param("y.columns", []int{4, 2}, 1, 0, 1, 0, 0, 1, 0, 1))},
				&nn.Transpose{Perm: []int{0, 2, 1}}, &nn.Linear{Weight: frozen(param("y.rows", []int{2, 1}, 1, 1))},
				&nn.Transpose{Perm: []int{0, 2, 1}}}},

		{"flatten", file{opset: 9, nodes: []*onnxpb.Node{op("Flatten", list("x"), "y")}},
			[]nn.Op{&nn.Reshape{Shape: nn.Shape{32}}}},
		{"flatten from the end", file{opset: 13, input: imageInfo(1, 4, 4), nodes: []*onnxpb.Node{op("Flatten", list("x"), "y",
			attributeInt("axis", -2))}}, []nn.Op{&nn.Reshape{Shape: nn.Shape{16}}}},
		{"flatten after the end", file{opset: 13, input: imageInfo(1, 1), nodes: []*onnxpb.Node{op("Flatten", list("x"), "y",
			attributeInt("axis", 3))}}, []nn.Op{&nn.Reshape{Shape: nn.Shape{1}}}},
		{"squeeze 11", file{opset: 11, input: imageInfo(2, 1, 1), nodes: []*onnxpb.Node{op("Squeeze", list("x"), "y",
			attributeInts("axes", 2, -1))}}, []nn.Op{&nn.Reshape{Shape: nn.Shape{2}}}},
		{"squeeze and unsqueeze 13", file{opset: 13, input: imageInfo(2, 1, 4), inits: []*onnxpb.Tensor{ints("a", -1, 1)},
			nodes: []*onnxpb.Node{op("Squeeze", list("x"), "s"), op("Unsqueeze", list("s", "a"), "y")}},
			[]nn.Op{&nn.Reshape{Shape: nn.Shape{2, 4}}, &nn.Reshape{Shape: nn.Shape{1, 2, 4, 1}}}},

		{"arithmetic with constants", file{opset: 14, inits: []*onnxpb.Tensor{floats("c", []int64{1, 2, 1, 1}, 2, 4),
			floats("d", []int64{2, 1, 1}, 1, 2)}, nodes: []*onnxpb.Node{op("Sub", list("x", "c"), "a"),
			op("Div", list("a", "c"), "b"), op("Sub", list("d", "b"), "y")}},
			[]nn.Op{&nn.Affine{Shift: param("c", []int{2}, -2, -4)}, &nn.Affine{Scale: param("c_2", []int{2}, 0.5, 0.25)},
				&nn.Affine{Scale: param("y.times", []int{1}, -1), Shift: param("d", []int{2}, 1, 2)}}},
		{"one number", file{opset: 7, inits: []*onnxpb.Tensor{floats("c", nil, 2)}, nodes: []*onnxpb.Node{
			op("Mul", list("c", "x"), "y")}}, []nn.Op{&nn.Affine{Scale: param("c", []int{1}, 2)}}},
		{"a number per column", file{opset: 7, input: imageInfo(2, 1, 2), inits: []*onnxpb.Tensor{vector("c", 5, 6)},
			nodes: []*onnxpb.Node{op("Add", list("x", "c"), "y")}},
			[]nn.Op{&nn.Affine{Shift: param("c", []int{1, 1, 2}, 5, 6)}}},
		{"a number per row", file{opset: 7, input: imageInfo(2, 2, 2), inits: []*onnxpb.Tensor{floats("c", []int64{2, 1}, 5, 6)},
			nodes: []*onnxpb.Node{op("Add", list("x", "c"), "y")}},
			[]nn.Op{&nn.Affine{Shift: param("c", []int{1, 2, 1}, 5, 6)}}},
		{"a number per channel and column", file{opset: 7, input: imageInfo(2, 2, 2), inits: []*onnxpb.Tensor{ramp("c", 2, 1, 2)},
			nodes: []*onnxpb.Node{op("Add", list("x", "c"), "y")}},
			[]nn.Op{&nn.Affine{Shift: param("c", []int{2, 2, 2}, 0, 1, 0, 1, 2, 3, 2, 3)}}},
		{"a number per element", file{opset: 7, input: imageInfo(1, 2, 2), inits: []*onnxpb.Tensor{ramp("c", 2, 2)},
			nodes: []*onnxpb.Node{op("Add", list("x", "c"), "y")}},
			[]nn.Op{&nn.Affine{Shift: param("c", []int{1, 2, 2}, 0, 1, 2, 3)}}},
		{"tile", file{opset: 13, input: imageInfo(1, 2, 4), inits: []*onnxpb.Tensor{ramp("c", 2, 2), ints("r", 1, 2)}, nodes: []*onnxpb.Node{
			op("Tile", list("c", "r"), "t"), op("Add", list("x", "t"), "y")}},
			[]nn.Op{&nn.Affine{Shift: param("t", []int{1, 2, 4}, 0, 1, 0, 1, 2, 3, 2, 3)}}},
		{"mul and add join", file{opset: 7, inits: []*onnxpb.Tensor{floats("c", nil, 2)}, nodes: []*onnxpb.Node{
			op("Mul", list("x", "c"), "a"), op("Identity", list("a"), "b"), op("Add", list("b", "c"), "d"),
			op("Relu", list("d"), "y")}},
			[]nn.Op{&nn.Affine{Scale: param("c", []int{1}, 2), Shift: param("c", []int{1}, 2)}, &nn.Relu{}}},

		{"computed shape", file{opset: 9, inits: []*onnxpb.Tensor{{Name: "0", DataType: onnxpb.Int64, Int64s: []int64{0}},
			ints("-1", -1)}, nodes: []*onnxpb.Node{op("Shape", list("x"), "s"), op("Gather", list("s", "0"), "g"),
			op("Unsqueeze", list("g"), "u", attributeInts("axes", 0)), op("Concat", list("u", "-1"), "c",
				attributeInt("axis", 0)), op("Reshape", list("x", "c"), "y")}},
			[]nn.Op{&nn.Reshape{Shape: nn.Shape{32}}}},
		{"computed shape with arithmetic", file{opset: 13, inits: []*onnxpb.Tensor{ints("0", 0), ints("1", 1), ints("3", 3),
			ints("4", 4)}, nodes: []*onnxpb.Node{op("Shape", list("x"), "s"), op("Slice", list("s", "0", "1"), "n"),
			op("Slice", list("s", "1", "3"), "d"), op("Mul", list("d", "4"), "e"), op("Div", list("e", "4"), "f"),
			op("Gather", list("f", "0"), "c"), op("Cast", list("c"), "i", attributeInt("to", int(onnxpb.Int64))),
			op("Concat", list("n", "i", "-1"), "t", attributeInt("axis", 0)), op("Reshape", list("x", "t"), "y"),
			op("Constant", nil, "-1", &onnxpb.Attribute{Name: "value_ints", Type: onnxpb.AttributeInts, Ints: []int64{-1}})}},
			[]nn.Op{&nn.Reshape{Shape: nn.Shape{2, 16}}}},

		{"quantize and dequantize", file{opset: 13, inits: []*onnxpb.Tensor{floats("s", nil, 0.5)}, nodes: []*onnxpb.Node{
			op("QuantizeLinear", list("x", "s"), "q"), op("DequantizeLinear", list("q", "s"), "y")}},
			[]nn.Op{&nn.Affine{Scale: param("q.inverse", []int{1}, 2)}, apply(scalar.Round, 0), &nn.Clip{Min: 0, Max: 255},
				&nn.Affine{Scale: param("y.scale", []int{1}, 0.5)}}},
		{"global average pool", file{opset: 13, nodes: []*onnxpb.Node{op("GlobalAveragePool", list("x"), "y")}},
			[]nn.Op{&nn.GlobalAveragePool{}}},
		{"rounded constants", file{opset: 13, input: imageInfo(4), inits: []*onnxpb.Tensor{vector("c", -1.5, 0.25, 0.5, 2.5)},
			nodes: []*onnxpb.Node{op("Ceil", list("c"), "up"), op("Floor", list("c"), "down"), op("Round", list("c"), "even"),
				op("Add", list("x", "up"), "a"), op("Mul", list("a", "down"), "b"), op("Add", list("b", "even"), "y")}},
			[]nn.Op{&nn.Affine{Shift: param("up", []int{4}, -1, 1, 1, 3)},
				&nn.Affine{Scale: param("down", []int{4}, -2, 0, 0, 2), Shift: param("even", []int{4}, -2, 0, 0, 2)}}},
		{"range, mod and not", file{opset: 13, input: imageInfo(4), inits: []*onnxpb.Tensor{ints("0", 0), ints("2", 2), ints("8", 8),
			ints("3", 3)}, nodes: []*onnxpb.Node{op("Range", list("0", "8", "2"), "r"), op("Mod", list("r", "3"), "m"), // 0 2 1 0
			op("Equal", list("m", "0"), "e"), op("Not", list("e"), "n"), op("Cast", list("m"), "f", attributeInt("to", 1)),
			op("Cast", list("n"), "g", attributeInt("to", 1)), op("Mul", list("x", "f"), "a"), op("Add", list("a", "g"), "y")}},
			[]nn.Op{&nn.Affine{Scale: param("f", []int{4}, 0, 2, 1, 0), Shift: param("g", []int{4}, 0, 1, 1, 0)}}},
		{"mod with the sign of the dividend", file{opset: 13, input: imageInfo(2), inits: []*onnxpb.Tensor{ints("a", -5, 5),
			ints("3", 3)}, nodes: []*onnxpb.Node{op("Mod", list("a", "3"), "m", attributeInt("fmod", 1)),
			op("Cast", list("m"), "f", attributeInt("to", 1)), op("Add", list("x", "f"), "y")}},
			[]nn.Op{&nn.Affine{Shift: param("f", []int{2}, -2, 2)}}},
		{"mod of floats, since operator set 28 with the sign of the divisor", file{opset: 28, input: imageInfo(3),
			inits: []*onnxpb.Tensor{vector("a", -5, 5, -6), vector("3", 3, -3, 3)}, nodes: []*onnxpb.Node{op("Mod", list("a", "3"), "m"),
				op("Add", list("x", "m"), "y")}}, []nn.Op{&nn.Affine{Shift: param("m", []int{3}, 1, -1, 0)}}},
		{"mod of floats before", file{opset: 27, input: imageInfo(3),
			inits: []*onnxpb.Tensor{vector("a", -5, 5, -6), vector("3", 3, -3, 3)}, nodes: []*onnxpb.Node{op("Mod", list("a", "3"), "m"),
				op("Add", list("x", "m"), "y")}}, []nn.Op{&nn.Affine{Shift: param("m", []int{3}, -2, 2, 0)}}},
		{"range of floats", file{opset: 27, input: imageInfo(2), inits: []*onnxpb.Tensor{vector("0", 0), vector("2", 2), vector("1", 1)},
			nodes: []*onnxpb.Node{op("Range", list("0", "2", "1"), "r", attributeInt("stash_type", 1)), op("Add", list("x", "r"), "y")}},
			[]nn.Op{&nn.Affine{Shift: param("r", []int{2}, 0, 1)}}},
		{"flatten the batch and more", file{opset: 13, input: imageInfo(3, 4), nodes: []*onnxpb.Node{op("Flatten", list("x"), "f", attributeInt("axis", 2)),
			op("Relu", list("f"), "r"), op("Reshape", list("r", "s"), "y")}, inits: []*onnxpb.Tensor{ints("s", -1, 12)}},
			[]nn.Op{&nn.Reshape{Shape: nn.Shape{3, 4}}, &nn.Relu{}, &nn.Reshape{Shape: nn.Shape{12}}}},
		{"space to depth, the channels first", file{opset: 28, input: imageInfo(3, 4, 2), nodes: []*onnxpb.Node{op("SpaceToDepth", list("x"), "y",
			attributeInt("blocksize", 2), attributeText("mode", "CRD"))}}, []nn.Op{&nn.Reshape{Shape: nn.Shape{3, 2, 2, 1, 2}},
			&nn.Transpose{Perm: []int{0, 2, 4, 1, 3}}, &nn.Reshape{Shape: nn.Shape{12, 2, 1}}}},
		{"scatter", file{opset: 13, input: imageInfo(4), inits: []*onnxpb.Tensor{ramp("c", 4), vector("u", 9, 8),
			{Name: "i", Dims: []int64{2, 1}, DataType: onnxpb.Int64, Int64s: []int64{-1, 1}}}, nodes: []*onnxpb.Node{
			op("ScatterND", list("c", "i", "u"), "s"), op("Add", list("x", "s"), "y")}},
			[]nn.Op{&nn.Affine{Shift: param("s", []int{4}, 0, 8, 2, 9)}}},
	}
}

func frozen(p *nn.Param) *nn.Param {
	p.Frozen = true
	return p
}

func TestReadNodes(t *testing.T) {
	for _, test := range nodeTests() {
		t.Run(test.name, func(t *testing.T) {
			n, err := Read(test.bytes())
			if err != nil {
				t.Fatal(err)
			}
			var got []nn.Op
			for _, l := range n.Layers {
				got = append(got, l.Op)
			}
			if !reflect.DeepEqual(got, test.want) {
				t.Errorf("got  %s\nwant %s", describe(got), describe(test.want))
			}
			for i, l := range n.Layers {
				if len(l.In) != 1 || l.In[0] != nn.Value(i) {
					t.Errorf("layer %d reads %v, want %d", i, l.In, i)
				}
			}
			checkRewritten(t, n)
		})
	}
}

// graphTest has the names, operations and inputs of the layers that the nodes of a file become.
type graphTest struct {
	name string
	file
	want string
}

func graphTests() []graphTest {
	return []graphTest{
		{"any order", file{opset: 13, inits: []*onnxpb.Tensor{floats("c", nil, 3)}, nodes: []*onnxpb.Node{
			op("Concat", list("s", "r", "x"), "y", attributeInt("axis", 1)),
			op("Sum", list("r", "x", "r"), "s"),
			op("Sub", list("x", "m"), "r"),
			op("Add", list("m", "c"), "unread"),
			op("NoSuchThing", list("nowhere"), "unread too"),
			op("Mul", list("x", "c"), "m"),
		}}, "m Affine[0] r.negated Affine[1] r Add[0 2] s.1 Add[3 0] s Add[4 3] y Concat[5 3 0] "},
		{"mish", file{opset: 18, nodes: []*onnxpb.Node{op("Mish", list("x"), "y")}},
			"y.softplus Map[0] y.tanh Map[1] y Mul[0 2] "},
		{"split", file{opset: 13, nodes: []*onnxpb.Node{
			{Name: "s", Op: "Split", Inputs: list("x"), Outputs: list("a", "b"), Attributes: []*onnxpb.Attribute{attributeInt("axis", 1)}},
			op("Div", list("b", "a"), "y")}}, "s.0 Slice[0] s.1 Slice[0] y.inverse Map[1] y Mul[2 3] "},
	}
}

func TestReadGraphs(t *testing.T) { checkLayers(t, graphTests()) }

// checkLayers checks which layers files become.
func checkLayers(t *testing.T, tests []graphTest) {
	t.Helper()
	for _, test := range tests {
		n, err := Read(test.bytes())
		if err != nil {
			t.Errorf("%s: %v", test.name, err)
			continue
		}
		got := ""
		for _, l := range n.Layers {
			got += fmt.Sprintf("%s %s%v ", l.Name, nn.OpName(l.Op), l.In)
		}
		if got != test.want {
			t.Errorf("%s: got %s, want %s", test.name, got, test.want)
		}
		checkRewritten(t, n)
	}
}

// The package documentation lists the operators of the table, and says which are for constants only.
func TestDocumentedOperators(t *testing.T) {
	file, err := parser.ParseFile(token.NewFileSet(), "doc.go", nil, parser.ParseComments)
	if err != nil {
		t.Fatal(err)
	}
	_, text, _ := strings.Cut(file.Doc.Text(), "# Files that are read\n")
	text, _, _ = strings.Cut(text, "\n# ")
	documented := map[string]bool{} // whether it is for constants only
	for _, item := range strings.Split(text, "\n  - ")[1:] {
		item, _, _ = strings.Cut(item, "\n\n")
		group, names, _ := strings.Cut(item, ":")
		names = regexp.MustCompile(`\([^)]*\)`).ReplaceAllString(names, "") // remarks
		for _, name := range strings.Split(names, ",") {
			name = strings.TrimSpace(name)
			if _, twice := documented[name]; twice {
				t.Errorf("doc.go lists %s twice", name)
			}
			documented[name] = group == "For constants only"
			if _, ok := operators[name]; !ok {
				t.Errorf("doc.go lists %q under %q, which is not in the table operators", name, group)
			}
		}
	}
	for name, o := range operators {
		constants, ok := documented[name]
		switch {
		case !ok:
			t.Errorf("doc.go does not list %s", name)
		case constants != (o.layers == nil):
			t.Errorf("doc.go lists %s as for constants only: %v, want %v", name, constants, !constants)
		}
	}
}

// Each operator is read by TestReadNodes or TestReadGraphs, or is in a file that other tests compare with PyTorch.
func TestOperatorsAreTested(t *testing.T) {
	read := map[string]bool{}
	for _, test := range nodeTests() {
		for _, n := range test.nodes {
			read[n.Op] = true
		}
	}
	for _, test := range slices.Concat(graphTests(), inlineTests()) {
		for _, n := range test.nodes {
			read[operatorName(n)] = true
		}
	}
	files := exported(t)
	for _, v := range operatorValues(t) {
		files[v.Name] = v.Model
	}
	for name, b := range files {
		m, err := onnxpb.Decode(b)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		for _, n := range m.Graph.Nodes {
			read[n.Op] = true
		}
	}
	for _, name := range supportedOperators() {
		if !read[name] && !strings.HasPrefix(name, mlDomain) { // TestScikitLearn {
			t.Errorf("%s is read by no test, want a case of nodeTests or graphTests", name)
		}
	}
}
