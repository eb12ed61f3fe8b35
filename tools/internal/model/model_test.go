package model

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"steady/core/nn"
	"steady/core/onnx"
	"steady/core/scalar"
	"steady/tools/internal/optionflags"
)

func TestReadClassNames(t *testing.T) {
	for _, c := range []struct {
		text string
		want []string // nil: an error
		says string
	}{
		{"cat\r\nbig dog\r\n\r\n", []string{"cat", "big dog"}, ""},
		{`["cat", "dog"]`, []string{"cat", "dog"}, ""},
		{`{"1": "dog", "0": "cat"}`, []string{"cat", "dog"}, ""},
		{`{"1": "dog", "2": "cat"}`, nil, "none for class 0"},
		{`["cat", 2]`, nil, "want a name"},
		{`{"0": ["n01", "cat"], "1": ["n02", "dog"]}`, []string{"cat", "dog"}, ""},
		{"cat", nil, "1 names for the network's 2 classes"},
		{"", nil, "no names"},
	} {
		path := filepath.Join(t.TempDir(), "names")
		if err := os.WriteFile(path, []byte(c.text), 0o644); err != nil {
			t.Fatal(err)
		}
		got, err := readClassNames(path, 2)
		if c.want == nil && (err == nil || !strings.Contains(err.Error(), c.says) || !strings.Contains(err.Error(), path)) {
			t.Errorf("%q: %q, %v, want an error with %q", c.text, got, err, c.says)
		}
		if c.want != nil && (err != nil || !slices.Equal(got, c.want)) {
			t.Errorf("%q: %q, %v", c.text, got, err)
		}
	}
}

// TestOpenClassifiers opens networks whose output is not one number for each class.
func TestOpenClassifiers(t *testing.T) {
	open := func(ops ...nn.Op) (*Model, error) {
		n := &nn.Network{Image: nn.Shape{1, 2, 2}, Output: nn.Value(len(ops))}
		for i, o := range ops {
			n.Layers = append(n.Layers, nn.Layer{Name: string(rune('a' + i)), Op: o, In: []nn.Value{nn.Value(i)}})
		}
		file, err := onnx.Write(n)
		if err != nil {
			t.Fatal(err)
		}
		path := filepath.Join(t.TempDir(), "n.onnx")
		if err := os.WriteFile(path, file, 0o644); err != nil {
			t.Fatal(err)
		}
		return Open(Options{Name: path, Backend: Backend{Name: "cpu"}})
	}
	if _, err := open(&nn.Relu{}); !errors.Is(err, nn.ErrNotClassifier) || !strings.Contains(err.Error(), "[1 2 2]") {
		t.Errorf("image to image: %v", err)
	}
	if _, err := open(&nn.GlobalAveragePool{}); !errors.Is(err, nn.ErrNotClassifier) {
		t.Errorf("a single number: %v", err)
	}
	m, err := open(&nn.GlobalAveragePool{}, &nn.Map{Function: scalar.Function{Kind: scalar.Sigmoid}})
	if err != nil || m.Classes() != 2 {
		t.Errorf("a single sigmoid: %v", err)
	}
	m, err = open(&nn.Reshape{Shape: nn.Shape{4}}, &nn.Map{Function: scalar.Function{Kind: scalar.Sigmoid}})
	if err != nil || m.Classes() != 4 || !m.LogProbabilities() {
		t.Errorf("four sigmoids: %v", err)
	}
}

// TestOutput opens a file with another output than its own.
func TestOutput(t *testing.T) {
	layers := []nn.Layer{
		{Name: "flat", Op: &nn.Reshape{Shape: nn.Shape{4}}, In: []nn.Value{0}},
		{Name: "first", Op: &nn.Linear{Weight: &nn.Param{Name: "w", Shape: []int{3, 4}, Data: make([]float32, 12)}}, In: []nn.Value{1}},
		{Name: "last", Op: &nn.Linear{Weight: &nn.Param{Name: "v", Shape: []int{2, 3}, Data: make([]float32, 6)}}, In: []nn.Value{2}},
	}
	file, err := onnx.Write(&nn.Network{Image: nn.Shape{1, 2, 2}, Layers: layers, Output: 3})
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "n.onnx")
	if err := os.WriteFile(path, file, 0o644); err != nil {
		t.Fatal(err)
	}
	m, err := Open(Options{Name: path, Output: "first", Backend: Backend{Name: "cpu"}})
	if err != nil || m.Classes() != 3 {
		t.Errorf("got %v and %v, want 3 classes", m, err)
	}
	if _, err := Open(Options{Name: path, Output: "second", Backend: Backend{Name: "cpu"}}); err == nil || !strings.Contains(err.Error(), `"second"`) {
		t.Errorf("an unknown output: %v", err)
	}
}

// TestClassNames opens a network with names in its file: --labels beats them, and where names come from is said.
func TestClassNames(t *testing.T) {
	n := &nn.Network{Image: nn.Shape{3, 1, 1}, Output: 1, Layers: []nn.Layer{{Name: "a", Op: &nn.Relu{}, In: []nn.Value{0}}}}
	file, err := onnx.Write(n)
	if err != nil {
		t.Fatal(err)
	}
	const names = `{0: 'red', 1: 'green', 2: 'blue'}`
	entry := "\x0a\x05names\x12" + string(rune(len(names))) + names // a StringStringEntryProto, as field 14 of the model
	file = append(file, "\x72"+string(rune(len(entry)))+entry...)
	dir := t.TempDir()
	path, labels := filepath.Join(dir, "n.onnx"), filepath.Join(dir, "labels.txt")
	for p, b := range map[string][]byte{path: file, labels: []byte("rouge\nvert\nbleu\n")} {
		if err := os.WriteFile(p, b, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	for _, c := range []struct{ labels, first, says string }{
		{"", "red", `Class names: metadata property "names" of model ` + path + ".\n"},
		{labels, "rouge", "Class names: " + labels + ", not those of model " + path + ` (metadata property "names").` + "\n"},
	} {
		var said strings.Builder
		m, err := Open(Options{Name: path, ClassNames: c.labels, Backend: Backend{Name: "cpu", Log: &said}})
		if err != nil {
			t.Fatal(err)
		}
		if m.ClassName(0) != c.first || said.String() != c.says {
			t.Errorf("--labels %q: the first class is %q, and %q is said; want %q and %q", c.labels, m.ClassName(0), said.String(), c.first, c.says)
		}
	}
}

// TestOpenInputs opens networks whose inputs are not a list of images as other networks take it.
func TestOpenInputs(t *testing.T) {
	for name, c := range map[string]struct {
		o    Options
		says string // of the error, or of what is said, if anything
		fail bool
	}{
		"size_free":           {Options{}, "(--size N or HxW says it)", true},
		"all_free":            {Options{Size: optionflags.Size{H: 10, W: 12}}, "", false},
		"channels_last_free":  {Options{Size: optionflags.Size{H: 10, W: 12}}, "the file takes the channels last", false},
		"channels_last":       {Options{Size: optionflags.Size{H: 12, W: 10}}, "images of 10×12 asked for (--size or --crop), but the network takes 12×10", true},
		"flat_color":          {Options{}, "192 numbers, which can be a color image of 8×8: in which order is not known (--layout chw or hwc says it)", true},
		"flat_color_last":     {Options{Layout: "HWC"}, "of each pixel of 8×8", false},
		"flat_gray":           {Options{Layout: "rgb"}, "--layout \"rgb\": valid: chw, hwc", true},
		"bytes_channels_last": {Options{Preprocessing: Preprocessing{Scale: "255"}}, "its file takes bytes and does that itself", true},
		"bytes_free":          {Options{Size: optionflags.Square(8), Preprocessing: Preprocessing{BGR: true}}, "the file takes bytes", false},
	} {
		var log strings.Builder
		c.o.Name = filepath.Join("..", "..", "..", "core", "onnx", "testdata", "inputs", name+".onnx")
		c.o.Backend = Backend{Name: "cpu", Log: &log}
		m, err := Open(c.o)
		text := log.String()
		if err != nil {
			text = err.Error()
		}
		if (err != nil) != c.fail || !strings.Contains(text, c.says) || (c.says == "") != (text == "") {
			t.Errorf("%s: %v, %q, want %q", name, err, log.String(), c.says)
		}
		if err == nil && c.o.Size != (optionflags.Size{}) && (m.InputShape()[1] != c.o.Size.H || m.InputShape()[2] != c.o.Size.W) {
			t.Errorf("%s: takes %v", name, m.InputShape())
		}
	}
}

// The reference is given what the engine is given, not the file, if the file takes images in another way.
func TestOpenInputsForReference(t *testing.T) {
	weight := make([]float32, 3*64)
	for i := range weight {
		weight[i] = float32(i%7) - 3
	}
	n := &nn.Network{Image: nn.Shape{64}, Output: 1, Layers: []nn.Layer{{Name: "a", In: []nn.Value{nn.Input}, Op: &nn.Linear{
		Weight: &nn.Param{Name: "w", Shape: []int{3, 64}, Data: weight}, Bias: &nn.Param{Name: "b", Shape: []int{3}, Data: []float32{1, 2, 3}}}}}}
	file, err := onnx.Write(n)
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "n.onnx")
	if err := os.WriteFile(path, file, 0o644); err != nil {
		t.Fatal(err)
	}
	logits := map[string][]float32{}
	for _, backend := range []string{"cpu", "reference"} {
		m, err := Open(Options{Name: path, Backend: Backend{Name: backend, LogitsOnly: true}})
		if err != nil {
			t.Fatal(err)
		}
		x := make([]float32, 64)
		for i := range x {
			x[i] = float32(i) / 64
		}
		logits[backend] = make([]float32, m.Classes())
		if err := m.Logits(logits[backend], x); err != nil {
			t.Fatal(err)
		}
	}
	for i, want := range logits["reference"] {
		if d := logits["cpu"][i] - want; d > 1e-4 || d < -1e-4 {
			t.Errorf("class %d: %v, the reference says %v", i, logits["cpu"][i], want)
		}
	}
}
