package onnx

import (
	"errors"
	"fmt"
	"runtime"
	"strings"
	"testing"
)

// Each mistake and what its message has to hold: the place and what would be right.
func TestReadRefuses(t *testing.T) {
	relu := []*nodeProto{op("Relu", list("x"), "y")}
	conv := []*nodeProto{{name: "conv1", op: "Conv", inputs: list("x", "w"), outputs: list("y")}}
	with := func(attributes ...*attributeProto) []*nodeProto {
		return []*nodeProto{{name: "n", op: "Conv", inputs: list("x", "w"), outputs: list("y"), attributes: attributes}}
	}
	w := []*tensorProto{ramp("w", 1, 2, 3, 3)}
	tensor := func(t *tensorProto) []*tensorProto { t.name = "w"; return []*tensorProto{t} }
	one := func(o string, inputs ...string) []*nodeProto { return []*nodeProto{op(o, inputs, "y")} }
	huge := int64(1) << 40
	graph := func(f func(g *graphProto)) func(m *modelProto) { return func(m *modelProto) { f(m.graph) } }
	dim := func(i int, d dimProto) func(m *modelProto) {
		return graph(func(g *graphProto) { g.inputs[0].dims[i] = d })
	}
	var deep []*nodeProto
	for i := range 1000 {
		deep = append(deep, op("Relu", list(fmt.Sprint(i+1)), fmt.Sprint(i)))
	}
	deep[999].inputs[0] = "0"

	tests := []struct {
		name string
		file
		want []string
	}{
		{"old", file{opset: 6, nodes: relu}, list("opset_import", "is 6", "7 to 21")},
		{"new", file{opset: 22, nodes: relu}, list("opset_import", "is 22", "7 to 21")},
		{"no operator set", file{nodes: relu, change: func(m *modelProto) { m.opsets = nil }}, list("opset_import")},
		{"another's operators", file{nodes: relu, change: func(m *modelProto) { m.opsets[0].domain = "com.example" }},
			list("opset_import")},
		{"no graph", file{opset: 9, change: func(m *modelProto) { m.graph = nil }}, list("graph: there is none")},
		{"empty graph", file{opset: 9}, list("graph.output", "no node makes \"y\"")},
		{"no input", file{opset: 9, nodes: relu, change: graph(func(g *graphProto) { g.inputs = nil })},
			list("graph.input", "want one")},
		{"two inputs", file{opset: 9, nodes: relu, change: graph(func(g *graphProto) {
			g.inputs = append(g.inputs, value("z", []int{1, 1}))
		})}, list("graph.input", "\"z\"", "only one")},
		{"two outputs", file{opset: 9, nodes: relu, change: graph(func(g *graphProto) {
			g.outputs = append(g.outputs, g.outputs...)
		})}, list("graph.output", "there are 2", "want 1")},
		{"sparse", file{opset: 9, nodes: relu, change: graph(func(g *graphProto) { g.sparse = true })}, list("sparse")},
		{"free height", file{opset: 9, nodes: relu, change: dim(2, dimProto{param: "H"})},
			list("graph.input \"x\"", "dimension 2 is \"H\"", "positive")},
		{"negative width", file{opset: 9, nodes: relu, change: dim(3, dimProto{value: -3})}, list("dimension 3", "\"-3\"")},
		{"endless picture", file{opset: 9, nodes: relu, input: picture(1<<20, 1<<20)}, list("graph.input", "elements")},
		{"no picture", file{opset: 9, nodes: relu, input: picture()}, list("1 dimensions", "N×C×H×W")},
		{"bytes as input", file{opset: 9, nodes: relu, change: graph(func(g *graphProto) { g.inputs[0].elemType = 2 })},
			list("elem_type is UINT8", "FLOAT")},
		{"output is a constant", file{opset: 9, output: "w", inits: w}, list("graph.output", "\"w\"")},

		{"unknown operator", file{opset: 9, nodes: one("Magic", "x")}, list("node \"y\" (Magic)", "not supported")},
		{"unknown domain", file{opset: 9, nodes: []*nodeProto{{op: "Relu", domain: "com.example", inputs: list("x"),
			outputs: list("y")}}}, list("node \"y\" (Relu), domain", "com.example")},
		{"reads nothing", file{opset: 9, nodes: one("Relu")}, list("input 0", "missing")},
		{"reads what nothing makes", file{opset: 9, nodes: one("Relu", "nowhere")}, list("input 0", "\"nowhere\"")},
		{"cycle", file{opset: 9, nodes: []*nodeProto{op("Add", list("x", "a"), "y"), op("Relu", list("y"), "a")}},
			list("cycle", "input")},
		{"itself", file{opset: 9, nodes: one("Relu", "y")}, list("node \"y\" (Relu), input 0", "cycle")},
		{"long cycle", file{opset: 9, nodes: deep, output: "0"}, list("cycle")},
		{"two makers", file{opset: 9, nodes: append(one("Relu", "x"), relu...)}, list("node \"y\"", "output", "unique")},
		{"makes the input", file{opset: 9, nodes: []*nodeProto{op("Relu", list("x"), "x")}, output: "x"}, list("unique")},
		{"two initialisers", file{opset: 9, nodes: conv, inits: append(w, w...)}, list("initializer 1", "\"w\"", "unique")},
		{"nameless initialiser", file{opset: 9, nodes: relu, inits: []*tensorProto{ramp("", 1)}}, list("initializer 0")},
		{"mask of a dropout", file{opset: 9, nodes: []*nodeProto{{op: "Dropout", inputs: list("x"),
			outputs: list("d", "m")}, op("Relu", list("m"), "y")}}, list("input 0 \"m\"", "training")},
		{"relu of a constant", file{opset: 9, nodes: one("Relu", "w"), inits: w}, list("input 0 \"w\"", "is a constant")},
		{"weights that are no constant", file{opset: 9, nodes: one("Conv", "x", "x")}, list("input 1", "not a constant")},

		{"too few floats", file{opset: 9, nodes: conv, inits: tensor(floats("", []int64{1, 2, 3, 3}, 1, 2))},
			list("node \"conv1\" (Conv), input 1 \"w\"", "[1 2 3 3]", "18 elements", "float_data has 2")},
		{"odd bytes", file{opset: 9, nodes: conv, inits: tensor(&tensorProto{dims: []int64{1}, dataType: typeFloat,
			raw: make([]byte, 5), hasRaw: true})}, list("input 1", "raw_data")},
		{"absurd dims", file{opset: 9, nodes: conv, inits: tensor(floats("", []int64{huge, huge, huge, 4}))},
			list("input 1", "more than 2147483647 elements")},
		{"large dims, no data", file{opset: 9, nodes: conv, inits: tensor(floats("", []int64{1 << 10, 1 << 10, 9, 9}))},
			list("input 1", "float_data has 0")},
		{"negative dims", file{opset: 9, nodes: conv, inits: tensor(floats("", []int64{-1, -2, 3, 3}))},
			list("input 1", "below 0")},
		{"empty", file{opset: 9, nodes: conv, inits: tensor(floats("", []int64{0, 2, 3, 3}))}, list("input 1", "positive")},
		{"too many dims", file{opset: 9, nodes: conv, inits: tensor(floats("", make([]int64, 20)))},
			list("initializer 0", "dims")},
		{"strings", file{opset: 9, nodes: conv, inits: tensor(&tensorProto{dataType: 8})},
			list("data_type is STRING", "FLOAT16")},
		{"strange type", file{opset: 9, nodes: conv, inits: tensor(&tensorProto{dataType: 99})}, list("data_type is 99")},
		{"elsewhere", file{opset: 9, nodes: conv, inits: tensor(&tensorProto{dataType: typeFloat, external: true})},
			list("input 1", "another file")},
		{"integers as weights", file{opset: 9, nodes: conv, inits: tensor(ints("", 1))}, list("input 1", "integers")},
		{"1-D convolution", file{opset: 9, input: picture(2, 9), nodes: conv, inits: tensor(ramp("", 1, 2, 3))},
			list("2-D")},
		{"not a number", file{opset: 9, input: picture(1), nodes: one("Add", "x", "w"),
			inits: tensor(&tensorProto{dataType: typeFloat16, int32s: []int64{0x7e00}})}, list("finite")},

		{"channels", file{opset: 9, input: picture(3, 4, 4), nodes: conv, inits: w},
			list("node \"conv1\" (Conv)", "has 3")},
		{"groups", file{opset: 9, nodes: with(attributeInt("group", 3)), inits: w}, list("groups is 3", "divisor")},
		{"no groups", file{opset: 9, nodes: with(attributeInt("group", 0)), inits: w}, list("attribute group", "is 0")},
		{"kernel_shape", file{opset: 9, nodes: with(attributeInts("kernel_shape", 5, 5)), inits: w},
			list("attribute kernel_shape", "[5 5]")},
		{"kind", file{opset: 9, nodes: with(attributeInt("pads", 1)), inits: w},
			list("attribute pads", "kind INT", "INTS")},
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
			list("auto_pad", "MAYBE", "VALID")},
		{"window too large", file{opset: 9, nodes: with(attributeInts("dilations", 2, 2)), inits: w},
			list("window covers 5 rows", "only 4")},
		{"pool without a window", file{opset: 9, nodes: one("MaxPool", "x")}, list("kernel_shape", "missing")},
		{"pool with gaps", file{opset: 10, nodes: []*nodeProto{op("MaxPool", list("x"), "y",
			attributeInts("kernel_shape", 2, 2), attributeInts("dilations", 2, 2))}}, list("attribute dilations", "[1 1]")},
		{"pool of padding", file{opset: 10, nodes: []*nodeProto{op("MaxPool", list("x"), "y",
			attributeInts("kernel_shape", 2, 2), attributeInts("pads", 2, 2, 2, 2))}}, list("pads", "smaller")},
		{"flag", file{opset: 10, nodes: []*nodeProto{op("MaxPool", list("x"), "y", attributeInts("kernel_shape", 2, 2),
			attributeInt("ceil_mode", 7))}}, list("ceil_mode", "is 7", "0 or 1")},

		{"adds unlike", file{opset: 9, nodes: []*nodeProto{op("MaxPool", list("x"), "g", attributeInts("kernel_shape", 2, 2)),
			op("Add", list("x", "g"), "y")}}, list("node \"y\" (Add)", "shapes [2 4 4] and [2 3 3]")},
		{"multiplies values", file{opset: 9, nodes: one("Mul", "x", "x")}, list("node \"y\" (Mul)", "constant")},
		{"divides by a value", file{opset: 9, nodes: one("Div", "w", "x"), inits: tensor(floats("", nil, 1))},
			list("input 1 \"x\"")},
		{"divides by 0", file{opset: 9, nodes: one("Div", "x", "w"), inits: tensor(floats("", nil, 0))},
			list("input 1", "0")},
		{"unfit constant", file{opset: 9, nodes: one("Add", "x", "w"), inits: tensor(ramp("", 3))},
			list("input 1", "[3]", "[2 4 4]")},
		{"constant per image", file{opset: 9, nodes: one("Add", "x", "w"), inits: tensor(ramp("", 8, 1, 1, 1))},
			list("input 1")},
		{"old broadcasting", file{opset: 9, nodes: []*nodeProto{op("Add", list("x", "w"), "y", attributeInt("axis", 1))},
			inits: tensor(ramp("", 2))}, list("attribute axis", "older")},
		{"spread over much", file{opset: 9, input: picture(2, 1<<14, 1<<14), nodes: one("Add", "x", "w"),
			inits: tensor(ramp("", 1<<14))}, list("node \"y\" (Add)", "too large")},
		{"gemm of a picture", file{opset: 9, nodes: one("Gemm", "x", "w"), inits: tensor(ramp("", 4, 4))},
			list("Gemm", "Flatten")},
		{"gemm the other way", file{opset: 9, input: picture(4),
			nodes: []*nodeProto{op("Gemm", list("x", "w"), "y", attributeInt("transA", 1))}, inits: tensor(ramp("", 4, 4))},
			list("attribute transA")},
		{"gemm's bias", file{opset: 9, input: picture(2), nodes: one("Gemm", "x", "w", "b"),
			inits: []*tensorProto{ramp("w", 2, 4), ramp("b", 3)}}, list("input 2 \"b\"", "[4]")},
		{"matmul", file{opset: 9, input: picture(3), nodes: one("MatMul", "x", "w"), inits: tensor(ramp("", 2, 4))},
			list("MatMul", "[4 3]")},
		{"concat of the batch", file{opset: 9, nodes: []*nodeProto{op("Concat", list("x", "x"), "y",
			attributeInt("axis", 0))}}, list("attribute axis", "batch")},
		{"softmax of the batch", file{opset: 13, nodes: []*nodeProto{op("Softmax", list("x"), "y",
			attributeInt("axis", 0))}}, list("attribute axis", "batch")},
		{"softmax far away", file{opset: 13, nodes: []*nodeProto{op("Softmax", list("x"), "y",
			attributeInt("axis", 9))}}, list("attribute axis", "-4 to 3")},
		{"log softmax within", file{opset: 13, input: picture(3),
			nodes: append(one("Relu", "a"), op("LogSoftmax", list("x"), "a"))}, list("LogSoftmax", "end")},
		{"flatten the batch", file{opset: 9, nodes: []*nodeProto{op("Flatten", list("x"), "y",
			attributeInt("axis", 2))}}, list("attribute axis", "want 1")},
		{"reshape the batch", file{opset: 9, nodes: one("Reshape", "x", "w"), inits: tensor(ints("", -1, 16))},
			list("input 1 \"w\"", "[-1 16]", "32 elements")},
		{"reshape to another size", file{opset: 9, nodes: one("Reshape", "x", "w"), inits: tensor(ints("", 0, 5, -1))},
			list("32 elements")},
		{"reshape to absurd size", file{opset: 9, nodes: one("Reshape", "x", "w"), inits: tensor(ints("", 0, 1<<62, 4))},
			list("input 1")},
		{"reshape to a row", file{opset: 9, nodes: one("Reshape", "x", "w"), inits: tensor(ints("", -1))},
			list("input 1", "batch")},
		{"reshape by floats", file{opset: 9, nodes: one("Reshape", "x", "w"), inits: tensor(ramp("", 2))},
			list("input 1", "integers")},
		{"reshape by a forbidden number", file{opset: 9, nodes: one("Reshape", "x", "w"),
			inits: tensor(ints("", batch, -1))}, list("input 1")},
		{"batch norm per element", file{opset: 7, nodes: []*nodeProto{op("BatchNormalization",
			list("x", "w", "w", "w", "w"), "y", attributeInt("spatial", 0))}, inits: tensor(floats("", []int64{2}, 1, 1))},
			list("attribute spatial")},
		{"batch norm in training", file{opset: 15, nodes: []*nodeProto{op("BatchNormalization",
			list("x", "w", "w", "w", "w"), "y", attributeInt("training_mode", 1))},
			inits: tensor(floats("", []int64{2}, 1, 1))}, list("attribute training_mode")},
		{"negative variance", file{opset: 15, nodes: []*nodeProto{op("BatchNormalization", list("x", "w", "w", "w", "w"),
			"y")}, inits: tensor(floats("", []int64{2}, 1, -1))}, list("variance", "channel 1")},
		{"clip by a list", file{opset: 11, nodes: one("Clip", "x", "w"), inits: tensor(ramp("", 2))},
			list("input 1", "want 1")},
		{"clip upside down", file{opset: 6 + 1, nodes: []*nodeProto{op("Clip", list("x"), "y", attributeFloat("min", 2),
			attributeFloat("max", 1))}}, list("limits are 2 and 1")},
		{"constant of strings", file{opset: 13, nodes: append(one("Add", "x", "c"),
			op("Constant", nil, "c", attributeText("value_string", "s")))}, list("value_string")},
		{"empty constant", file{opset: 13, nodes: append(one("Add", "x", "c"), op("Constant", nil, "c"))},
			list("attribute value", "missing")},
		{"gather outside", file{opset: 13, inits: []*tensorProto{ints("w", 9)},
			nodes: []*nodeProto{op("Shape", list("x"), "s"), op("Gather", list("s", "w"), "g"),
				op("Reshape", list("x", "g"), "y")}}, list("Gather", "input 1")},
		{"computes with the batch", file{opset: 13, nodes: []*nodeProto{op("Shape", list("x"), "s"),
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
					t.Errorf("message %q does not hold %q", err, part)
				}
			}
		})
	}
}

func TestReadDamaged(t *testing.T) {
	for name, n := range networks() {
		n.Labels = nil // they come last in a file and may be missing
		b := must(Write(n))
		for i := range b {
			if _, err := Read(b[:i]); err == nil {
				t.Errorf("%s: cut off at %d of %d bytes it is read", name, i, len(b))
			}
		}
		for i := range b {
			for _, flip := range []byte{1, 8, 0x80, 0xff} {
				c := append([]byte(nil), b...)
				c[i] ^= flip
				survives(t, c)
			}
		}
	}
	for _, b := range [][]byte{nil, {0}, {0xff}, []byte("<!DOCTYPE html>"), make([]byte, 100)} {
		if _, err := Read(b); err == nil {
			t.Errorf("%q is read", b)
		}
	}
}

// survives reads bytes and does with what comes out what the rest of the project does first.
func survives(t *testing.T, b []byte) {
	t.Helper()
	n, err := Read(b)
	if err != nil {
		var typed *Error
		if n != nil || !errors.As(err, &typed) {
			t.Errorf("got %v and %v, want only an *Error", n, err)
		}
		return
	}
	if err := n.Validate(); err != nil {
		t.Errorf("what is read is not valid: %v", err)
	}
	written, err := Write(n)
	if err != nil {
		t.Fatalf("what is read cannot be written: %v", err)
	}
	m, err := Read(written)
	if err != nil {
		t.Fatalf("what is written cannot be read: %v", err)
	}
	if got, want := m.Classes(), n.Classes(); got != want {
		t.Errorf("read again it has %d classes, want %d", got, want)
	}
	if len(n.Image) == 3 && n.Image[0] > 64 {
		return // the preprocessing's matrix would be large
	}
	n.Normalised(nil, nil, 1, true).Logits().Fold().Shapes()
	n.MACs()
}

// Small files must not take much memory, whatever they ask for.
func TestReadMemory(t *testing.T) {
	row := &tensorProto{name: "w", dims: []int64{1 << 10, 1 << 10}, dataType: typeFloat, hasRaw: true,
		raw: make([]byte, 1<<22)}
	tests := map[string]func() file{
		"many nodes": func() file {
			f := file{opset: 9, output: "x"}
			for range 1 << 20 {
				f.nodes = append(f.nodes, &nodeProto{})
			}
			return f
		},
		"many layers of one name": func() file {
			f := file{opset: 9, output: "20000"}
			for i := range 20000 {
				from := "x"
				if i > 0 {
					from = fmt.Sprint(i)
				}
				n := op("Relu", list(from), fmt.Sprint(i+1))
				n.name = "same"
				f.nodes = append(f.nodes, n)
			}
			return f
		},
		"one matrix, scaled often": func() file {
			f := file{opset: 9, input: picture(1 << 10), output: "1000", inits: []*tensorProto{row}}
			for i := range 1000 {
				from := "x"
				if i > 0 {
					from = fmt.Sprint(i)
				}
				f.nodes = append(f.nodes, op("Gemm", list(from, "w"), fmt.Sprint(i+1), attributeFloat("alpha", float32(i)+2)))
			}
			return f
		},
		"lists that double": func() file {
			f := file{opset: 9, inits: []*tensorProto{ints("0", 1, 1, 1, 1)}}
			for i := range 60 {
				f.nodes = append(f.nodes, op("Concat", list(fmt.Sprint(i), fmt.Sprint(i)), fmt.Sprint(i+1), attributeInt("axis",
					0)))
			}
			f.nodes = append(f.nodes, op("Reshape", list("x", "60"), "y"))
			return f
		},
	}
	for name, make := range tests {
		b := make().bytes()
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		n, err := Read(b)
		runtime.ReadMemStats(&after)
		limit := uint64(12*len(b) + 64<<20)
		if used := after.TotalAlloc - before.TotalAlloc; used > limit {
			t.Errorf("%s: %d bytes take %d bytes of memory, want at most %d (%v)", name, len(b), used, limit, err)
		}
		if name == "many layers of one name" && (err != nil || n.Layers[19999].Name != "same_20000") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func FuzzRead(f *testing.F) {
	for _, n := range networks() {
		f.Add(must(Write(n)))
	}
	shape := file{opset: 13, inits: []*tensorProto{ints("0", 0), ints("1", 1), ints("m", -1)}, nodes: []*nodeProto{
		op("Shape", list("x"), "s"), op("Slice", list("s", "0", "1"), "b"), op("Gather", list("s", "1"), "c"),
		op("Mul", list("c", "1"), "d"), op("Concat", list("b", "d", "m"), "t", attributeInt("axis", 0)),
		op("Reshape", list("x", "t"), "y")}}
	f.Add(shape.bytes())
	shape.opset = 9
	f.Add(shape.bytes())
	pooled := file{opset: 7, inits: []*tensorProto{ramp("w", 2, 2, 1, 1), ramp("g", 3, 2), rawFloats("f", nil, 2)},
		nodes: []*nodeProto{op("Conv", list("x", "w"), "c", attributeText("auto_pad", "SAME_LOWER")),
			op("MaxPool", list("c"), "p", attributeInts("kernel_shape", 2, 2), attributeInt("ceil_mode", 1)),
			op("Sub", list("f", "p"), "s"), op("GlobalAveragePool", list("s"), "a"), op("Squeeze", list("a"), "q"),
			op("Gemm", list("q", "g"), "e", attributeInt("transB", 1)), op("Softmax", list("e"), "y")}}
	f.Add(pooled.bytes())
	f.Fuzz(func(t *testing.T, b []byte) { survives(t, b) })
}
