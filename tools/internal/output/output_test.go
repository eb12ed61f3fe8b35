package output

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestFile(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "x.txt")
	write := func(text string, err error) error {
		return File(path, func(w io.Writer) error { io.WriteString(w, text); return err })
	}
	if err := write("old", nil); err != nil {
		t.Fatal(err)
	}
	// A file that fails leaves the one before as it was, and nothing beside it.
	broken := errors.New("broken")
	if err := write(strings.Repeat("new", 1<<16), broken); !errors.Is(err, broken) || !strings.Contains(err.Error(), path) {
		t.Errorf("an error while writing: %v", err)
	}
	if err := JSON(path, make(chan int)); err == nil || !strings.Contains(err.Error(), path) {
		t.Errorf("what JSON cannot say: %v", err)
	}
	content, err := os.ReadFile(path)
	if err != nil || string(content) != "old" {
		t.Errorf("%q, %v", content, err)
	}
	if err := JSON(path, map[string]int{"n": 1}); err != nil {
		t.Error(err)
	}
	if content, err := os.ReadFile(path); err != nil || string(content) != "{\n  \"n\": 1\n}\n" {
		t.Errorf("%q, %v", content, err)
	}
	if entries, err := os.ReadDir(dir); err != nil || len(entries) != 1 {
		t.Errorf("left behind: %v, %v", entries, err)
	}
}

func TestCheck(t *testing.T) {
	dir := t.TempDir()
	if err := os.Mkdir(filepath.Join(dir, "folder.npy"), 0o755); err != nil {
		t.Fatal(err)
	}
	for name, says := range map[string]string{
		"x.npy": "", "": "name the file to write", "x.npz": "must end in .npy", "none/x.npy": "no folder", "folder.npy": "that is a folder",
	} {
		path := name
		if name != "" {
			path = filepath.Join(dir, name)
		}
		if err := Check("out", path, ".npy"); (err == nil) != (says == "") || err != nil && !strings.Contains(err.Error(), says) {
			t.Errorf("%q: %v, want %q", name, err, says)
		}
	}
}
