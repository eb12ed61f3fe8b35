package input

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x")
	for _, size := range []int{0, 1, 1000, 5000} {
		if err := os.WriteFile(path, []byte(strings.Repeat("y", size)), 0o644); err != nil {
			t.Fatal(err)
		}
		b, err := File(path, int64(size))
		if err != nil || len(b) != size {
			t.Errorf("%d bytes: %d, %v", size, len(b), err)
		}
		if size == 0 {
			continue
		}
		_, err = File(path, int64(size)-1)
		if !errors.Is(err, ErrTooLarge) || !strings.Contains(err.Error(), path) || !strings.Contains(err.Error(), "want at most") {
			t.Errorf("%d bytes where there may be one less: %v", size, err)
		}
	}
	// A file that says of itself that it is far larger is not read.
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := f.Truncate(50 << 30); err != nil {
		t.Skip(err) // of a file system without holes
	}
	f.Close()
	if _, err := File(path, 2<<30); !errors.Is(err, ErrTooLarge) || !strings.Contains(err.Error(), "50 GiB") || !strings.Contains(err.Error(), "at most 2 GiB") {
		t.Errorf("50 GiB: %v", err)
	}
}

func TestNoFile(t *testing.T) {
	if _, err := File(t.TempDir(), 1); err == nil || !strings.Contains(err.Error(), "a folder") {
		t.Errorf("a folder: %v", err)
	}
	if _, err := File(filepath.Join(t.TempDir(), "none"), 1); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("nothing: %v", err)
	}
	if _, err := os.Stat("/dev/zero"); err == nil {
		if _, err := File("/dev/zero", 1<<40); err == nil || !strings.Contains(err.Error(), "a device") {
			t.Errorf("/dev/zero: %v", err)
		}
	}
	// What has no size of its own ends at the limit.
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	go func() {
		for err := error(nil); err == nil; {
			_, err = w.Write(make([]byte, 1<<12))
		}
	}()
	if b, err := readAll(r, 0, 10000); len(b) != 10001 || err != nil {
		t.Errorf("a pipe without an end: %d bytes, %v", len(b), err)
	}
	r.Close()
}
