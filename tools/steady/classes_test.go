package main

import (
	"bytes"
	"image"
	"image/color"
	"image/png"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"steady/core/nn"
	"steady/core/onnx"
)

// writeColors writes a network whose logits are an image's means of red, green and blue, with names of its classes, and
// a folder for each color with images of it.
func writeColors(t *testing.T, names []string, folders map[string]color.Color) (model, data string) {
	t.Helper()
	file, err := onnx.Write(&nn.Network{
		Name: "colors", Image: nn.Shape{3, side, side}, Output: 1, Labels: names,
		Layers: []nn.Layer{{Name: "pool", Op: &nn.GlobalAveragePool{}, In: []nn.Value{nn.Input}}},
	})
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	model, data = filepath.Join(dir, "colors.onnx"), filepath.Join(dir, "data")
	if err := os.WriteFile(model, file, 0o644); err != nil {
		t.Fatal(err)
	}
	for name, c := range folders {
		m := image.NewNRGBA(image.Rect(0, 0, side, side))
		for i := range side * side {
			m.Set(i%side, i/side, c)
		}
		var b bytes.Buffer
		if err := png.Encode(&b, m); err != nil {
			t.Fatal(err)
		}
		if err := os.MkdirAll(filepath.Join(data, name), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(data, name, "1.png"), b.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return model, data
}

// TestTrainClassesByName trains on two colors and tests on one of them.
func TestTrainClassesByName(t *testing.T) {
	red, blue := color.RGBA{200, 30, 20, 255}, color.RGBA{30, 20, 200, 255}
	_, data := writeColors(t, nil, map[string]color.Color{"a": red, "b": blue})
	_, test := writeColors(t, nil, map[string]color.Color{"b": blue})
	out := filepath.Join(t.TempDir(), "x.onnx")
	args := []string{"train", "standard", "--data", data, "--test", test, "--epochs", "1", "--batch", "2", "--out", out}
	_, stderr, code := steady(args...)
	if code != exitOK || !strings.Contains(stderr, "by name: b is 1") {
		t.Fatalf("exit code %d, %s", code, stderr)
	}
	_, other := writeColors(t, nil, map[string]color.Color{"b": blue, "c": red})
	args[5], args[len(args)-1] = other, out+"2.onnx"
	if _, stderr, code := steady(args...); code != exitUsage || !strings.Contains(stderr, "c") {
		t.Errorf("classes that are not trained: exit code %d, %s", code, stderr)
	}
}

func TestClassesByName(t *testing.T) {
	red, green, blue := color.RGBA{200, 30, 20, 255}, color.RGBA{20, 200, 30, 255}, color.RGBA{30, 20, 200, 255}
	rgb := []string{"red", "green", "blue"}
	folder := t.TempDir()
	classMap := filepath.Join(folder, "classes.csv")
	if err := os.WriteFile(classMap, []byte("rot,red\nblau,2\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		what     string
		names    []string
		folders  map[string]color.Color
		flags    []string
		accuracy float64
		said     string
	}{
		{"sorted otherwise", rgb, map[string]color.Color{"red": red, "green": green, "blue": blue}, nil, 1, "by name: blue is 2"},
		{"some of them", rgb, map[string]color.Color{"Blue": blue, "green": green}, nil, 1, "2 of the network's 3 classes"},
		{"numbers", nil, map[string]color.Color{"2": blue, "01": green}, nil, 1, "by their numbers"},
		{"unlike", rgb, map[string]color.Color{"a": green, "b": green, "c": green}, nil, 1. / 3, "WARNING"},
		{"a map", rgb, map[string]color.Color{"rot": red, "blau": blue}, []string{"--class-map", classMap}, 1, "by the class map"},
	} {
		model, data := writeColors(t, c.names, c.folders)
		args := append([]string{"--model", model, "--data", data}, c.flags...)
		if got := result(t, append([]string{"eval"}, args...)...)["accuracy"]; got != c.accuracy {
			t.Errorf("%s: accuracy %v, want %v", c.what, got, c.accuracy)
		}
		_, stderr, _ := steady(append([]string{"eval"}, args...)...)
		if !strings.Contains(stderr, c.said) {
			t.Errorf("%s: said %q, want %q in it", c.what, stderr, c.said)
		}
		attack := append([]string{"attack", "fgsm", "--eps", "0"}, args...)
		if got := result(t, attack...)["clean_accuracy"]; got != c.accuracy {
			t.Errorf("%s: attack: clean accuracy %v, want %v", c.what, got, c.accuracy)
		}
		if _, stderr, _ := steady(append([]string{"attack", "--check"}, args...)...); !strings.Contains(stderr, c.said) {
			t.Errorf("%s: attack --check said %q, want %q in it", c.what, stderr, c.said)
		}
	}
	model, data := writeColors(t, rgb, map[string]color.Color{"red": red, "violet": blue})
	if _, stderr, code := steady("eval", "--model", model, "--data", data); code != exitUsage ||
		!strings.Contains(stderr, "violet") || !strings.Contains(stderr, "--class-map") {
		t.Errorf("a class that the network lacks: exit code %d, %s", code, stderr)
	}
}
