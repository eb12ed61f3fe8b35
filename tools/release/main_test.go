package main

import (
	"archive/zip"
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"testing"
)

// A folder of the user's own is never removed, and nothing is where there is no page to put into the release.
func TestOutKept(t *testing.T) {
	dir := t.TempDir()
	mine := filepath.Join(dir, "mine.txt")
	if err := os.WriteFile(mine, []byte("mine"), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := release(t.TempDir(), dir); err == nil {
		t.Error("a folder with other files is taken")
	}
	if err := os.WriteFile(filepath.Join(dir, sumsName), nil, 0o644); err != nil {
		t.Fatal(err)
	}
	if err := release(filepath.Join(t.TempDir(), "no page"), dir); err == nil {
		t.Error("no page: no error")
	}
	if b, err := os.ReadFile(mine); err != nil || string(b) != "mine" {
		t.Errorf("the file is gone: %v", err)
	}
}

// On a stick are the page without its compressed files, what starts it, which may be run, and what explains it.
func TestStick(t *testing.T) {
	site := t.TempDir()
	for _, name := range []string{"index.html", "lab.wasm", "lab.wasm.br"} {
		if err := os.WriteFile(filepath.Join(site, name), []byte(name), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	archive, err := packStick(site, []byte("licenses"), nil)
	if err != nil {
		t.Fatal(err)
	}
	z, err := zip.NewReader(bytes.NewReader(archive), int64(len(archive)))
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, f := range z.File {
		names = append(names, f.Name)
		want := os.FileMode(0o644)
		if f.Name == "start.sh" || f.Name == "start.command" {
			want = 0o755
		}
		if f.Mode() != want {
			t.Errorf("%s has mode %v, want %v", f.Name, f.Mode(), want)
		}
	}
	if want := []string{"LICENSES.txt", "README.txt", "site/index.html", "site/lab.wasm", "start.bat", "start.command", "start.sh"}; !slices.Equal(names, want) {
		t.Errorf("the archive has %q, want %q", names, want)
	}
}
