package store

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"steady/core/bench"
)

// limitFiles has files of the process become no longer than so many bytes, as on a disk that is full, until it is undone.
func limitFiles(t *testing.T, bytes uint64) (undo func()) {
	t.Helper()
	var before unix.Rlimit
	if err := unix.Getrlimit(unix.RLIMIT_FSIZE, &before); err != nil {
		t.Fatal(err)
	}
	if err := unix.Setrlimit(unix.RLIMIT_FSIZE, &unix.Rlimit{Cur: bytes, Max: before.Max}); err != nil {
		t.Fatal(err)
	}
	undo = func() { unix.Setrlimit(unix.RLIMIT_FSIZE, &before) }
	t.Cleanup(undo)
	return undo
}

// Where a disk has no room for a new store, nothing of it stays.
func TestFullNew(t *testing.T) {
	path := filepath.Join(t.TempDir(), "new.db")
	for _, size := range []uint64{0, 4096, 20000} {
		undo := limitFiles(t, size)
		s, err := Open(path)
		undo()
		if err == nil {
			s.Close()
			t.Errorf("a store was made in %d bytes", size)
			continue
		}
		if !strings.Contains(err.Error(), "make room") {
			t.Errorf("%d bytes: %v", size, err)
		}
		if files, err := os.ReadDir(filepath.Dir(path)); err != nil || len(files) > 0 {
			t.Errorf("%d bytes: %v stay, %v", size, files, err)
		}
	}
}

// Where a disk has no room to make a store one file again, that is said, and nothing is lost.
func TestFullAtTheEnd(t *testing.T) {
	path := filepath.Join(t.TempDir(), "full.db")
	s := open(t, path)
	cell := subject("a").Cell
	cell.Perturbation = parse(t, "fog{severity=3}")
	if err := s.Put([]bench.Cell{cell}, []*bench.Result{answered(cell, "cpu", 1)}); err != nil {
		t.Fatal(err)
	}
	undo := limitFiles(t, 4096)
	err := s.Close()
	undo()
	if err == nil || !strings.Contains(err.Error(), "full.db-wal, which belong together") || !strings.Contains(err.Error(), "make room") {
		t.Errorf("the end on a full disk: %v", err)
	}
	s = open(t, path)
	if _, err := s.Result(cell); err != nil {
		t.Error(err)
	}
	if err := s.Close(); err != nil {
		t.Error(err)
	}
	if _, err := os.Stat(path + "-wal"); err == nil {
		t.Error("the journal stays where there is room")
	}
}
