package main

import (
	"archive/zip"
	"bytes"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
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
	if err := release(filepath.Join(t.TempDir(), "no page"), dir); err == nil || !strings.Contains(err.Error(), "run ./build.sh build") {
		t.Errorf("no page: %v", err)
	}
	if b, err := os.ReadFile(mine); err != nil || string(b) != "mine" {
		t.Errorf("the file is gone: %v", err)
	}
}

// The licenses are those of all that a release has, of the parts that are in the page only or in one program, too, and are in the
// page's archive.
func TestLicenses(t *testing.T) {
	site := t.TempDir()
	for _, name := range []string{"index.html", "uplot-LICENSE.txt"} {
		if err := os.WriteFile(filepath.Join(site, name), []byte("text of "+name), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	t.Chdir(filepath.Join("..", ".."))
	licenses, err := collectLicenses(site)
	if err != nil {
		t.Fatal(err)
	}
	for _, what := range []string{"Steady (LICENSE)", "Go (LICENSE)", "Fashion-MNIST, the built-in images (LICENSE)", "The networks (LICENSE-efficientnet-lite0.txt)",
		"uplot, in the page (uplot-LICENSE.txt)", "github.com/nats-io/nats-server/v2 v", "github.com/hajimehoshi/ebiten/v2 v", "modernc.org/sqlite v"} {
		if !strings.Contains(string(licenses), "==== "+what) {
			t.Errorf("no license of %s", what)
		}
	}
	archive, err := packSite(site, licenses)
	if err != nil {
		t.Fatal(err)
	}
	z, err := zip.NewReader(bytes.NewReader(archive), int64(len(archive)))
	if err != nil {
		t.Fatal(err)
	}
	if f, err := z.Open(licensesName); err != nil {
		t.Error(err)
	} else if b, err := io.ReadAll(f); err != nil || !bytes.Equal(b, licenses) {
		t.Errorf("the archive has %d bytes of licenses, want %d: %v", len(b), len(licenses), err)
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
