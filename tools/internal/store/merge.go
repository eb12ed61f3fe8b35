package store

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"time"

	"steady/core/bench"
	"steady/tools/internal/output"
)

// Merged is what a merge has put together.
type Merged struct {
	Counts
	Added     int // images of results that the file did not have before
	Makers    []Maker
	Programs  []string // versions of the program that have written the stores
	Conflicts []Conflict
}

// Maker is what has computed results.
type Maker struct {
	Backend, Machine string
	Images           int
}

// Conflict is a slice of a cell for which the stores have different results.
type Conflict struct {
	Subject, Perturbation string
	First, Images         int
	Kept                  Made
	Others                []Made // each that differs in anything once, by the first in the order of what may be kept
}

// Made is a result, and what made it.
type Made struct {
	Backend, Machine string
	Right            int
}

func (m Made) compare(other Made) int {
	return cmp.Or(cmp.Compare(m.Backend, other.Backend), cmp.Compare(m.Machine, other.Machine), cmp.Compare(m.Right, other.Right))
}

// DifferentError is the error for stores that are no parts of one benchmark.
type DifferentError struct{ Difference string }

func (e *DifferentError) Error() string {
	return e.Difference + ": only stores of one benchmark can be merged, run with the same spec or flags"
}

// Merge puts the results of stores into the one of a path, which may exist and have some already, or be one of them. It
// appears whole, or stays as it was. All must ask for the same cells.
//
// What comes out does not depend on the order of the stores, nor on how often each is merged. If two have different results
// for a cell, that of the backend is kept whose name is first in the alphabet, then by the machine's, then by the time.
// Networks and perturbations are in the order of the stores; if that differs, in that of the first text.
func Merge(ctx context.Context, path string, parts []string) (*Merged, error) {
	path, err := resolve(path)
	if err != nil {
		return nil, err
	}
	lock, err := output.OpenLocked(path + ".lock")
	if err != nil {
		return nil, fmt.Errorf("store %s: %w", path, err)
	}
	defer output.Remove(lock)
	m := &merger{places: map[bench.Key]place{}, conflicts: map[bench.Key]map[content]Made{}}
	if info, err := os.Stat(path); err == nil && info.Size() > 0 {
		if err := settle(path); err != nil {
			return nil, err
		}
		m.exists = true
		parts = append([]string{path}, parts...)
	}
	parts, err = distinctFiles(parts)
	if err != nil {
		return nil, err
	}
	err = output.Temporary(path, func(f *os.File) error { return m.build(ctx, f.Name(), parts) })
	switch {
	case ctx.Err() != nil:
		return nil, ctx.Err()
	case m.refused != nil:
		return nil, m.refused
	case err != nil:
		return nil, (&Store{path: path}).wrap(cmp.Or(m.written, err))
	}
	return m.merged(path)
}

// patience is how long a merge waits for programs that read the file to which it adds.
var patience = 10 * time.Second

// settle makes a store that exists a single file, so that another can take its place.
func settle(path string) error {
	s := &Store{path: path}
	if err := s.checkBefore(); err != nil {
		return err
	}
	if err := s.open(fmt.Sprintf("_pragma=busy_timeout(%d)", patience.Milliseconds())); err != nil {
		return err
	}
	defer s.db.Close()
	var mode string
	err := s.db.QueryRow("pragma journal_mode = delete").Scan(&mode)
	if err == nil && mode != "delete" || err != nil && strings.Contains(err.Error(), "database is locked") {
		err = errors.New("another program has it open: wait until that has ended")
	}
	return s.wrap(err)
}

// distinctFiles returns files, each once.
func distinctFiles(paths []string) (list []string, err error) {
	var infos []os.FileInfo
	for _, p := range paths {
		info, err := os.Stat(p)
		if err != nil {
			return nil, fmt.Errorf("store %s: %w", p, errors.Unwrap(err))
		}
		if !slices.ContainsFunc(infos, func(other os.FileInfo) bool { return os.SameFile(info, other) }) {
			list, infos = append(list, p), append(infos, info)
		}
	}
	return list, nil
}

type merger struct {
	exists    bool  // the store that is written, as the first part
	first     *grid // with which the others are compared
	base      *grid // that is written
	places    map[bench.Key]place
	conflicts map[bench.Key]map[content]Made
	before    int // images of results of the store that is written
	after     int
	programs  []string
	written   error // from writing
	refused   error // what a part is wrong with
}

// build writes a new store to an empty file that nobody else knows.
func (m *merger) build(ctx context.Context, path string, parts []string) (err error) {
	// If it is not finished, nobody will see it: no journal, and no lock beside that of the file.
	s := &Store{path: path}
	if err := s.open("nolock=1&_pragma=journal_mode(OFF)&_pragma=synchronous(OFF)"); err != nil {
		return err
	}
	s.db.SetMaxOpenConns(1)
	defer func() { err = errors.Join(err, s.db.Close()) }()
	if err := s.create(); err != nil {
		return err
	}
	return s.write(func(tx *sql.Tx) error {
		for i, part := range parts {
			if err := m.add(ctx, tx, part); err != nil {
				if m.written == nil {
					m.refused = err
				}
				return err
			}
			if err := tx.QueryRow("select coalesce(sum(images), 0) from result").Scan(&m.after); err != nil {
				return err
			}
			if i == 0 && m.exists {
				m.before = m.after
			}
		}
		m.written = cmp.Or(m.exec(tx, "delete from failure where key in (select key from result)"), m.base.write(tx))
		return m.written
	})
}

// add adds a part.
func (m *merger) add(ctx context.Context, to *sql.Tx, path string) error {
	s, err := Read(path)
	if err != nil {
		return err
	}
	defer s.Close()
	from, err := s.db.BeginTx(ctx, nil) // all that is read is of one moment
	if err != nil {
		return s.wrap(err)
	}
	defer from.Rollback()
	var text string
	if err := from.QueryRow("pragma quick_check(1)").Scan(&text); err != nil {
		return s.wrap(err)
	}
	if text != "ok" {
		return s.wrap(fmt.Errorf("the file is damaged: %s", strings.Join(strings.Fields(text), " ")))
	}
	g, err := readGrid(from, path)
	if err != nil {
		return s.wrap(err)
	}
	if len(g.plans) == 0 {
		return s.wrap(errors.New("nothing is asked for in it, as its run ended too early: run it again, or leave it out"))
	}
	if m.first == nil {
		m.first, m.base, m.places = g, g, g.cells
	}
	if text := m.first.differs(g); text != "" {
		return &DifferentError{text}
	}
	if g.order() < m.base.order() {
		m.base = g
	}
	for _, p := range g.programs {
		if !slices.Contains(m.programs, p) {
			m.programs = append(m.programs, p)
		}
	}
	if err := m.addResults(ctx, to, from); err != nil {
		return s.wrap(err)
	}
	return s.wrap(cmp.Or(m.addFailures(to, from), m.addRuns(to, from)))
}

// addResults adds the results of a part.
func (m *merger) addResults(ctx context.Context, to, from *sql.Tx) error {
	rows, err := from.Query("select " + allResultColumns + " from result")
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		if err := ctx.Err(); err != nil {
			return err
		}
		r, err := scanStored(rows)
		if err != nil {
			return err
		}
		if err := r.check(m.places); err != nil {
			return err
		}
		kept, err := scanStored(to.QueryRow("select "+allResultColumns+" from result where key = ?", r.key))
		if err != nil && !errors.Is(err, sql.ErrNoRows) {
			return err
		}
		if err == nil {
			if kept.content() != r.content() {
				m.note(bench.Key(r.key), kept, r)
			}
			if kept.compare(r) <= 0 {
				continue
			}
		}
		if err := m.exec(to, "insert or replace into result("+allResultColumns+") values(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", r.values()...); err != nil {
			return err
		}
	}
	return rows.Err()
}

// exec writes.
func (m *merger) exec(to *sql.Tx, query string, values ...any) error {
	_, err := to.Exec(query, values...)
	m.written = cmp.Or(m.written, err)
	return err
}

// note notes that rows of a cell have found different things.
func (m *merger) note(key bench.Key, rows ...*stored) {
	if m.conflicts[key] == nil {
		m.conflicts[key] = map[content]Made{}
	}
	for _, r := range rows {
		c, made := r.content(), r.made()
		if other, ok := m.conflicts[key][c]; !ok || made.compare(other) < 0 {
			m.conflicts[key][c] = made
		}
	}
}

// merged returns what is in the store then.
func (m *merger) merged(path string) (*Merged, error) {
	s, err := Read(path)
	if err != nil {
		return nil, err
	}
	defer s.Close()
	r := &Merged{Added: m.after - m.before, Programs: slices.Sorted(slices.Values(m.programs))}
	if r.Counts, err = s.Counts(); err != nil {
		return nil, err
	}
	if r.Makers, err = s.Makers(); err != nil {
		return nil, err
	}
	for key, made := range m.conflicts {
		p, ok := m.places[key]
		if !ok { // no longer asked for
			continue
		}
		kept, err := scanStored(s.db.QueryRow("select "+allResultColumns+" from result where key = ?", key[:]))
		if err != nil {
			return nil, s.wrap(err)
		}
		delete(made, kept.content())
		others := slices.SortedFunc(maps.Values(made), Made.compare)
		r.Conflicts = append(r.Conflicts, Conflict{p.subject, p.perturbation, p.first, p.images, kept.made(), others})
	}
	slices.SortFunc(r.Conflicts, func(a, b Conflict) int {
		return cmp.Or(cmp.Compare(a.Subject, b.Subject), cmp.Compare(a.Perturbation, b.Perturbation), cmp.Compare(a.First, b.First))
	})
	return r, nil
}

func (m *merger) addFailures(to, from *sql.Tx) error {
	failures, err := texts(from, "select hex(key), reason, at from failure")
	if err != nil {
		return err
	}
	for _, f := range failures {
		if err := m.exec(to, "insert into failure values(unhex(?), ?, ?) on conflict do update set reason = excluded.reason, at = excluded.at "+
			"where (excluded.reason, excluded.at) < (reason, at)", f[0], f[1], f[2]); err != nil {
			return err
		}
	}
	return nil
}

func (m *merger) addRuns(to, from *sql.Tx) error {
	runs, err := texts(from, "select started, program, command, spec from run")
	if err != nil {
		return err
	}
	for _, r := range runs {
		if err := m.exec(to, "insert into run(started, program, command, spec) select ?1, ?2, ?3, ?4 "+
			"where not exists (select 1 from run where started = ?1 and program = ?2 and command = ?3 and spec = ?4)", r[0], r[1], r[2], r[3]); err != nil {
			return err
		}
	}
	return nil
}
