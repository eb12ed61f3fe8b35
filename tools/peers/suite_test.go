package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"steady/core/bench"
	"steady/core/corrupt"
	"steady/core/dataset"
	"steady/core/eval"
	"steady/core/nn"
	"steady/tools/internal/datafile"
)

// What is written of each set is what the command reads, and what is measured is what the script does.
func TestSuites(t *testing.T) {
	t.Chdir(filepath.Join("..", ".."))
	for _, s := range suites {
		cells := 1
		for _, name := range s.suites {
			suite, err := bench.LookupSuite(name)
			if err != nil {
				t.Fatal(err)
			}
			cells += len(suite.Perturbations)
			for _, p := range suite.Perturbations {
				if c, _, jpeg := p.Corruption(); c.Suite != corrupt.ImageNetC && c.Suite != corrupt.ImageNetCExtra || jpeg > 0 != (s.options.Resize > 0) {
					t.Errorf("%s: %s", s.title, p)
				}
			}
		}
		if cells != suiteCells {
			t.Errorf("%s: %d cells", s.title, cells)
		}
		data, script, err := s.write(t.TempDir(), 12)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := os.Stat(script); err != nil {
			t.Error(err)
		}
		images, err := datafile.Open(data, dataset.Test, dataset.Options{}, t.Logf)
		if err != nil {
			t.Fatal(err)
		}
		n, err := s.network()
		if err != nil {
			t.Fatal(err)
		}
		source, err := eval.NewSource(images, nn.Shape(n.Image), s.options)
		if err != nil || source.Len() != 12 || len(images.Classes) != 10 {
			t.Errorf("%s: %v", s.title, err)
		} else if m, err := source.Image(11, nil); err != nil || m.W != n.Image[2] || m.H != n.Image[1] {
			t.Errorf("%s: %v", s.title, err)
		}
		images.Close()
	}
}

// The script and the command do all their work on few images.
func TestSuiteScript(t *testing.T) {
	python := "python3"
	if testing.Short() || !has(python, "imagecorruptions") || !has(python, "onnxruntime") {
		t.Skip("there is no Python with imagecorruptions and onnxruntime here, or it would take too long")
	}
	t.Chdir(filepath.Join("..", ".."))
	var out table
	if err := suitePart(config{python: python, rounds: 1, count: 2, dir: t.TempDir()}, &out); err != nil {
		t.Fatal(err)
	}
	if len(out.rows) != 9 {
		t.Errorf("%+v", out.rows)
	}
	for _, r := range out.rows {
		if r.ratio <= 0 {
			t.Errorf("%+v", r)
		}
	}
}

func TestWatch(t *testing.T) {
	shell, err := exec.LookPath("sh")
	if err != nil {
		t.Skip(err)
	}
	out, seconds, mb, err := watch(exec.Command(shell, "-c", "echo done; sleep 0.3 & wait"))
	_, noProc := os.Stat("/proc/self/smaps_rollup")
	if err != nil || string(out) != "done\n" || seconds < .3 || mb <= 0 && noProc == nil {
		t.Errorf("%q, %g s, %g MB, %v", out, seconds, mb, err)
	}
	if _, _, _, err := watch(exec.Command(shell, "-c", "echo 'no such thing' >&2; exit 3")); err == nil || !strings.Contains(err.Error(), "no such thing") {
		t.Errorf("%v", err)
	}
}
