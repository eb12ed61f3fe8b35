//go:build !js

package reference

import (
	"errors"
	"io/fs"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"steady/core/compute/cpu"
	"steady/core/engine"
	"steady/core/nn"
	"steady/core/onnx"
	"steady/models"
)

// compare holds the engine's logits for three random images to those of the reference.
func compare(t *testing.T, file []byte) {
	t.Helper()
	n, err := onnx.Read(file)
	if err != nil {
		t.Fatal(err)
	}
	if d, err := onnx.Describe(file); err != nil || d.Elements16 > 0 { // which onnx-go does not decode
		if file, err = onnx.Write(n); err != nil {
			t.Fatal(err)
		}
	}
	m, err := New(file, n.Image)
	if err != nil {
		t.Fatal(err)
	}
	e, err := engine.New(cpu.New(1), n, engine.Config{})
	if err != nil {
		t.Fatal(err)
	}
	const images = 3
	r := rand.New(rand.NewPCG(1, 2))
	x := make([]float32, images*n.Image.Size())
	for i := range x {
		x[i] = r.Float32()
	}
	if m.Classes() != e.Classes() {
		t.Fatalf("%d classes, the reference has %d", e.Classes(), m.Classes())
	}
	got, want := make([]float32, images*e.Classes()), make([]float32, images*e.Classes())
	if err := e.Logits(got, x); err != nil {
		t.Fatal(err)
	}
	if err := m.Logits(want, x); err != nil {
		t.Fatal(err)
	}
	largest := 0.0
	for _, w := range want {
		largest = max(largest, math.Abs(float64(w)))
	}
	for i := range want {
		if d := math.Abs(float64(got[i]) - float64(want[i])); !(d <= 1e-5*largest) {
			t.Fatalf("logit %d is %g, the reference's %g", i, got[i], want[i])
		}
	}
}

// Every network that is built in, but for EfficientNet-Lite0: onnx-go knows no Clip. Package models has a test of it.
func TestModels(t *testing.T) {
	files, err := fs.Glob(models.FS, "*.onnx")
	if err != nil || len(files) == 0 {
		t.Fatalf("there are no networks (%v)", err)
	}
	for _, name := range files {
		if name == "efficientnet-lite0.onnx" {
			continue
		}
		t.Run(name, func(t *testing.T) {
			b, err := models.FS.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			compare(t, b)
		})
	}
}

func written(t *testing.T, image nn.Shape, ops ...nn.Op) []byte {
	t.Helper()
	n := &nn.Network{Name: "test", Image: image, Output: nn.Value(len(ops))}
	for i, o := range ops {
		n.Layers = append(n.Layers, nn.Layer{Name: strings.Repeat("l", i+1), Op: o, In: []nn.Value{nn.Value(i)}})
	}
	b, err := onnx.Write(n)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestRefuses(t *testing.T) {
	file := written(t, nn.Shape{1, 2, 2}, &nn.Clip{Min: 0, Max: 1})
	for name, b := range map[string][]byte{"an operator it lacks": file, "no file": []byte("<html>"), "nothing": nil,
		"half a file": file[:len(file)/2]} {
		if m, err := New(b, []int{1, 2, 2}); m != nil || !errors.Is(err, ErrUnsupported) {
			t.Errorf("%s: got %v and %v, want ErrUnsupported", name, m, err)
		}
	}
	if _, err := New(file, []int{1, 0, 2}); err == nil {
		t.Error("an empty image: no error")
	}
	m, err := New(written(t, nn.Shape{1, 2, 2}, &nn.Relu{}, &nn.Reshape{Shape: nn.Shape{4}}), []int{1, 2, 2})
	if err != nil {
		t.Fatal(err)
	}
	for _, n := range []int{0, 3, 5} {
		if err := m.Logits(make([]float32, 4), make([]float32, n)); err == nil {
			t.Errorf("%d elements for images of 4: no error", n)
		}
	}
}
