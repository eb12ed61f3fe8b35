package store

import (
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"steady/core/bench"
	"steady/tools/internal/output"
)

func parse(t *testing.T, text string) bench.Perturbation {
	t.Helper()
	p, err := bench.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func open(t *testing.T, path string) *Store {
	t.Helper()
	s, err := Open(path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

func result(n, class int) *bench.Result {
	r := &bench.Result{Right: n / 2, Sums: bench.Sums{NLL: 1.5, Brier: 0.1, Gradients: 3, Queries: 4}, Backend: "cpu", Machine: "AVX2", Seconds: 2.5}
	for i := range n {
		r.Answers = append(r.Answers, bench.Answer{Class: class, Confidence: 1 / float32(i+1)})
	}
	return r
}

var run = Run{Program: "v1", Command: "steady bench run", Spec: map[string]any{"seed": 3}}

func subject(name string) Subject {
	return Subject{Name: name, File: name + ".onnx", DataName: "set", Classes: []string{"a", "b"}, Labels: []int{0, 1, 1, 0, 1},
		Cell: bench.Cell{Network: "hash of " + name, Data: "d", Preparation: "p", Seed: 1 << 63, N: 5}}
}

func TestStore(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a ?#%.db") // what an URL has other uses for
	s := open(t, path)
	subjects := []Subject{subject("a"), subject("b")}
	subjects[1].Indices, subjects[1].Classes = []int{5, 3, 9, 11, 2}, nil
	perturbations := []bench.Perturbation{{}, parse(t, "fog{severity=3}"), parse(t, "laugros/hue{severity=range}"), parse(t, "pgd{eps=8/255}")}
	two := func(bench.Perturbation, int) (int, int) { return 5, 2 }
	for range 2 { // the second time nothing is new
		if err := s.Ask(run, subjects, perturbations, two); err != nil {
			t.Fatal(err)
		}
	}
	var cells []bench.Cell
	for _, p := range perturbations[:2] {
		c := subjects[0].Cell
		c.Perturbation = p
		cells = append(cells, c.Slices(2)...)
	}
	if missing, err := s.Missing(cells); err != nil || !reflect.DeepEqual(missing, cells) {
		t.Fatalf("%v, %v", missing, err)
	}
	if err := s.Fail(cells[4], "not\nfinite"); err != nil {
		t.Fatal(err)
	}
	if err := s.Fail(cells[3], "not finite"); err != nil {
		t.Fatal(err)
	}
	want := []*bench.Result{result(2, 0), result(2, 1), result(1, 300), result(2, 70000)}
	if err := s.Put(cells[:4], want); err != nil {
		t.Fatal(err)
	}
	if err := s.Put(cells[3:5], []*bench.Result{result(2, 7), result(1, 1)}); err == nil {
		t.Error("one answer for two images: no error")
	}
	if err := s.Put(cells[:1], []*bench.Result{result(2, 9)}); err != nil {
		t.Fatal(err)
	}
	s.Close()

	for _, opened := range []func(string) (*Store, error){Open, Read} {
		s, err := opened(path)
		if err != nil {
			t.Fatal(err)
		}
		if missing, err := s.Missing(cells); err != nil || !reflect.DeepEqual(missing, cells[4:]) {
			t.Errorf("missing: %v, %v", missing, err)
		}
		for i, c := range cells[:4] {
			if r, err := s.Result(c); err != nil || !reflect.DeepEqual(r, want[i]) {
				t.Errorf("%+v, %v, want %+v", r, err, want[i])
			}
		}
		if _, err := s.Result(cells[4]); err != bench.ErrNoResult {
			t.Errorf("no result: %v", err)
		}
		found, err := s.Subjects()
		if err != nil || !reflect.DeepEqual(found[0].Labels, subjects[0].Labels) || len(found) != 2 {
			t.Fatalf("%+v, %v", found, err)
		}
		for i := range found {
			found[i].Cell.N = 5
		}
		if !reflect.DeepEqual(found, subjects) {
			t.Errorf("%+v, want %+v", found, subjects)
		}
		entries, err := s.Entries(found, true)
		if err != nil || len(entries) != 8 {
			t.Fatalf("%+v, %v", entries, err)
		}
		for i, e := range entries {
			done := []int{5, 2}
			if e.Subject != i/4 || e.Perturbation != perturbations[i%4] || e.Images != 5 || (e.Result != nil) != (i == 0) ||
				i < 2 && e.Done != done[i] || i >= 2 && e.Done != 0 {
				t.Errorf("entry %d: %+v", i, e)
			}
		}
		if r := entries[0].Result; len(r.Answers) != 5 || r.Right != 2 || r.Answers[4].Class != 300 || r.Seconds != 7.5 {
			t.Errorf("joined: %+v", r)
		}
		failures, err := s.Failures()
		if err != nil || len(failures) != 1 || failures[0] != (Failure{"a", "fog{severity=3}", 2, 2, "not\nfinite"}) {
			t.Errorf("failures %+v, %v", failures, err)
		}
		counts, err := s.Counts()
		if counts.Rate = 0; err != nil || counts != (Counts{Cells: 8, Done: 1, Failed: 1, Images: 40, ImagesDone: 7}) {
			t.Errorf("counts %+v, %v", counts, err)
		}
		s.Close()
	}
	// One file, and no others, when nobody has it open.
	if files, _ := filepath.Glob(filepath.Join(filepath.Dir(path), "*")); len(files) != 1 {
		t.Errorf("left are %q", files)
	}
}

// What the schema promises to other programs.
func TestSchema(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.db")
	s := open(t, path)
	if err := s.Ask(run, []Subject{subject("a")}, []bench.Perturbation{{}, parse(t, "fog{severity=3}")}, func(bench.Perturbation, int) (int, int) { return 5, 5 }); err != nil {
		t.Fatal(err)
	}
	c := subject("a").Cell
	c.Perturbation = parse(t, "fog{severity=3}")
	if err := s.Put([]bench.Cell{c}, []*bench.Result{result(5, 1)}); err != nil {
		t.Fatal(err)
	}
	var got []string
	rows, err := s.db.Query("select model, perturbation, corruption, severity, attack, asked, images, right, accuracy from accuracy")
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	for rows.Next() {
		var v [9]sql.NullString
		if err := rows.Scan(&v[0], &v[1], &v[2], &v[3], &v[4], &v[5], &v[6], &v[7], &v[8]); err != nil {
			t.Fatal(err)
		}
		line := ""
		for _, x := range v {
			line += "|" + x.String
		}
		got = append(got, line)
	}
	if want := []string{"|a|clean||||5|0||", "|a|fog{severity=3}|fog|3||5|5|2|0.4"}; !reflect.DeepEqual(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
	var identity, label string
	var key []byte
	if err := s.db.QueryRow("select identity, key from result").Scan(&identity, &key); err != nil || identity != c.Identity() || bench.Key(key) != c.Key() {
		t.Errorf("%q, %x, %v", identity, key, err)
	}
	if err := s.db.QueryRow("select l.value from subject, json_each(labels) l where l.key = 2").Scan(&label); err != nil || label != "1" {
		t.Errorf("label %q, %v", label, err)
	}
}

func TestOneWriter(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.db")
	s := open(t, path)
	if err := s.Ask(run, []Subject{subject("a")}, []bench.Perturbation{{}}, func(bench.Perturbation, int) (int, int) { return 5, 5 }); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(path); !errors.Is(err, output.ErrLocked) || !strings.Contains(err.Error(), "another run is writing it") {
		t.Errorf("a second writer: %v", err)
	}
	link := filepath.Join(t.TempDir(), "link")
	if os.Symlink(path, link) == nil {
		if _, err := Open(link); !errors.Is(err, output.ErrLocked) {
			t.Errorf("a second writer by a link: %v", err)
		}
	}
	r, err := Read(path)
	if err != nil {
		t.Fatalf("a reader meanwhile: %v", err)
	}
	defer r.Close()
	if err := s.Put([]bench.Cell{subject("a").Cell}, []*bench.Result{result(5, 1)}); err != nil {
		t.Fatal(err)
	}
	if c, err := r.Counts(); err != nil || c.Done != 1 || c.Rate <= 0 {
		t.Errorf("read while it is written: %+v, %v", c, err)
	}
	if err := r.Put([]bench.Cell{subject("b").Cell}, []*bench.Result{result(5, 1)}); err == nil {
		t.Error("a reader writes")
	}
}

func TestNames(t *testing.T) {
	s := open(t, filepath.Join(t.TempDir(), "a.db"))
	images := 5
	two := func(bench.Perturbation, int) (int, int) { return images, 2 }
	if err := s.Ask(run, []Subject{subject("a")}, []bench.Perturbation{{}}, two); err != nil {
		t.Fatal(err)
	}
	other := subject("b")
	other.Name = "a"
	var name *NameError
	if err := s.Ask(run, []Subject{subject("c"), other}, []bench.Perturbation{{}}, two); !errors.As(err, &name) || name.File != "a.onnx" {
		t.Errorf("a name for two networks: %v", err)
	}
	renamed := subject("a")
	renamed.Name = "z"
	images = 3
	if err := s.Ask(run, []Subject{renamed}, []bench.Perturbation{{}}, two); err != nil {
		t.Fatal(err)
	}
	found, err := s.Subjects()
	if err != nil || len(found) != 1 || found[0].Name != "z" {
		t.Errorf("%+v, %v, want the renamed network only", found, err)
	}
	if c, err := s.Counts(); err != nil || c.Cells != 1 || c.Images != 3 {
		t.Errorf("%+v, %v, want the cells of the last time", c, err)
	}
}

// A network may take the place of another one of its name: what is asked for of that one goes, and its results stay.
func TestReplace(t *testing.T) {
	s := open(t, filepath.Join(t.TempDir(), "a.db"))
	ask := func(program string, subjects ...Subject) {
		t.Helper()
		err := s.Ask(Run{Program: program, Replace: true}, subjects, []bench.Perturbation{{}, parse(t, "spatial")}, func(p bench.Perturbation, _ int) (int, int) {
			if p.Clean() {
				return 5, 2
			}
			return 3, 2
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	ask("v1", subject("a"), subject("b"))
	if c, err := s.Counts(); err != nil || c.Cells != 2*2 || c.Images != 2*(5+3) {
		t.Errorf("%+v, %v", c, err)
	}
	first := subject("a").Cell
	first.N = 2
	time.Sleep(2 * time.Millisecond) // times are stored in milliseconds
	if err := s.Put([]bench.Cell{first}, []*bench.Result{result(2, 0)}); err != nil {
		t.Fatal(err)
	}
	time.Sleep(2 * time.Millisecond)
	other := subject("c")
	other.Name = "a"
	ask("v2", other)
	found, err := s.Subjects()
	if err != nil || len(found) != 2 || found[0].Name != "a" || found[0].Cell.Network != other.Cell.Network {
		t.Errorf("%+v, %v, want the other network in the place of the first", found, err)
	}
	if c, err := s.Counts(); err != nil || c.Images != 2*(5+3) || c.ImagesDone != 0 {
		t.Errorf("%+v, %v", c, err)
	}
	ask("v3", subject("a"), other)
	if programs, err := s.Programs("a"); err != nil || len(programs) != 0 {
		t.Errorf("%q, %v", programs, err)
	}
	ask("v3", subject("a"))
	if c, err := s.Counts(); err != nil || c.ImagesDone != 2 {
		t.Errorf("%+v, %v, want the result of before", c, err)
	}
	if programs, err := s.Programs("a"); err != nil || !slices.Equal(programs, []string{"v1"}) {
		t.Errorf("%q, %v, want v1", programs, err)
	}
}

// Files that are no stores are refused, and left as they are.
func TestForeign(t *testing.T) {
	dir := t.TempDir()
	text := filepath.Join(dir, "text")
	if err := os.WriteFile(text, []byte(strings.Repeat("not a database\n", 100)), 0o666); err != nil {
		t.Fatal(err)
	}
	foreign := filepath.Join(dir, "foreign")
	newer := filepath.Join(dir, "newer")
	for path, command := range map[string]string{foreign: "create table t(x)", newer: fmt.Sprintf("create table t(x); pragma application_id = %d; pragma user_version = 9", applicationID)} {
		db, err := sql.Open("sqlite", path)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := db.Exec(command); err != nil {
			t.Fatal(err)
		}
		db.Close()
	}
	for path, says := range map[string]string{text: "file is not a database", foreign: "of another program", newer: "version 9, this program knows version 1", dir: "not a file"} {
		before, _ := os.ReadFile(path)
		for _, opened := range []func(string) (*Store, error){Open, Read} {
			if _, err := opened(path); err == nil || !strings.Contains(err.Error(), says) {
				t.Errorf("%s: %v, want an error with %q", path, err, says)
			}
		}
		if after, _ := os.ReadFile(path); string(after) != string(before) {
			t.Errorf("%s has been changed", path)
		}
	}
	if _, err := Read(filepath.Join(dir, "none")); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("no file: %v", err)
	}
	if _, err := Open(filepath.Join(dir, "none", "a.db")); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("no folder: %v", err)
	}
}

// A store that someone has changed is an error, not a panic.
func TestDamaged(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.db")
	s := open(t, path)
	c := subject("a").Cell
	if err := s.Ask(run, []Subject{subject("a")}, []bench.Perturbation{{}}, func(bench.Perturbation, int) (int, int) { return 5, 5 }); err != nil {
		t.Fatal(err)
	}
	if err := s.Put([]bench.Cell{c}, []*bench.Result{result(5, 1)}); err != nil {
		t.Fatal(err)
	}
	if _, err := s.db.Exec("update result set answers = x'0101ff'"); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Result(c); err == nil {
		t.Error("answers cut off: no error")
	}
	if _, err := s.db.Exec("update result set key = x'00'"); err != nil {
		t.Fatal(err)
	}
	for _, column := range []string{"labels", "classes", "seed"} {
		if _, err := s.db.Exec("update subject set " + column + " = '[1X'"); err != nil {
			t.Fatal(err)
		}
		if _, err := s.Subjects(); err == nil || !strings.Contains(err.Error(), column+" of a: ") || !strings.Contains(err.Error(), "the file is damaged: remove it") {
			t.Errorf("%s: %v", column, err)
		}
	}
	s.Close()
	for _, opened := range []func(string) (*Store, error){Open, Read} {
		if _, err := opened(path); err == nil || !strings.Contains(err.Error(), "key of 1 bytes") {
			t.Errorf("a short key: %v", err)
		}
	}
}

// A disk that is full is said with the file and what to do; what was there is not lost.
func TestFull(t *testing.T) {
	path := filepath.Join(t.TempDir(), "full.db")
	s := open(t, path)
	defer s.Close()
	cell := subject("a").Cell
	cell.Perturbation = parse(t, "fog{severity=3}")
	if err := s.Put([]bench.Cell{cell}, []*bench.Result{answered(cell, "cpu", 1)}); err != nil {
		t.Fatal(err)
	}
	first := cell
	var pages int
	if err := s.db.QueryRow("pragma page_count").Scan(&pages); err != nil {
		t.Fatal(err)
	}
	s.db.SetMaxOpenConns(1)
	if _, err := s.db.Exec(fmt.Sprintf("pragma max_page_count = %d", pages)); err != nil {
		t.Fatal(err)
	}
	var err error
	for cell.Seed = 1000; err == nil && cell.Seed < 2000; cell.Seed++ {
		err = s.Put([]bench.Cell{cell}, []*bench.Result{answered(cell, "cpu", 1)})
	}
	if err == nil || !strings.Contains(err.Error(), "store "+path+": ") || !strings.Contains(err.Error(), "make room, and run the same command again") {
		t.Error(err)
	}
	if _, err := s.Result(first); err != nil {
		t.Error(err)
	}
}
