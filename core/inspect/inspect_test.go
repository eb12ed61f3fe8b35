package inspect

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"steady/core/nn"
	"steady/core/onnx"
	"steady/models"
)

// report inspects a network of layers in a row.
func report(t *testing.T, image nn.Shape, labels []string, ops ...nn.Op) *Report {
	t.Helper()
	n := &nn.Network{Image: image, Output: nn.Value(len(ops)), Labels: labels}
	for i, o := range ops {
		n.Layers = append(n.Layers, nn.Layer{Name: string(rune('a' + i)), Op: o, In: []nn.Value{nn.Value(i)}})
	}
	file, err := onnx.Write(n)
	if err != nil {
		t.Fatal(err)
	}
	r, err := File(file)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestBuiltIn(t *testing.T) {
	b, err := models.FS.ReadFile("cifar10-standard.onnx")
	if err != nil {
		t.Fatal(err)
	}
	r, err := File(b)
	if err != nil {
		t.Fatal(err)
	}
	if !r.Runs || r.Classes != 10 || r.ClassNames[0] != "airplane" || r.NamesFrom == "" || r.Answers != "logits" ||
		r.Parameters != 722432 || r.MACs != 33179200 || !slices.Equal(r.Image, []int{3, 32, 32}) || r.Bytes != int64(len(b)) {
		t.Errorf("got %+v", r)
	}
	if r.Pixels.Preset != "none" || !r.Pixels.Certain || !strings.Contains(r.Pixels.Evidence[0], "batch normalization") {
		t.Errorf("pixels %+v", r.Pixels)
	}
}

func TestAnswers(t *testing.T) {
	image := nn.Shape{1, 2, 2}
	flat := &nn.Reshape{Shape: nn.Shape{4}}
	for _, c := range []struct {
		r       *Report
		answers string
		problem string
	}{
		{report(t, image, nil, flat), "logits", ""},
		{report(t, image, nil, flat, &nn.Softmax{}), "probabilities", ""},
		{report(t, image, nil, &nn.Relu{}), "", "not a classifier: its output has shape [1 2 2]"},
		{report(t, nn.Shape{4}, nil, &nn.Relu{}), "logits", "takes inputs of shape [4]"},
	} {
		if c.r.Answers != c.answers || c.r.Runs != (c.problem == "") || !strings.Contains(strings.Join(c.r.Problems, "\n"), c.problem) {
			t.Errorf("answers %q, problems %q, want %q and %q", c.r.Answers, c.r.Problems, c.answers, c.problem)
		}
	}
}

// The page and programs that read JSON find lists where there is nothing, not null.
func TestNoNull(t *testing.T) {
	for _, r := range []*Report{report(t, nn.Shape{1, 2, 2}, nil, &nn.Relu{}), report(t, nn.Shape{1, 2, 2}, nil, &nn.GlobalAveragePool{})} {
		b, err := json.Marshal(r)
		if err != nil {
			t.Fatal(err)
		}
		if s := strings.ReplaceAll(string(b), `"spec":null`, ""); strings.Contains(s, "null") {
			t.Errorf("%s", b)
		}
	}
}
