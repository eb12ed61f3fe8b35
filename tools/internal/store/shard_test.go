package store

import (
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"steady/core/bench"
)

func TestShards(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.db")
	s := open(t, path)
	if list, err := s.Shards(); err != nil || list != nil {
		t.Errorf("%+v, %v", list, err)
	}
	want := []Shard{
		{0, 3, []string{"bench", "run", "a b.yaml"}, "/x", []bench.Key{{1}, {2}}},
		{2, 3, []string{"bench"}, "/", nil},
		{0, 4, []string{}, "/y", []bench.Key{{1}}},
	}
	for _, before := range []Shard{{Number: 0, Shards: 3, Keys: []bench.Key{{9}}}, {Number: 2, Shards: 3, Keys: []bench.Key{{8}}}} {
		if err := s.AddShard(before); err != nil {
			t.Fatal(err)
		}
	}
	for _, i := range []int{2, 1, 0} {
		if err := s.AddShard(want[i]); err != nil {
			t.Fatal(err)
		}
	}
	got, err := s.Shards()
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("%+v, %v, want %+v", got, err, want)
	}
	if _, err := s.db.Exec("update shard set number = 7 where number = 2"); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Shards(); err == nil || !strings.Contains(err.Error(), "there is a shard 7 of 3") {
		t.Errorf("%v", err)
	}

	// Of an older program.
	for _, table := range []string{"assigned", "shard", "hashed"} {
		if _, err := s.db.Exec("drop table " + table); err != nil {
			t.Fatal(err)
		}
	}
	if list, err := s.Shards(); err != nil || list != nil {
		t.Errorf("without the tables: %+v, %v", list, err)
	}
	s.Close()
	s = open(t, path)
	if err := s.AddShard(want[0]); err != nil {
		t.Error(err)
	}
	if err := s.KeepHash("a", "b"); err != nil {
		t.Error(err)
	}
}

// With the other journal there is no file beside the store but while something is written, and what a killed run has left in
// a write-ahead log is not lost.
func TestJournal(t *testing.T) {
	dir := t.TempDir()
	path, killed := filepath.Join(dir, "a.db"), filepath.Join(dir, "killed.db")
	for _, journal := range []Journal{Delete, WAL} {
		s, err := OpenWith(path, journal)
		if err != nil {
			t.Fatal(err)
		}
		var mode string
		if err := s.db.QueryRow("pragma journal_mode").Scan(&mode); err != nil || mode != string(journal) {
			t.Errorf("the journal is %s, %v, want %s", mode, err, journal)
		}
		if err := s.KeepHash(string(journal), "x"); err != nil {
			t.Fatal(err)
		}
		if _, err := os.Stat(path + "-wal"); (err == nil) != (journal == WAL) {
			t.Errorf("a write-ahead log with the journal %s: %v", journal, err)
		}
		reader, err := Read(path)
		if err != nil {
			t.Fatal(err)
		}
		reader.Close()
		for _, end := range []string{"", "-wal"} { // as it would be now if the process were killed
			b, err := os.ReadFile(path + end)
			if err == nil {
				err = os.WriteFile(killed+end, b, 0o666)
			}
			if err != nil && !os.IsNotExist(err) {
				t.Fatal(err)
			}
		}
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
	}
	s, err := OpenWith(killed, Delete)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if _, err := os.Stat(killed + "-wal"); err == nil {
		t.Error("there is still a write-ahead log")
	}
	for _, journal := range Journals {
		if hash, _, err := s.Hash(string(journal)); err != nil || hash != "x" {
			t.Errorf("%s: %q, %v", journal, hash, err)
		}
	}
}
