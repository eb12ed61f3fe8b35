package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/spf13/cobra"
	"go.yaml.in/yaml/v3"

	"steady/core/bench"
	"steady/tools/internal/papers"
)

// The page and its figures are what its commands write of the files of results that are there.
func TestPage(t *testing.T) {
	t.Chdir("../..")
	b, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	blocks := 0
	var figures [][2]string // files or folders: where the page has them, and where they are written
	got, err := fill(string(b), func(args []string) (string, error) {
		blocks++
		for i := range args { // figures go elsewhere
			if i > 0 && args[i-1] == "--svg" {
				kept, to := args[i], t.TempDir()
				if filepath.Ext(kept) == ".svg" {
					to = filepath.Join(to, "figure.svg")
				}
				args[i], figures = to, append(figures, [2]string{kept, to})
			}
		}
		return run(t.Context(), args)
	})
	if err != nil {
		t.Fatal(err)
	}
	if got != string(b) {
		t.Errorf("%s is not what its commands write: go run ./tools/papertables", page)
	}
	if blocks == 0 || len(figures) == 0 {
		t.Error("there are no blocks, or no figures")
	}
	if runtime.GOARCH != "amd64" {
		return // what is rounded may differ where multiplications and additions are fused
	}
	made := map[string]bool{}
	for _, f := range figures {
		compare(t, f[0], f[1], made)
	}
	kept, err := filepath.Glob("docs/papers/*")
	if err != nil || len(kept) == 0 {
		t.Fatal(kept, err)
	}
	for _, path := range kept {
		if !made[path] {
			t.Errorf("%s is made by no command of %s", path, page)
		}
	}
}

// compare compares a figure, or those of a folder, with the one that the page has, whose name it adds to made.
func compare(t *testing.T, kept, at string, made map[string]bool) {
	t.Helper()
	entries, err := os.ReadDir(at)
	if err == nil {
		for _, e := range entries {
			compare(t, filepath.Join(kept, e.Name()), filepath.Join(at, e.Name()), made)
		}
		return
	}
	want, err := os.ReadFile(at)
	if err != nil {
		t.Fatal(err)
	}
	made[filepath.Clean(kept)] = true
	if got, err := os.ReadFile(kept); err != nil || !bytes.Equal(got, want) {
		t.Errorf("%s is not what its command writes (%v): go run ./tools/papertables", kept, err)
	}
}

func TestFill(t *testing.T) {
	const text = "a\n<!-- steady papers x r.json -->\nold\n<!-- end -->\nb\n<!-- steady papers y -->\n<!-- end -->\n"
	got, err := fill(text, func(args []string) (string, error) { return strings.Join(args, "+") + "\n\n", nil })
	if want := "a\n<!-- steady papers x r.json -->\nx+r.json\n<!-- end -->\nb\n<!-- steady papers y -->\ny\n<!-- end -->\n"; err != nil || got != want {
		t.Errorf("%q, %v, want %q", got, err, want)
	}
	for text, want := range map[string]string{
		"<!-- steady papers x\n-->":                                          "does not end on its line",
		"<!-- steady papers x -->\nold":                                      "has no",
		"<!-- steady papers x -->\n<!-- steady papers y -->\n<!-- end -->\n": "has no",
		"<!-- steady papers bad -->\n<!-- end -->\n":                         "steady papers bad: broken",
	} {
		if _, err := fill(text, func([]string) (string, error) { return "", errors.New("broken") }); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %q", text, err, want)
		}
	}
}

// An experiment whose results are not there says so; one of another name is an error.
func TestRun(t *testing.T) {
	if got, err := run(t.Context(), []string{"transfer", "none.json"}); err != nil || got != "This experiment has not run yet: there is no `none.json`." {
		t.Errorf("%q, %v", got, err)
	}
	if _, err := run(t.Context(), []string{"dance", "main.go"}); err == nil {
		t.Error("no error")
	}
}

const overlapResults = "../../models/results/overlap-results.json"

// experiment returns what an experiment prints as JSON.
func experiment(t *testing.T, args ...string) string {
	t.Helper()
	var printed any
	root := &cobra.Command{Use: "papers", SilenceErrors: true, SilenceUsage: true}
	root.AddCommand(papers.Commands(environment(func(v any, _ func(io.Writer)) error {
		printed = v
		return nil
	}, io.Discard))...)
	root.SetArgs(args)
	if err := root.ExecuteContext(t.Context()); err != nil {
		t.Fatal(err)
	}
	text, err := json.MarshalIndent(printed, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	return string(text) + "\n"
}

// The matrix that the page shows is that of the results.
func TestOverlapFile(t *testing.T) {
	want, err := os.ReadFile("../../models/results/overlap.json")
	if err != nil {
		t.Fatal(err)
	}
	if experiment(t, "overlap", overlapResults) != string(want) {
		t.Error("models/results/overlap.json is another: steady papers overlap models/results/overlap-results.json --json writes it")
	}
}

// Two suites are what is built from the results.
func TestBuiltSuites(t *testing.T) {
	for name, args := range map[string][]string{
		"cifar10-noc": nil,
		"balanced":    {"--categories", "3", "--per-category", "4"},
	} {
		file := filepath.Join(t.TempDir(), "suite.yaml")
		experiment(t, append([]string{"build", overlapResults, "--out", file}, args...)...)
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		var built struct{ Cells []string }
		if err := yaml.Unmarshal(text, &built); err != nil {
			t.Fatal(err)
		}
		suite, err := bench.LookupSuite(name)
		if err != nil {
			t.Fatal(err)
		}
		var has []string
		for _, p := range suite.Perturbations {
			has = append(has, fmt.Sprint(p))
		}
		if !slices.Equal(built.Cells, has) {
			t.Errorf("%s has\n%v\nbuilt are\n%v", name, has, built.Cells)
		}
	}
}
