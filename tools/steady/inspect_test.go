package main

import (
	"path/filepath"
	"strings"
	"testing"

	"steady/core/train"
	"steady/tools/internal/model"
)

func TestInspect(t *testing.T) {
	files := result(t, "inspect", "cifar10-standard", writeModel(t, 3))["files"].([]any)
	if len(files) != 2 {
		t.Fatalf("%d files, want 2", len(files))
	}
	first, second := files[0].(map[string]any), files[1].(map[string]any)
	if first["file"] != "cifar10-standard" || first["runs"] != true || first["classes"] != 10.0 || first["parameters"] != float64(builtIn(t, "cifar10-standard").Parameters) ||
		second["runs"] != true || len(second["problems"].([]any)) != 0 {
		t.Errorf("got %v", files)
	}
	out := must(t, "inspect", "cifar10-standard")
	for _, part := range []string{"runs         yes: 10 classes", " parameters, ",
		"million multiply-adds an", "airplane, automobile, bird, cat, deer, dog, …", "--preset none", "Conv "} {
		if !strings.Contains(out, part) {
			t.Errorf("%q is not in\n%s", part, out)
		}
	}
	pattern := filepath.Join(filepath.Dir(writeModel(t, 3)), "*.onnx")
	if files := result(t, "inspect", pattern)["files"].([]any); len(files) != 1 || files[0].(map[string]any)["runs"] != true {
		t.Errorf("%s: %v", pattern, files)
	}
	missing := filepath.Join(t.TempDir(), "missing.onnx")
	stdout, stderr, code := steady("inspect", missing, "fashion-standard")
	if code != exitFailure || !strings.Contains(stdout, "no such file") || !strings.Contains(stdout, "Conv") ||
		!strings.Contains(stderr, "no such file") {
		t.Errorf("one of two files is missing: exit code %d, stderr %q, stdout\n%s", code, stderr, stdout)
	}
}

// builtIn returns the model card of a built-in network.
func builtIn(t *testing.T, name string) train.Card {
	t.Helper()
	cards, err := model.Cards()
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range cards {
		if c.Name == name {
			return c
		}
	}
	t.Fatalf("there is no %s", name)
	return train.Card{}
}

func TestPreset(t *testing.T) {
	model, data := writeModel(t, 1), writeSet(t, 4)
	_, stderr, code := steady("eval", "--model", model, "--data", data, "--preset", "mnist", "--scale", "255")
	if code != exitOK || !strings.Contains(stderr, "WARNING: preprocessing of "+model+": --mean 0.1307 is next to nothing") {
		t.Errorf("exit code %d, stderr %q", code, stderr)
	}
	_, stderr, code = steady("eval", "--model", model, "--data", data, "--preset", "mnist")
	if code != exitOK || strings.Contains(stderr, "WARNING: preprocessing") {
		t.Errorf("exit code %d, stderr %q", code, stderr)
	}
}
