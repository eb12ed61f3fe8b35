package benchrun

import (
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"steady/core/evaluator"
	"steady/models"
)

// The page's evaluator, run on this machine, gives cells the keys that the command gives them, and finds the same to the bit;
// its lines become a store, which can be merged with the command's.
func TestEvaluator(t *testing.T) {
	o := options(filepath.Join(t.TempDir(), "a.db"), io.Discard)
	o.Models, o.Limit, o.Sample, o.Seed = []string{"fashion-standard"}, 30, 0, 5
	o.Suites, o.Cells = nil, []string{"gaussian_noise{severity=3}", "fog{severity=5,profile=imagenet,jpeg=85}", "laugros/rain{severity=range}", "pgd{eps=4/255,steps=3}"}
	if _, err := Run(t.Context(), o); err != nil {
		t.Fatal(err)
	}
	e := &evaluator.Evaluator{Machine: "WebAssembly", Program: "page"}
	file, err := models.FS.ReadFile("fashion-standard.onnx")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := e.SetData(evaluator.DataArgs{}, func(any) {}); err != nil {
		t.Fatal(err)
	}
	if _, err := e.AddNetwork(evaluator.NetworkArgs{Name: "fashion-standard", File: "fashion-standard.onnx"}, file, nil); err != nil {
		t.Fatal(err)
	}
	plan, err := e.Plan(evaluator.PlanArgs{Cells: o.Cells, Limit: 30, Seed: 5, Began: "2026-01-02T03:04:05.678Z"})
	if err != nil {
		t.Fatal(err)
	}
	for i := range plan.Tasks {
		a, err := e.Compute(evaluator.TaskArgs{Task: i, Networks: []int{0}}, func(any) {})
		if err == nil {
			_, err = e.Put(evaluator.PutArgs{Lines: a.Lines})
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	lines, err := e.Export("lines")
	if err != nil {
		t.Fatal(err)
	}
	folder := filepath.Dir(o.Out)
	saved := filepath.Join(folder, "steady-results.jsonl")
	if err := os.WriteFile(saved, lines, 0o666); err != nil {
		t.Fatal(err)
	}
	own := filepath.Join(folder, "page.db")
	m, err := Merge(t.Context(), own, []string{saved})
	if err != nil || m.Done != 5 || m.Failed != 0 {
		t.Fatalf("%+v, %v", m, err)
	}
	d, err := Compare(o.Out, own)
	if err != nil || d.Cells != 5 || d.Different != 0 {
		t.Errorf("%+v, %v", d, err)
	}
	// Into the store of the command: it has all already.
	if m, err = Merge(t.Context(), o.Out, []string{saved}); err != nil || m.Added != 0 || len(m.Conflicts) != 0 {
		t.Errorf("%+v, %v", m, err)
	}
	// Into that of another benchmark: the file that was given is named.
	another := o
	another.Out = filepath.Join(folder, "another.db")
	another.Seed++
	if _, err := Run(t.Context(), another); err != nil {
		t.Fatal(err)
	}
	if _, err := Merge(t.Context(), another.Out, []string{saved}); err == nil || !strings.Contains(err.Error(), saved) || strings.Contains(err.Error(), "steady-merge-") {
		t.Errorf("of another benchmark: %v", err)
	}
	for name, change := range map[string]func(text string) string{
		"a line of another result": func(text string) string { return strings.Replace(text, `"right":`, `"right":1`, 1) },
		"half of a line":           func(text string) string { return text[:len(text)-20] },
		"another version":          func(text string) string { return strings.Replace(text, "version 1", "version 2", 1) },
		"a time of another form":   func(text string) string { return strings.Replace(text, "2026-01-02T", "02.01.2026 ", 1) },
	} {
		if err := os.WriteFile(saved, []byte(change(string(lines))), 0o666); err != nil {
			t.Fatal(err)
		}
		out := filepath.Join(folder, "none.db")
		if _, err := Merge(t.Context(), out, []string{saved}); err == nil || !strings.Contains(err.Error(), saved) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%s: %v", name, err)
		}
		if _, err := os.Stat(out); err == nil {
			t.Errorf("%s: a store is left", name)
		}
	}
}
