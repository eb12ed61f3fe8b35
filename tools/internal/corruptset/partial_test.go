package corruptset

import (
	"errors"
	"os"
	"path/filepath"
	"testing"

	"steady/tools/internal/output"
)

// Of two runs that write the same file, one is told so; when the other ends, however it ends, it goes on from there.
func TestTwice(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x.npy")
	run := Run{Images: 3, Severities: []Severity{1}}
	open := func() (*partialFile, error) {
		return openPartial(path, "fog", run, []byte("head"), 1, t.Logf)
	}
	must := func(p *partialFile, err error) *partialFile {
		if err != nil {
			t.Helper()
			t.Fatal(err)
		}
		return p
	}
	add := func(p *partialFile, piece string) {
		if err := p.add([]byte(piece), len(piece)); err != nil {
			t.Helper()
			t.Fatal(err)
		}
	}

	first := must(open())
	if _, err := open(); !errors.Is(err, output.ErrLocked) {
		t.Errorf("begun twice: %v", err)
	}
	add(first, "a") // the manifest says so at once
	add(first, "b") // and of this later
	if _, err := open(); !errors.Is(err, output.ErrLocked) {
		t.Errorf("resumed while it is written: %v", err)
	}
	first.file.Close() // killed
	second := must(open())
	if whole := second.manifest.Whole; whole != 1 {
		t.Errorf("after the first was killed, %d images are whole", whole)
	}
	add(second, "b")
	second.close() // stopped
	third := must(open())
	if whole := third.manifest.Whole; whole != 2 {
		t.Errorf("after the second was stopped, %d images are whole", whole)
	}
	add(third, "c")
	if err := third.finish(); err != nil {
		t.Fatal(err)
	}
	if b, err := os.ReadFile(path); err != nil || string(b) != "headabc" {
		t.Errorf("%q (%v)", b, err)
	}
	entries, err := os.ReadDir(filepath.Dir(path))
	if err != nil || len(entries) != 1 {
		t.Errorf("left: %v, %v", entries, err)
	}

	// Nothing is left of a file without a whole image.
	begun := must(open())
	begun.close()
	if entries, err := os.ReadDir(filepath.Dir(path)); err != nil || len(entries) != 1 {
		t.Errorf("left: %v, %v", entries, err)
	}
}

// Where files have no locks, a run never gives the file of another its name.
func TestTwiceWithoutLocks(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x.npy")
	p, err := openPartial(path, "fog", Run{Images: 1, Severities: []Severity{1}}, []byte("head"), 1, t.Logf)
	if err != nil {
		t.Fatal(err)
	}
	if err := p.add([]byte("a"), 1); err != nil {
		t.Fatal(err)
	}
	if err := os.Remove(p.name()); err != nil {
		t.Skip(err) // where an open file cannot be removed
	}
	if err := os.WriteFile(p.name(), nil, 0o644); err != nil {
		t.Fatal(err)
	}
	if err := p.finish(); err == nil {
		t.Error("another file gets the name")
	}
	p.file.Close()
}
