package onnx

import (
	"errors"
	"fmt"
	"math"
	"strings"
	"testing"

	"steady/core/onnx/internal/onnxpb"
)

// Each error and what its text must contain: the place and what would be right.
func TestReadRefuses(t *testing.T) {
	relu := []*onnxpb.Node{op("Relu", list("x"), "y")}
	conv := []*onnxpb.Node{{Name: "conv1", Op: "Conv", Inputs: list("x", "w"), Outputs: list("y")}}
	with := func(attributes ...*onnxpb.Attribute) []*onnxpb.Node {
		return []*onnxpb.Node{{Name: "n", Op: "Conv", Inputs: list("x", "w"), Outputs: list("y"), Attributes: attributes}}
	}
	w := []*onnxpb.Tensor{ramp("w", 1, 2, 3, 3)}
	tensor := func(t *onnxpb.Tensor) []*onnxpb.Tensor { t.Name = "w"; return []*onnxpb.Tensor{t} }
	one := func(o string, inputs ...string) []*onnxpb.Node { return []*onnxpb.Node{op(o, inputs, "y")} }
	huge := int64(1) << 40
	graph := func(f func(g *onnxpb.Graph)) func(m *onnxpb.Model) { return func(m *onnxpb.Model) { f(m.Graph) } }
	dim := func(i int, d onnxpb.Dim) func(m *onnxpb.Model) {
		return graph(func(g *onnxpb.Graph) { g.Inputs[0].Dims[i] = d })
	}
	var deep []*onnxpb.Node
	inf := float32(math.Inf(1))
	for i := range 1000 {
		deep = append(deep, op("Relu", list(fmt.Sprint(i+1)), fmt.Sprint(i)))
	}
	deep[999].Inputs[0] = "0"

	tests := []struct {
		name string
		file
		want []string
	}{
		{"old", file{opset: 6, nodes: relu}, list("opset_import", "is 6", "7 to 24")},
		{"new", file{opset: 25, nodes: relu}, list("opset_import", "is 25", "7 to 24")},
		{"no operator set", file{nodes: relu, change: func(m *onnxpb.Model) { m.Opsets = nil }}, list("opset_import")},
		{"another's operators", file{nodes: relu, change: func(m *onnxpb.Model) { m.Opsets[0].Domain = "com.example" }},
			list("opset_import")},
		{"no graph", file{opset: 9, change: func(m *onnxpb.Model) { m.Graph = nil }}, list("graph: there is none")},
		{"empty graph", file{opset: 9}, list("graph.output", "no node makes \"y\"")},
		{"no input", file{opset: 9, nodes: relu, change: graph(func(g *onnxpb.Graph) { g.Inputs = nil })},
			list("graph.input", "want one")},
		{"two inputs", file{opset: 9, nodes: relu, change: graph(func(g *onnxpb.Graph) {
			g.Inputs = append(g.Inputs, valueInfo("z", []int{1, 1}))
		})}, list("graph.input", "\"z\"", "only one")},
		{"sparse", file{opset: 9, nodes: relu, change: graph(func(g *onnxpb.Graph) { g.Sparse = true })}, list("sparse")},
		{"free height", file{opset: 9, nodes: relu, change: dim(2, onnxpb.Dim{Param: "H"})},
			list("graph.input \"x\"", "leaves the height, dimension 2 (\"H\"), free", "want the size")},
		{"negative width", file{opset: 9, nodes: relu, change: dim(3, onnxpb.Dim{Value: -3})},
			list("leaves the width, dimension 3, free")},
		{"free channels", file{opset: 9, nodes: relu, change: dim(1, onnxpb.Dim{})}, list("leaves dimension 1 free", "want a number")},
		{"endless image", file{opset: 9, nodes: relu, input: imageInfo(1<<20, 1<<20)}, list("graph.input", "elements")},
		{"no image", file{opset: 9, nodes: relu, input: imageInfo()}, list("1 dimensions", "N×C×H×W")},
		{"integers as input", file{opset: 9, nodes: relu, change: graph(func(g *onnxpb.Graph) { g.Inputs[0].ElemType = 3 })},
			list("elem_type is INT8", "valid: FLOAT, ", "UINT8")},
		{"computes with bytes", file{opset: 9, nodes: relu, change: graph(func(g *onnxpb.Graph) { g.Inputs[0].ElemType = 2 })},
			list("(Relu)", "computes with bytes", "want a Cast")},
		{"output is a constant", file{opset: 9, output: "w", inits: w}, list("graph.output", "\"w\"")},

		{"unknown operator", file{opset: 9, nodes: one("Magic", "x")},
			list("node \"y\" (Magic)", "not supported", "valid: Abs, ", "Conv, ", "ScatterND, ")},
		{"operator on constants", file{opset: 9, nodes: one("Range", "x", "x", "x")}, list("(Range)", "constants")},
		{"unknown domain", file{opset: 9, nodes: []*onnxpb.Node{{Op: "Relu", Domain: "com.example", Inputs: list("x"),
			Outputs: list("y")}}}, list("node \"y\" (Relu), domain", "com.example")},
		{"reads nothing", file{opset: 9, nodes: one("Relu")}, list("input 0", "missing")},
		{"reads what nothing makes", file{opset: 9, nodes: one("Relu", "nowhere")}, list("input 0", "\"nowhere\"")},
		{"cycle", file{opset: 9, nodes: []*onnxpb.Node{op("Add", list("x", "a"), "y"), op("Relu", list("y"), "a")}},
			list("cycle", "input")},
		{"itself", file{opset: 9, nodes: one("Relu", "y")}, list("node \"y\" (Relu), input 0", "cycle")},
		{"long cycle", file{opset: 9, nodes: deep, output: "0"}, list("cycle")},
		{"two makers", file{opset: 9, nodes: append(one("Relu", "x"), relu...)}, list("node \"y\"", "output", "unique")},
		{"makes the input", file{opset: 9, nodes: []*onnxpb.Node{op("Relu", list("x"), "x")}, output: "x"}, list("unique")},
		{"two initializers", file{opset: 9, nodes: conv, inits: append(w, w...)}, list("initializer 1", "\"w\"", "unique")},
		{"nameless initializer", file{opset: 9, nodes: relu, inits: []*onnxpb.Tensor{ramp("", 1)}}, list("initializer 0")},
		{"mask of a dropout", file{opset: 9, nodes: []*onnxpb.Node{{Op: "Dropout", Inputs: list("x"),
			Outputs: list("d", "m")}, op("Relu", list("m"), "y")}}, list("input 0 \"m\"", "training")},
		{"relu of a constant", file{opset: 9, nodes: one("Relu", "w"), inits: w}, list("input 0 \"w\"", "is a constant")},
		{"weights that are no constant", file{opset: 9, nodes: one("Conv", "x", "x")}, list("input 1", "not a constant")},

		{"too few floats", file{opset: 9, nodes: conv, inits: tensor(floats("", []int64{1, 2, 3, 3}, 1, 2))},
			list("node \"conv1\" (Conv), input 1 \"w\"", "[1 2 3 3]", "18 elements", "float_data has 2")},
		{"odd bytes", file{opset: 9, nodes: conv, inits: tensor(&onnxpb.Tensor{Dims: []int64{1}, DataType: onnxpb.Float,
			Raw: make([]byte, 5), HasRaw: true})}, list("input 1", "raw_data")},
		{"absurd dims", file{opset: 9, nodes: conv, inits: tensor(floats("", []int64{huge, huge, huge, 4}))},
			list("input 1", "more than 2147483647 elements")},
		{"large dims, no data", file{opset: 9, nodes: conv, inits: tensor(floats("", []int64{1 << 10, 1 << 10, 9, 9}))},
			list("input 1", "float_data has 0")},
		{"negative dims", file{opset: 9, nodes: conv, inits: tensor(floats("", []int64{-1, -2, 3, 3}))},
			list("input 1", "below 0")},
		{"empty", file{opset: 9, nodes: conv, inits: tensor(floats("", []int64{0, 2, 3, 3}))}, list("input 1", "positive")},
		{"too many dims", file{opset: 9, nodes: conv, inits: tensor(floats("", make([]int64, 20)))},
			list("initializer 0", "dims")},
		{"strings", file{opset: 9, nodes: conv, inits: tensor(&onnxpb.Tensor{DataType: 8})},
			list("data_type is STRING", "valid: FLOAT, FLOAT16")},
		{"strange type", file{opset: 9, nodes: conv, inits: tensor(&onnxpb.Tensor{DataType: 99})}, list("data_type is 99")},
		{"elsewhere", file{opset: 9, nodes: conv, inits: tensor(&onnxpb.Tensor{DataType: onnxpb.Float, External: true})},
			list("input 1", "another file")},
		{"integers as weights", file{opset: 9, nodes: conv, inits: tensor(ints("", 1))}, list("input 1", "integers")},
		{"1-D convolution", file{opset: 9, input: imageInfo(2, 9), nodes: conv, inits: tensor(ramp("", 1, 2, 3))},
			list("2-D")},
		{"not a number", file{opset: 9, input: imageInfo(1), nodes: one("Add", "x", "w"),
			inits: tensor(&onnxpb.Tensor{DataType: onnxpb.Float16, Int32s: []int64{0x7e00}})}, list("finite")},

		{"channels", file{opset: 9, input: imageInfo(3, 4, 4), nodes: conv, inits: w},
			list("node \"conv1\" (Conv)", "has 3")},
		{"groups", file{opset: 9, nodes: with(attributeInt("group", 3)), inits: w}, list("groups is 3", "divisor")},
		{"no groups", file{opset: 9, nodes: with(attributeInt("group", 0)), inits: w}, list("attribute group", "is 0")},
		{"kernel_shape", file{opset: 9, nodes: with(attributeInts("kernel_shape", 5, 5)), inits: w},
			list("attribute kernel_shape", "[5 5]")},
		{"kind", file{opset: 9, nodes: with(attributeInt("pads", 1)), inits: w},
			list("attribute pads", "type INT", "INTS")},
		{"pads", file{opset: 9, nodes: with(attributeInts("pads", 1, 1)), inits: w},
			list("attribute pads", "2 numbers", "want 4")},
		{"negative pads", file{opset: 9, nodes: with(attributeInts("pads", 1, 1, -1, 1)), inits: w},
			list("attribute pads", "-1")},
		{"endless pads", file{opset: 9, nodes: with(attributeInts("pads", 1<<30, 1<<30, 1<<30, 1<<30)), inits: w},
			list("node \"n\"")},
		{"no stride", file{opset: 9, nodes: with(attributeInts("strides", 0, 1)), inits: w},
			list("attribute strides", "has 0")},
		{"endless dilations", file{opset: 9, nodes: with(attributeInts("dilations", 1<<30, 1),
			attributeText("auto_pad", "SAME_UPPER")), inits: w}, list("attribute dilations")},
		{"auto_pad", file{opset: 9, nodes: with(attributeText("auto_pad", "MAYBE")), inits: w},
			list("auto_pad", "MAYBE", "valid: NOTSET, SAME_UPPER, SAME_LOWER, VALID")},
		{"window too large", file{opset: 9, nodes: with(attributeInts("dilations", 2, 2)), inits: w},
			list("window covers 5 rows", "only 4")},
		{"pool without a window", file{opset: 9, nodes: one("MaxPool", "x")}, list("kernel_shape", "missing")},
		{"pool with gaps", file{opset: 10, nodes: []*onnxpb.Node{op("MaxPool", list("x"), "y",
			attributeInts("kernel_shape", 2, 2), attributeInts("dilations", 2, 2))}}, list("attribute dilations", "[1 1]")},
		{"pool of padding", file{opset: 10, nodes: []*onnxpb.Node{op("MaxPool", list("x"), "y",
			attributeInts("kernel_shape", 2, 2), attributeInts("pads", 2, 2, 2, 2))}}, list("pads", "smaller")},
		{"flag", file{opset: 10, nodes: []*onnxpb.Node{op("MaxPool", list("x"), "y", attributeInts("kernel_shape", 2, 2),
			attributeInt("ceil_mode", 7))}}, list("ceil_mode", "is 7", "0 or 1")},

		{"adds different shapes", file{opset: 9, nodes: []*onnxpb.Node{op("MaxPool", list("x"), "g", attributeInts("kernel_shape", 2, 2)),
			op("Add", list("x", "g"), "y")}}, list("node \"y\" (Add)", "shapes [2 4 4] and [2 3 3]")},
		{"multiplies one", file{opset: 9, nodes: one("Mul", "x")}, list("node \"y\" (Mul)", "1 inputs")},
		{"divides by 0", file{opset: 9, nodes: one("Div", "x", "w"), inits: tensor(floats("", nil, 0))},
			list("input 1", "0")},
		{"unfit constant", file{opset: 9, nodes: one("Add", "x", "w"), inits: tensor(ramp("", 3))},
			list("input 1", "[3]", "[N 2 4 4]")},
		{"constant per image", file{opset: 9, nodes: one("Add", "x", "w"), inits: tensor(ramp("", 8, 1, 1, 1))},
			list("input 1")},
		{"old broadcasting", file{opset: 9, nodes: []*onnxpb.Node{op("Add", list("x", "w"), "y", attributeInt("axis", 1))},
			inits: tensor(ramp("", 2))}, list("attribute axis", "older")},
		{"spread over much", file{opset: 9, input: imageInfo(2, 1<<14, 1<<14), nodes: one("Add", "x", "w"),
			inits: tensor(ramp("", 2, 1, 1<<14))}, list("node \"y\" (Add)", "too large")},
		{"gemm of an image", file{opset: 9, nodes: one("Gemm", "x", "w"), inits: tensor(ramp("", 4, 4))},
			list("Gemm", "Flatten")},
		{"gemm the other way", file{opset: 9, input: imageInfo(4),
			nodes: []*onnxpb.Node{op("Gemm", list("x", "w"), "y", attributeInt("transA", 1))}, inits: tensor(ramp("", 4, 4))},
			list("attribute transA")},
		{"gemm's bias", file{opset: 9, input: imageInfo(2), nodes: one("Gemm", "x", "w", "b"),
			inits: []*onnxpb.Tensor{ramp("w", 2, 4), ramp("b", 3)}}, list("input 2 \"b\"", "[4]")},
		{"matmul", file{opset: 9, input: imageInfo(3), nodes: one("MatMul", "x", "w"), inits: tensor(ramp("", 2, 4))},
			list("MatMul", "[4 3]")},
		{"concat of the batch", file{opset: 9, nodes: []*onnxpb.Node{op("Concat", list("x", "x"), "y",
			attributeInt("axis", 0))}}, list("attribute axis", "batch")},
		{"softmax of the batch", file{opset: 13, nodes: []*onnxpb.Node{op("Softmax", list("x"), "y",
			attributeInt("axis", 0))}}, list("attribute axis", "batch")},
		{"softmax far away", file{opset: 13, nodes: []*onnxpb.Node{op("Softmax", list("x"), "y",
			attributeInt("axis", 9))}}, list("attribute axis", "-4 to 3")},
		{"log softmax within", file{opset: 13, input: imageInfo(3),
			nodes: append(one("Relu", "a"), op("LogSoftmax", list("x"), "a"))}, list("LogSoftmax", "end")},
		{"flatten the batch", file{opset: 9, nodes: []*onnxpb.Node{op("Flatten", list("x"), "y",
			attributeInt("axis", 2))}}, list("attribute axis", "want 1")},
		{"reshape the batch", file{opset: 9, nodes: one("Reshape", "x", "w"), inits: tensor(ints("", -1, 16))},
			list("graph.output", "[2·N 16]", "first dimension")},
		{"reshape to another size", file{opset: 9, nodes: one("Reshape", "x", "w"), inits: tensor(ints("", 0, 5, -1))},
			list("32 elements")},
		{"reshape to absurd size", file{opset: 9, nodes: one("Reshape", "x", "w"), inits: tensor(ints("", 0, 1<<62, 4))},
			list("input 1")},
		{"reshape to a row", file{opset: 9, nodes: one("Reshape", "x", "w"), inits: tensor(ints("", -1))},
			list("graph.output", "[32·N]")},
		{"reshape by floats", file{opset: 9, nodes: one("Reshape", "x", "w"), inits: tensor(ramp("", 2))},
			list("input 1", "integers")},
		{"reshape by a forbidden number", file{opset: 9, nodes: one("Reshape", "x", "w"),
			inits: tensor(ints("", batchDim, -1))}, list("input 1")},
		{"batch norm per element", file{opset: 7, nodes: []*onnxpb.Node{op("BatchNormalization",
			list("x", "w", "w", "w", "w"), "y", attributeInt("spatial", 0))}, inits: tensor(floats("", []int64{2}, 1, 1))},
			list("attribute spatial")},
		{"batch norm in training", file{opset: 15, nodes: []*onnxpb.Node{op("BatchNormalization",
			list("x", "w", "w", "w", "w"), "y", attributeInt("training_mode", 1))},
			inits: tensor(floats("", []int64{2}, 1, 1))}, list("attribute training_mode")},
		{"negative variance", file{opset: 15, nodes: []*onnxpb.Node{op("BatchNormalization", list("x", "w", "w", "w", "w"),
			"y")}, inits: tensor(floats("", []int64{2}, 1, -1))}, list("variance", "channel 1")},
		{"clip by a list", file{opset: 11, nodes: one("Clip", "x", "w"), inits: tensor(ramp("", 2))},
			list("input 1", "want 1")},
		{"clip upside down", file{opset: 6 + 1, nodes: []*onnxpb.Node{op("Clip", list("x"), "y", attributeFloat("min", 2),
			attributeFloat("max", 1))}}, list("limits are 2 and 1")},
		{"constant of strings", file{opset: 13, nodes: append(one("Add", "x", "c"),
			op("Constant", nil, "c", attributeText("value_string", "s")))}, list("value_string")},
		{"tensor without a tensor", file{opset: 13, inits: []*onnxpb.Tensor{ints("s", 2)}, nodes: append(one("Add", "x", "c"),
			op("ConstantOfShape", list("s"), "c", attributeTensor("value", nil)))}, list("attribute value", "no tensor")},
		{"empty constant", file{opset: 13, nodes: append(one("Add", "x", "c"), op("Constant", nil, "c"))},
			list("attribute value", "missing")},
		{"gather outside", file{opset: 13, inits: []*onnxpb.Tensor{ints("w", 9)},
			nodes: []*onnxpb.Node{op("Shape", list("x"), "s"), op("Gather", list("s", "w"), "g"),
				op("Reshape", list("x", "g"), "y")}}, list("Gather", "input 1")},
		{"transpose of one axis", file{opset: 9, nodes: []*onnxpb.Node{op("Transpose", list("x"), "y", attributeInts("perm", 0))}},
			list("attribute perm", "each of 0 to 3")},
		{"transpose of the batch", file{opset: 9, nodes: one("Transpose", "x")}, list("graph.output", "[4 4 2 N]")},
		{"conv of a moved batch", file{opset: 9, nodes: append(one("GlobalAveragePool", "t"), op("Transpose", list("x"), "t"))},
			list("input 0 \"t\"", "[4 4 2 N]", "batch N as the first dimension")},
		{"two batches", file{opset: 9, input: imageInfo(4, 4, 4), nodes: append(one("Add", "t", "x"), op("Transpose", list("x"), "t",
			attributeInts("perm", 1, 0, 2, 3)))}, list("(Add)", "[4 N 4 4]", "same position")},
		{"matmul of the batch", file{opset: 9, input: imageInfo(4), nodes: one("MatMul", "x", "x")}, list("(MatMul)", "[N 4]")},
		{"features as the batch", file{opset: 9, input: imageInfo(4, 3), nodes: append(one("MatMul", "t", "w"),
			op("Transpose", list("x"), "t")), inits: tensor(ramp("", 3, 3))}, list("(MatMul)", "features as the last")},
		{"a part of the batch", file{opset: 9, nodes: []*onnxpb.Node{op("Slice", list("x"), "y", attributeInts("starts", 1),
			attributeInts("ends", 2), attributeInts("axes", 0))}}, list("(Slice)", "part of the batch")},
		{"an empty part", file{opset: 9, nodes: []*onnxpb.Node{op("Slice", list("x"), "y", attributeInts("starts", 9),
			attributeInts("ends", 9), attributeInts("axes", 1))}}, list("(Slice)", "positive")},
		{"slice standing still", file{opset: 13, inits: []*onnxpb.Tensor{ints("0", 0), ints("1", 1)},
			nodes: one("Slice", "x", "0", "1", "1", "0")}, list("(Slice)", "another step than 0")},
		{"slice of two minds", file{opset: 13, inits: []*onnxpb.Tensor{ints("0", 0), ints("1", 1, 2)},
			nodes: one("Slice", "x", "0", "1")}, list("1 starts", "2 ends")},
		{"split of the batch", file{opset: 9, nodes: one("Split", "x")}, list("attribute axis", "batch")},
		{"split into more", file{opset: 9, nodes: []*onnxpb.Node{{Op: "Split", Inputs: list("x"), Outputs: list("y", "z"),
			Attributes: []*onnxpb.Attribute{attributeInt("axis", 1), attributeInts("split", 1, 2)}}}}, list("[1 2]", "that sum")},
		{"split of fewer", file{opset: 9, nodes: []*onnxpb.Node{{Op: "Split", Inputs: list("x"), Outputs: list("y", "z", "a"),
			Attributes: []*onnxpb.Attribute{attributeInt("axis", 1), attributeInts("split", 1, 1)}}}}, list("2 parts for 3 outputs")},
		{"gather of many pieces", file{opset: 13, input: imageInfo(1 << 10), inits: []*onnxpb.Tensor{ints("w", irregular(400)...)},
			nodes: []*onnxpb.Node{op("Gather", list("x", "w"), "y", attributeInt("axis", 1))}}, list("more than 64 evenly spaced pieces")},
		{"pads of the batch", file{opset: 13, inits: []*onnxpb.Tensor{ints("w", 1, 0, 0, 0, 0, 0, 0, 0)}, nodes: one("Pad", "x", "w")},
			list("(Pad)", "batch")},
		{"pads for two", file{opset: 13, inits: []*onnxpb.Tensor{ints("w", 1, 0)}, nodes: one("Pad", "x", "w")}, list("2 pads")},
		{"endless padding", file{opset: 13, inits: []*onnxpb.Tensor{ints("w", 0, 1<<30, 1<<30, 1<<30, 0, 0, 0, 0)},
			nodes: one("Pad", "x", "w")}, list("(Pad)", "elements")},
		{"reflects too much", file{opset: 13, inits: []*onnxpb.Tensor{ints("w", 0, 0, 4, 0, 0, 0, 0, 0)}, nodes: []*onnxpb.Node{
			op("Pad", list("x", "w"), "y", attributeText("mode", "reflect"))}}, list("reflects 4", "axis of 4")},
		{"pads in a mode", file{opset: 13, inits: []*onnxpb.Tensor{ints("w", 0, 0, 1, 0, 0, 0, 0, 0)}, nodes: []*onnxpb.Node{
			op("Pad", list("x", "w"), "y", attributeText("mode", "wrap"))}}, list("attribute mode", "wrap", "valid: constant, reflect, edge")},
		{"mean of the batch", file{opset: 9, nodes: []*onnxpb.Node{op("ReduceMean", list("x"), "y", attributeInts("axes", 0))}},
			list("attribute axes", "batch")},
		{"mean of everything", file{opset: 9, nodes: one("ReduceMean", "x")}, list("attribute axes", "missing")},
		{"layer norm of the batch", file{opset: 17, inits: tensor(ramp("", 4)), nodes: []*onnxpb.Node{op("LayerNormalization",
			list("x", "w"), "y", attributeInt("axis", 0))}}, list("attribute axis", "after the batch")},
		{"layer norm's scale", file{opset: 17, inits: tensor(ramp("", 3)), nodes: one("LayerNormalization", "x", "w")},
			list("input 1", "[3]", "[4]")},
		{"instance norm's scale", file{opset: 9, inits: tensor(ramp("", 3)), nodes: one("InstanceNormalization", "x", "w", "w")},
			list("3 scales", "[2 4 4]")},
		{"power of many", file{opset: 13, inits: tensor(ramp("", 4)), nodes: one("Pow", "x", "w")}, list("input 1", "want 1")},
		{"power of infinity", file{opset: 13, inits: tensor(floats("", nil, inf)), nodes: one("Pow", "x", "w")}, list("finite")},
		{"prelu's slope", file{opset: 13, inits: tensor(ramp("", 3)), nodes: one("PRelu", "x", "w")}, list("input 1", "[3]")},
		{"gelu in a way", file{opset: 20, nodes: []*onnxpb.Node{op("Gelu", list("x"), "y", attributeText("approximate", "well"))}},
			list("approximate", "well", "valid: none, tanh")},
		{"expand to another", file{opset: 13, inits: []*onnxpb.Tensor{ints("w", 1, 3, 4, 4)}, nodes: one("Expand", "x", "w")},
			list("input 1", "[1 3 4 4]", "[N 2 4 4]")},
		{"endless expand", file{opset: 13, inits: []*onnxpb.Tensor{ints("w", 1<<30, 1<<30), floats("c", nil, 1)},
			nodes: append(one("Add", "x", "e"), op("Expand", list("c", "w"), "e"))}, list("(Expand)", "too large")},
		{"endless fill", file{opset: 13, inits: []*onnxpb.Tensor{ints("w", 1<<14, 1<<14)},
			nodes: append(one("Add", "x", "e"), op("ConstantOfShape", list("w"), "e"))}, list("(ConstantOfShape)", "too large")},
		{"endless range", file{opset: 13, inits: []*onnxpb.Tensor{ints("0", 0), ints("1", 1), ints("w", 1<<29)},
			nodes: append(one("Add", "x", "e"), op("Range", list("0", "w", "1"), "e"))}, list("(Range)", "too large")},
		{"range standing still", file{opset: 13, inits: []*onnxpb.Tensor{ints("0", 0), ints("w", 5)},
			nodes: append(one("Add", "x", "e"), op("Range", list("0", "w", "0"), "e"))}, list("(Range)", "counts from 0 to 5 by 0")},
		{"endless product", file{opset: 13, inits: []*onnxpb.Tensor{ramp("a", 1<<11, 1), ramp("w", 1, 1<<11)},
			nodes: append(one("Add", "x", "e"), op("Mul", list("a", "w"), "e"))}, list("(Mul)", "too large")},
		{"constants of different shapes", file{opset: 13, inits: []*onnxpb.Tensor{ramp("a", 3), ramp("w", 2)},
			nodes: append(one("Add", "x", "e"), op("Mul", list("a", "w"), "e"))}, list("(Mul)", "[3] and [2]")},
		{"endless tile", file{opset: 13, inits: []*onnxpb.Tensor{ramp("a", 3), ints("w", 1<<30)},
			nodes: append(one("Add", "x", "e"), op("Tile", list("a", "w"), "e"))}, list("(Tile)", "too large")},
		{"tile of another rank", file{opset: 13, inits: []*onnxpb.Tensor{ramp("a", 3), ints("w", 1, 1)},
			nodes: append(one("Add", "x", "e"), op("Tile", list("a", "w"), "e"))}, list("(Tile), input 1", "2 numbers")},
		{"divides constants by 0", file{opset: 13, inits: []*onnxpb.Tensor{ints("a", 3), ints("w", 0)},
			nodes: append(one("Reshape", "x", "e"), op("Div", list("a", "w"), "e"))}, list("(Div)", "too large a number")},
		{"scatter outside", file{opset: 13, inits: []*onnxpb.Tensor{ramp("a", 3), ints("i", 3), floats("u", nil, 1)},
			nodes: append(one("Add", "x", "e"), op("ScatterND", list("a", "i", "u"), "e"))}, list("(ScatterND), input 1")},
		{"resize of the batch", file{opset: 13, inits: tensor(floats("", []int64{4}, 2, 1, 1, 1)), nodes: one("Resize", "x", "",
			"w")}, list("(Resize)", "batch by 2")},
		{"resize to much", file{opset: 13, inits: tensor(floats("", []int64{4}, 1, 1, 1<<20, 1<<20)), nodes: one("Resize", "x", "",
			"w")}, list("(Resize)", "too large")},
		{"resize to nothing", file{opset: 13, inits: tensor(floats("", []int64{4}, 1, 1, 0, 1)), nodes: one("Resize", "x", "", "w")},
			list("(Resize)", "positive scales")},
		{"resize in a mode", file{opset: 13, inits: tensor(floats("", []int64{4}, 1, 1, 2, 2)), nodes: []*onnxpb.Node{op("Resize",
			list("x", "", "w"), "y", attributeText("mode", "magic"))}}, list("attribute mode", "magic", "valid: nearest, linear, cubic")},
		{"resize by another policy", file{opset: 18, inits: tensor(ints("", 1, 2, 2, 2)), nodes: []*onnxpb.Node{op("Resize",
			list("x", "", "", "w"), "y", attributeText("keep_aspect_ratio_policy", "maybe"))}},
			list("attribute keep_aspect_ratio_policy", "maybe", "valid: stretch, not_larger, not_smaller")},
		{"resize of an axis twice", file{opset: 18, inits: tensor(ints("", 2, 2)), nodes: []*onnxpb.Node{op("Resize",
			list("x", "", "", "w"), "y", attributeInts("axes", 2, -2))}}, list("attribute axes", "[2 -2]", "once")},
		{"unknown attribute", file{opset: 9, nodes: with(attributeInt("bias_term", 1)), inits: w},
			list("node \"n\" (Conv), attribute bias_term", "not supported", "valid: auto_pad, dilations, group")},
		{"attribute of an operator that has none", file{opset: 9, nodes: []*onnxpb.Node{op("Relu", list("x"), "y",
			attributeFloat("slope", 1))}}, list("(Relu), attribute slope", "want none")},
		{"attribute twice", file{opset: 9, nodes: with(attributeInt("group", 1), attributeInt("group", 2)), inits: w},
			list("attribute group", "twice")},
		{"blocks of scales", file{opset: 21, inits: []*onnxpb.Tensor{floats("s", nil, 1)}, nodes: []*onnxpb.Node{
			op("QuantizeLinear", list("x", "s"), "q", attributeInt("block_size", 2)), op("DequantizeLinear", list("q", "s"), "y")}},
			list("attribute block_size", "is 2", "want 0")},
		{"computes with the batch", file{opset: 13, nodes: []*onnxpb.Node{op("Shape", list("x"), "s"),
			op("Mul", list("s", "s"), "m"), op("Reshape", list("x", "m"), "y")}}, list("Mul", "batch")},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			n, err := Read(test.bytes())
			var typed *Error
			if n != nil || !errors.As(err, &typed) {
				t.Fatalf("got %v and %v, want an *Error", n, err)
			}
			for _, part := range append(test.want, "onnx: ") {
				if !strings.Contains(err.Error(), part) {
					t.Errorf("message %q does not contain %q", err, part)
				}
			}
		})
	}
}

// irregular returns indices of which no three follow each other by the same step.
func irregular(n int) []int64 {
	list := make([]int64, n)
	for i := range list {
		list[i] = int64(i*i) % 1009
	}
	return list
}
