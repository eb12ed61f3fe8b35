package onnx

import (
	"fmt"
	"math"
	"reflect"
	"testing"

	"steady/core/net"
)

func param(name string, shape []int, data ...float32) *net.Param {
	return &net.Param{Name: name, Shape: shape, Data: data}
}

func ints2(a, b int) [2]int { return [2]int{a, b} }

// What nodes become: the operations in order, each reading the one before unless in says otherwise.
func TestReadNodes(t *testing.T) {
	inf := float32(math.Inf(1))
	flat := picture(3)
	vector := func(name string, data ...float32) *tensorProto {
		return floats(name, []int64{int64(len(data))}, data...)
	}
	norm := []*tensorProto{vector("s", 1, 2), vector("b", 3, 4), vector("m", 5, 6), vector("v", 7, 8)}
	normInputs := list("x", "s", "b", "m", "v")
	wantNorm := func(epsilon, momentum float32) net.Op {
		return &net.BatchNorm{Scale: param("s", []int{2}, 1, 2), Shift: param("b", []int{2}, 3, 4),
			Mean: param("m", []int{2}, 5, 6), Variance: param("v", []int{2}, 7, 8), Epsilon: epsilon, Momentum: momentum}
	}
	conv := func(pads [4]int, stride int) *net.Conv {
		return &net.Conv{Weight: param("w", []int{1, 2, 3, 3}, sequence(18)...), Groups: 1, Stride: ints2(stride, stride),
			Dilation: ints2(1, 1), Pads: pads}
	}
	kernel := attributeInts("kernel_shape", 2, 2)
	window := func(stride int, pads ...int) net.Pool {
		p := net.Pool{Kernel: ints2(2, 2), Stride: ints2(stride, stride)}
		copy(p.Pads[:], pads)
		return p
	}
	constant := func(name string, t *tensorProto) *nodeProto {
		return op("Constant", nil, name, attributeTensor("value", t))
	}
	matrix := floats("w", []int64{3, 2}, 1, 2, 3, 4, 5, 6)
	wantMatrix := param("w", []int{2, 3}, 1, 3, 5, 2, 4, 6) // transposed
	mask := &nodeProto{op: "Dropout", inputs: list("x"), outputs: list("y", "mask")}
	training := &tensorProto{name: "t", dataType: typeBool, raw: []byte{0}, hasRaw: true}

	tests := []struct {
		name string
		file
		want []net.Op
	}{
		{"conv with defaults", file{opset: 7, nodes: []*nodeProto{op("Conv", list("x", "w"), "y")},
			inits: []*tensorProto{ramp("w", 1, 2, 3, 3)}}, []net.Op{conv([4]int{}, 1)}},
		{"conv SAME_UPPER", file{opset: 11, inits: []*tensorProto{ramp("w", 1, 2, 3, 3)}, nodes: []*nodeProto{
			op("Conv", list("x", "w"), "y", attributeText("auto_pad", "SAME_UPPER"), attributeInts("strides", 2, 2))}},
			[]net.Op{conv([4]int{0, 0, 1, 1}, 2)}},
		{"conv SAME_LOWER", file{opset: 11, inits: []*tensorProto{ramp("w", 1, 2, 3, 3)}, nodes: []*nodeProto{
			op("Conv", list("x", "w"), "y", attributeText("auto_pad", "SAME_LOWER"), attributeInts("strides", 2, 2))}},
			[]net.Op{conv([4]int{1, 1, 0, 0}, 2)}},
		{"conv VALID", file{opset: 11, inits: []*tensorProto{ramp("w", 1, 2, 3, 3)}, nodes: []*nodeProto{
			op("Conv", list("x", "w", ""), "y", attributeText("auto_pad", "VALID"))}}, []net.Op{conv([4]int{}, 1)}},

		{"batch norm 7", file{opset: 7, inits: norm, nodes: []*nodeProto{op("BatchNormalization", normInputs, "y",
			attributeInt("spatial", 1), attributeFloat("epsilon", 0.5))}}, []net.Op{wantNorm(0.5, 0.9)}},
		{"batch norm 9", file{opset: 9, inits: norm, nodes: []*nodeProto{op("BatchNormalization", normInputs, "y",
			attributeFloat("momentum", 0.5))}}, []net.Op{wantNorm(1e-5, 0.5)}},
		{"batch norm 15", file{opset: 15, inits: norm, nodes: []*nodeProto{op("BatchNormalization", normInputs, "y",
			attributeInt("training_mode", 0))}}, []net.Op{wantNorm(1e-5, 0.9)}},

		{"clip 7", file{opset: 7, nodes: []*nodeProto{op("Clip", list("x"), "y", attributeFloat("max", 6),
			attributeFloat("min", 0))}}, []net.Op{&net.Clip{Max: 6}}},
		{"clip 9 without a bound", file{opset: 9, nodes: []*nodeProto{op("Clip", list("x"), "y",
			attributeFloat("min", 1))}}, []net.Op{&net.Clip{Min: 1, Max: inf}}},
		{"clip 11", file{opset: 11, inits: []*tensorProto{floats("hi", nil, 6)},
			nodes: []*nodeProto{constant("lo", vector("", 1)), op("Clip", list("x", "lo", "hi"), "y")}},
			[]net.Op{&net.Clip{Min: 1, Max: 6}}},
		{"clip 13 without a bound", file{opset: 13, inits: []*tensorProto{floats("hi", nil, 6)},
			nodes: []*nodeProto{op("Clip", list("x", "", "hi"), "y")}}, []net.Op{&net.Clip{Min: -inf, Max: 6}}},
		{"leaky relu", file{opset: 16, nodes: []*nodeProto{op("LeakyRelu", list("x"), "y")}},
			[]net.Op{&net.LeakyRelu{Slope: 0.01}}},

		{"dropout 7", file{opset: 7, nodes: []*nodeProto{mask, op("Relu", list("y"), "z")}, output: "z"},
			[]net.Op{&net.Relu{}}},
		{"dropout 13", file{opset: 13, inits: []*tensorProto{floats("r", nil, 0.5), training}, output: "z",
			nodes: []*nodeProto{op("Dropout", list("x", "r", "t"), "y"), op("Relu", list("y"), "z")}},
			[]net.Op{&net.Relu{}}},
		{"identity and cast", file{opset: 21, nodes: []*nodeProto{op("Identity", list("x"), "a"),
			op("Cast", list("a"), "b", attributeInt("to", typeFloat16)),
			op("Cast", list("b"), "c", attributeInt("to", typeFloat)), op("Relu", list("c"), "y")}},
			[]net.Op{&net.Relu{}}},

		{"softmax 7", file{opset: 7, nodes: []*nodeProto{op("Softmax", list("x"), "y")}}, []net.Op{
			&net.Reshape{Shape: net.Shape{32}}, &net.Softmax{}, &net.Reshape{Shape: net.Shape{2, 4, 4}}}},
		{"softmax 11 over rows", file{opset: 11, nodes: []*nodeProto{op("Softmax", list("x"), "y",
			attributeInt("axis", 2))}}, []net.Op{&net.Reshape{Shape: net.Shape{2, 16}}, &net.Softmax{Axis: 1},
			&net.Reshape{Shape: net.Shape{2, 4, 4}}}},
		{"softmax 9 of one axis", file{opset: 9, input: picture(5, 1, 1), nodes: []*nodeProto{
			op("Softmax", list("x"), "y")}}, []net.Op{&net.Softmax{}}},
		{"softmax 13", file{opset: 13, nodes: []*nodeProto{op("Softmax", list("x"), "y")}}, []net.Op{&net.Softmax{Axis: 2}}},
		{"softmax 21 of channels", file{opset: 21, nodes: []*nodeProto{op("Softmax", list("x"), "y",
			attributeInt("axis", -3))}}, []net.Op{&net.Softmax{}}},
		{"log softmax", file{opset: 13, input: flat, nodes: []*nodeProto{op("Relu", list("x"), "a"),
			op("LogSoftmax", list("a"), "y")}}, []net.Op{&net.Relu{}}},

		{"max pool", file{opset: 8, nodes: []*nodeProto{op("MaxPool", list("x"), "y", kernel)}},
			[]net.Op{&net.MaxPool{Pool: window(1)}}},
		{"max pool, ceil adds a row", file{opset: 10, input: picture(2, 5, 5), nodes: []*nodeProto{op("MaxPool", list("x"),
			"y", kernel, attributeInts("strides", 2, 2), attributeInt("ceil_mode", 1))}},
			[]net.Op{&net.MaxPool{Pool: window(2, 0, 0, 1, 1)}}},
		{"max pool, ceil adds none behind the picture", file{opset: 10, nodes: []*nodeProto{op("MaxPool", list("x"), "y",
			kernel, attributeInts("strides", 3, 3), attributeInts("pads", 1, 1, 1, 1), attributeInt("ceil_mode", 1))}},
			[]net.Op{&net.MaxPool{Pool: window(3, 1, 1, 1, 1)}}},
		{"max pool SAME_UPPER", file{opset: 12, nodes: []*nodeProto{op("MaxPool", list("x"), "y", kernel,
			attributeText("auto_pad", "SAME_UPPER"))}}, []net.Op{&net.MaxPool{Pool: window(1, 0, 0, 1, 1)}}},
		{"average pool 7", file{opset: 7, nodes: []*nodeProto{op("AveragePool", list("x"), "y", kernel,
			attributeInts("pads", 1, 0, 1, 0), attributeInt("count_include_pad", 1))}},
			[]net.Op{&net.AveragePool{Pool: window(1, 1, 0, 1, 0), CountPadding: true}}},
		{"average pool, ceil is never counted", file{opset: 19, input: picture(2, 5, 5), nodes: []*nodeProto{
			op("AveragePool", list("x"), "y", kernel, attributeInts("strides", 2, 2), attributeInt("ceil_mode", 1),
				attributeInt("count_include_pad", 1))}}, []net.Op{&net.AveragePool{Pool: window(2, 0, 0, 1, 1)}}},
		{"global max pool", file{opset: 7, nodes: []*nodeProto{op("GlobalMaxPool", list("x"), "y")}},
			[]net.Op{&net.MaxPool{Pool: net.Pool{Kernel: ints2(4, 4), Stride: ints2(1, 1)}}}},
		{"reduce mean 13", file{opset: 13, nodes: []*nodeProto{op("ReduceMean", list("x"), "y",
			attributeInts("axes", -1, -2))}}, []net.Op{&net.GlobalAveragePool{}}},
		{"reduce mean 18", file{opset: 18, inits: []*tensorProto{ints("a", 2, 3)}, nodes: []*nodeProto{
			op("ReduceMean", list("x", "a"), "y", attributeInt("keepdims", 0))}},
			[]net.Op{&net.GlobalAveragePool{}, &net.Reshape{Shape: net.Shape{2}}}},

		{"gemm", file{opset: 7, input: flat, inits: []*tensorProto{matrix, vector("b", 1, 2)}, nodes: []*nodeProto{
			op("Gemm", list("x", "w", "b"), "y")}},
			[]net.Op{&net.Linear{Weight: wantMatrix, Bias: param("b", []int{2}, 1, 2)}}},
		{"gemm with factors", file{opset: 11, input: flat, inits: []*tensorProto{floats("w", []int64{1, 3}, 1, 2, 3),
			vector("b", 1)}, nodes: []*nodeProto{op("Gemm", list("x", "w", "b"), "y", attributeInt("transB", 1),
			attributeFloat("alpha", 2), attributeFloat("beta", 3))}},
			[]net.Op{&net.Linear{Weight: param("w", []int{1, 3}, 2, 4, 6), Bias: param("b", []int{1}, 3)}}},
		{"gemm with one number as bias", file{opset: 11, input: flat, inits: []*tensorProto{matrix, floats("b", nil, 5)},
			nodes: []*nodeProto{op("Gemm", list("x", "w", "b"), "y")}},
			[]net.Op{&net.Linear{Weight: wantMatrix, Bias: param("b", []int{2}, 5, 5)}}},
		{"matmul and add", file{opset: 13, input: flat, inits: []*tensorProto{matrix, floats("b", []int64{1, 2}, 1, 2)},
			nodes: []*nodeProto{op("MatMul", list("x", "w"), "a"), op("Add", list("b", "a"), "y")}},
			[]net.Op{&net.Linear{Weight: wantMatrix, Bias: param("b", []int{2}, 1, 2)}}},
		{"matmul by a constant that is made", file{opset: 7, input: flat, inits: []*tensorProto{ramp("w", 2, 1, 3),
			ints("s", 2, -1)}, nodes: []*nodeProto{op("Reshape", list("w", "s"), "m"), op("Transpose", list("m"), "t"),
			op("MatMul", list("x", "t"), "y")}},
			[]net.Op{&net.Linear{Weight: param("t", []int{2, 3}, sequence(6)...)}}},

		{"flatten", file{opset: 9, nodes: []*nodeProto{op("Flatten", list("x"), "y")}},
			[]net.Op{&net.Reshape{Shape: net.Shape{32}}}},
		{"flatten from the end", file{opset: 13, input: picture(1, 4, 4), nodes: []*nodeProto{op("Flatten", list("x"), "y",
			attributeInt("axis", -2))}}, []net.Op{&net.Reshape{Shape: net.Shape{16}}}},
		{"flatten behind the end", file{opset: 13, input: picture(1, 1), nodes: []*nodeProto{op("Flatten", list("x"), "y",
			attributeInt("axis", 3))}}, []net.Op{&net.Reshape{Shape: net.Shape{1}}}},
		{"squeeze 11", file{opset: 11, input: picture(2, 1, 1), nodes: []*nodeProto{op("Squeeze", list("x"), "y",
			attributeInts("axes", 2, -1))}}, []net.Op{&net.Reshape{Shape: net.Shape{2}}}},
		{"squeeze and unsqueeze 13", file{opset: 13, input: picture(2, 1, 4), inits: []*tensorProto{ints("a", -1, 1)},
			nodes: []*nodeProto{op("Squeeze", list("x"), "s"), op("Unsqueeze", list("s", "a"), "y")}},
			[]net.Op{&net.Reshape{Shape: net.Shape{2, 4}}, &net.Reshape{Shape: net.Shape{1, 2, 4, 1}}}},

		{"arithmetic with constants", file{opset: 14, inits: []*tensorProto{floats("c", []int64{1, 2, 1, 1}, 2, 4),
			floats("d", []int64{2, 1, 1}, 1, 2)}, nodes: []*nodeProto{op("Sub", list("x", "c"), "a"),
			op("Div", list("a", "c"), "b"), op("Sub", list("d", "b"), "y")}},
			[]net.Op{&net.Affine{Shift: param("c", []int{2}, -2, -4)}, &net.Affine{Scale: param("c_2", []int{2}, 0.5, 0.25)},
				&net.Affine{Scale: param("y.times", []int{1}, -1), Shift: param("d", []int{2}, 1, 2)}}},
		{"one number", file{opset: 7, inits: []*tensorProto{floats("c", nil, 2)}, nodes: []*nodeProto{
			op("Mul", list("c", "x"), "y")}}, []net.Op{&net.Affine{Scale: param("c", []int{1}, 2)}}},
		{"a number per column", file{opset: 7, input: picture(2, 1, 2), inits: []*tensorProto{vector("c", 5, 6)},
			nodes: []*nodeProto{op("Add", list("x", "c"), "y")}},
			[]net.Op{&net.Affine{Shift: param("c", []int{1, 1, 2}, 5, 6)}}},
		{"a number per row", file{opset: 7, input: picture(2, 2, 2), inits: []*tensorProto{floats("c", []int64{2, 1}, 5, 6)},
			nodes: []*nodeProto{op("Add", list("x", "c"), "y")}},
			[]net.Op{&net.Affine{Shift: param("c", []int{1, 2, 1}, 5, 6)}}},
		{"a number per channel and column", file{opset: 7, input: picture(2, 2, 2), inits: []*tensorProto{ramp("c", 2, 1, 2)},
			nodes: []*nodeProto{op("Add", list("x", "c"), "y")}},
			[]net.Op{&net.Affine{Shift: param("c", []int{2, 2, 2}, 0, 1, 0, 1, 2, 3, 2, 3)}}},
		{"a number per element", file{opset: 7, input: picture(1, 2, 2), inits: []*tensorProto{ramp("c", 2, 2)},
			nodes: []*nodeProto{op("Add", list("x", "c"), "y")}},
			[]net.Op{&net.Affine{Shift: param("c", []int{1, 2, 2}, 0, 1, 2, 3)}}},
		{"mul and add join", file{opset: 7, inits: []*tensorProto{floats("c", nil, 2)}, nodes: []*nodeProto{
			op("Mul", list("x", "c"), "a"), op("Identity", list("a"), "b"), op("Add", list("b", "c"), "d"),
			op("Relu", list("d"), "y")}},
			[]net.Op{&net.Affine{Scale: param("c", []int{1}, 2), Shift: param("c", []int{1}, 2)}, &net.Relu{}}},

		{"computed shape", file{opset: 9, inits: []*tensorProto{{name: "0", dataType: typeInt64, int64s: []int64{0}},
			ints("-1", -1)}, nodes: []*nodeProto{op("Shape", list("x"), "s"), op("Gather", list("s", "0"), "g"),
			op("Unsqueeze", list("g"), "u", attributeInts("axes", 0)), op("Concat", list("u", "-1"), "c",
				attributeInt("axis", 0)), op("Reshape", list("x", "c"), "y")}},
			[]net.Op{&net.Reshape{Shape: net.Shape{32}}}},
		{"computed shape with arithmetic", file{opset: 13, inits: []*tensorProto{ints("0", 0), ints("1", 1), ints("3", 3),
			ints("4", 4)}, nodes: []*nodeProto{op("Shape", list("x"), "s"), op("Slice", list("s", "0", "1"), "n"),
			op("Slice", list("s", "1", "3"), "d"), op("Mul", list("d", "4"), "e"), op("Div", list("e", "4"), "f"),
			op("Gather", list("f", "0"), "c"), op("Cast", list("c"), "i", attributeInt("to", typeInt64)),
			op("Concat", list("n", "i", "-1"), "t", attributeInt("axis", 0)), op("Reshape", list("x", "t"), "y"),
			op("Constant", nil, "-1", &attributeProto{name: "value_ints", kind: kindInts, ints: []int64{-1}})}},
			[]net.Op{&net.Reshape{Shape: net.Shape{2, 16}}}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			n, err := Read(test.bytes())
			if err != nil {
				t.Fatal(err)
			}
			var got []net.Op
			for _, l := range n.Layers {
				got = append(got, l.Op)
			}
			if !reflect.DeepEqual(got, test.want) {
				t.Errorf("got  %s\nwant %s", describe(got), describe(test.want))
			}
			for i, l := range n.Layers {
				if len(l.In) != 1 || l.In[0] != net.Value(i) {
					t.Errorf("layer %d reads %v, want %d", i, l.In, i)
				}
			}
			again(t, n)
		})
	}
}

// again tells whether what was read can be written and then gives the same shapes.
func again(t *testing.T, n *net.Network) {
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

func describe(ops []net.Op) string {
	s := ""
	for _, o := range ops {
		s += fmt.Sprintf("%s%+v", net.OpName(o), o)
		v := reflect.ValueOf(o).Elem()
		for i := range v.NumField() {
			if p, ok := v.Field(i).Interface().(*net.Param); ok && p != nil {
				s += fmt.Sprintf(" %s=%+v", v.Type().Field(i).Name, *p)
			}
		}
		s += "; "
	}
	return s
}

// Values that several nodes read, and nodes in any order.
func TestReadGraph(t *testing.T) {
	nodes := []*nodeProto{
		op("Concat", list("s", "r", "x"), "y", attributeInt("axis", 1)),
		op("Sum", list("r", "x", "r"), "s"),
		op("Sub", list("x", "m"), "r"),
		op("Add", list("m", "c"), "unread"),
		op("NoSuchThing", list("nowhere"), "unread too"),
		op("Mul", list("x", "c"), "m"),
	}
	n, err := Read(file{opset: 13, nodes: nodes, inits: []*tensorProto{floats("c", nil, 3)}}.bytes())
	if err != nil {
		t.Fatal(err)
	}
	got := ""
	for _, l := range n.Layers {
		got += fmt.Sprintf("%s %s%v ", l.Name, net.OpName(l.Op), l.In)
	}
	want := "m Affine[0] r.negated Affine[1] r Add[0 2] s.1 Add[3 0] s Add[4 3] y Concat[5 3 0] "
	if got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

// The batch is free, whatever the file says of it, and a shape may name it in several ways.
func TestReadBatch(t *testing.T) {
	for _, batch := range []dimProto{{param: "N"}, {param: "batch size"}, {}, {value: -1}, {value: 1}, {value: 8}} {
		for _, first := range []int64{0, 1, 8, -1} {
			input := picture(2, 3)
			input.dims[0] = batch
			second := int64(-1)
			if first == -1 {
				second = 6
			}
			n, err := Read(file{opset: 10, input: input, inits: []*tensorProto{ints("s", first, second)},
				nodes: []*nodeProto{op("Reshape", list("x", "s"), "y")}}.bytes())
			switch {
			case first == 8 && batch.value != 8:
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
	for name, tensor := range map[string]*tensorProto{
		"float":        {dataType: typeFloat, floats: want},
		"raw float":    rawFloats("", nil, want...),
		"float16":      {dataType: typeFloat16, int32s: []int64{0x3e00, 0xc100}},
		"raw float16":  {dataType: typeFloat16, raw: half, hasRaw: true},
		"bfloat16":     {dataType: typeBfloat16, int32s: []int64{0x3fc0, 0xc020}},
		"raw bfloat16": {dataType: typeBfloat16, raw: []byte{0xc0, 0x3f, 0x20, 0xc0}, hasRaw: true},
		"double":       {dataType: typeDouble, doubles: []float64{1.5, -2.5}},
		"raw double": {dataType: typeDouble, raw: []byte{0, 0, 0, 0, 0, 0, 0xf8, 0x3f, 0, 0, 0, 0, 0, 0, 4, 0xc0},
			hasRaw: true},
		"listed as input": {dataType: typeFloat, floats: want},
	} {
		tensor.name, tensor.dims = "c", []int64{2, 1, 1}
		f := file{opset: 7, inits: []*tensorProto{tensor}, nodes: []*nodeProto{op("Add", list("x", "c"), "y")}}
		f.change = func(m *modelProto) {
			if name == "listed as input" {
				m.graph.inputs = append([]*valueInfoProto{value("c", []int{1, 1})}, m.graph.inputs...)
			}
		}
		n, err := Read(f.bytes())
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if got := n.Layers[0].Op.(*net.Affine).Shift; !reflect.DeepEqual(got, param("c", []int{2}, want...)) {
			t.Errorf("%s: got %v, want %v", name, *got, want)
		}
	}
	for _, kind := range []int64{typeInt32, typeInt64} {
		for _, raw := range []bool{false, true} {
			s := &tensorProto{name: "s", dims: []int64{2}, dataType: kind, hasRaw: raw}
			switch {
			case raw && kind == typeInt32:
				s.raw = []byte{0xff, 0xff, 0xff, 0xff, 32, 0, 0, 0}
			case raw:
				s.raw = []byte{0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 32, 0, 0, 0, 0, 0, 0, 0}
			case kind == typeInt32:
				s.int32s = []int64{-1, 32}
			default:
				s.int64s = []int64{-1, 32}
			}
			n, err := Read(file{opset: 7, inits: []*tensorProto{s}, nodes: []*nodeProto{op("Reshape", list("x", "s"),
				"y")}}.bytes())
			if err != nil || n.Classes() != 32 {
				t.Errorf("integers of type %s, raw %v: %v", typeNames[kind], raw, err)
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
		got := float64(halfBits(uint16(h), typeFloat16))
		if got != want && !(math.IsNaN(got) && math.IsNaN(want)) || math.Signbit(got) != math.Signbit(want) {
			t.Fatalf("%#04x is %v, want %v", h, got, want)
		}
	}
}

func TestReadMetadata(t *testing.T) {
	relu := []*nodeProto{op("Relu", list("x"), "y")}
	read := func(value string) (*net.Network, error) {
		return Read(file{opset: 7, input: picture(2), nodes: relu, change: func(m *modelProto) {
			m.metadata = []stringEntry{{"author", "someone"}, {labelsKey, value}}
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
