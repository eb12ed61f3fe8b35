package main

import (
	"path/filepath"
	"testing"
)

func TestPyTorch(t *testing.T) {
	if _, err := startPyTorch(filepath.Join(t.TempDir(), "none"), "cpu", 1, "resnet20", 1); err == nil {
		t.Error("a Python that is not there was started")
	}
	python := ""
	for _, p := range []string{"python3", "/usr/bin/python3"} {
		if python == "" && has(p, "torch") {
			python = p
		}
	}
	if testing.Short() || python == "" {
		t.Skip("there is no Python with torch here, or it would take too long")
	}
	if p, err := startPyTorch(python, "nowhere", 1, "resnet20", 1); err == nil {
		p.close()
		t.Error("PyTorch computes nowhere")
	}
	p, err := startPyTorch(python, "cpu", 1, "resnet20", 2)
	if err != nil {
		t.Fatal(err)
	}
	defer p.close()
	for _, question := range []string{"forward", "gradient alone", "step", "descent alone", "peak"} {
		if v, err := p.number(question); err != nil || v <= 0 {
			t.Errorf("%s: %g, %v", question, v, err)
		}
	}
	if v, err := p.number("nothing"); err == nil {
		t.Errorf("a job that there is not took %g ms", v)
	}
}
