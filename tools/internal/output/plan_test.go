package output

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestPlan(t *testing.T) {
	dir := t.TempDir()
	t.Chdir(dir)
	for _, name := range []string{"old.npy", "in.npy", "a/in.npy"} {
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(name), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Mkdir("folder.npy", 0o755); err != nil {
		t.Fatal(err)
	}
	links := os.Symlink("in.npy", "link.npy") == nil && os.Symlink("a", "b") == nil && os.Symlink("none", "loose.npy") == nil &&
		os.Link("in.npy", "hard.npy") == nil
	for _, c := range []struct {
		outputs string
		force   bool
		says    string // "" if it is right
		links   bool
	}{
		{"new.npy", false, "", false},
		{"new.npy newer.npy", false, "", false},
		{"", false, "--out FILE.npy is missing: name the file to write", false},
		{"new.npz", false, "--out new.npz: the name must end in .npy", false},
		{"none/new.npy", false, "--out none/new.npy: there is no folder none", false},
		{"old.npy/new.npy", false, "there is no folder old.npy", false},
		{"folder.npy", true, "that is a folder", false},
		{"old.npy", false, "old.npy exists: --force replaces it", false},
		{"new.npy old.npy", false, "old.npy exists: --force replaces it", false},
		{"old.npy", true, "", false},
		{"in.npy", true, "--out in.npy: that is the same file as in.npy", false},
		{"a/../in.npy", true, "that is the same file as in.npy", false},
		{dir + "/in.npy", true, "that is the same file as in.npy", false},
		{"new.npy new.npy", true, "--out new.npy: that is the same file as new.npy", false},
		{"new.npy a/../new.npy", true, "that is the same file as new.npy", false},
		{"old.npy a/../old.npy", true, "that is the same file as old.npy", false},
		{"link.npy", true, "that is the same file as in.npy", true},
		{"hard.npy", true, "that is the same file as in.npy", true},
		{"a/new.npy b/new.npy", false, "--out b/new.npy: that is the same file as a/new.npy", true},
		{"a/in.npy b/in.npy", true, "--out b/in.npy: that is the same file as a/in.npy", true},
		{"loose.npy", true, "that is a symbolic link to nothing", true},
		{strings.Repeat("x", 300) + ".npy", false, "cannot be written: ", false},
		{"nul\x00.npy", false, "cannot be written: ", false},
	} {
		if c.links && !links {
			continue
		}
		p := Plan{Force: c.force}
		p.Input("in.npy", "nothing-of-this-name", "")
		for name := range strings.SplitSeq(c.outputs, " ") {
			p.Output("--out", name, ".npy")
		}
		before := names(t, dir)
		err := p.Check()
		if (err == nil) != (c.says == "") || err != nil && !strings.Contains(filepath.ToSlash(err.Error()), c.says) {
			t.Errorf("%s, force %t: %v, want %q", c.outputs, c.force, err, c.says)
		}
		if err != nil && strings.Contains(err.Error(), ".part") {
			t.Errorf("%s: the error tells of a temporary folder: %v", c.outputs, err)
		}
		if after := names(t, dir); after != before {
			t.Errorf("%s: the folder has become %s", c.outputs, after)
		}
	}
}

// Two names that are one to the file system are found where it has such.
func TestPlanCase(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "x"), nil, 0o644); err != nil {
		t.Fatal(err)
	}
	_, err := os.Stat(filepath.Join(dir, "X"))
	var p Plan
	p.Output("--out", filepath.Join(dir, "y.npy"), ".npy")
	p.Output("--labels-out", filepath.Join(dir, "Y.npy"), ".npy")
	if (p.Check() == nil) != (err != nil) {
		t.Errorf("y.npy and Y.npy: %v, in a folder where x and X: %v", p.Check(), err)
	}
}

func TestPlanFolder(t *testing.T) {
	dir := t.TempDir()
	t.Chdir(dir)
	if err := os.WriteFile("file", nil, 0o644); err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir("data", 0o755); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ folder, says string }{
		{"new", ""}, {"new/er/", ""}, {".", ""},
		{"file", "that is a file"}, {"file/", "that is a file"}, {"file/x", "cannot be written: "},
		{"data", "--out data: that is the input data"}, {"./data/", "that is the input data"},
		{strings.Repeat("x", 300), "cannot be written: "},
	} {
		var p Plan
		p.Input("data")
		p.Output("--out", filepath.Join(c.folder, "x.npy"), "")
		p.Output("--out", filepath.Join(c.folder, "deep", "x.npy"), "")
		err := p.CheckFolder("--out", c.folder)
		if (err == nil) != (c.says == "") || err != nil && !strings.Contains(filepath.ToSlash(err.Error()), c.says) {
			t.Errorf("%s: %v, want %q", c.folder, err, c.says)
		}
		if got := names(t, dir); got != "data file" {
			t.Errorf("%s: the folder has become %s", c.folder, got)
		}
	}
}

// What may not be written is known before the work, and not at its end.
func TestPlanPermission(t *testing.T) {
	dir := t.TempDir()
	if err := os.Chmod(dir, 0o555); err != nil {
		t.Fatal(err)
	}
	if f, err := os.Create(filepath.Join(dir, "x")); err == nil {
		f.Close()
		t.Skip("this user may write anywhere")
	}
	var p Plan
	p.Output("--out", filepath.Join(dir, "x.npy"), ".npy")
	if err := p.Check(); err == nil || !strings.Contains(err.Error(), "x.npy cannot be written: permission denied") {
		t.Errorf("%v", err)
	}
}
