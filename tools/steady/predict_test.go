package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestPredict(t *testing.T) {
	dir, model := t.TempDir(), writeModel(t, 3)
	picture, small := filepath.Join(dir, "p.png"), filepath.Join(dir, "s.png")
	writePNG(t, picture, 24, 16)
	writePNG(t, small, 8, 8)
	labels := filepath.Join(dir, "labels.json")
	if err := os.WriteFile(labels, []byte(`{"0": "light above", "1": "light below"}`), 0o644); err != nil {
		t.Fatal(err)
	}
	out := result(t, "predict", "--model", model, "--labels", labels, picture, small)
	first := out["pictures"].([]any)[0].(map[string]any)
	top := first["top"].([]any)[0].(map[string]any)
	if first["fitted"] != true || top["label"] != "light above" || top["probability"].(float64) < 0.5 {
		t.Errorf("predict: %v", out)
	}
	if second := out["pictures"].([]any)[1].(map[string]any); second["fitted"] != false {
		t.Errorf("a picture of the network's size was fitted: %v", second)
	}
	if text := must(t, "predict", "--model", model, small); !strings.Contains(text, "above") {
		t.Errorf("predict without --labels: %s", text)
	}
}
