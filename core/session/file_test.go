package session

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"steady/core/nn"
	"steady/core/onnx"
	"steady/core/preprocess"
)

// Weights may be in files beside the ONNX file, which a browser names without folders or with them.
func TestSetNetworkFiles(t *testing.T) {
	const weights = "external.onnx.data"
	b, data := testdata(t, "external.onnx"), testdata(t, weights)
	for name, c := range map[string]struct {
		files []File
		says  string // "" for no error
		note  string
	}{
		"by its name":     {[]File{{weights, data}}, "", ""},
		"in a folder":     {[]File{{"models/x.txt", nil}, {"models/" + weights, data}}, "", `"models/x.txt" is not used`},
		"with another":    {[]File{{"readme.txt", nil}, {weights, data}}, "", `"readme.txt" is not used`},
		"none":            {nil, `another file, "external.onnx.data"`, ""},
		"another only":    {[]File{{"x" + weights, data}}, `another file, "external.onnx.data"`, ""},
		"another's":       {[]File{{weights, data[1:]}}, "cut short", ""},
		"two of one name": {[]File{{weights, data}, {weights, nil}}, `are called "external.onnx.data"`, ""},
	} {
		l := ready(t)
		r, err := l.Inspect(b, c.files...)
		if err == nil && (r.Runs != (c.says == "") || !strings.Contains(strings.Join(r.Problems, " "), c.says)) {
			t.Errorf("%s: the problems are %q", name, r.Problems)
		}
		info, err := l.SetNetwork(NetworkArgs{}, b, c.files...)
		if c.says != "" {
			if err == nil || !strings.Contains(err.Error(), c.says) {
				t.Errorf("%s: %v, want an error with %q", name, err, c.says)
			}
			continue
		}
		if err != nil || strings.Join(info.Notes, "") != c.note && !strings.Contains(strings.Join(info.Notes, ""), c.note) {
			t.Errorf("%s: %+v, %v", name, info, err)
			continue
		}
		if a, err := l.Look(noise, 0, false); err != nil || a.Original[0] < a.Original[1] {
			t.Errorf("%s: a reddish picture is %v, %v", name, a, err)
		}
	}
	l := ready(t)
	if _, err := l.Attack(context.Background(), attackOf("pgd", "linf", 0.2), func(*StepAnswer, []byte) error { return nil }); err != nil {
		t.Fatal(err)
	}
	if _, err := l.Transfer(NetworkArgs{}, b, File{weights, data}); err != nil {
		t.Errorf("transfer: %v", err)
	}
	if _, err := l.Transfer(NetworkArgs{}, b); err == nil {
		t.Error("a transfer to a network without its weights: no error")
	}
}

// Files that only their folders tell apart are not mixed up.
func TestSetNetworkFolders(t *testing.T) {
	b := testdata(t, "separate.onnx")
	weight, bias := testdata(t, "separate/weight/data.bin"), testdata(t, "separate/bias/data.bin")
	l := ready(t)
	if _, err := l.SetNetwork(NetworkArgs{}, b, File{"m/separate/bias/data.bin", bias},
		File{"m/separate/weight/data.bin", weight}); err != nil {
		t.Error(err)
	}
	for _, files := range [][]File{{{"data.bin", bias}, {"data.bin", weight}}, {{"data.bin", bias}}} {
		if _, err := l.SetNetwork(NetworkArgs{}, b, files...); err == nil || !strings.Contains(err.Error(), `called "data.bin"`) {
			t.Errorf("%d files without folders: %v", len(files), err)
		}
	}
}

// testdata reads a file that core/onnx/testdata/inputs/make.py makes.
func testdata(t *testing.T, name string) []byte {
	t.Helper()
	b, err := os.ReadFile(filepath.Join("..", "onnx", "testdata", "inputs", name))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// What a file leaves open is asked for, and how it was taken is said.
func TestSetNetworkInputs(t *testing.T) {
	for name, c := range map[string]struct {
		args NetworkArgs
		says string // of the error, or of the notes
		is   error  // nil for no error
	}{
		"size_free":           {NetworkArgs{}, "say which height and width", onnx.ErrSizeFree},
		"bytes_channels_last": {NetworkArgs{}, "The file takes bytes, 0 to 255", nil},
		"flat_color":          {NetworkArgs{}, "choose whether all of red", nn.ErrOrder},
		"flat_color_last":     {NetworkArgs{Layout: onnx.HWC}, "The file takes 192 numbers", nil},
		"all_free":            {NetworkArgs{Size: [2]int{10, 12}}, "", nil},
	} {
		l := ready(t)
		info, err := l.SetNetwork(c.args, testdata(t, name+".onnx"))
		if c.is != nil {
			if !errors.Is(err, c.is) || !strings.Contains(err.Error(), c.says) {
				t.Errorf("%s: %v, want %v", name, err, c.is)
			}
			continue
		}
		if err != nil || !strings.Contains(strings.Join(info.Notes, " "), c.says) {
			t.Errorf("%s: %+v, %v", name, info, err)
			continue
		}
		if a, err := l.Look(noise, 0, false); err != nil || len(a.Original) != 5 {
			t.Errorf("%s: %v, %v", name, a, err)
		}
	}
	args := NetworkArgs{Preprocessing: &preprocess.Spec{Scale: 255}}
	if _, err := ready(t).SetNetwork(args, testdata(t, "bytes_channels_last.onnx")); err == nil || !strings.Contains(err.Error(), "bytes") {
		t.Errorf("bytes times 255: %v", err)
	}
	if _, err := ready(t).SetNetwork(NetworkArgs{Layout: "cwh"}, testdata(t, "flat_color.onnx")); err == nil {
		t.Error("no error for an unknown layout")
	}
}
