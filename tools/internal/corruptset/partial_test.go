package corruptset

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
)

// Two runs of the same command at once never give a file its name before it is whole.
func TestTwice(t *testing.T) {
	dir := t.TempDir()
	run := Run{Images: 2, Severities: []Severity{1}}
	open := func(name string) *partialFile {
		p, err := openPartial(filepath.Join(dir, name), "fog", run, []byte("head"), 1, t.Logf)
		if err != nil {
			t.Fatal(err)
		}
		return p
	}
	add := func(p *partialFile, piece string) {
		if err := p.add([]byte(piece), len(piece)); err != nil {
			t.Fatal(err)
		}
	}

	first := open("begun")
	second := open("begun") // finds nothing whole and begins the file anew
	add(first, "ab")
	if err := first.finish(); err == nil {
		t.Error("a run gives the other's file its name")
	}
	if _, err := os.Stat(filepath.Join(dir, "begun")); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("the file has its name: %v", err)
	}
	add(second, "ab")
	if err := second.finish(); err != nil {
		t.Fatal(err)
	}

	first = open("gone-on")
	add(first, "a")
	second = open("gone-on") // goes on with what the first has written
	add(first, "b")
	add(second, "b")
	if err := first.finish(); err != nil {
		t.Fatal(err)
	}
	if err := second.finish(); err == nil {
		t.Error("a run gives a file its name that has it")
	}
	for _, name := range []string{"begun", "gone-on"} {
		if b, err := os.ReadFile(filepath.Join(dir, name)); err != nil || string(b) != "headab" {
			t.Errorf("%s holds %q (%v)", name, b, err)
		}
	}
}
