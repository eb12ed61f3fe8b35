package output

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
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

// A file that is replaced keeps its permissions, and a symbolic link stays one.
func TestFileKeeps(t *testing.T) {
	dir := t.TempDir()
	path, link := filepath.Join(dir, "x.txt"), filepath.Join(dir, "link.txt")
	if err := os.WriteFile(path, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink("x.txt", link); err != nil {
		t.Skip(err)
	}
	if err := File(link, func(w io.Writer) error { _, err := io.WriteString(w, "new"); return err }); err != nil {
		t.Fatal(err)
	}
	if b, err := os.ReadFile(path); err != nil || string(b) != "new" {
		t.Errorf("%q, %v", b, err)
	}
	if info, err := os.Lstat(link); err != nil || info.Mode().Type() != os.ModeSymlink {
		t.Errorf("the link is %v, %v", info.Mode(), err)
	}
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("permissions %v, %v", info.Mode(), err)
	}
}

// A file of the longest name that the system has can be written.
func TestLongName(t *testing.T) {
	path := filepath.Join(t.TempDir(), strings.Repeat("x", 251)+".txt")
	if err := JSON(path, 1); err != nil {
		t.Error(err)
	}
}

func names(t *testing.T, dir string) string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var list []string
	for _, e := range entries {
		list = append(list, e.Name())
	}
	return strings.Join(list, " ")
}

// What a killed program has left is removed; what another has open, or is not ours, is not.
func TestStale(t *testing.T) {
	dir := t.TempDir()
	for _, name := range []string{".x.npy.123.part", ".x.npy.part", ".x.npy.12a.part", ".y.npy.123.part", "x.npy.part"} {
		if err := os.WriteFile(filepath.Join(dir, name), nil, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	path := filepath.Join(dir, "x.npy")
	err := File(path, func(w io.Writer) error {
		during := strings.Count(names(t, dir), "x.npy")
		var p Plan
		p.Output("--out", path, ".npy")
		if err := p.Check(); err != nil {
			t.Error(err)
		}
		if after := strings.Count(names(t, dir), "x.npy"); after != during-1 {
			t.Errorf("%d files of x.npy became %d: %s", during, after, names(t, dir))
		}
		return nil
	})
	if err != nil {
		t.Error(err)
	}
	if got := names(t, dir); got != ".x.npy.12a.part .x.npy.part .y.npy.123.part x.npy x.npy.part" {
		t.Errorf("left: %s", got)
	}
}

func TestExclusive(t *testing.T) {
	path := filepath.Join(t.TempDir(), "lock")
	var all sync.WaitGroup
	inside, most := 0, 0
	var mutex sync.Mutex
	count := func(d int) {
		mutex.Lock()
		defer mutex.Unlock()
		inside += d
		most = max(most, inside)
	}
	for range 8 {
		all.Go(func() {
			for range 20 {
				err := Exclusive(path, func() error {
					count(1)
					runtime.Gosched()
					count(-1)
					return nil
				})
				if err != nil {
					t.Error(err)
				}
			}
		})
	}
	all.Wait()
	if most != 1 {
		t.Errorf("%d at once", most)
	}
	if got := names(t, filepath.Dir(path)); got != "" {
		t.Errorf("left: %s", got)
	}
}
