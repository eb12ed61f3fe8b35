package onnx

import (
	"fmt"
	"reflect"
	"testing"

	"steady/core/nn"
	"steady/core/onnx/internal/onnxpb"
)

func param(name string, shape []int, data ...float32) *nn.Param {
	return &nn.Param{Name: name, Shape: shape, Data: data}
}

func ints2(a, b int) [2]int { return [2]int{a, b} }

// checkRewritten checks that a network can be written and read with the same shapes.
func checkRewritten(t *testing.T, n *nn.Network) {
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

func TestReadMetadata(t *testing.T) {
	relu := []*onnxpb.Node{op("Relu", list("x"), "y")}
	read := func(value string) (*nn.Network, error) {
		return Read(file{opset: 7, input: imageInfo(2), nodes: relu, change: func(m *onnxpb.Model) {
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

// Names in nodes of ONNX-ML, as Custom Vision and scikit-learn write them.
func TestReadClassLabels(t *testing.T) {
	read := func(labels ...string) (*nn.Network, error) {
		var texts [][]byte
		for _, s := range labels {
			texts = append(texts, []byte(s))
		}
		zip := op("ZipMap", list("y"), "z", &onnxpb.Attribute{Name: "classlabels_strings", Type: onnxpb.AttributeTexts, Texts: texts})
		zip.Domain = mlDomain
		return Read(file{opset: 17, input: imageInfo(3), output: "z", nodes: []*onnxpb.Node{op("Relu", list("x"), "y"), zip},
			change: func(m *onnxpb.Model) { m.Graph.Outputs[0].IsTensor = false }}.bytes())
	}
	n, err := read("red", "green", "blue")
	if err != nil || !reflect.DeepEqual(n.Labels, list("red", "green", "blue")) || n.LabelsFrom != `attribute classlabels_strings of node "z"` {
		t.Errorf("%v, %v", n, err)
	}
	for _, labels := range [][]string{{"red", "green"}, {"red", "green", "\xff"}} {
		if n, err := read(labels...); err != nil || n.Labels != nil || n.LabelsFrom != "" {
			t.Errorf("%q: %v, %v", labels, n, err)
		}
	}
}

// What other programs write of class names.
func TestReadClassNames(t *testing.T) {
	read := func(properties ...string) (*nn.Network, error) {
		return Read(file{opset: 17, input: imageInfo(3), nodes: []*onnxpb.Node{op("Relu", list("x"), "y")}, change: func(m *onnxpb.Model) {
			for i := 0; i < len(properties); i += 2 {
				m.Metadata = append(m.Metadata, onnxpb.StringEntry{Key: properties[i], Value: properties[i+1]})
			}
		}}.bytes())
	}
	want := []string{"red", "it's green", "blue"}
	for _, c := range []struct {
		properties []string
		from       string // "" for no names
	}{
		{list("names", `{0: 'red', 1: "it's green", 2: 'blue'}`), `metadata property "names"`},
		{list("names", `{0: 'of', 1: 'another'}`, "class_names", `["red", "it's green", "blue"]`), `metadata property "class_names"`},
		{list("names", `{0: 'of', 1: 'another'}`), ""},
		{list("names", `{0: 'red', 1: "it's green", 2: 'blue'`), ""},
		{list("id2label", `{"2": "blue", "1": "it's green", "0": "red"}`, "classes", "3"), `metadata property "id2label"`},
	} {
		n, err := read(c.properties...)
		if err != nil || n.LabelsFrom != c.from || c.from != "" && !reflect.DeepEqual(n.Labels, want) || c.from == "" && n.Labels != nil {
			t.Errorf("%q: names %q of %q, %v", c.properties, n.Labels, n.LabelsFrom, err)
		}
	}
}
