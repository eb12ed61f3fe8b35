package core_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

const module = "steady/"

// TestArchitecture holds docs/architecture.md and the imports together: every package has a line there, every line a
// package, and a package imports only packages further down, and none that it is to be independent of.
//
// Imports are those of the native build and of the one for the browser; tests may import anything.
func TestArchitecture(t *testing.T) {
	doc, err := os.ReadFile("../docs/architecture.md")
	if err != nil {
		t.Fatal(err)
	}
	listed, err := listedPackages(string(doc))
	if err != nil {
		t.Fatal(err)
	}
	apart, err := independentPackages(string(doc))
	if err != nil {
		t.Fatal(err)
	}
	for _, complaint := range compareImports(listed, apart, imports(t)) {
		t.Error(complaint)
	}
}

// block returns the lines of the code block with a name.
func block(doc, name string) ([]string, error) {
	m := regexp.MustCompile("(?s)\n```" + name + "\n(.*?)\n```\n").FindStringSubmatch(doc)
	if m == nil {
		return nil, fmt.Errorf("docs/architecture.md: no code block named %s", name)
	}
	return strings.Split(m[1], "\n"), nil
}

// listedPackages returns the packages of the list in their order. A line with two spaces in a row is a package and its
// purpose; others are headings.
func listedPackages(doc string) (list []string, err error) {
	lines, err := block(doc, "packages")
	for _, line := range lines {
		if name, purpose, ok := strings.Cut(line, "  "); ok && strings.TrimSpace(purpose) != "" {
			list = append(list, name)
		}
	}
	return list, err
}

// independentPackages returns for packages those that they must not depend on: the second to last words of a line that
// are paths below core.
func independentPackages(doc string) (map[string][]string, error) {
	lines, err := block(doc, "independent")
	apart := map[string][]string{}
	for _, line := range lines {
		words := strings.Fields(line)
		for _, w := range words[1:] {
			if strings.HasPrefix(w, "core/") {
				apart[words[0]] = append(apart[words[0]], w)
			}
		}
	}
	return apart, err
}

// compareImports says what is wrong with a list of packages, in their order, and a map of packages that each must not
// depend on.
func compareImports(listed []string, apart, imports map[string][]string) (wrong []string) {
	place := map[string]int{}
	for i, p := range listed {
		if _, twice := place[p]; twice {
			wrong = append(wrong, fmt.Sprintf("%s has two lines in docs/architecture.md", p))
		}
		place[p] = i
		if _, ok := imports[p]; !ok {
			wrong = append(wrong, fmt.Sprintf("%s has a line in docs/architecture.md, but there is no such package", p))
		}
	}
	for p, needs := range imports {
		at, ok := place[p]
		if !ok {
			wrong = append(wrong, fmt.Sprintf("%s has no line in docs/architecture.md: add one above what it imports and below what imports it", p))
			continue
		}
		for _, q := range needs {
			if below, ok := place[q]; ok && below < at {
				wrong = append(wrong, fmt.Sprintf("%s imports %s, which stands above it in docs/architecture.md", p, q))
			}
		}
	}
	for p, others := range apart {
		for _, q := range append([]string{p}, others...) {
			if _, ok := imports[q]; !ok {
				wrong = append(wrong, fmt.Sprintf("%s is to be independent in docs/architecture.md, but there is no such package", q))
			}
		}
		for _, q := range others {
			if way := path(imports, p, q, nil); way != nil {
				wrong = append(wrong, fmt.Sprintf("%s is to be independent of %s (docs/architecture.md), but depends on it: %s", p, q, strings.Join(way, " -> ")))
			}
		}
	}
	slices.Sort(wrong)
	return wrong
}

// path returns a way along imports from one package to another, or nil.
func path(imports map[string][]string, from, to string, before []string) []string {
	way := append(slices.Clone(before), from)
	if from == to {
		return way
	}
	for _, q := range imports[from] {
		if slices.Contains(before, q) {
			continue
		}
		if found := path(imports, q, to, way); found != nil {
			return found
		}
	}
	return nil
}

// imports returns the imports of each package of the module among these packages.
func imports(t *testing.T) map[string][]string {
	for _, folder := range []string{"../core", "../tools", "../wasm"} {
		// Folders that the test itself reads make go test run it again when something in them has changed.
		if err := filepath.WalkDir(folder, func(_ string, _ fs.DirEntry, err error) error { return err }); err != nil {
			t.Fatal(err)
		}
	}
	all := map[string][]string{}
	for _, env := range [][]string{nil, {"GOOS=js", "GOARCH=wasm"}} {
		c := exec.Command("go", "list", "-e", "-json=ImportPath,Imports", module+"...")
		c.Env = append(os.Environ(), env...)
		c.Stderr = os.Stderr
		out, err := c.Output()
		if err != nil {
			t.Fatal("go list: ", err)
		}
		for d := json.NewDecoder(bytes.NewReader(out)); ; {
			var p struct {
				ImportPath string
				Imports    []string
			}
			if err := d.Decode(&p); errors.Is(err, io.EOF) {
				break
			} else if err != nil {
				t.Fatal("go list: ", err)
			}
			name := strings.TrimPrefix(p.ImportPath, module)
			all[name] = append(all[name], nil...)
			for _, q := range p.Imports {
				if q, ok := strings.CutPrefix(q, module); ok && !slices.Contains(all[name], q) {
					all[name] = append(all[name], q)
				}
			}
		}
	}
	return all
}

// The comparison finds what it is there for.
func TestCompareImports(t *testing.T) {
	listed := []string{"program", "core/top", "core/bottom"}
	for want, c := range map[string]struct {
		listed  []string
		imports map[string][]string
	}{
		"": {listed, map[string][]string{"program": {"core/top", "core/bottom"}, "core/top": nil, "core/bottom": nil}},
		"core/bottom imports core/top, which stands above it in docs/architecture.md": {
			listed, map[string][]string{"program": nil, "core/top": nil, "core/bottom": {"core/top"}}},
		"core/new has no line in docs/architecture.md: add one above what it imports and below what imports it": {
			listed, map[string][]string{"program": nil, "core/top": nil, "core/bottom": nil, "core/new": nil}},
		"program has a line in docs/architecture.md, but there is no such package": {
			listed, map[string][]string{"core/top": nil, "core/bottom": nil}},
		"core/top has two lines in docs/architecture.md": {
			append(listed, "core/top"), map[string][]string{"program": nil, "core/top": nil, "core/bottom": nil}},
		"core/top is to be independent of core/bottom (docs/architecture.md), but depends on it: core/top -> core/middle -> core/bottom": {
			[]string{"program", "core/top", "core/middle", "core/bottom"},
			map[string][]string{"program": nil, "core/top": {"core/middle"}, "core/middle": {"core/bottom"}, "core/bottom": nil}},
	} {
		got := compareImports(c.listed, map[string][]string{"core/top": {"core/bottom"}}, c.imports)
		if strings.Join(got, "; ") != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}
