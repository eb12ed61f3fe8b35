package main

import (
	"path/filepath"
	"testing"
)

func TestFiles(t *testing.T) {
	var out table
	if err := filesPart(config{python: filepath.Join(t.TempDir(), "none"), rounds: 1, dir: t.TempDir()}, &out); err == nil {
		t.Error("a Python that is not there was started")
	}
	if testing.Short() || !has("python3", "onnxruntime") {
		t.Skip("there is no Python with onnxruntime here, or it would take too long")
	}
	if err := filesPart(config{python: "python3", rounds: 1, dir: t.TempDir()}, &out); err != nil {
		t.Fatal(err)
	}
	if len(out.rows) != 4 {
		t.Errorf("%+v", out.rows)
	}
}
