package onnx

import (
	"fmt"
	"strings"
	"testing"

	"steady/core/nn"
	"steady/core/onnx/internal/onnxpb"
)

func attributeGraph(name string, g *onnxpb.Graph) *onnxpb.Attribute {
	return &onnxpb.Attribute{Name: name, Type: onnxpb.AttributeGraph, Graph: g}
}

func attributeRef(name, ref string, kind onnxpb.AttributeType) *onnxpb.Attribute {
	return &onnxpb.Attribute{Name: name, Type: kind, Ref: ref}
}

// branch returns a graph for an If.
func branch(output string, inits []*onnxpb.Tensor, nodes ...*onnxpb.Node) *onnxpb.Graph {
	return &onnxpb.Graph{Nodes: nodes, Initializers: inits, Outputs: []*onnxpb.ValueInfo{{Name: output}}}
}

// call returns a node that calls a function of the domain "f".
func call(name string, inputs []string, output string, attributes ...*onnxpb.Attribute) *onnxpb.Node {
	p := op(name, inputs, output, attributes...)
	p.Domain = "f"
	return p
}

func function(name string, inputs, outputs []string, nodes ...*onnxpb.Node) *onnxpb.Function {
	return &onnxpb.Function{Domain: "f", Name: name, Inputs: inputs, Outputs: outputs, Nodes: nodes,
		Opsets: []onnxpb.Opset{{Version: 18}}}
}

func with(f file, functions ...*onnxpb.Function) file {
	f.change = func(m *onnxpb.Model) { m.Functions = functions }
	return f
}

func inlineTests() []graphTest {
	// scaled(x, w) = leaky(x·w) with the slope of the call; twice(x, w) calls it two times, the second time with the default.
	scaled := function("scaled", list("x", "w"), list("y"), op("LeakyRelu", list("t"), "y", attributeRef("alpha", "slope",
		onnxpb.AttributeFloat)), op("Mul", list("x", "w"), "t"))
	scaled.Defaults = []*onnxpb.Attribute{attributeFloat("slope", 0.25)}
	twice := function("twice", list("x", "w"), list("z", "t"), call("scaled", list("x", "w"), "t", attributeRef("slope", "a",
		onnxpb.AttributeFloat)), call("scaled", list("t", "w"), "z"))
	twice.Attributes = list("a")
	old := function("old", list("x"), list("y"), op("Clip", list("x"), "y", attributeFloat("min", 1)))
	old.Opsets = []onnxpb.Opset{{Version: 9}}
	optional := function("optional", list("x", "low"), list("y"), op("Clip", list("x", "low"), "y"))
	choice := function("choice", list("x"), list("y"), op("Constant", nil, "c", attributeRef("value_int", "yes", onnxpb.AttributeInt)),
		op("Relu", list("x"), "t"),
		op("If", list("c"), "y", attributeGraph("then_branch", branch("x2", nil, op("Sigmoid", list("t"), "x2"))),
			attributeGraph("else_branch", branch("x2", nil, op("Elu", list("t"), "x2", attributeRef("alpha", "slope", onnxpb.AttributeFloat))))))
	choice.Attributes = list("yes", "slope")
	constants := []*onnxpb.Tensor{floats("w", nil, 3), {Name: "true", DataType: onnxpb.Bool, Raw: []byte{1}, HasRaw: true},
		{Name: "false", DataType: onnxpb.Bool, Raw: []byte{0}, HasRaw: true}}
	inner := branch("t", []*onnxpb.Tensor{floats("w", nil, 7)}, op("Mul", list("r", "w"), "t"))
	return []graphTest{
		{"a function", with(file{opset: 18, inits: constants, nodes: []*onnxpb.Node{call("scaled", list("x", "w"), "y")}}, scaled),
			"y/t Affine[0] y/y LeakyRelu[1] "},
		{"a function that calls, with attributes", with(file{opset: 18, inits: constants, nodes: []*onnxpb.Node{
			call("twice", list("x", "w"), "y", attributeFloat("a", 0.5))}}, scaled, twice),
			"y/t/t Affine[0] y/t/y LeakyRelu[1] y/z/t Affine[2] y/z/y LeakyRelu[3] "},
		{"a function called twice", with(file{opset: 18, inits: constants, nodes: []*onnxpb.Node{
			call("scaled", list("x", "w"), "a", attributeFloat("slope", 1)), call("scaled", list("a", "w"), "y")}}, scaled),
			"a/t Affine[0] a/y LeakyRelu[1] y/t Affine[2] y/y LeakyRelu[3] "},
		{"a function of an older operator set", with(file{opset: 18, nodes: []*onnxpb.Node{call("old", list("x"), "a"),
			op("Relu", list("a"), "y")}}, old), "a/y Clip[0] y Relu[1] "},
		{"a function without its second input", with(file{opset: 18, nodes: []*onnxpb.Node{call("optional", list("x"), "y")}}, optional),
			"y/y Clip[0] "},
		{"only a needed output of a function", with(file{opset: 18, inits: constants, nodes: []*onnxpb.Node{{Domain: "f", Op: "twice",
			Inputs: list("x", "w"), Outputs: list("", "y")}}}, scaled, twice), "y/t/t Affine[0] y/t/y LeakyRelu[1] "},
		{"if in a function", with(file{opset: 18, nodes: []*onnxpb.Node{call("choice", list("x"), "a", attributeInt("yes", 1)),
			call("choice", list("a"), "y", attributeInt("yes", 0), attributeFloat("slope", 2))}}, choice),
			"a/t Relu[0] a/y/x2 Map[1] y/t Relu[2] y/y/x2 Map[3] "},
		{"if within if", file{opset: 13, inits: constants, nodes: []*onnxpb.Node{op("Relu", list("x"), "r"),
			op("If", list("true"), "y",
				attributeGraph("then_branch", branch("b", nil, op("If", list("false"), "b",
					attributeGraph("then_branch", branch("m", nil, op("Magic", list("r"), "m"))), attributeGraph("else_branch", inner)))),
				attributeGraph("else_branch", branch("x", nil)))}}, "r Relu[0] y/b/t Affine[1] "},
		{"if by a computed shape", file{opset: 13, inits: []*onnxpb.Tensor{{Name: "1", DataType: onnxpb.Int64, Int64s: []int64{1}}},
			nodes: []*onnxpb.Node{op("Shape", list("x"), "s"), op("Gather", list("s", "1"), "g"), op("Equal", list("g", "1"), "c"),
				op("If", list("c"), "y", attributeGraph("then_branch", branch("t", nil, op("Squeeze", list("x"), "t"))),
					attributeGraph("else_branch", branch("e", nil, op("Relu", list("x"), "e"))))}}, "y/e Relu[0] "},
	}
}

func TestInline(t *testing.T) { checkLayers(t, inlineTests()) }

// The attributes and constants of calls are those of the call.
func TestInlinedAttributes(t *testing.T) {
	tests := inlineTests()
	read := func(i int) []nn.Layer {
		n, err := Read(tests[i].bytes())
		if err != nil {
			t.Fatalf("%s: %v", tests[i].name, err)
		}
		return n.Layers
	}
	slope := func(l nn.Layer) float32 { return l.Op.(*nn.LeakyRelu).Slope }
	if l := read(1); slope(l[1]) != 0.5 || slope(l[3]) != 0.25 {
		t.Errorf("slopes are %v and %v, want 0.5 from the call and the default 0.25", slope(l[1]), slope(l[3]))
	}
	if l := read(6); l[3].Op.(*nn.Map).Alpha != 2 {
		t.Errorf("%+v, want the alpha of the call in the branch", l[3].Op)
	}
	if l := read(7); l[1].Op.(*nn.Affine).Scale.Data[0] != 7 {
		t.Errorf("%+v, want the initializer of the branch", l[1].Op)
	}
}

func TestInlineRefuses(t *testing.T) {
	image := []*onnxpb.Node{call("f", list("x"), "y")}
	again := function("f", list("x"), list("y"), call("f", list("x"), "y"))
	// Each of these calls the one before it ten times.
	bomb := []*onnxpb.Function{function("f0", list("x"), list("y"), op("Relu", list("x"), "y"))}
	for i := range 12 {
		nodes := []*onnxpb.Node{}
		for j := range 10 {
			nodes = append(nodes, call(fmt.Sprint("f", i), list(fmt.Sprint(j)), fmt.Sprint(j+1)))
		}
		bomb = append(bomb, function(fmt.Sprint("f", i+1), list("0"), list("10"), nodes...))
	}
	newer := function("f", list("x"), list("y"), op("Relu", list("x"), "y"))
	newer.Opsets[0].Version = 99
	relu := op("Relu", list("x"), "t")
	choose := func(condition string, attributes ...*onnxpb.Attribute) file {
		return file{opset: 13, inits: []*onnxpb.Tensor{{Name: "1", DataType: onnxpb.Bool, Raw: []byte{1}, HasRaw: true}, ints("2", 1, 0)},
			nodes: []*onnxpb.Node{op("If", list(condition), "y", attributes...)}}
	}
	then := attributeGraph("then_branch", branch("t", nil, relu))
	for _, test := range []struct {
		name string
		file
		want []string
	}{
		{"calls itself", with(file{opset: 18, nodes: image}, again), list("is the 65th call", "call itself?")},
		{"a bomb", with(file{opset: 18, nodes: []*onnxpb.Node{call("f12", list("x"), "y")}}, bomb...), list("more than 262144 names")},
		{"two functions", with(file{opset: 18, nodes: image}, again, again), list("function 1", "unique")},
		{"too many inputs", with(file{opset: 18, nodes: []*onnxpb.Node{call("f", list("x", "x"), "y")}}, again), list("node \"y\" (f)",
			"2 inputs", "at most 1")},
		{"an attribute that it has not", with(file{opset: 18, nodes: []*onnxpb.Node{call("f", list("x"), "y", attributeInt("a", 1))}},
			again), list("attribute a")},
		{"a newer operator set", with(file{opset: 18, nodes: image}, newer), list("node \"y\" (f), opset_import", "is 99", "7 to 28")},
		{"reads what nothing makes", with(file{opset: 18, nodes: image}, function("f", list("x"), list("y"),
			op("Relu", list("z"), "y"))), list("(Relu), input 0", "\"z\"")},
		{"makes nothing", with(file{opset: 18, nodes: image}, function("f", list("x"), list("y"))), list("(f)", "no node makes")},
		{"makes its input", with(file{opset: 18, nodes: image}, function("f", list("x"), list("y"), op("Relu", list("x"), "x"))),
			list("(f)", "unique names")},
		{"no function", with(file{opset: 18, nodes: image}), list("domain", "\"f\"", "a function of the file")},
		{"a condition of the image", choose("x", then), list("(If), input 0 \"x\"", "not a constant")},
		{"two conditions", choose("2", then), list("(If), input 0", "2 elements")},
		{"no branch", choose("1", attributeGraph("else_branch", branch("t", nil, relu))), list("attribute then_branch", "missing")},
		{"a branch of two values", choose("1", attributeGraph("then_branch", &onnxpb.Graph{Nodes: []*onnxpb.Node{relu},
			Outputs: []*onnxpb.ValueInfo{{Name: "t"}, {Name: "t"}}})), list("attribute then_branch", "makes 2 values, want 1")},
		{"an unknown operator in a branch", choose("1", attributeGraph("then_branch", branch("m", nil, op("Magic", list("x"), "m")))),
			list("node \"y/m\" (Magic)", "not supported")},
		{"a cycle through a branch", choose("1", attributeGraph("then_branch", branch("t", nil, op("Relu", list("y"), "t")))),
			list("cycle")},
	} {
		n, err := Read(test.bytes())
		if n != nil || err == nil {
			t.Errorf("%s: got %v and %v, want an error", test.name, n, err)
			continue
		}
		for _, part := range test.want {
			if !strings.Contains(err.Error(), part) {
				t.Errorf("%s: message %q does not contain %q", test.name, err, part)
			}
		}
	}
}
