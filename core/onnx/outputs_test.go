package onnx

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"steady/core/nn"
	"steady/core/onnx/internal/onnxpb"
)

// severalOutputs describes a classifier of 5 classes with other outputs: "features" on the way, "probabilities" after
// "logits", "head" beside them, "map" with two axes, "label" and "best", which only say which class is the largest, and
// "odd", which cannot be read. Those in shapeless have no declared shape.
func severalOutputs(outputs []string, shapeless ...string) file {
	shapes := map[string][]int{"features": {4}, "logits": {5}, "probabilities": {5}, "head": {3}, "map": {2, 4, 4}, "odd": {4}}
	top := &onnxpb.Node{Op: "TopK", Inputs: list("probabilities", "k"), Outputs: list("values", "best"),
		Attributes: []*onnxpb.Attribute{attributeInt("axis", -1)}}
	return file{opset: 13, nodes: []*onnxpb.Node{
		op("Relu", list("x"), "map"),
		op("Flatten", list("map"), "flat"),
		op("MatMul", list("flat", "w"), "features"),
		op("MatMul", list("features", "v"), "logits"),
		op("MatMul", list("flat", "u"), "head"),
		op("Softmax", list("logits"), "probabilities"),
		op("ArgMax", list("probabilities"), "largest", attributeInt("axis", 1), attributeInt("keepdims", 0)),
		op("Cast", list("largest"), "label", attributeInt("to", int(onnxpb.Int32))),
		top,
		op("Magic", list("features"), "odd"),
		op("Reshape", list("x", "s"), "flat3"),
	}, inits: []*onnxpb.Tensor{ramp("w", 32, 4), ramp("v", 4, 5), ramp("u", 32, 3), ints("k", 2), ints("s", 0, 2, 16)}, change: func(m *onnxpb.Model) {
		m.Graph.Outputs = nil
		for _, name := range outputs {
			o := &onnxpb.ValueInfo{Name: name}
			if s, ok := shapes[name]; ok && !slices.Contains(shapeless, name) {
				o = valueInfo(name, s)
			}
			m.Graph.Outputs = append(m.Graph.Outputs, o)
		}
	}}
}

func TestOutputs(t *testing.T) {
	for _, test := range []struct {
		outputs, shapeless []string
		chosen             string // by Options
		want               string // the last layer, or a part of the error
		note               bool
	}{
		{list("logits"), nil, "", "logits Linear", false},
		{list("label"), nil, "", "probabilities Softmax", false},
		{list("best"), nil, "", "probabilities Softmax", false},
		{list("features", "logits"), nil, "", "logits Linear", true},
		{list("logits", "features"), list("logits", "features"), "", "logits Linear", true},
		{list("logits", "map"), nil, "", "logits Linear", true},
		{list("map", "logits"), list("map"), "", "logits Linear", true},
		{list("logits", "probabilities"), nil, "", "probabilities Softmax", true},
		{list("label", "probabilities"), nil, "", "probabilities Softmax", true},
		{list("label", "best", "values"), nil, "", "probabilities Softmax", true},
		{list("logits", "odd"), nil, "", "logits Linear", true},
		{list("logits", "head"), nil, "head", "head Linear", false},
		{list("logits"), nil, "features", "features Linear", false},
		{list("logits"), nil, "largest", "probabilities Softmax", false},
		{list("map", "logits", "head"), nil, "", `there are 3 outputs, and 2 of them could be the class scores, want the name of one: ` +
			`"map" [2 4 4], "logits" [5], "head" [3]`, false},
		{list("logits", "head"), nil, "", "each of them could", false},
		{list("map", "odd"), list("odd"), "", `not all can be read: onnx: node "odd" (Magic): the operator is not supported`, false},
		{list("map", "flat3"), list("map", "flat3"), "", `none of them could be the class scores, want the name of one: "map" [2 4 4], "flat3" [2 16]`, false},
		{list("logits", "head"), nil, "hat", `graph.output: neither an output nor what a node makes is called "hat", want one of: "logits", "head"`, false},
		{nil, nil, "", "graph.output: there is none", false},
	} {
		note := ""
		n, err := Options{Output: test.chosen, Note: func(text string) { note = text }}.Read(severalOutputs(test.outputs, test.shapeless...).bytes())
		got := fmt.Sprint(err)
		if err == nil {
			last := n.Layers[n.Output-1]
			got = last.Name + " " + nn.OpName(last.Op)
			if int(n.Output) != len(n.Layers) {
				t.Errorf("%v: layers are left that the output does not depend on", test.outputs)
			}
		}
		if !strings.Contains(got, test.want) || (note != "") != test.note {
			t.Errorf("%v, %q: got %q, note %q, want %q", test.outputs, test.chosen, got, note, test.want)
		}
	}
	_, err := Read(severalOutputs(list("logits", "head")).bytes())
	e, ok := errors.AsType[*OutputError](err)
	if !ok || len(e.Outputs) != 2 || e.Outputs[1].Name != "head" || !slices.Equal(e.Outputs[1].Shape, []int{3}) || !e.Outputs[1].Fits {
		t.Errorf("got %+v, want both outputs", e)
	}
}

// Class names are those of the class scores: another output does not get them, nor do they keep it from being read.
func TestOutputsAndLabels(t *testing.T) {
	f := severalOutputs(list("features", "logits"), "features", "logits")
	change := f.change
	f.change = func(m *onnxpb.Model) {
		change(m)
		m.Metadata = []onnxpb.StringEntry{{Key: labelsKey, Value: `["a","b","c","d","e"]`}}
	}
	for output, want := range map[string]int{"": 5, "logits": 5, "features": 0} {
		n, err := Options{Output: output}.Read(f.bytes())
		if err != nil || len(n.Labels) != want {
			t.Errorf("%q: %v, want %d labels", output, err, want)
		}
	}
}

// What is wrong with the input is said before anything of outputs.
func TestOutputsOfFreeSize(t *testing.T) {
	f := severalOutputs(list("logits", "head"))
	change := f.change
	f.change = func(m *onnxpb.Model) {
		change(m)
		m.Graph.Inputs[0].Dims[2] = onnxpb.Dim{Param: "h"}
	}
	if _, err := Read(f.bytes()); err == nil || !strings.Contains(err.Error(), "graph.input") {
		t.Errorf("got %v, want an error of the input", err)
	}
}

// Many outputs are refused before all of them are tried.
func TestManyOutputs(t *testing.T) {
	f := severalOutputs(list("logits", "head"))
	change := f.change
	f.change = func(m *onnxpb.Model) {
		change(m)
		for i := range 5000 {
			name := fmt.Sprint("o", i)
			m.Graph.Nodes = append(m.Graph.Nodes, op("Relu", list("logits"), name))
			m.Graph.Outputs = append(m.Graph.Outputs, &onnxpb.ValueInfo{Name: name, IsTensor: true})
		}
	}
	_, err := Read(f.bytes())
	if err == nil || len(err.Error()) > 1000 || !strings.Contains(err.Error(), "there are 5002 outputs") {
		t.Errorf("got %v", err)
	}
}

// What scikit-learn's models are made of.
func TestScikitLearn(t *testing.T) {
	ml := func(name string, inputs, outputs []string, attributes ...*onnxpb.Attribute) *onnxpb.Node {
		return &onnxpb.Node{Domain: mlDomain, Op: name, Inputs: inputs, Outputs: outputs, Attributes: attributes}
	}
	numbers := func(name string, data ...float32) *onnxpb.Attribute {
		return &onnxpb.Attribute{Name: name, Type: onnxpb.AttributeFloats, Floats: data}
	}
	labels := &onnxpb.Attribute{Name: "classlabels_strings", Type: onnxpb.AttributeTexts, Texts: [][]byte{[]byte("a"), []byte("b")}}
	pipeline := func(post, norm string) file {
		return file{opset: 17, input: imageInfo(3), output: "label", nodes: []*onnxpb.Node{
			ml("Scaler", list("x"), list("s"), numbers("offset", 1, 2, 3), numbers("scale", 2)),
			ml("LinearClassifier", list("s"), list("label", "scores"), numbers("coefficients", 1, 2, 3, 4, 5, 6),
				numbers("intercepts", .5, 1), labels, attributeInt("multi_class", 1), attributeText("post_transform", post)),
			ml("Normalizer", list("scores"), list("probabilities"), attributeText("norm", norm)),
			ml("ZipMap", list("probabilities"), list("output_probability")),
		}, change: func(m *onnxpb.Model) {
			m.Graph.Outputs = append(m.Graph.Outputs, &onnxpb.ValueInfo{Name: "output_probability"})
		}}
	}
	for _, test := range []struct{ post, norm, want string }{
		{"SOFTMAX", "L1", "Affine Linear Softmax "},
		{"LOGISTIC", "L1", "Affine Linear Affine Map Affine Softmax "},
		{"NONE", "L1", "Affine Linear Map Mean Affine Map Mul "},
		{"NONE", "L2", "Affine Linear Map Mean Affine Map Map Mul "},
		{"PROBIT", "L1", `attribute post_transform: is "PROBIT", valid: NONE`},
		{"NONE", "MAX", `attribute norm: is "MAX", valid: L1, L2`},
	} {
		f := pipeline(test.post, test.norm)
		n, err := Options{Output: "output_probability"}.Read(f.bytes())
		got := fmt.Sprint(err)
		if err == nil {
			got = operations(n)
		}
		if !strings.Contains(got, test.want) {
			t.Errorf("%s, %s: got %q, want %q", test.post, test.norm, got, test.want)
		}
	}
	if n, err := Read(pipeline("SOFTMAX", "L1").bytes()); err != nil || n.Classes() != 2 {
		t.Errorf("without a name: %v", err)
	}
}

// operations returns the names of a network's operations.
func operations(n *nn.Network) string {
	s := ""
	for _, l := range n.Layers {
		s += nn.OpName(l.Op) + " "
	}
	return s
}
