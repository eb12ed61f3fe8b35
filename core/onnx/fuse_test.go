package onnx

import (
	"fmt"
	"math"
	"testing"

	"steady/core/nn"
	"steady/core/onnx/internal/onnxpb"
)

// Chains of nodes that together are one layer, and graphs that only look like them.
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
		n, err := Read(file{opset: 13, input: imageInfo(3, 4), inits: inits, nodes: test.nodes}.bytes())
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
