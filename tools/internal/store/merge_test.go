package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"steady/core/bench"
	"steady/tools/internal/output"
)

// answered is a result that fits the labels of subject.
func answered(c bench.Cell, backend string, right int) *bench.Result {
	r := &bench.Result{Right: right, Backend: backend, Machine: "AVX2", Sums: bench.Sums{NLL: 1, Brier: .5}}
	for i, label := range subject("a").Labels[c.First:][:c.N] {
		class := label
		if i >= right {
			class = 2
		}
		r.Answers = append(r.Answers, bench.Answer{Class: class, Confidence: .5})
	}
	return r
}

// part writes a store of two networks and three perturbations, and returns its path and cells, with results of those that
// fill has results for.
func part(t *testing.T, change func(subjects []Subject, perturbations []bench.Perturbation) ([]Subject, []bench.Perturbation), fill func(i int, c bench.Cell) *bench.Result) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "part.db")
	s := open(t, path)
	defer s.Close()
	subjects := []Subject{subject("a"), subject("b")}
	perturbations := []bench.Perturbation{{}, parse(t, "fog{severity=3}"), parse(t, "pgd{eps=8/255}")}
	if change != nil {
		subjects, perturbations = change(subjects, perturbations)
	}
	if err := s.Ask(run, subjects, perturbations, func(_ bench.Perturbation, i int) (int, int) { return subjects[i].Cell.N, 2 }); err != nil {
		t.Fatal(err)
	}
	i := 0
	for _, one := range subjects {
		for _, p := range perturbations {
			c := one.Cell
			c.Perturbation = p
			for _, slice := range c.Slices(2) {
				if fill != nil {
					if r := fill(i, slice); r != nil {
						if err := s.Put([]bench.Cell{slice}, []*bench.Result{r}); err != nil {
							t.Fatal(err)
						}
					}
				}
				i++
			}
		}
	}
	return path
}

// dump returns all that is read from a store.
func dump(t *testing.T, path string) string {
	t.Helper()
	s, err := Read(path)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	subjects, err := s.Subjects()
	if err != nil {
		t.Fatal(err)
	}
	entries, err := s.Entries(subjects, true)
	if err != nil {
		t.Fatal(err)
	}
	failures, err := s.Failures()
	if err != nil {
		t.Fatal(err)
	}
	text := fmt.Sprintf("%+v\n%+v\n", subjects, failures)
	for _, e := range entries {
		text += fmt.Sprintf("%d %s %d %d %+v\n", e.Subject, e.Perturbation, e.Images, e.Done, e.Result)
	}
	rows, err := s.db.Query("select hex(key) || finished from result union all select started || program || command || spec from run order by 1")
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	for rows.Next() {
		var line string
		if err := rows.Scan(&line); err != nil {
			t.Fatal(err)
		}
		text += line + "\n"
	}
	return text
}

func merge(t *testing.T, out string, parts ...string) *Merged {
	t.Helper()
	m, err := Merge(t.Context(), out, parts)
	if err != nil {
		t.Fatal(err)
	}
	if files, _ := filepath.Glob(filepath.Join(filepath.Dir(out), "{*,.*}")); len(files) > 1 {
		t.Errorf("left are %q", files)
	}
	return m
}

// Three parts with results in common, one of them different: the same comes out in any order, in one step or several, and
// however often it is done.
func TestMerge(t *testing.T) {
	var parts []string
	for shard := range 3 {
		parts = append(parts, part(t, nil, func(i int, c bench.Cell) *bench.Result {
			switch {
			case i == 4: // all have it, each its own
				return answered(c, []string{"webgpu", "cpu", "other"}[shard], shard%2)
			case i == 5 || i%3 == shard && i != 8:
				return answered(c, "cpu", 1)
			}
			return nil
		}))
	}
	want := ""
	for _, order := range [][]int{{0, 1, 2}, {2, 1, 0}, {1, 2, 0}, {2, 0, 1, 0, 2}} {
		out := filepath.Join(t.TempDir(), "out.db")
		var paths []string
		for _, i := range order {
			paths = append(paths, parts[i])
		}
		m := merge(t, out, paths...)
		if m.Cells != 6 || m.Done != 5 || m.Failed != 0 || m.Images != 30 || m.ImagesDone != 29 || m.Added != 29 {
			t.Errorf("%+v", m)
		}
		if want := []Maker{{"cpu", "AVX2", 29}}; !reflect.DeepEqual(m.Makers, want) {
			t.Errorf("%+v", m.Makers)
		}
		conflict := Conflict{"a", "fog{severity=3}", 2, 2, Made{"cpu", "AVX2", 1}, []Made{{"other", "AVX2", 0}}}
		if len(m.Conflicts) != 1 || !reflect.DeepEqual(m.Conflicts[0], conflict) {
			t.Errorf("%+v, want %+v", m.Conflicts, conflict)
		}
		got := dump(t, out)
		if want == "" {
			want = got
		}
		if got != want {
			t.Errorf("order %v: %s\nwant %s", order, got, want)
		}
		if m := merge(t, out, paths...); m.Added != 0 || dump(t, out) != want {
			t.Errorf("once more: %+v", m)
		}
		// Step by step, into one of them.
		last := len(paths) - 1
		for i := range paths[:last] {
			merge(t, out, paths[i], out)
		}
		if dump(t, out) != want {
			t.Error("step by step there is something else")
		}
	}
	out := filepath.Join(t.TempDir(), "out.db")
	for i, p := range parts {
		if m := merge(t, out, p); m.Added != []int{15, 10, 4}[i] {
			t.Errorf("part %d adds %d", i, m.Added)
		}
	}
	if dump(t, out) != want {
		t.Error("one after another there is something else")
	}
}

// Of stores that have the same in another order, and under other names of files, the same comes out in any order too.
func TestMergeOrder(t *testing.T) {
	first := part(t, nil, nil)
	second := part(t, func(s []Subject, p []bench.Perturbation) ([]Subject, []bench.Perturbation) {
		s[0].File = "elsewhere/a.onnx"
		return []Subject{s[1], s[0]}, []bench.Perturbation{p[0], p[2], p[1]}
	}, func(_ int, c bench.Cell) *bench.Result { return answered(c, "cpu", 1) })
	a, b := filepath.Join(t.TempDir(), "a.db"), filepath.Join(t.TempDir(), "b.db")
	merge(t, a, first, second)
	merge(t, b, second)
	merge(t, b, first)
	if dump(t, a) != dump(t, b) {
		t.Errorf("%s\n%s", dump(t, a), dump(t, b))
	}
	s, err := Read(a)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if c, err := s.Counts(); err != nil || c.Cells != 6 || c.Done != 6 {
		t.Errorf("%+v, %v", c, err)
	}
}

// Failures stay until there is a result.
func TestMergeFailures(t *testing.T) {
	failing, c := part(t, nil, nil), subject("b").Cell
	c.N = 2
	s := open(t, failing)
	if err := s.Fail(c, "not finite"); err != nil {
		t.Fatal(err)
	}
	s.Close()
	out := filepath.Join(t.TempDir(), "out.db")
	if m := merge(t, out, failing, part(t, nil, nil)); m.Failed != 1 || m.Done != 0 {
		t.Errorf("%+v", m)
	}
	if m := merge(t, out, part(t, nil, func(i int, c bench.Cell) *bench.Result { return answered(c, "cpu", 1) })); m.Failed != 0 || m.Done != 6 {
		t.Errorf("%+v", m)
	}
	if m := merge(t, out, failing); m.Failed != 0 {
		t.Errorf("%+v", m)
	}
}

// Stores of other benchmarks are refused with what differs, and nothing is written.
func TestMergeDifferent(t *testing.T) {
	type list = []bench.Perturbation
	first := part(t, nil, func(i int, c bench.Cell) *bench.Result { return answered(c, "cpu", 1) })
	for says, change := range map[string]func(s []Subject, p list) ([]Subject, list){
		`the seed for b is "9223372036854775808" in FIRST, "4" in SECOND`:                          func(s []Subject, p list) ([]Subject, list) { s[1].Cell.Seed = 4; return s, p },
		`the SHA-256 of the file for a is "hash of a" in FIRST, "x" in SECOND`:                     func(s []Subject, p list) ([]Subject, list) { s[0].Cell.Network = "x"; return s, p },
		`the SHA-256 of the images for a is "d" in FIRST, "x" in SECOND`:                           func(s []Subject, p list) ([]Subject, list) { s[0].Cell.Data = "x"; return s, p },
		`the preparation of the images for a is "p" in FIRST`:                                      func(s []Subject, p list) ([]Subject, list) { s[0].Cell.Preparation = "x"; return s, p },
		`the labels of b are not the same in FIRST and SECOND`:                                     func(s []Subject, p list) ([]Subject, list) { s[1].Labels = []int{1, 1, 1, 1, 1}; return s, p },
		`the network b is in FIRST, and not in SECOND`:                                             func(s []Subject, p list) ([]Subject, list) { return s[:1], p },
		`the network c is in SECOND, and not in FIRST`:                                             func(s []Subject, p list) ([]Subject, list) { return append(s, subject("c")), p },
		`a is to be measured under pgd{norm=linf} in FIRST, and not in SECOND`:                     func(s []Subject, p list) ([]Subject, list) { return s, p[:2] },
		`a is to be measured under snow{severity=1} in SECOND, and not in FIRST`:                   func(s []Subject, p list) ([]Subject, list) { return s, append(p, parse(t, "snow{severity=1}")) },
		`a is to be measured under clean on 5 images in FIRST, on 4 in SECOND: only stores of one`: func(s []Subject, p list) ([]Subject, list) { s[0].Cell.N = 4; return s, p },
	} {
		second := part(t, change, func(i int, c bench.Cell) *bench.Result { return nil })
		out := filepath.Join(t.TempDir(), "out.db")
		_, err := Merge(t.Context(), out, []string{first, second})
		var different *DifferentError
		if says = strings.NewReplacer("FIRST", first, "SECOND", second).Replace(says); !errors.As(err, &different) || !strings.Contains(err.Error(), says) {
			t.Errorf("%v, want an error with %q", err, says)
		}
		if files, _ := os.ReadDir(filepath.Dir(out)); len(files) > 0 {
			t.Errorf("%s: left are %v", says, files)
		}
		before, after := dump(t, first), ""
		if _, err := Merge(t.Context(), first, []string{second}); err == nil {
			t.Errorf("%s: no error", says)
		}
		if after = dump(t, first); after != before {
			t.Errorf("%s: the file has changed", says)
		}
	}
}

// Files that are damaged, cut off or of others are refused, whatever they are merged with, and nothing is written.
func TestMergeDamaged(t *testing.T) {
	full := func(i int, c bench.Cell) *bench.Result { return answered(c, "cpu", 1) }
	good := part(t, nil, full)
	before := dump(t, good)
	for says, damage := range map[string]string{
		"has the key of another one":                         "update result set identity = identity || 'x' where rowid = 3",
		"bench: answers that begin with":                     "update result set answers = x'00010203' where rowid = 3",
		"answers are the labels, and not":                    "update result set right = right - 1 where rowid = 3",
		"of another program":                                 "pragma application_id = 3",
		"version 2, this program knows":                      "pragma user_version = 2",
		"nothing is asked for in it":                         "delete from plan",
		"has a cell of 2 images from 400":                    "update cell set first = 400 where plan = 1 and first = 2",
		"sums -1 and":                                        "update result set nll = -1 where rowid = 3",
		"bytes for 9 answers":                                "update result set answers = x'010109' where rowid = 3",
		"the file is damaged: remove it":                     "",
		"want a file of 'steady bench run'":                  "text",
		"the file is damaged: *** in database main *** Tree": "zeros",
	} {
		bad := part(t, nil, full)
		switch damage {
		case "text":
			if err := os.WriteFile(bad, []byte(strings.Repeat("text\n", 1000)), 0o666); err != nil {
				t.Fatal(err)
			}
		case "zeros": // in the middle of the last page but one
			f, err := os.OpenFile(bad, os.O_RDWR, 0)
			if err != nil {
				t.Fatal(err)
			}
			info, err := f.Stat()
			if err != nil {
				t.Fatal(err)
			}
			if _, err := f.WriteAt(make([]byte, 4096), info.Size()-2*4096); err != nil {
				t.Fatal(err)
			}
			f.Close()
		case "":
			info, err := os.Stat(bad)
			if err != nil || os.Truncate(bad, info.Size()/2) != nil {
				t.Fatal(err)
			}
		default:
			db, err := sql.Open("sqlite", bad)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := db.Exec("pragma foreign_keys = on; " + damage); err != nil {
				t.Fatal(err)
			}
			db.Close()
		}
		for _, order := range [][]string{{good, bad}, {bad, good}, {bad}} {
			out := filepath.Join(t.TempDir(), "out.db")
			if _, err := Merge(t.Context(), out, order); err == nil || !strings.Contains(err.Error(), says) || !strings.Contains(err.Error(), bad) {
				t.Errorf("%v, want an error with %q and the file's name", err, says)
			}
			if files, _ := os.ReadDir(filepath.Dir(out)); len(files) > 0 {
				t.Errorf("%s: left are %v", says, files)
			}
		}
		damaged, _ := os.ReadFile(bad)
		if _, err := Merge(t.Context(), bad, []string{good}); err == nil {
			t.Errorf("%s: merged into", says)
		}
		if after, _ := os.ReadFile(bad); string(after) != string(damaged) {
			t.Errorf("%s: the file has changed", says)
		}
		if _, err := Merge(t.Context(), good, []string{bad}); err == nil || dump(t, good) != before {
			t.Errorf("%s: %v", says, err)
		}
	}
	out := filepath.Join(t.TempDir(), "out.db")
	if _, err := Merge(t.Context(), out, []string{good, "none.db"}); err == nil || err.Error() != "store none.db: no such file or directory" {
		t.Errorf("no file: %v", err)
	}
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := Merge(ended, out, []string{good}); !errors.Is(err, context.Canceled) {
		t.Errorf("ended: %v", err)
	}
	s := open(t, out)
	if _, err := Merge(t.Context(), out, []string{good}); !errors.Is(err, output.ErrLocked) {
		t.Errorf("while it is written: %v", err)
	}
	s.Close()
}

// A store of a run that was killed has a log beside it, which must not be applied to what takes its place.
func TestMergeIntoKilled(t *testing.T) {
	killed := filepath.Join(t.TempDir(), "killed.db")
	whole := part(t, nil, func(i int, c bench.Cell) *bench.Result { return answered(c, "cpu", 1) })
	source := part(t, nil, nil)
	s := open(t, source)
	for i := range 3 {
		c := subject("a").Cell.Slices(2)[i]
		if err := s.Put([]bench.Cell{c}, []*bench.Result{answered(c, "cpu", rand.IntN(2))}); err != nil {
			t.Fatal(err)
		}
	}
	for _, suffix := range []string{"", "-wal"} { // as it is at this moment
		b, err := os.ReadFile(source + suffix)
		if err != nil || len(b) == 0 {
			t.Fatal(err, len(b))
		}
		if err := os.WriteFile(killed+suffix, b, 0o666); err != nil {
			t.Fatal(err)
		}
	}
	if m := merge(t, killed, whole); m.Done != 6 || m.Added != 25 {
		t.Errorf("%+v", m)
	}
	// While somebody reads such a store, nothing takes its place.
	defer func(before time.Duration) { patience = before }(patience)
	patience = 10 * time.Millisecond
	if _, err := Merge(t.Context(), source+".copy", []string{source}); err != nil {
		t.Fatal(err)
	}
	for _, suffix := range []string{"", "-wal"} {
		b, err := os.ReadFile(source + suffix)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(killed+"2"+suffix, b, 0o666); err != nil {
			t.Fatal(err)
		}
	}
	reader, err := Read(killed + "2")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := Merge(t.Context(), killed+"2", []string{whole}); err == nil || !strings.HasSuffix(err.Error(), "another program has it open: wait until that has ended") {
		t.Errorf("while it is read: %v", err)
	}
	reader.Close()
	if m, err := Merge(t.Context(), killed+"2", []string{whole}); err != nil || m.Done != 6 {
		t.Errorf("%+v, %v", m, err)
	}
	other := filepath.Join(t.TempDir(), "out.db")
	merge(t, other, source, whole) // the first while a run writes it
	s.Close()
	if dump(t, other) != dump(t, killed) {
		t.Errorf("%s\n%s", dump(t, other), dump(t, killed))
	}
}
