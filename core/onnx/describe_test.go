package onnx

import (
	"fmt"
	"reflect"
	"strings"
	"testing"

	"steady/core/classnames"
	"steady/core/onnx/internal/onnxpb"
)

// described returns operators as text: name, nodes, and how many of them are unsupported (!), unchecked (?), unneeded (-).
func described(d *Description) string {
	var words []string
	for _, o := range d.Operators {
		w := fmt.Sprintf("%s %d", o.Name, o.Nodes)
		if o.Unsupported > 0 {
			w += fmt.Sprintf(" !%d", o.Unsupported)
		}
		if o.Unchecked > 0 {
			w += fmt.Sprintf(" ?%d", o.Unchecked)
		}
		if o.Unneeded > 0 {
			w += fmt.Sprintf(" -%d", o.Unneeded)
		}
		words = append(words, w)
	}
	return strings.Join(words, ", ")
}

// Every problem is found, not only the first.
func TestDescribeProblems(t *testing.T) {
	gemm := op("Gemm", list("f", "w"), "y")
	w := ramp("w", 2, 3)
	sized := func(name string, dims ...int) *onnxpb.ValueInfo { return valueInfo(name, dims) }
	for _, c := range []struct {
		name string
		file
		operators string
		problems  []string // parts of each
		unchecked int
	}{
		{"whole", file{opset: 17, inits: []*onnxpb.Tensor{w}, nodes: []*onnxpb.Node{op("GlobalAveragePool", list("x"), "a"),
			op("Flatten", list("a"), "f"), gemm, op("Magic", list("a"), "unused")}},
			"GlobalAveragePool 1, Flatten 1, Gemm 1, Magic 1 -1", nil, 0},
		{"two unknown operators that keep shapes, and an attribute", file{opset: 17, inits: []*onnxpb.Tensor{w},
			nodes: []*onnxpb.Node{op("Hardmax", list("x"), "a"), op("Hardmax", list("a"), "b"), op("Shrink", list("b"), "c"),
				op("GlobalAveragePool", list("c"), "d"), op("Flatten", list("d"), "f", attributeInt("axis", 7)), gemm}},
			"Hardmax 2 !2, Shrink 1 !1, GlobalAveragePool 1, Flatten 1 !1, Gemm 1 ?1",
			[]string{`"a" (Hardmax)`, `"b" (Hardmax)`, `(Shrink)`, `attribute axis: is 7`}, 1},
		{"a shape that the file declares", file{opset: 17, inits: []*onnxpb.Tensor{ramp("w", 5, 3)},
			nodes:  []*onnxpb.Node{op("Magic", list("x"), "f"), gemm},
			change: func(m *onnxpb.Model) { m.Graph.Values = []*onnxpb.ValueInfo{sized("f", 2)} }},
			"Magic 1 !1, Gemm 1 !1", []string{"(Magic)", "(Gemm)"}, 0},
		{"an unknown shape", file{opset: 17, inits: []*onnxpb.Tensor{w}, nodes: []*onnxpb.Node{op("Magic", list("x"), "m"),
			op("Spell", list("m"), "n"), op("Relu", list("n"), "f"), gemm}},
			"Magic 1 !1, Spell 1 !1, Relu 1 ?1, Gemm 1 ?1", []string{"(Magic)", "(Spell)"}, 2},
		{"an operator set that is too new, and free sizes", file{opset: 99, inits: []*onnxpb.Tensor{ramp("w", 3, 3)},
			input: &onnxpb.ValueInfo{Name: "x", IsTensor: true, ElemType: onnxpb.Float, HasShape: true,
				Dims: []onnxpb.Dim{{Param: "n"}, {Value: 3}, {Param: "height"}, {Param: "width"}}},
			nodes: []*onnxpb.Node{op("GlobalAveragePool", list("x"), "a"), op("Flatten", list("a"), "f"), gemm}},
			"GlobalAveragePool 1, Flatten 1, Gemm 1", []string{"operator set is 99", `"height"`}, 0},
		{"more than its size allows", file{opset: 17, inits: []*onnxpb.Tensor{ints("s", 1<<12, 1<<12)}, nodes: []*onnxpb.Node{
			op("ConstantOfShape", list("s"), "c"), op("ConstantOfShape", list("s"), "d"), op("Add", list("x", "c"), "a"), op("Add", list("a", "d"), "y")}},
			"ConstantOfShape 2 !1 ?1, Add 2 ?2", []string{"too large for its size"}, 3},
		{"a cycle", file{opset: 17, nodes: []*onnxpb.Node{op("Add", list("x", "b"), "a"), op("Relu", list("a"), "b"),
			op("Magic", list("b"), "y")}}, "Add 1, Relu 1, Magic 1 !1", []string{"cycle"}, 0},
		{"several outputs", file{opset: 17, nodes: []*onnxpb.Node{op("Magic", list("x"), "y")}, change: func(m *onnxpb.Model) {
			m.Graph.Outputs = append(m.Graph.Outputs, &onnxpb.ValueInfo{Name: "x"})
		}}, "Magic 1 !1", []string{"outputs", "(Magic)"}, 0},
		{"no output", file{opset: 17, nodes: []*onnxpb.Node{op("Relu", list("x"), "y")}, change: func(m *onnxpb.Model) {
			m.Graph.Outputs = nil
		}}, "Relu 1", []string{"output"}, 0},
	} {
		d, err := Describe(c.bytes())
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		if got := described(d); got != c.operators {
			t.Errorf("%s: operators %q, want %q", c.name, got, c.operators)
		}
		if len(d.Problems) != len(c.problems) || d.Unchecked != c.unchecked {
			t.Errorf("%s: %d nodes unchecked and the problems %v, want %d and %q", c.name, d.Unchecked, d.Problems, c.unchecked,
				c.problems)
			continue
		}
		for i, part := range c.problems {
			if !strings.Contains(d.Problems[i].Error(), part) {
				t.Errorf("%s: problem %d is %q, want %q in it", c.name, i, d.Problems[i], part)
			}
		}
		if (d.Network != nil) != (len(c.problems) == 0) {
			t.Errorf("%s: network %v with the problems %v", c.name, d.Network, d.Problems)
		}
	}
}

func TestDescribeFile(t *testing.T) {
	f := file{opset: 17, inits: []*onnxpb.Tensor{ramp("w", 2, 3), ints("i", 1, 2)}, nodes: []*onnxpb.Node{op("Relu", list("x"), "y")},
		change: func(m *onnxpb.Model) {
			m.Producer, m.ProducerVersion = "pytorch", "2.9"
			m.Opsets = append(m.Opsets, onnxpb.Opset{Domain: "ai.onnx.ml", Version: 3})
			m.Metadata = []onnxpb.StringEntry{{Key: "a", Value: "b"}}
			m.Graph.Outputs = append(m.Graph.Outputs, &onnxpb.ValueInfo{Name: "map"})
			m.Graph.Inputs[0].Dims[2] = onnxpb.Dim{}
		}}
	d, err := Describe(f.bytes())
	if err != nil {
		t.Fatal(err)
	}
	if d.Producer != "pytorch 2.9" || d.IRVersion != 8 || d.Graph != "test" || d.Elements != 6 ||
		!reflect.DeepEqual(d.Opsets, []Opset{{"ai.onnx", 17}, {"ai.onnx.ml", 3}}) ||
		!reflect.DeepEqual(d.Metadata, []classnames.Property{{Key: "a", Value: "b"}}) {
		t.Errorf("got %+v", d)
	}
	if want := []ValueInfo{{"x", "FLOAT", []string{"N", "2", "?", "4"}}}; !reflect.DeepEqual(d.Inputs, want) {
		t.Errorf("inputs %v, want %v", d.Inputs, want)
	}
	if want := []ValueInfo{{"y", "FLOAT", nil}, {"map", "", nil}}; !reflect.DeepEqual(d.Outputs, want) {
		t.Errorf("outputs %v, want %v", d.Outputs, want)
	}
	for _, b := range [][]byte{[]byte("no model"), {}} {
		if d, err := Describe(b); err == nil {
			t.Errorf("%q: %+v, want an error", b, d)
		}
	}
}

// FuzzDescribe holds Describe and Read together: both find a network, or neither does.
func FuzzDescribe(f *testing.F) {
	for _, n := range networks() {
		f.Add(must(Write(n)))
	}
	for _, b := range exported(f) {
		f.Add(b)
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		_, wrong := Read(b)
		d, err := Describe(b)
		if err != nil {
			if wrong == nil {
				t.Errorf("is read, but not described: %v", err)
			}
			return
		}
		if (d.Network == nil) != (wrong != nil) || (len(d.Problems) == 0) != (wrong == nil) {
			t.Errorf("Read says %v, Describe %v", wrong, d.Problems)
		}
	})
}
