package inspect

import (
	"encoding/json"
	"os"
	"path/filepath"
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
	n, err := onnx.Read(b)
	if err != nil {
		t.Fatal(err)
	}
	if !r.Runs || r.Classes != 10 || r.ClassNames[0] != "airplane" || r.NamesFrom == "" || r.Answers != "logits" ||
		r.Parameters != int64(n.ParamCount()) || r.MACs != n.MACs() || !slices.Equal(r.Image, []int{3, 32, 32}) || r.Bytes != int64(len(b)) {
		t.Errorf("got %+v", r)
	}
	if r.Pixels.Preset != "none" || !r.Pixels.Certain || !strings.Contains(r.Pixels.Evidence[0], "that has seen pixels of mean") {
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
		{report(t, nn.Shape{4}, nil, &nn.Relu{}), "logits", "its input is 4 numbers"},
	} {
		if c.r.Answers != c.answers || c.r.Runs != (c.problem == "") || !strings.Contains(strings.Join(c.r.Problems, "\n"), c.problem) {
			t.Errorf("answers %q, problems %q, want %q and %q", c.r.Answers, c.r.Problems, c.answers, c.problem)
		}
	}
}

// Files that leave something open run with it, and what is said is for something usual.
func TestAsks(t *testing.T) {
	files, err := filepath.Glob("../onnx/testdata/inputs/*.onnx")
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	asks := map[string]string{"size_free": "size", "all_free": "size", "bytes_free": "size", "channels_last_free": "size",
		"channels_last_unknown": "size", "no_batch_bytes": "size", "flat_color": "layout", "flat_color_last": "layout"}
	found := 0
	for _, path := range files {
		b, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		r, err := File(b)
		if err != nil {
			t.Fatal(err)
		}
		name := strings.TrimSuffix(filepath.Base(path), ".onnx")
		if name == "external" || name == "separate" { // their weights are elsewhere
			if r.Runs || !strings.Contains(strings.Join(r.Problems, " "), "data is in the file") {
				t.Errorf("%s runs %v, problems %q", name, r.Runs, r.Problems)
			}
			continue
		}
		if got := strings.Join(r.Asks, " "); got != asks[name] || !r.Runs || len(r.Image) != 3 || r.Classes == 0 || len(r.Memory) != 2 {
			t.Errorf("%s: runs %v, asks %q, want %q; image %v, problems %q", name, r.Runs, got, asks[name], r.Image, r.Problems)
		}
		if asks[name] != "" {
			found++
		}
	}
	if found != len(asks) {
		t.Errorf("%d files leave something open, want %d", found, len(asks))
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

// withMetadata returns a file with properties: keys and values in turn.
func withMetadata(file []byte, properties ...string) []byte {
	field := func(tag byte, s string) string { // of less than 128 bytes
		return string([]byte{tag, byte(len(s))}) + s
	}
	file = slices.Clone(file)
	for i := 0; i < len(properties); i += 2 {
		file = append(file, field(0x72, field(0x0a, properties[i])+field(0x12, properties[i+1]))...) // metadata_props
	}
	return file
}

func TestPixels(t *testing.T) {
	write := func(ops ...nn.Op) []byte {
		n := &nn.Network{Image: nn.Shape{3, 2, 2}, Output: nn.Value(len(ops) + 1)}
		for i, o := range append(ops, &nn.Reshape{Shape: nn.Shape{12}}) {
			n.Layers = append(n.Layers, nn.Layer{Name: string(rune('a' + i)), Op: o, In: []nn.Value{nn.Value(i)}})
		}
		file, err := onnx.Write(n)
		if err != nil {
			t.Fatal(err)
		}
		return file
	}
	number := func(name string, x float32) *nn.Param {
		return &nn.Param{Name: name, Shape: []int{1}, Data: []float32{x}}
	}
	plain := write()
	bytesInside := write(&nn.Affine{Scale: number("s", 1./127.5), Shift: number("t", -1)})
	unitInside := write(&nn.Affine{Scale: number("s", 2), Shift: number("t", -1)})
	for _, c := range []struct {
		name     string
		file     []byte
		flags    string // "?" if nothing is known
		preset   string
		certain  bool
		evidence string
	}{
		{"nothing", plain, "?", "", false, ""},
		{"bytes inside", bytesInside, "--scale 255", "0-255", true, "begins with (x - 127.5)/127.5"},
		{"unit inside", unitInside, "", "none", true, "begins with (x - 0.5)/0.5"},
		{"Windows ML", withMetadata(plain, "Image.NominalPixelRange", "Normalized_1_1", "Image.BitmapPixelFormat", "Rgb8"),
			"--mean 0.5 --std 0.5", "tf", true, `NominalPixelRange is "Normalized_1_1", Image.BitmapPixelFormat "Rgb8"`},
		{"Custom Vision", withMetadata(plain, "Image.NominalPixelRange", "NominalRange_0_255", "Image.BitmapPixelFormat", "Bgr8"),
			"--scale 255 --bgr", "", true, "NominalRange_0_255"},
		{"Custom Vision, which subtracts itself", withMetadata(bytesInside, "Image.NominalPixelRange", "NominalRange_0_255",
			"Image.BitmapPixelFormat", "Bgr8"), "--scale 255 --bgr", "", true, "begins with"},
		{"Ultralytics", withMetadata(plain, "author", "Ultralytics"), "", "none", true, "Ultralytics"},
		{"Geti", withMetadata(plain, "model_info mean_values", "123.675 116.28 103.53", "model_info scale_values", "58.395 57.12 57.375"),
			"--scale 255 --mean 123.675,116.28,103.53 --std 58.395,57.12,57.375", "", true, "model_info mean_values"},
		{"Deepness", withMetadata(plain, "standardization_mean", "[0.485, 0.456, 0.406]", "standardization_std", "[0.229, 0.224, 0.225]"),
			"--mean 0.485,0.456,0.406 --std 0.229,0.224,0.225", "imagenet", true, "standardization_mean"},
		{"numbers that contradict each other", withMetadata(plain, "mean", "0.5", "std", "58"), "?", "", false, "contradict each other"},
		{"no numbers", withMetadata(plain, "mean", "average", "std", "1"), "?", "", false, ""},
	} {
		r, err := File(c.file)
		if err != nil {
			t.Fatal(err)
		}
		p, flags := r.Pixels, "?"
		if p.Spec != nil {
			flags = p.Spec.String()
		}
		if flags != c.flags || p.Preset != c.preset || p.Certain != c.certain ||
			!strings.Contains(strings.Join(p.Evidence, "\n"), c.evidence) || (len(p.Evidence) > 0) != (c.evidence != "") {
			t.Errorf("%s: %q, preset %q, certain %v, evidence %q", c.name, flags, p.Preset, p.Certain, p.Evidence)
		}
	}
}

func TestPreprocessorConfig(t *testing.T) {
	for text, want := range map[string]string{
		`{"do_normalize": true, "image_mean": [0.5, 0.5, 0.5], "image_std": [0.5, 0.5, 0.5], "size": 224}`: "--preset tf, which is --mean 0.5 --std 0.5",
		`{"do_normalize": true, "do_rescale": true, "image_mean": [0.485, 0.456, 0.406], "image_std": [0.229, 0.224, 0.225],
			"rescale_factor": 0.00392156862745098}`: "--preset imagenet",
		`{"do_normalize": false, "do_rescale": true, "image_mean": [0.5, 0.5, 0.5], "image_std": [0.5, 0.5, 0.5]}`: "--preset none",
		`{"do_normalize": false, "do_rescale": false}`:                                                             "--preset 0-255",
		`{"do_normalize": true, "image_mean": [0.5], "image_std": [0]}`:                                            "not known",
		`{"size": 224}`: "not known",
		`[1]`:           "not known",
	} {
		r := &Report{}
		r.AddPreprocessorConfig([]byte(text))
		if got := r.Pixels.String(); !strings.Contains(got, want) || strings.Contains(got, "guess") {
			t.Errorf("%s: %q, want %q", text, got, want)
		}
	}
	r := &Report{Pixels: Pixels{Certain: true, Preset: "none", Spec: preset("none"), Evidence: []string{"the file"}}}
	r.AddPreprocessorConfig([]byte(`{"do_normalize": true, "image_mean": [0.5], "image_std": [0.5]}`))
	if r.Pixels.Preset != "none" || len(r.Pixels.Evidence) != 2 {
		t.Errorf("what the file says itself is replaced: %+v", r.Pixels)
	}
}

func TestAddNames(t *testing.T) {
	r := &Report{Classes: 2}
	r.AddNames("a/labels.txt", []byte("0 cat\n1 dog\n"))
	r.AddNames("a/classes.txt", []byte("one name"))
	if len(r.Notes) != 1 || !strings.Contains(r.Notes[0], "--labels a/labels.txt") {
		t.Errorf("notes %q", r.Notes)
	}
}
