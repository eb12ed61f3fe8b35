package model

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// external returns a folder with core/onnx/testdata/inputs/external.onnx, whose weights are in external.onnx.data, and the path of
// each.
func external(t *testing.T) (folder, model, data string) {
	t.Helper()
	folder = filepath.Join(t.TempDir(), "model")
	if err := os.Mkdir(folder, 0o755); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"external.onnx", "external.onnx.data"} {
		b, err := os.ReadFile(filepath.Join("..", "..", "..", "core", "onnx", "testdata", "inputs", name))
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(folder, name), b, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return folder, filepath.Join(folder, "external.onnx"), filepath.Join(folder, "external.onnx.data")
}

func TestWeightFiles(t *testing.T) {
	_, path, _ := external(t)
	for _, backend := range []string{"cpu", "reference"} {
		m, err := Open(Options{Name: path, Backend: Backend{Name: backend, LogitsOnly: true}})
		if err != nil {
			t.Fatal(err)
		}
		x, logits := make([]float32, 3*8*8), make([]float32, 3)
		for i := range 64 {
			x[64+i] = 0.5
		}
		if err := m.Logits(logits, x); err != nil || logits[0] != 0 || logits[1] < 9.9 || logits[1] > 10.1 {
			t.Errorf("%s: %v, %v", backend, logits, err)
		}
	}
	// A link within the folder is as good as a file.
	folder, path, data := external(t)
	if err := os.Rename(data, filepath.Join(folder, "weights")); err != nil {
		t.Fatal(err)
	}
	link(t, "weights", data)
	if _, _, _, err := new(Options).readFile(path); err != nil {
		t.Errorf("a link to a file of the folder: %v", err)
	}
}

func TestWeightFilesRefuses(t *testing.T) {
	for name, c := range map[string]struct {
		change func(folder, data string) error
		says   string
	}{
		"missing":   {func(_, data string) error { return os.Remove(data) }, "it is not there, want it in the folder"},
		"cut short": {func(_, data string) error { return os.Truncate(data, 2000) }, "the file has 2000 bytes"},
		"a folder": {func(_, data string) error { return errors.Join(os.Remove(data), os.Mkdir(data, 0o755)) },
			"not a regular file"},
		"too large": {func(_, data string) error { return os.Truncate(data, maxBytes) }, "the model has more than"},
		"a link out": {func(folder, data string) error {
			return errors.Join(os.Rename(data, filepath.Join(folder, "..", "weights")), os.Symlink("../weights", data))
		}, "a link that leads out of the folder"},
		"an absolute link": {func(_, data string) error {
			return errors.Join(os.Remove(data), os.Symlink("/etc/hostname", data))
		}, "a link that leads out of the folder"},
	} {
		folder, path, data := external(t)
		if err := c.change(folder, data); err != nil {
			if strings.Contains(name, "link") {
				t.Logf("%s: %v", name, err) // some systems have none
				continue
			}
			t.Fatal(err)
		}
		_, _, _, err := new(Options).readFile(path)
		if err == nil || !strings.Contains(err.Error(), c.says) || !strings.Contains(err.Error(), `"external.onnx.data"`) {
			t.Errorf("%s: %v, want an error with %q", name, err, c.says)
		}
		if name == "missing" && !errors.Is(err, os.ErrNotExist) {
			t.Errorf("%v: is not os.ErrNotExist", err)
		}
	}
}

func link(t *testing.T, to, name string) {
	t.Helper()
	if err := os.Symlink(to, name); err != nil {
		t.Skip(err)
	}
}

// A file of another format is refused by its name, wherever it is.
func TestForeignFormats(t *testing.T) {
	for name, want := range map[string]string{"resnet.pth": "PyTorch", "sub/net.safetensors": "PyTorch", "m.keras": "Keras", "m.H5": "Keras", "m.tflite": "TensorFlow"} {
		_, err := Open(Options{Name: name, Backend: Backend{Name: "cpu"}})
		if err == nil || !strings.Contains(err.Error(), name+" is of "+want) || !strings.Contains(err.Error(), "ONNX") {
			t.Errorf("%s: %v", name, err)
		}
		if _, err := (Options{Name: name}).Inspect(); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("inspecting %s: %v", name, err)
		}
	}
	if _, err := Open(Options{Name: "none", Backend: Backend{Name: "cpu"}}); err == nil || !strings.Contains(err.Error(), "no built-in network") {
		t.Error(err)
	}
}
