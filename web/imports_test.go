package web

import (
	"io/fs"
	"os"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// layers are the folders of src, with main.ts, which joins the first page, and after it those of other pages: a module imports from
// its own folder and from those before it.
var layers = []string{"lab", "ui", "session", "offline", "network", "steps", "stage", "scenes", "main.ts", "overlap", "evaluate"}

// pages are those that have a folder and a main.ts of their own: none knows another.
var pages = []string{"overlap", "evaluate"}

var importFrom = regexp.MustCompile(`(?m)^\s*(?:import|export)\s[^;]*?from "(\.[^"]+)"`)

// modules returns each module of src with those that it imports.
func modules(t *testing.T) map[string][]string {
	t.Helper()
	found := map[string][]string{}
	source := os.DirFS("src")
	err := fs.WalkDir(source, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || path.Ext(name) != ".ts" {
			return err
		}
		code, err := fs.ReadFile(source, name)
		if err != nil {
			return err
		}
		found[name] = nil
		for _, m := range importFrom.FindAllStringSubmatch(string(code), -1) {
			found[name] = append(found[name], path.Join(path.Dir(name), m[1])+".ts")
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

// Imports run one way between folders, not between steps, and in no circle within a folder.
func TestImports(t *testing.T) {
	imports := modules(t)
	for name, others := range imports {
		layer, _, _ := strings.Cut(name, "/")
		level := slices.Index(layers, layer)
		if level < 0 {
			t.Errorf("%s is in none of the folders %q", name, layers)
		}
		for _, other := range others {
			if _, there := imports[other]; !there {
				t.Errorf("%s imports %s, which is not a module of src", name, other)
			}
			if layer, _, _ := strings.Cut(other, "/"); slices.Index(layers, layer) > level {
				t.Errorf("%s imports %s: imports must run from right to left in %q", name, other, layers)
			}
			if from, to := path.Dir(name), path.Dir(other); from != to && path.Dir(from) == "steps" && path.Dir(to) == "steps" {
				t.Errorf("%s imports %s: a step must not know another", name, other)
			}
			if to, _, _ := strings.Cut(other, "/"); slices.Contains(pages, layer) && to != layer && slices.Contains(pages, to) {
				t.Errorf("%s imports %s: a page must not know another", name, other)
			}
		}
	}
	if circle := findCircle(imports); circle != nil {
		t.Errorf("imports in a circle: %s", strings.Join(circle, " -> "))
	}
}

func TestFindCircle(t *testing.T) {
	for _, c := range []struct {
		imports map[string][]string
		length  int
	}{
		{map[string][]string{"a": {"b", "c"}, "b": {"c"}, "c": nil}, 0},
		{map[string][]string{"a": {"b"}, "b": {"c"}, "c": {"b"}}, 3},
		{map[string][]string{"a": {"a"}}, 2},
	} {
		if circle := findCircle(c.imports); len(circle) != c.length {
			t.Errorf("%v: found %q, want %d modules", c.imports, circle, c.length)
		}
	}
}

// findCircle returns modules of which each imports the next, the first being the last, or nil.
func findCircle(imports map[string][]string) []string {
	done := map[string]bool{}
	var visit func(name string, way []string) []string
	visit = func(name string, way []string) []string {
		if i := slices.Index(way, name); i >= 0 {
			return append(way[i:], name)
		}
		if done[name] {
			return nil
		}
		for _, other := range imports[name] {
			if circle := visit(other, append(way, name)); circle != nil {
				return circle
			}
		}
		done[name] = true
		return nil
	}
	for name := range imports {
		if circle := visit(name, nil); circle != nil {
			return circle
		}
	}
	return nil
}

// What the page shows is in the session and in objects that it can reach, not in variables of modules.
func TestNoModuleVariables(t *testing.T) {
	variable := regexp.MustCompile(`(?m)^(export )?(let|var) \w+`)
	for name := range modules(t) {
		code, err := os.ReadFile("src/" + name)
		if err != nil {
			t.Fatal(err)
		}
		if found := variable.FindString(string(code)); found != "" {
			t.Errorf("%s has a variable outside of functions and classes: %s", name, found)
		}
	}
}

var markup = regexp.MustCompile(`innerHTML|outerHTML|insertAdjacentHTML|document\.write|createContextualFragment|DOMParser|setHTML|srcdoc`)

// Names and messages may come from files, so that nothing becomes markup: all text is set as textContent.
func TestNoMarkup(t *testing.T) {
	for name := range modules(t) {
		code, err := os.ReadFile(path.Join("src", name))
		if err != nil {
			t.Fatal(err)
		}
		if found := markup.Find(code); found != nil {
			t.Errorf("%s has %s: set textContent", name, found)
		}
	}
}
