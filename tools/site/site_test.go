package main

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/andybalholm/brotli"

	"steady/core/session"
)

// newSite returns a site in an empty folder, with its folder of parts made.
func newSite(t *testing.T) *site {
	t.Helper()
	dir := t.TempDir()
	s := &site{out: filepath.Join(dir, "site"), models: filepath.Join(dir, "networks"), parts: filepath.Join(dir, "site.new")}
	for _, d := range []string{s.out, s.models, s.parts} {
		if err := os.Mkdir(d, 0o777); err != nil {
			t.Fatal(err)
		}
	}
	return s
}

func write(t *testing.T, path, content string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(content), 0o666); err != nil {
		t.Fatal(err)
	}
}

func read(t *testing.T, path string) []byte {
	t.Helper()
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return content
}

func TestAddModels(t *testing.T) {
	s := newSite(t)
	write(t, filepath.Join(s.models, "x-standard.onnx"), "network a")
	write(t, filepath.Join(s.models, "x-other.onnx"), "network b")
	write(t, filepath.Join(s.models, "x-other.json"), `{"classes": ["cat", "dog"]}`+"\n")
	write(t, filepath.Join(s.models, "notes.txt"), "not a network")
	write(t, filepath.Join(s.models, "LICENSE-x-other.txt"), "of network b")
	if err := s.addModels(); err != nil {
		t.Fatal(err)
	}
	var list []struct {
		File string
		Card struct{ Classes []string }
	}
	if err := json.Unmarshal(read(t, s.part("models/models.json")), &list); err != nil {
		t.Fatal(err)
	}
	if len(list) != 2 || list[0].File != "x-standard.onnx" || list[0].Card.Classes != nil || list[1].File != "x-other.onnx" || len(list[1].Card.Classes) != 2 {
		t.Errorf("models.json lists %+v", list)
	}
	if got := read(t, s.part("models/x-standard.onnx")); string(got) != "network a" {
		t.Errorf("x-standard.onnx holds %q", got)
	}
	if files, _ := filepath.Glob(s.part("models/*")); len(files) != 5 {
		t.Errorf("models/ has %q, want two networks, a model card, a license and the list", files)
	}
}

func TestBrokenCard(t *testing.T) {
	s := newSite(t)
	write(t, filepath.Join(s.models, "a.onnx"), "network a")
	write(t, filepath.Join(s.models, "a.json"), `{"classes": [`)
	if err := s.addModels(); err == nil || !strings.Contains(err.Error(), "a.json is not JSON") {
		t.Errorf("%v", err)
	}
}

// What is not a page is not removed for one.
func TestCheckOut(t *testing.T) {
	s := newSite(t)
	if err := s.checkOut(); err != nil {
		t.Errorf("an empty folder: %v", err)
	}
	write(t, filepath.Join(s.out, "thesis.txt"), "all that there is")
	if err := s.build(); err == nil {
		t.Error("a folder of other files is replaced")
	}
	read(t, filepath.Join(s.out, "thesis.txt"))
	write(t, filepath.Join(s.out, labName), "the last build's")
	if err := s.checkOut(); err != nil {
		t.Errorf("a page: %v", err)
	}
	s.out = filepath.Join(s.out, "new")
	if err := s.checkOut(); err != nil {
		t.Errorf("a new folder: %v", err)
	}
}

// The page gets its controls from a file that says what the lab would.
func TestDescribe(t *testing.T) {
	s := newSite(t)
	if err := s.describe(); err != nil {
		t.Fatal(err)
	}
	var got, want session.Description
	if err := json.Unmarshal(read(t, s.part("description.json")), &got); err != nil {
		t.Fatal(err)
	}
	want = new(session.Session).Describe()
	if len(got.Corruptions) == 0 || !reflect.DeepEqual(got, want) {
		t.Errorf("description.json has %d corruptions and %d attacks, the lab %d and %d", len(got.Corruptions), len(got.Attacks),
			len(want.Corruptions), len(want.Attacks))
	}
}

func TestNoModels(t *testing.T) {
	s := newSite(t)
	if err := s.addModels(); err != nil {
		t.Fatal(err)
	}
	var list []any
	if err := json.Unmarshal(read(t, s.part("models/models.json")), &list); err != nil || len(list) != 0 {
		t.Errorf("models.json lists %v (%v), want nothing", list, err)
	}
}

func TestCompress(t *testing.T) {
	s := newSite(t)
	code := bytes.Repeat([]byte("let a = 1;\n"), 1000)
	write(t, s.part("main.js"), string(code))
	write(t, s.part("icon.svg"), "<svg/>")
	if err := s.compress(); err != nil {
		t.Fatal(err)
	}
	for suffix, open := range map[string]func(io.Reader) (io.Reader, error){
		".gz": func(r io.Reader) (io.Reader, error) { return gzip.NewReader(r) },
		".br": func(r io.Reader) (io.Reader, error) { return brotli.NewReader(r), nil },
	} {
		packed := read(t, s.part("main.js"+suffix))
		r, err := open(bytes.NewReader(packed))
		if err != nil {
			t.Fatal(err)
		}
		if got, err := io.ReadAll(r); err != nil || !bytes.Equal(got, code) || len(packed) >= len(code) {
			t.Errorf("main.js%s has %d bytes and unpacks to %d (%v), want %d", suffix, len(packed), len(got), err, len(code))
		}
		if _, err := os.Stat(s.part("icon.svg" + suffix)); err == nil {
			t.Error("the icon is compressed, though no server needs that")
		}
	}
}

// What the last build compressed is not compressed again, unless it has changed.
func TestCompressOnce(t *testing.T) {
	s := newSite(t)
	for _, name := range []string{"same.js", "other.js"} {
		write(t, s.part(name), name)
		write(t, filepath.Join(s.out, name), "same.js")
		write(t, filepath.Join(s.out, name+".br"), "of the last build")
	}
	if err := s.compress(); err != nil {
		t.Fatal(err)
	}
	for name, kept := range map[string]bool{"same.js": true, "other.js": false} {
		if got := string(read(t, s.part(name+".br"))); (got == "of the last build") != kept {
			t.Errorf("%s: kept the last build's file: %v, want %v", name, !kept, kept)
		}
	}
	read(t, s.part("same.js.gz")) // which the last build did not have
}

// The page of overlaps is told of the measured ones where there are some, and of the published benchmarks.
func TestAddOverlaps(t *testing.T) {
	s := newSite(t)
	if err := os.MkdirAll(s.part("models"), 0o777); err != nil {
		t.Fatal(err)
	}
	listed := func() (p overlapPages) {
		t.Helper()
		if err := s.addOverlaps(); err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal(read(t, s.part("overlaps.json")), &p); err != nil {
			t.Fatal(err)
		}
		return p
	}
	p := listed()
	var sizes []int
	for _, b := range p.Benchmarks {
		sizes = append(sizes, len(b.Corruptions))
	}
	if p.File != "" || !reflect.DeepEqual(sizes, []int{15, 19, 8}) {
		t.Errorf("without results: %q, and benchmarks of %v corruptions", p.File, sizes)
	}
	if err := os.Mkdir(filepath.Join(s.models, "results"), 0o777); err != nil {
		t.Fatal(err)
	}
	results := filepath.Join(s.models, "results", "overlap.json")
	planted := read(t, filepath.FromSlash("../../core/overlapfile/testdata/planted.json"))
	write(t, results, string(planted))
	if p := listed(); p.File != "models/overlap.json" || !bytes.Equal(read(t, s.part(p.File)), planted) {
		t.Errorf("with results: %q", p.File)
	}
	write(t, results, "{}")
	if err := s.addOverlaps(); err == nil {
		t.Error("what is no file of overlaps was taken")
	}
}

// What several pages have is put into each.
func TestCopyPage(t *testing.T) {
	dir := t.TempDir()
	inner, page, out := filepath.Join(dir, "inner.html"), filepath.Join(dir, "page.html"), filepath.Join(dir, "out.html")
	write(t, inner, "<p>in both</p>\n")
	write(t, page, "<main>\n<!-- here: "+filepath.ToSlash(inner)+" -->\n</main>\n")
	if err := copyAll(page, out); err != nil || string(read(t, out)) != "<main>\n<p>in both</p>\n</main>\n" {
		t.Errorf("%q, %v", read(t, out), err)
	}
	write(t, page, "<!-- here: none.html -->\n")
	if err := copyAll(page, out); err == nil || !strings.Contains(err.Error(), "none.html") {
		t.Errorf("of a part that is not there: %v", err)
	}
}
