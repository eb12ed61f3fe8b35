package datafile

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"steady/core/dataset"
)

func TestLocate(t *testing.T) {
	dir := t.TempDir()
	t.Chdir(dir)
	for _, name := range []string{"x.npy", "sub/y.npy", "a,b/1.png"} {
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, nil, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	for spec, want := range map[string]string{
		"x.npy":                   "x.npy",
		"x.npy, sub/y.npy":        "x.npy,sub/y.npy",
		"sub/y.npy,x.npy":         "sub/y.npy,x.npy",
		"a,b":                     "a,b", // a name with a comma
		dir + "/sub/../sub/y.npy": "y.npy",
	} {
		root, name, err := locate(spec)
		if err != nil || name != want {
			t.Errorf("%s: %s in %s, %v, want %s", spec, name, root, err, want)
			continue
		}
		for part := range strings.SplitSeq(name, ",") {
			if _, err := os.Stat(filepath.Join(root, part)); err != nil && name != "a,b" {
				t.Errorf("%s: %v", spec, err)
			}
		}
	}
	for _, spec := range []string{"", "none", "x.npy,none", "none,x.npy"} {
		if _, _, err := locate(spec); err == nil || !strings.Contains(err.Error(), "DATA is") {
			t.Errorf("%q: %v", spec, err)
		}
	}
}

func TestBuiltIn(t *testing.T) {
	set, _, err := Load(Default, dataset.Test, dataset.Options{Limit: 3}, t.Logf)
	if err != nil || set.Len() != 3 || set.Name != "fashion" {
		t.Fatalf("%+v, %v", set, err)
	}
}

func TestNotes(t *testing.T) {
	dir := t.TempDir()
	for name, data := range map[string]string{"a/1.gif": "", "a/2.heic": "", "b/1.gif": "", "empty/notes.txt": ""} {
		if err := os.MkdirAll(filepath.Dir(filepath.Join(dir, name)), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, name), []byte(data), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	var said []string
	images, err := Open(dir, dataset.Test, dataset.Options{}, func(format string, args ...any) {
		said = append(said, fmt.Sprintf(format, args...))
	})
	if err != nil {
		t.Fatal(err)
	}
	defer images.Close()
	text := strings.Join(said, "\n")
	if images.Len() != 2 || !strings.Contains(text, "1 .heic") || !strings.Contains(text, "no classes: empty") {
		t.Errorf("%d images; said %q", images.Len(), text)
	}
}
