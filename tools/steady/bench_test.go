package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestBench(t *testing.T) {
	dir := t.TempDir()
	out, table := filepath.Join(dir, "run.db"), filepath.Join(dir, "cells.csv")
	run := []string{"bench", "run", "--model", "fashion-standard", "--limit", "20", "--cell", "fog{severity=3}", "--cell", "fgsm{eps=8/255}", "--out", out}
	r := result(t, run...)
	if r["cells_done"] != 3. || len(r["cells"].([]any)) != 3 {
		t.Errorf("%v", r)
	}
	if text := must(t, "bench", "status", out); !strings.Contains(text, "3 of 3 cells measured, 0 failed; 60 of 60 images") {
		t.Error(text)
	}
	if text := must(t, "bench", "report", out, "--csv", table); !strings.Contains(text, "fashion-standard") || !strings.Contains(text, "lowest of 1 attack") {
		t.Error(text)
	}
	csv, err := os.ReadFile(table)
	if err != nil || strings.Count(string(csv), "\n") != 4 || !strings.Contains(string(csv), "\nfashion-standard,fog{severity=3},fog,3,,20,") {
		t.Errorf("%s, %v", csv, err)
	}
	page := filepath.Join(dir, "page.html")
	must(t, "bench", "report", out, "--html", page)
	html, err := os.ReadFile(page)
	if err != nil || !strings.Contains(string(html), "Robustness of fashion-standard") || strings.Count(string(html), "data:image/png;base64,") != 12 {
		t.Errorf("%.500s, %v", html, err)
	}

	must(t, "bench", "report", out, "--npz", filepath.Join(dir, "a.npz"), "--latex", filepath.Join(dir, "a.tex"), "--markdown", filepath.Join(dir, "a.md"))
	if text, err := os.ReadFile(filepath.Join(dir, "a.md")); err != nil || !strings.Contains(string(text), "| fashion-standard | ") {
		t.Errorf("%s, %v", text, err)
	}
	merged, part := filepath.Join(dir, "merged.db"), filepath.Join(dir, "part.db")
	must(t, append(run[:len(run)-1:len(run)-1], part, "--shard", "0/2")...)
	if text := must(t, "bench", "merge", merged, part); !strings.Contains(text, "1 of 3 cells measured, 0 failed; 20 of 60 images, 20 of them new\n20 images on cpu (") {
		t.Error(text)
	}
	if r := result(t, "bench", "merge", merged, out, part); r["images_added"] != 40. || len(r["conflicts"].([]any)) != 0 {
		t.Errorf("%v", r)
	}
	if r := result(t, "bench", "status", out); r["images_done"] != 60. || r["stores"] != nil {
		t.Errorf("%v", r)
	}
	if r := result(t, "bench", "status", dir); r["images_done"] != 60. || len(r["stores"].([]any)) != 3 {
		t.Errorf("%v", r)
	}
	if text := must(t, "bench", "status", out, part); !strings.HasSuffix(text, "\ntogether: 60 of 60 images\n") {
		t.Error(text)
	}
	if _, stderr, code := steady("bench", "status", merged, "--exit-code"); code != exitOK {
		t.Errorf("exit %d, %s", code, stderr)
	}
	if stdout, stderr, code := steady("bench", "status", part, "--exit-code"); code != exitFailure || !strings.Contains(stderr, "40 of 60 images are missing") || !strings.Contains(stdout, "shard 0 of 2: 20 of 20 images\n") {
		t.Errorf("exit %d, %s, %s", code, stdout, stderr)
	}
	other := filepath.Join(dir, "other.db")
	must(t, "bench", "run", "--model", "fashion-standard", "--limit", "20", "--cell", "fog{severity=4}", "--out", other)

	if text := must(t, "bench", "compare", out, merged); !strings.Contains(text, "are identical: 3 cells") {
		t.Error(text)
	}
	if _, stderr, code := steady("bench", "compare", out, merged, "--exit-code"); code != exitOK {
		t.Errorf("exit %d, %s", code, stderr)
	}
	if r := result(t, "bench", "compare", out, other, "--csv", filepath.Join(dir, "differences.csv")); r["cells"] != 1. || len(r["only_a"].([]any)) != 2 {
		t.Errorf("%v", r)
	}

	// What corrupt-set has written is read back.
	set := filepath.Join(dir, "C")
	must(t, "corrupt-set", "fog", "--all", "--limit", "20", "--out", set+"/")
	r = result(t, append(run, "--corrupted", set)...)
	if cells := r["cells"].([]any); len(cells) != 8 || cells[1].(map[string]any)["nll"] != cells[5].(map[string]any)["nll"] {
		t.Errorf("%v", cells)
	}
	if err := os.RemoveAll(set); err != nil {
		t.Fatal(err)
	}

	// With --json-progress every line of stderr is JSON, and messages and errors are.
	_, stderr, _ := steady(append(run[:len(run)-1:len(run)-1], out, "--json-progress", "--suite", "l3")...)
	if want := `{"error":"--suite: unknown suite \"l3\", valid: `; !strings.HasPrefix(stderr, want) || !strings.HasSuffix(stderr, "{\"message\":\"See 'steady bench run --help'.\"}\n") {
		t.Errorf("%s, want %s", stderr, want)
	}
	_, stderr, _ = steady("bench", "run", "--limit", "5", "--suite", "spatial", "--cell", "snow{severity=1}", "--suite", "cifar10-c-extra", "--out", filepath.Join(dir, "json.db"), "--json-progress")
	for line := range strings.Lines(stderr) {
		if !json.Valid([]byte(line)) {
			t.Errorf("%q is no JSON", line)
		}
	}
	if !strings.Contains(stderr, `{"message":"Suite cifar10-c-extra: `) || !strings.Contains(stderr, `"cells_done":`) {
		t.Error(stderr)
	}
	if err := os.Remove(filepath.Join(dir, "json.db")); err != nil {
		t.Fatal(err)
	}

	text := filepath.Join(dir, "text.db")
	if err := os.WriteFile(text, []byte(strings.Repeat("no database\n", 50)), 0o666); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		args []string
		code int
		says string
	}{
		{[]string{"bench"}, exitUsage, "missing command; one of compare, kubernetes, merge, report, run, schema, slurm, status"},
		{[]string{"bench", "go"}, exitUsage, `unknown command "go"`},
		{[]string{"bench", "run", "none.yaml"}, exitUsage, "spec none.yaml: file does not exist"},
		{[]string{"bench", "run", "none.yaml", "--seed", "3"}, exitUsage, "--seed belongs in none.yaml"},
		{[]string{"bench", "run", "none.yaml", "--corrupted", "C"}, exitUsage, "--corrupted belongs in none.yaml"},
		{[]string{"bench", "run", "--corrupted", set}, exitUsage, "--corrupted: there is no "},
		{[]string{"bench", "run", "--frost-overlays", set}, exitUsage, "--frost-overlays: is for frost, which is not asked for"},
		{[]string{"bench", "run", "--class-map", set}, exitUsage, "--class-map: there is no "},
		{[]string{"bench", "run", "--suite", "imagenet-d"}, exitUsage, "--suite: unknown suite"},
		{[]string{"bench", "run", "--sample", "1001"}, exitUsage, "1001 images asked for, but fashion has 1000"},
		{[]string{"bench", "run", "--limit", "2000"}, exitUsage, "2000 images asked for, but fashion has 1000"},
		{append(run[:len(run):len(run)], "--seed", "4"), exitUsage, "fashion-standard is another network there"},
		{[]string{"bench", "run", "--limit", "5", "--out", text}, exitFailure, "file is not a database"},
		{[]string{"bench", "report", out, "--csv", table}, exitUsage, "--force"},
		{[]string{"bench", "status", filepath.Join(dir, "none.db")}, exitFailure, "no such file"},
		{[]string{"bench", "report", out, "--html", page}, exitUsage, "--force"},
		{[]string{"bench", "report", out, "--html", "page.txt"}, exitUsage, "must end in .html"},
		{[]string{"bench", "report", out, "--data", "fashion"}, exitUsage, "want --html"},
		{[]string{"bench", "report", out, "--html", page, "--force", "--data", filepath.Join(dir, "none")}, exitUsage, "there is no "},
		{[]string{"bench", "report", out, "--reference", "x"}, exitUsage, `--reference: report: unknown network: "x" is none of the run's, valid: fashion-`},
		{[]string{"bench", "report", out, "--robustbench", filepath.Join(dir, "info")}, exitUsage, "--robustbench: report: nothing that RobustBench lists: want"},
		{[]string{"bench", "report", out, "--npz", table}, exitUsage, "the name must end in .npz"},
		{[]string{"bench", "merge", merged}, exitUsage, "requires at least 2 arg(s)"},
		{[]string{"bench", "merge", merged, other}, exitUsage, "fashion-standard is to be measured under fgsm{norm=linf} in "},
		{[]string{"bench", "merge", merged, text}, exitFailure, "file is not a database"},
		{[]string{"bench", "compare", out, other, "--csv", out}, exitUsage, "the name must end in .csv"},
		{[]string{"bench", "compare", out, text}, exitFailure, "file is not a database"},
		{[]string{"bench", "report", text}, exitFailure, "file is not a database"},
		{[]string{"bench", "slurm"}, exitUsage, "want one spec file, and after -- whatever else"},
		{[]string{"bench", "slurm", "none.yaml", "--", "--limit", "5"}, exitUsage, "spec none.yaml: file does not exist"},
		{[]string{"bench", "kubernetes", "a.yaml", "--claim", "data"}, exitUsage, `--image "": want the name of a container image`},
	} {
		if _, stderr, code := steady(c.args...); code != c.code || !strings.Contains(stderr, c.says) {
			t.Errorf("%v: exit %d, %s, want %d with %q", c.args, code, stderr, c.code, c.says)
		}
	}
	onlyFiles(t, dir, "a.md", "a.npz", "a.tex", "cells.csv", "differences.csv", "merged.db", "other.db", "page.html", "part.db", "run.db", "text.db")
}
