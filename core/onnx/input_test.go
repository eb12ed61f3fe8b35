package onnx

import (
	"encoding/json"
	"errors"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"steady/core/compute/cpu"
	"steady/core/engine"
	"steady/core/nn"
	"steady/core/onnx/internal/onnxpb"
)

// inputCase is what testdata/inputs/make.py writes beside a network.
type inputCase struct {
	Shape  nn.Shape
	Images [][]int
	Logits [][]float32
	At     []int // elements of the images, as many of each
	Class  []int
	Slope  []float32
}

// Networks with inputs of all forms against ONNX Runtime: their logits, and their gradients against differences of its
// logits.
func TestInputForms(t *testing.T) {
	for name, c := range map[string]struct {
		options Options
		last    *bool // the order of a flat color image
		notes   string
	}{
		"channels_last":         {notes: "the file takes the channels last"},
		"channels_last_free":    {options: Options{Size: [2]int{10, 12}}, notes: "the file takes the channels last"},
		"channels_last_unknown": {options: Options{Size: [2]int{10, 12}}, notes: "the file takes the channels last"},
		"all_free":              {options: Options{Size: [2]int{10, 12}}},
		"size_free":             {options: Options{Size: [2]int{10, 12}}},
		"batch_of_1":            {},
		"batch_of_8":            {},
		"bytes_channels_last":   {notes: "multiplied by 255"},
		"bytes_free":            {options: Options{Size: [2]int{10, 12}}, notes: "multiplied by 255"},
		"bytes_quantized":       {notes: "multiplied by 255"},
		"bytes_cast_late":       {notes: "multiplied by 255"},
		"no_batch":              {notes: "without a batch axis"},
		"no_batch_flat":         {notes: "without a batch axis"},
		"no_batch_bytes":        {options: Options{Size: [2]int{10, 12}}, notes: "without a batch axis"},
		"flat_gray":             {notes: "64 numbers: the rows of a gray image of 8×8"},
		"flat_color":            {last: new(bool), notes: "192 numbers: the red, the green and the blue of 8×8 pixels"},
		"flat_color_last":       {last: ptr(true), notes: "192 numbers: the red, green and blue of each pixel of 8×8"},
		"flat_reshaped":         {notes: "360 numbers: the red, the green and the blue of 12×10 pixels"},
		"flat_reshaped_last":    {notes: "360 numbers: the red, green and blue of each pixel of 12×10"},
		"gray_no_batch":         {notes: "without a batch axis"},
		"flat_no_batch":         {notes: "without a batch axis"},
		"gather_of_all":         {notes: "the file takes the channels last"},
		"gray":                  {notes: "gray images without an axis for channels"},
		"gray_alone":            {notes: "gray images without an axis for channels"},
	} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join("testdata", "inputs", name)
			b, err := os.ReadFile(path + ".onnx")
			if err != nil {
				t.Fatal(err)
			}
			n, err := c.options.Read(b)
			if err != nil {
				t.Fatal(err)
			}
			if n, err = n.ForImages(c.last); err != nil {
				t.Fatal(err)
			}
			if notes := strings.Join(n.Notes, "; "); !strings.Contains(notes, c.notes) || (c.notes == "") != (notes == "") {
				t.Errorf("the notes are %q, want %q", notes, c.notes)
			}
			if n.Bytes != strings.Contains(name, "bytes") {
				t.Errorf("bytes: %v", n.Bytes)
			}
			var want inputCase
			if b, err = os.ReadFile(path + ".json"); err == nil {
				err = json.Unmarshal(b, &want)
			}
			if err != nil {
				t.Fatal(err)
			}
			if !slices.Equal(n.Image, want.Shape) {
				t.Fatalf("the image is %v, want %v", n.Image, want.Shape)
			}
			compareInput(t, n, &want)
			checkRead(t, must(Write(n)))
		})
	}
}

func ptr[T any](x T) *T { return &x }

func compareInput(t *testing.T, n *nn.Network, want *inputCase) {
	e, err := engine.New(cpu.New(1), n, engine.Config{Batch: 2})
	if err != nil {
		t.Fatal(err)
	}
	size, classes := n.Image.Size(), e.Classes()
	x, logits := make([]float32, 2*size), make([]float32, 2*classes)
	for i := range x {
		x[i] = float32(want.Images[i/size][i%size]) / 255
	}
	var wantLogits, slopes []float32
	for i, l := range want.Logits {
		if err := e.Logits(logits[i*classes:][:classes], x[i*size:][:size]); err != nil { // one by one
			t.Fatal(err)
		}
		wantLogits = append(wantLogits, l...)
	}
	if r := relative(logits, wantLogits); !(r <= 1e-5) {
		t.Errorf("alone: logits %v, want %v", logits, wantLogits)
	}
	for i, at := range want.At {
		image := i * len(want.Images) / len(want.At)
		gradient := make([]float32, 2*size)
		err := e.Gradient(gradient, logits, x, func(first int, _, dlogits []float32) {
			clear(dlogits)
			if k := image*classes + want.Class[i] - first*classes; k >= 0 && k < len(dlogits) {
				dlogits[k] = 1
			}
		})
		if err != nil {
			t.Fatal(err)
		}
		slopes = append(slopes, gradient[image*size+at])
	}
	if r := relative(logits, wantLogits); !(r <= 1e-5) {
		t.Errorf("together: logits %v, want %v", logits, wantLogits)
	}
	if r := relative(slopes, want.Slope); !(r <= 1e-2) || slices.Max(want.Slope) == 0 {
		t.Errorf("gradients %v, want %v", slopes, want.Slope)
	}
}

// What cannot be told is asked for, and nothing is guessed.
func TestInputFormsRefuses(t *testing.T) {
	conv := []*onnxpb.Node{op("Conv", list("x", "w"), "y")}
	flatten := []*onnxpb.Node{op("Flatten", list("x"), "y")}
	w := []*onnxpb.Tensor{ramp("w", 2, 3, 1, 1)}
	dims := func(d ...onnxpb.Dim) *onnxpb.ValueInfo {
		return &onnxpb.ValueInfo{Name: "x", IsTensor: true, ElemType: onnxpb.Float, HasShape: true, Dims: d}
	}
	free := func(name string) onnxpb.Dim { return onnxpb.Dim{Param: name} }
	is := func(n int64) onnxpb.Dim { return onnxpb.Dim{Value: n} }
	for name, c := range map[string]struct {
		file    file
		options Options
		is      error
		says    []string
	}{
		"free size": {file{opset: 13, nodes: conv, inits: w, input: dims(free("N"), is(3), free("h"), free("w"))}, Options{}, ErrSizeFree,
			list("the height, dimension 2 (\"h\"), and the width, dimension 3 (\"w\"), free")},
		"free width": {file{opset: 13, nodes: conv, inits: w, input: dims(free("N"), is(3), is(8), free(""))}, Options{}, ErrSizeFree,
			list("leaves the width, dimension 3, free")},
		"half a size": {file{opset: 13, nodes: conv, inits: w, input: dims(free("N"), is(3), free("h"), free("w"))},
			Options{Size: [2]int{8, 0}}, ErrSizeFree, list("leaves the width")},
		"free channels": {file{opset: 13, nodes: flatten, input: dims(free("N"), free("c"), is(8), is(8))}, Options{}, nil,
			list("leaves dimension 1 (\"c\") free, want a number")},
		"no axis known": {file{opset: 13, nodes: flatten, input: dims(free("N"), free("a"), free("b"), free("c"))}, Options{}, ErrLayout,
			list("which of its axes are the channels")},
		"contradictions": {file{opset: 13, inits: w, nodes: []*onnxpb.Node{op("Conv", list("x", "w"), "a"),
			op("Transpose", list("x"), "t", attributeInts("perm", 0, 3, 1, 2)), op("Conv", list("t", "w"), "b"),
			op("Concat", list("a", "b"), "y", attributeInt("axis", 1))}, input: dims(free("N"), free("a"), free("b"), free("c"))},
			Options{}, ErrLayout, nil},
		"a free list": {file{opset: 13, nodes: flatten, input: dims(free("N"), free("a"))}, Options{}, nil, list("leaves dimension 1")},
		"huge": {file{opset: 13, nodes: conv, inits: w, input: dims(free("N"), is(3), free("h"), free("w"))},
			Options{Size: [2]int{1 << 20, 1 << 20}}, nil, list("elements")},
	} {
		_, err := c.options.Read(c.file.bytes())
		if err == nil || c.is != nil && !errors.Is(err, c.is) || c.is == nil && (errors.Is(err, ErrLayout) || errors.Is(err, ErrSizeFree)) {
			t.Errorf("%s: %v, want %v", name, err, c.is)
			continue
		}
		for _, part := range append(c.says, "graph.input \"x\"") {
			if !strings.Contains(err.Error(), part) {
				t.Errorf("%s: %v does not contain %q", name, err, part)
			}
		}
	}
	// The order that is asked for counts where the file does not say it.
	f := file{opset: 13, nodes: flatten, input: dims(free("N"), free("a"), free("b"), is(3))}
	for layout, want := range map[Layout]nn.Shape{HWC: {3, 9, 8}, CHW: nil} {
		n, err := Options{Layout: layout, Size: [2]int{9, 8}}.Read(f.bytes())
		if (err == nil) != (want != nil) || err == nil && !slices.Equal(n.Image, want) {
			t.Errorf("%s: %v, want %v", layout, err, want)
		}
	}
}

// An image as a network of this package takes it is no other one in its file.
func TestInputWrittenHere(t *testing.T) {
	n := &nn.Network{Image: nn.Shape{8, 8, 3}, Output: 1, Layers: []nn.Layer{{Name: "a", Op: &nn.Transpose{Perm: []int{2, 0, 1}},
		In: []nn.Value{nn.Input}}}}
	m, err := Read(must(Write(n)))
	if err != nil || !slices.Equal(m.Image, n.Image) || len(m.Layers) != 1 {
		t.Errorf("%+v, %v", m, err)
	}
}

// Each pixel's byte comes to the network unchanged.
func TestInputBytesAreExact(t *testing.T) {
	for v := range 256 {
		if x := float32(v) / math.MaxUint8 * math.MaxUint8; x != float32(v) {
			t.Errorf("byte %d becomes %v", v, x)
		}
	}
}
