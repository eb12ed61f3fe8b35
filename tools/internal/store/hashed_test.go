package store

import (
	"path/filepath"
	"testing"
)

func TestHashes(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.db")
	s := open(t, path)
	want := func(s *Store, fingerprint, want string) {
		t.Helper()
		if hash, at, err := s.Hash(fingerprint); hash != want || (at == "") != (want == "") || err != nil {
			t.Errorf("%q at %q, %v, want %q", hash, at, err, want)
		}
	}
	for _, hash := range []string{"a", "b"} {
		if err := s.KeepHash("x", hash); err != nil {
			t.Fatal(err)
		}
	}
	want(s, "x", "b")
	want(s, "y", "")
	// A store of a program that kept none.
	if _, err := s.db.Exec("drop table hashed"); err != nil {
		t.Fatal(err)
	}
	s.Close()
	r, err := Read(path)
	if err != nil {
		t.Fatal(err)
	}
	want(r, "x", "")
	r.Close()
	s = open(t, path)
	want(s, "x", "")
	if err := s.KeepHash("x", "c"); err != nil {
		t.Fatal(err)
	}
	want(s, "x", "c")
}
