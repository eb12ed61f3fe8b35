package onnx

import (
	"fmt"
	"math"
	"reflect"
	"testing"

	"steady/core/nn"
	"steady/core/onnx/internal/onnxpb"
	"steady/core/scalar"
)

func param(name string, shape []int, data ...float32) *nn.Param {
	return &nn.Param{Name: name, Shape: shape, Data: data}
}

func ints2(a, b int) [2]int { return [2]int{a, b} }

// What nodes become: the operations in order, each reading the one before unless in says otherwise.
func TestReadNodes(t *testing.T) {
	inf := float32(math.Inf(1))
	flat := picture(3)
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

	tests := []struct {
		name string
		file
		want []nn.Op
	}{
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
		{"softmax 9 of one axis", file{opset: 9, input: picture(5, 1, 1), nodes: []*onnxpb.Node{
			op("Softmax", list("x"), "y")}}, []nn.Op{&nn.Softmax{}}},
		{"softmax 13", file{opset: 13, nodes: []*onnxpb.Node{op("Softmax", list("x"), "y")}}, []nn.Op{&nn.Softmax{Axis: 2}}},
		{"softmax 21 of channels", file{opset: 21, nodes: []*onnxpb.Node{op("Softmax", list("x"), "y",
			attributeInt("axis", -3))}}, []nn.Op{&nn.Softmax{}}},
		{"log softmax", file{opset: 13, input: flat, nodes: []*onnxpb.Node{op("Relu", list("x"), "a"),
			op("LogSoftmax", list("a"), "y")}}, []nn.Op{&nn.Relu{}}},

		{"max pool", file{opset: 8, nodes: []*onnxpb.Node{op("MaxPool", list("x"), "y", kernel)}},
			[]nn.Op{&nn.MaxPool{Pool: window(1)}}},
		{"max pool, ceil adds a row", file{opset: 10, input: picture(2, 5, 5), nodes: []*onnxpb.Node{op("MaxPool", list("x"),
			"y", kernel, attributeInts("strides", 2, 2), attributeInt("ceil_mode", 1))}},
			[]nn.Op{&nn.MaxPool{Pool: window(2, 0, 0, 1, 1)}}},
		{"max pool, ceil adds none behind the picture", file{opset: 10, nodes: []*onnxpb.Node{op("MaxPool", list("x"), "y",
			kernel, attributeInts("strides", 3, 3), attributeInts("pads", 1, 1, 1, 1), attributeInt("ceil_mode", 1))}},
			[]nn.Op{&nn.MaxPool{Pool: window(3, 1, 1, 1, 1)}}},
		{"max pool SAME_UPPER", file{opset: 12, nodes: []*onnxpb.Node{op("MaxPool", list("x"), "y", kernel,
			attributeText("auto_pad", "SAME_UPPER"))}}, []nn.Op{&nn.MaxPool{Pool: window(1, 0, 0, 1, 1)}}},
		{"average pool 7", file{opset: 7, nodes: []*onnxpb.Node{op("AveragePool", list("x"), "y", kernel,
			attributeInts("pads", 1, 0, 1, 0), attributeInt("count_include_pad", 1))}},
			[]nn.Op{&nn.AveragePool{Pool: window(1, 1, 0, 1, 0), CountPadding: true}}},
		{"average pool, ceil is never counted", file{opset: 19, input: picture(2, 5, 5), nodes: []*onnxpb.Node{
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
		{"expand", file{opset: 13, input: picture(2, 1, 3), inits: []*onnxpb.Tensor{ints("s", 1, 2, 5, 1)},
			nodes: []*onnxpb.Node{op("Expand", list("x", "s"), "y")}},
			[]nn.Op{&nn.Slice{Start: []int{0, 0, 0}, Step: []int{1, 0, 1}, Shape: nn.Shape{2, 5, 3}}}},
		{"pad 10", file{opset: 10, nodes: []*onnxpb.Node{op("Pad", list("x"), "y", attributeInts("pads", 0, 0, 1, 2, 0, 0, 0, 3),
			attributeFloat("value", .5))}}, []nn.Op{&nn.Pad{Before: []int{0, 1, 2}, After: []int{0, 0, 3}, Value: .5}}},
		{"pad 18 by axes, and less", file{opset: 18, inits: []*onnxpb.Tensor{ints("p", 1, -1), ints("a", -1)},
			nodes: []*onnxpb.Node{op("Pad", list("x", "p", "", "a"), "y")}}, []nn.Op{
			&nn.Slice{Start: []int{0, 0, 0}, Step: []int{1, 1, 1}, Shape: nn.Shape{2, 4, 3}},
			&nn.Pad{Before: []int{0, 0, 1}, After: []int{0, 0, 0}}}},
		{"reduce mean of features", file{opset: 13, input: picture(5, 6), nodes: []*onnxpb.Node{op("ReduceMean", list("x"), "y",
			attributeInts("axes", 1), attributeInt("keepdims", 0))}},
			[]nn.Op{&nn.Mean{Axis: 0}, &nn.Reshape{Shape: nn.Shape{6}}}},
		{"reduce sum", file{opset: 13, input: picture(5, 6), inits: []*onnxpb.Tensor{ints("a", -1)}, nodes: []*onnxpb.Node{
			op("ReduceSum", list("x", "a"), "y")}},
			[]nn.Op{&nn.Mean{Axis: 1}, &nn.Affine{Scale: param("y.times", []int{1}, 6)}}},
		{"reduce max", file{opset: 13, nodes: []*onnxpb.Node{op("ReduceMax", list("x"), "y", attributeInts("axes", 3))}},
			[]nn.Op{&nn.MaxPool{Pool: nn.Pool{Kernel: ints2(1, 4), Stride: ints2(1, 1)}}}},
		{"average pool with padding, ceil", file{opset: 19, input: picture(2, 5, 5), nodes: []*onnxpb.Node{op("AveragePool",
			list("x"), "y", attributeInts("kernel_shape", 3, 3), attributeInts("strides", 3, 3), attributeInts("pads", 1, 1, 0, 0),
			attributeInt("ceil_mode", 1), attributeInt("count_include_pad", 1))}}, []nn.Op{&nn.AveragePool{Pool: nn.Pool{
			Kernel: ints2(3, 3), Stride: ints2(3, 3), Pads: [4]int{1, 1, 0, 0}}, CountPadding: true}}},
		{"average pool with padding, ceil adds", file{opset: 19, input: picture(2, 6, 6), nodes: []*onnxpb.Node{op("AveragePool",
			list("x"), "y", attributeInts("kernel_shape", 3, 3), attributeInts("strides", 3, 3), attributeInts("pads", 1, 1, 0, 0),
			attributeInt("ceil_mode", 1), attributeInt("count_include_pad", 1))}}, []nn.Op{
			&nn.Pad{Before: []int{0, 1, 1}, After: []int{0, 0, 0}}, &nn.AveragePool{Pool: nn.Pool{Kernel: ints2(3, 3),
				Stride: ints2(3, 3), Pads: [4]int{0, 0, 2, 2}}}}},
		{"linear of tokens", file{opset: 13, input: picture(5, 3), inits: []*onnxpb.Tensor{matrix, vector("b", 1, 2)},
			nodes: []*onnxpb.Node{op("MatMul", list("x", "w"), "a"), op("Add", list("b", "a"), "y")}},
			[]nn.Op{&nn.Linear{Weight: wantMatrix, Bias: param("b", []int{2}, 1, 2)}}},
		{"layer norm", file{opset: 17, input: picture(5, 3), inits: []*onnxpb.Tensor{vector("s", 1, 2, 3), vector("b", 4, 5, 6)},
			nodes: []*onnxpb.Node{op("LayerNormalization", list("x", "s", "b"), "y", attributeFloat("epsilon", .5))}},
			[]nn.Op{&nn.LayerNorm{Scale: param("s", []int{3}, 1, 2, 3), Shift: param("b", []int{3}, 4, 5, 6), Axes: 1, Epsilon: .5}}},
		{"instance norm", file{opset: 7, inits: norm, nodes: []*onnxpb.Node{op("InstanceNormalization", list("x", "s", "b"), "y",
			attributeFloat("epsilon", .5))}}, []nn.Op{&nn.LayerNorm{Axes: 2, Epsilon: .5},
			&nn.Affine{Scale: param("s", []int{2}, 1, 2), Shift: param("b", []int{2}, 3, 4)}}},
		{"resize", file{opset: 11, input: picture(1, 1, 2), inits: []*onnxpb.Tensor{vector("r"), floats("s", []int64{4}, 1, 1, 1, 2)},
			nodes: []*onnxpb.Node{op("Resize", list("x", "r", "s"), "y", attributeText("mode", "linear"))}},
			[]nn.Op{&nn.Linear{Weight: param("y.columns", []int{4, 2}, 1, 0, .75, .25, .25, .75, 0, 1)}}},
		{"resize by sizes", file{opset: 13, input: picture(1, 2, 1), inits: []*onnxpb.Tensor{ints("s", 1, 1, 3, 1)},
			nodes: []*onnxpb.Node{op("Resize", list("x", "", "", "s"), "y", attributeText("nearest_mode", "floor"),
				attributeText("coordinate_transformation_mode", "asymmetric"))}},
			[]nn.Op{&nn.Transpose{Perm: []int{0, 2, 1}}, &nn.Linear{Weight: param("y.rows", []int{3, 2}, 1, 0, 1, 0, 0, 1)},
				&nn.Transpose{Perm: []int{0, 2, 1}}}},

		{"flatten", file{opset: 9, nodes: []*onnxpb.Node{op("Flatten", list("x"), "y")}},
			[]nn.Op{&nn.Reshape{Shape: nn.Shape{32}}}},
		{"flatten from the end", file{opset: 13, input: picture(1, 4, 4), nodes: []*onnxpb.Node{op("Flatten", list("x"), "y",
			attributeInt("axis", -2))}}, []nn.Op{&nn.Reshape{Shape: nn.Shape{16}}}},
		{"flatten behind the end", file{opset: 13, input: picture(1, 1), nodes: []*onnxpb.Node{op("Flatten", list("x"), "y",
			attributeInt("axis", 3))}}, []nn.Op{&nn.Reshape{Shape: nn.Shape{1}}}},
		{"squeeze 11", file{opset: 11, input: picture(2, 1, 1), nodes: []*onnxpb.Node{op("Squeeze", list("x"), "y",
			attributeInts("axes", 2, -1))}}, []nn.Op{&nn.Reshape{Shape: nn.Shape{2}}}},
		{"squeeze and unsqueeze 13", file{opset: 13, input: picture(2, 1, 4), inits: []*onnxpb.Tensor{ints("a", -1, 1)},
			nodes: []*onnxpb.Node{op("Squeeze", list("x"), "s"), op("Unsqueeze", list("s", "a"), "y")}},
			[]nn.Op{&nn.Reshape{Shape: nn.Shape{2, 4}}, &nn.Reshape{Shape: nn.Shape{1, 2, 4, 1}}}},

		{"arithmetic with constants", file{opset: 14, inits: []*onnxpb.Tensor{floats("c", []int64{1, 2, 1, 1}, 2, 4),
			floats("d", []int64{2, 1, 1}, 1, 2)}, nodes: []*onnxpb.Node{op("Sub", list("x", "c"), "a"),
			op("Div", list("a", "c"), "b"), op("Sub", list("d", "b"), "y")}},
			[]nn.Op{&nn.Affine{Shift: param("c", []int{2}, -2, -4)}, &nn.Affine{Scale: param("c_2", []int{2}, 0.5, 0.25)},
				&nn.Affine{Scale: param("y.times", []int{1}, -1), Shift: param("d", []int{2}, 1, 2)}}},
		{"one number", file{opset: 7, inits: []*onnxpb.Tensor{floats("c", nil, 2)}, nodes: []*onnxpb.Node{
			op("Mul", list("c", "x"), "y")}}, []nn.Op{&nn.Affine{Scale: param("c", []int{1}, 2)}}},
		{"a number per column", file{opset: 7, input: picture(2, 1, 2), inits: []*onnxpb.Tensor{vector("c", 5, 6)},
			nodes: []*onnxpb.Node{op("Add", list("x", "c"), "y")}},
			[]nn.Op{&nn.Affine{Shift: param("c", []int{1, 1, 2}, 5, 6)}}},
		{"a number per row", file{opset: 7, input: picture(2, 2, 2), inits: []*onnxpb.Tensor{floats("c", []int64{2, 1}, 5, 6)},
			nodes: []*onnxpb.Node{op("Add", list("x", "c"), "y")}},
			[]nn.Op{&nn.Affine{Shift: param("c", []int{1, 2, 1}, 5, 6)}}},
		{"a number per channel and column", file{opset: 7, input: picture(2, 2, 2), inits: []*onnxpb.Tensor{ramp("c", 2, 1, 2)},
			nodes: []*onnxpb.Node{op("Add", list("x", "c"), "y")}},
			[]nn.Op{&nn.Affine{Shift: param("c", []int{2, 2, 2}, 0, 1, 0, 1, 2, 3, 2, 3)}}},
		{"a number per element", file{opset: 7, input: picture(1, 2, 2), inits: []*onnxpb.Tensor{ramp("c", 2, 2)},
			nodes: []*onnxpb.Node{op("Add", list("x", "c"), "y")}},
			[]nn.Op{&nn.Affine{Shift: param("c", []int{1, 2, 2}, 0, 1, 2, 3)}}},
		{"tile", file{opset: 13, input: picture(1, 2, 4), inits: []*onnxpb.Tensor{ramp("c", 2, 2), ints("r", 1, 2)}, nodes: []*onnxpb.Node{
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
	}
	for _, test := range tests {
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
			again(t, n)
		})
	}
}

// again tells whether what was read can be written and then gives the same shapes.
func again(t *testing.T, n *nn.Network) {
	t.Helper()
	b, err := Write(n)
	if err != nil {
		t.Fatal(err)
	}
	m, err := Read(b)
	if err != nil {
		t.Fatal(err)
	}
	want, _ := n.Shapes()
	if got, _ := m.Shapes(); !reflect.DeepEqual(got, want) {
		t.Errorf("read again it has shapes %v, want %v", got, want)
	}
}

func describe(ops []nn.Op) string {
	s := ""
	for _, o := range ops {
		s += fmt.Sprintf("%s%+v", nn.OpName(o), o)
		v := reflect.ValueOf(o).Elem()
		for i := range v.NumField() {
			if p, ok := v.Field(i).Interface().(*nn.Param); ok && p != nil {
				s += fmt.Sprintf(" %s=%+v", v.Type().Field(i).Name, *p)
			}
		}
		s += "; "
	}
	return s
}

// Values that several nodes read, and nodes in any order.
func TestReadGraph(t *testing.T) {
	nodes := []*onnxpb.Node{
		op("Concat", list("s", "r", "x"), "y", attributeInt("axis", 1)),
		op("Sum", list("r", "x", "r"), "s"),
		op("Sub", list("x", "m"), "r"),
		op("Add", list("m", "c"), "unread"),
		op("NoSuchThing", list("nowhere"), "unread too"),
		op("Mul", list("x", "c"), "m"),
	}
	n, err := Read(file{opset: 13, nodes: nodes, inits: []*onnxpb.Tensor{floats("c", nil, 3)}}.bytes())
	if err != nil {
		t.Fatal(err)
	}
	got := ""
	for _, l := range n.Layers {
		got += fmt.Sprintf("%s %s%v ", l.Name, nn.OpName(l.Op), l.In)
	}
	want := "m Affine[0] r.negated Affine[1] r Add[0 2] s.1 Add[3 0] s Add[4 3] y Concat[5 3 0] "
	if got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

// The batch is free, whatever the file says of it, and a shape may name it in several ways.
func TestReadBatch(t *testing.T) {
	for _, batch := range []onnxpb.Dim{{Param: "N"}, {Param: "batch size"}, {}, {Value: -1}, {Value: 1}, {Value: 8}} {
		for _, first := range []int64{0, 1, 8, -1} {
			input := picture(2, 3)
			input.Dims[0] = batch
			second := int64(-1)
			if first == -1 {
				second = 6
			}
			n, err := Read(file{opset: 10, input: input, inits: []*onnxpb.Tensor{ints("s", first, second)},
				nodes: []*onnxpb.Node{op("Reshape", list("x", "s"), "y")}}.bytes())
			switch {
			case first == 8 && batch.Value != 8:
				if err == nil {
					t.Errorf("batch %v: reshaping to a batch of 8 is accepted", batch)
				}
			case err != nil:
				t.Errorf("batch %v: %v", batch, err)
			case n.Classes() != 6:
				t.Errorf("batch %v: %d classes, want 6", batch, n.Classes())
			}
		}
	}
}

func TestReadTensors(t *testing.T) {
	half := []byte{0x00, 0x3e, 0x00, 0xc1} // 1.5, -2.5
	want := []float32{1.5, -2.5}
	for name, tensor := range map[string]*onnxpb.Tensor{
		"float":        {DataType: onnxpb.Float, Floats: want},
		"raw float":    rawFloats("", nil, want...),
		"float16":      {DataType: onnxpb.Float16, Int32s: []int64{0x3e00, 0xc100}},
		"raw float16":  {DataType: onnxpb.Float16, Raw: half, HasRaw: true},
		"bfloat16":     {DataType: onnxpb.Bfloat16, Int32s: []int64{0x3fc0, 0xc020}},
		"raw bfloat16": {DataType: onnxpb.Bfloat16, Raw: []byte{0xc0, 0x3f, 0x20, 0xc0}, HasRaw: true},
		"double":       {DataType: onnxpb.Double, Doubles: []float64{1.5, -2.5}},
		"raw double": {DataType: onnxpb.Double, Raw: []byte{0, 0, 0, 0, 0, 0, 0xf8, 0x3f, 0, 0, 0, 0, 0, 0, 4, 0xc0},
			HasRaw: true},
		"listed as input": {DataType: onnxpb.Float, Floats: want},
	} {
		tensor.Name, tensor.Dims = "c", []int64{2, 1, 1}
		f := file{opset: 7, inits: []*onnxpb.Tensor{tensor}, nodes: []*onnxpb.Node{op("Add", list("x", "c"), "y")}}
		f.change = func(m *onnxpb.Model) {
			if name == "listed as input" {
				m.Graph.Inputs = append([]*onnxpb.ValueInfo{value("c", []int{1, 1})}, m.Graph.Inputs...)
			}
		}
		n, err := Read(f.bytes())
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if got := n.Layers[0].Op.(*nn.Affine).Shift; !reflect.DeepEqual(got, param("c", []int{2}, want...)) {
			t.Errorf("%s: got %v, want %v", name, *got, want)
		}
	}
	for _, kind := range []onnxpb.DataType{onnxpb.Int32, onnxpb.Int64} {
		for _, raw := range []bool{false, true} {
			s := &onnxpb.Tensor{Name: "s", Dims: []int64{2}, DataType: kind, HasRaw: raw}
			switch {
			case raw && kind == onnxpb.Int32:
				s.Raw = []byte{0xff, 0xff, 0xff, 0xff, 32, 0, 0, 0}
			case raw:
				s.Raw = []byte{0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 32, 0, 0, 0, 0, 0, 0, 0}
			case kind == onnxpb.Int32:
				s.Int32s = []int64{-1, 32}
			default:
				s.Int64s = []int64{-1, 32}
			}
			n, err := Read(file{opset: 7, inits: []*onnxpb.Tensor{s}, nodes: []*onnxpb.Node{op("Reshape", list("x", "s"),
				"y")}}.bytes())
			if err != nil || n.Classes() != 32 {
				t.Errorf("integers of type %s, raw %v: %v", kind, raw, err)
			}
		}
	}
}

// Every float16 against its definition: (-1)^s · 2^(e-15) · 1.f, and 2^-14 · 0.f where e is 0.
func TestHalf(t *testing.T) {
	for h := range 1 << 16 {
		e, f := h>>10&31, float64(h&1023)/1024
		want := math.Ldexp(1+f, e-15)
		switch {
		case e == 0:
			want = math.Ldexp(f, -14)
		case e == 31 && f == 0:
			want = math.Inf(1)
		case e == 31:
			want = math.NaN()
		}
		want = math.Copysign(want, 1-float64(h>>15)*2)
		got := float64(halfBits(uint16(h), onnxpb.Float16))
		if got != want && !(math.IsNaN(got) && math.IsNaN(want)) || math.Signbit(got) != math.Signbit(want) {
			t.Fatalf("%#04x is %v, want %v", h, got, want)
		}
	}
}

func TestReadMetadata(t *testing.T) {
	relu := []*onnxpb.Node{op("Relu", list("x"), "y")}
	read := func(value string) (*nn.Network, error) {
		return Read(file{opset: 7, input: picture(2), nodes: relu, change: func(m *onnxpb.Model) {
			m.Metadata = []onnxpb.StringEntry{{Key: "author", Value: "someone"}, {Key: labelsKey, Value: value}}
		}}.bytes())
	}
	if n, err := read(`["cat","dög"]`); err != nil || !reflect.DeepEqual(n.Labels, []string{"cat",
		"dög"}) || n.Name != "test" {
		t.Errorf("got %v and %v", n, err)
	}
	if n, err := read("cat, dog"); err != nil || n.Labels != nil {
		t.Errorf("another program's classes: got %v and %v", n, err)
	}
	if _, err := read(`["cat"]`); err == nil {
		t.Error("one name for two classes is accepted")
	}
}

// Chains that files write one layer with, and graphs that only look like them.
func TestReadFuses(t *testing.T) {
	number := func(name string, x float32) *onnxpb.Tensor { return floats(name, nil, x) }
	inits := []*onnxpb.Tensor{number("1", 1), number("2", 2), number("3", 3), number("6", 6), number("half", 0.5),
		number("root", math.Sqrt2), number("eps", 0.25), number("0", 0), floats("w", []int64{4}, 1, 2, 3, 4),
		floats("b", []int64{4}, 5, 6, 7, 8), number("sixth", 1./6)}
	norm := []*onnxpb.Node{op("ReduceMean", list("x"), "m", attributeInts("axes", -1)), op("Sub", list("x", "m"), "d"),
		op("Pow", list("d", "2"), "q"), op("ReduceMean", list("q"), "v", attributeInts("axes", -1)),
		op("Add", list("v", "eps"), "e"), op("Sqrt", list("e"), "r"), op("Div", list("d", "r"), "n")}
	tests := []struct {
		name  string
		nodes []*onnxpb.Node
		want  string
	}{
		{"silu", []*onnxpb.Node{op("Sigmoid", list("x"), "s"), op("Mul", list("s", "x"), "y")}, "Map Silu [0] "},
		{"a gate of another value", []*onnxpb.Node{op("Relu", list("x"), "r"), op("Sigmoid", list("r"), "s"),
			op("Mul", list("s", "x"), "y")}, "Relu [0] Map Sigmoid [1] Mul [2 0] "},
		{"silu read twice", []*onnxpb.Node{op("Sigmoid", list("x"), "s"), op("Mul", list("s", "x"), "z"),
			op("Add", list("s", "z"), "y")}, "Map Sigmoid [0] Map Silu [0] Add [1 2] "},
		{"hard swish", []*onnxpb.Node{op("HardSigmoid", list("x"), "s", attributeFloat("alpha", 1./6)),
			op("Mul", list("x", "s"), "y")}, "Map HardSwish [0] "},
		{"hard swish by hand", []*onnxpb.Node{op("Add", list("x", "3"), "a"), op("Clip", list("a", "0", "6"), "c"),
			op("Mul", list("x", "c"), "m"), op("Div", list("m", "6"), "y")}, "Map HardSwish [0] "},
		{"not quite", []*onnxpb.Node{op("Add", list("x", "2"), "a"), op("Clip", list("a", "0", "6"), "c"),
			op("Mul", list("x", "c"), "m"), op("Div", list("m", "6"), "y")}, "Affine [0] Clip [1] Mul [0 2] Affine [3] "},
		{"gelu", []*onnxpb.Node{op("Div", list("x", "root"), "a"), op("Erf", list("a"), "e"), op("Add", list("e", "1"), "g"),
			op("Mul", list("x", "g"), "m"), op("Mul", list("m", "half"), "y")}, "Map Gelu [0] "},
		{"layer norm", append(norm, op("Mul", list("n", "w"), "s"), op("Add", list("s", "b"), "y")), "LayerNorm scaled [0] "},
		{"layer norm without parameters", append(norm, op("Relu", list("n"), "y")), "LayerNorm [0] Relu [1] "},
		{"layer norm read twice", append(norm, op("Mul", list("n", "w"), "s"), op("Add", list("s", "n"), "y")),
			"LayerNorm [0] Affine [1] Add [2 1] "},
	}
	for _, test := range tests {
		n, err := Read(file{opset: 13, input: picture(3, 4), inits: inits, nodes: test.nodes}.bytes())
		if err != nil {
			t.Errorf("%s: %v", test.name, err)
			continue
		}
		got := ""
		for _, l := range n.Layers {
			got += nn.OpName(l.Op) + " "
			switch o := l.Op.(type) {
			case *nn.Map:
				got += o.Kind.String() + " "
			case *nn.LayerNorm:
				if o.Scale != nil && o.Shift != nil {
					got += "scaled "
				}
			}
			got += fmt.Sprint(l.In, " ")
		}
		if got != test.want {
			t.Errorf("%s: got %s, want %s", test.name, got, test.want)
		}
	}
}

// Tokens of a transformer that go before those of the picture, for a batch of any size, and the batch joined with heads
// in a file that says how large it is.
func TestReadPlaces(t *testing.T) {
	token := []*onnxpb.Node{op("Shape", list("x"), "s"), op("Gather", list("s", "0"), "n"),
		op("Concat", list("n", "m", "m"), "t", attributeInt("axis", 0)), op("Shape", list("t"), "r"),
		op("ConstantOfShape", list("r"), "ones", attributeTensor("value", ints("", 1))), op("Mul", list("ones", "m"), "ms"),
		op("Equal", list("t", "ms"), "q"), op("Where", list("q", "ones", "t"), "f"), op("Expand", list("c", "f"), "e"),
		op("Concat", list("e", "x"), "y", attributeInt("axis", 1))}
	n, err := Read(file{opset: 13, input: picture(2, 3), nodes: token, inits: []*onnxpb.Tensor{ints("0", 0), ints("m", -1),
		ramp("c", 1, 1, 3)}}.bytes())
	if err != nil {
		t.Fatal(err)
	}
	want := []nn.Op{&nn.Constant{Value: param("c", []int{1, 3}, 0, 1, 2)}, &nn.Concat{}}
	if got := []nn.Op{n.Layers[0].Op, n.Layers[1].Op}; !reflect.DeepEqual(got, want) {
		t.Errorf("got %s, want %s", describe(got), describe(want))
	}
	tile := []*onnxpb.Node{op("Shape", list("x"), "s"), op("Gather", list("s", "0"), "n"),
		op("Concat", list("n", "1", "1"), "t", attributeInt("axis", 0)), op("Tile", list("c", "t"), "e"),
		op("Concat", list("e", "x"), "y", attributeInt("axis", 1))}
	n, err = Read(file{opset: 13, input: picture(2, 3), nodes: tile, inits: []*onnxpb.Tensor{ints("0", 0), ints("1", 1),
		ramp("c", 1, 1, 3)}}.bytes())
	if err != nil {
		t.Fatal(err)
	}
	want[0] = &nn.Constant{Value: param("e", []int{1, 3}, 0, 1, 2)}
	if got := []nn.Op{n.Layers[0].Op, n.Layers[1].Op}; !reflect.DeepEqual(got, want) {
		t.Errorf("got %s, want %s", describe(got), describe(want))
	}
	for _, batch := range []int64{0, 1, 4} {
		input := picture(6, 4)
		heads, tokens := ints("h", 6, -1, 2), ints("t", -1, 4)
		if batch > 0 {
			input.Dims[0] = onnxpb.Dim{Value: batch}
			heads, tokens = ints("h", 6, 2*batch, 2), ints("t", 6*batch, 4)
		}
		n, err := Read(file{opset: 13, input: input, inits: []*onnxpb.Tensor{heads, tokens, ramp("w", 4, 4), ints("b", 6, -1, 4)},
			nodes: []*onnxpb.Node{op("Transpose", list("x"), "a", attributeInts("perm", 1, 0, 2)), // 6×N×4
				op("Reshape", list("a", "h"), "c"),                                   // 6×2N×2
				op("Transpose", list("c"), "d", attributeInts("perm", 1, 0, 2)),      // 2N×6×2
				op("Transpose", list("c"), "f", attributeInts("perm", 1, 2, 0)),      // 2N×2×6
				op("MatMul", list("d", "f"), "g"), op("MatMul", list("g", "d"), "i"), // 2N×6×2
				op("Transpose", list("i"), "j", attributeInts("perm", 1, 0, 2)),     // 6×2N×2
				op("Reshape", list("j", "t"), "k"),                                  // 6N×4
				op("Gemm", list("k", "w"), "l"), op("Reshape", list("l", "b"), "o"), // 6×N×4
				op("Transpose", list("o"), "y", attributeInts("perm", 1, 0, 2))}}.bytes())
		if err != nil {
			t.Errorf("a batch of %d: %v", batch, err)
			continue
		}
		if shapes, err := n.Shapes(); err != nil || !shapes[n.Output].Equal(nn.Shape{6, 4}) {
			t.Errorf("a batch of %d: output has shape %v (%v), want [6 4]", batch, shapes[n.Output], err)
		}
	}
}
