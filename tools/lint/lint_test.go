package main

import (
	"os"
	"path/filepath"
	"slices"
	"testing"
)

func TestGo(t *testing.T) {
	for _, c := range []struct {
		name, source string
		want         []string // habits, in order
	}{
		{"good", "// Foo returns its colour.\nfunc Foo() int { return 0 }", nil},
		{"article", "// A Foo is counted.\ntype Foo int", nil},
		{"later sentence", "// Foo adds. What this gives is a sum.\nfunc Foo() {}", nil},
		{"reports", "// Foo reports whether it is done.\nfunc Foo() bool { return true }", nil},
		{"published name", `func foo() string { return "laugros/grey_scale" }`, nil},
		{"in a string", "var s = \"// Foo gives\"", nil},

		{"gives", "// Foo gives a number.\nfunc Foo() int { return 0 }", []string{"gives"}},
		{"gives, of a method of an interface", "type i interface {\n// Foo gives a number.\nFoo() int }", []string{"gives"}},
		{"tells whether", "// Foo tells\n// whether it is done.\nfunc Foo() bool { return true }", []string{"tells whether"}},
		{"tells if, inside", "func f() {\n// This tells if it is done.\n}", []string{"tells whether"}},
		{"gives back", "func f() {\n// It is given back later.\n}", []string{"gives back"}},
		{"another beginning", "// Returns a number.\nfunc Foo() int { return 0 }", []string{"doc comment"}},
		{"another beginning, of a type", "// What is counted.\ntype foo int", []string{"doc comment"}},
		{"identifier", "func f(theColour int) { _ = theColour }", []string{"spelling"}},
		{"identifier, inside", "type normaliser struct{ x int }", []string{"spelling"}},
		{"choices by verb", `var _ = fmt.Errorf("no %q: there are %s", a, b)`, []string{"list of choices"}},
		{"choices by name", `var _ = errors.New("no norm: there are linf, l2 and l1")`, []string{"list of choices"}},
		{"choices, added up", `var _ = usagef("no %q: " + "there are %s", a, b)`, []string{"list of choices"}},
		{"a count", `var _ = fmt.Errorf("there are %d images", n)`, nil},
		{"choices elsewhere", `var _ = print("there are %s", a)`, nil},
		{"device", "// a graphics\n// card\nvar x int", []string{"device"}},
	} {
		found, _, err := checkGo("x.go", []byte("package x\n\n"+c.source+"\n"))
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		if got := names(found); !slices.Equal(got, c.want) {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}

func TestText(t *testing.T) {
	for _, c := range []struct {
		file, source string
		want         []string
		line         int
	}{
		{"a.md", "On a GPU it is fast.", nil, 0},
		{"a.md", "a\nb\nOn a graphics\ncard it is fast.", []string{"device"}, 3},
		{"a.md", "Not `tells whether`.\n```\ntells whether\n```\n", nil, 0},
		{"a.md", "```\ncode\n```\nIt tells whether.", []string{"tells whether"}, 4},
		{"a.ts", "const s = \"tells whether\"; // reports whether\n", nil, 0},
		{"a.ts", "f(\"x\"); // tells whether\n", []string{"tells whether"}, 1},
		{"a.ts", "/* one\n * tells whether\n */\n", []string{"tells whether"}, 2},
		{"a.ts", "  // learnt\n", []string{"trained numbers"}, 1},
	} {
		found := checkText(c.file, c.source)
		if got := names(found); !slices.Equal(got, c.want) {
			t.Errorf("%q: %q, want %q", c.source, got, c.want)
		} else if len(found) > 0 && found[0].line != c.line {
			t.Errorf("%q: line %d, want %d", c.source, found[0].line, c.line)
		}
	}
}

func TestPackageComment(t *testing.T) {
	dir := t.TempDir()
	write := func(name, source string) {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(source), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	write("good/doc.go", "// Package good is documented.\npackage good\n")
	write("good/more.go", "package good\n")
	write("bad/bad.go", "// Package bad has its comment elsewhere.\npackage bad\n")
	write("bad/bad_test.go", "// Package bad has its comment in a test.\npackage bad\n")
	write("build/bad.go", "package build\n")
	findings, err := checkAll([]string{dir})
	if err != nil {
		t.Fatal(err)
	}
	if got := names(findings); !slices.Equal(got, []string{"package comment"}) || filepath.Base(findings[0].file) != "bad.go" {
		t.Errorf("%v, want one package comment for bad.go", findings)
	}
}

func names(findings []finding) []string {
	var s []string
	for _, f := range findings {
		s = append(s, f.habit)
	}
	return s
}
