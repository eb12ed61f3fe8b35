package main

import (
	"os"
	"path/filepath"
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
