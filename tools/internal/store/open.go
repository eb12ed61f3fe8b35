package store

import (
	"database/sql"
	_ "embed"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"

	"steady/core/bench"
	"steady/tools/internal/output"
)

// Version is that of the schema.
const Version = 1

// applicationID says of an SQLite file that it is a store.
const applicationID = 0x53744479

// reading are the options of a connection that changes nothing but what a process that was killed has left half-done. What
// may not be written is only read.
const reading = "mode=rw&_pragma=busy_timeout(10000)&_pragma=query_only(ON)"

//go:embed schema.sql
var schema string

// Store is an open store. It is a bench.Store.
type Store struct {
	path string
	db   *sql.DB
	lock *os.File // nil if the store is only read

	mutex sync.Mutex
	done  map[bench.Key]bool // cells that have results
}

var _ bench.Store = (*Store)(nil)

// Journal is how SQLite keeps a file whole that it is writing.
type Journal string

const (
	WAL    Journal = "wal"    // a write-ahead log: the fastest, and only for disks of the machine
	Delete Journal = "delete" // a journal of what was there before: also for file systems that machines share, as NFS
)

// Journals are the ways that there are.
var Journals = []Journal{WAL, Delete}

// Open opens a store to write, or creates it. The error matches output.ErrLocked if another process writes it.
func Open(path string) (s *Store, err error) { return OpenWith(path, WAL) }

// OpenWith is Open with a journal of a kind.
func OpenWith(path string, journal Journal) (s *Store, err error) {
	path, err = resolve(path)
	if err != nil {
		return nil, err
	}
	lock, err := output.OpenLocked(path + ".lock")
	if err != nil {
		return nil, fmt.Errorf("store %s: %w", path, err)
	}
	s = &Store{path: path, lock: lock, done: map[bench.Key]bool{}}
	fresh := isEmpty(path)
	defer func() {
		if err == nil {
			return
		}
		if s.db != nil && fresh {
			s.db.Close() // before its files are removed, and these before others may open them
			for _, beside := range []string{"", "-wal", "-shm", "-journal"} {
				os.Remove(path + beside)
			}
		}
		s.Close()
		s = nil
	}()
	if err := s.checkBefore(); err != nil {
		return s, err
	}
	// The lock is first waited for, as the journal's mode may need it. Whatever a transaction reads, it is to write.
	err = s.open("_pragma=busy_timeout(10000)&_pragma=journal_mode(" + string(journal) + ")&_pragma=synchronous(FULL)&_pragma=foreign_keys(ON)&_txlock=immediate")
	if err != nil {
		return s, err
	}
	s.db.SetMaxOpenConns(1)
	if err := s.create(); err != nil {
		return s, s.wrap(err)
	}
	return s, s.loadDone()
}

// Read opens a store that exists, and that another process may be writing, to read.
func Read(path string) (*Store, error) {
	path, err := resolve(path)
	if err != nil {
		return nil, err
	}
	if _, err := os.Stat(path); err != nil {
		return nil, fmt.Errorf("store %s: %w", path, errors.Unwrap(err))
	}
	s := &Store{path: path, done: map[bench.Key]bool{}}
	if err := s.open(reading); err != nil {
		return nil, err
	}
	created, err := s.check()
	if err == nil && !created {
		err = errors.New("the file is empty")
	}
	if err != nil {
		s.Close()
		return nil, s.wrap(err)
	}
	return s, s.loadDone()
}

// resolve follows a link to a store, so that all its names have the same lock.
func resolve(path string) (string, error) {
	if target, err := filepath.EvalSymlinks(path); err == nil {
		path = target
	}
	if info, err := os.Stat(path); err == nil && !info.Mode().IsRegular() {
		return "", fmt.Errorf("store %s: not a file", path)
	}
	return path, nil
}

// isEmpty reports whether there is nothing at a path, or a file of no bytes.
func isEmpty(path string) bool {
	info, err := os.Stat(path)
	return errors.Is(err, fs.ErrNotExist) || err == nil && info.Size() == 0
}

func (s *Store) open(options string) (err error) {
	s.db, err = connect(s.path, options)
	return s.wrap(err)
}

func connect(path, options string) (*sql.DB, error) {
	full, err := filepath.Abs(path)
	if err != nil {
		return nil, err
	}
	full = filepath.ToSlash(full)
	if !strings.HasPrefix(full, "/") { // a drive of Windows
		full = "/" + full
	}
	name := url.URL{Scheme: "file", Path: full, RawQuery: options}
	return sql.Open("sqlite", name.String())
}

// check returns an error if the file is no store of this version, and whether it has anything in it.
func (s *Store) check() (created bool, err error) {
	var id, version, tables int
	if err := s.db.QueryRow("select (select application_id from pragma_application_id), (select user_version from pragma_user_version), "+
		"(select count(*) from sqlite_schema)").Scan(&id, &version, &tables); err != nil {
		return false, err
	}
	switch {
	case tables == 0:
		return false, nil
	case id != applicationID:
		return false, errors.New("an SQLite file of another program")
	case version != Version:
		return false, fmt.Errorf("a store of version %d, this program knows version %d", version, Version)
	}
	return true, nil
}

// checkBefore checks a file that exists, without changing it as the options of what writes do.
func (s *Store) checkBefore() error {
	if isEmpty(s.path) {
		return nil
	}
	if err := s.open(reading); err != nil {
		return err
	}
	_, err := s.check()
	return s.wrap(errors.Join(err, s.db.Close()))
}

// create makes the tables, if the file is new.
func (s *Store) create() error {
	created, err := s.check()
	if err != nil {
		return err
	}
	if created { // perhaps by a program that knew less
		_, err := s.db.Exec(laterTables)
		return err
	}
	return s.write(func(tx *sql.Tx) error {
		_, err := tx.Exec(fmt.Sprintf("%s;\npragma application_id = %d; pragma user_version = %d", schema, applicationID, Version))
		return err
	})
}

func (s *Store) loadDone() error {
	rows, err := s.db.Query("select key from result")
	if err != nil {
		return s.wrap(err)
	}
	defer rows.Close()
	for rows.Next() {
		var b []byte
		if err := rows.Scan(&b); err != nil {
			return s.wrap(err)
		}
		if len(b) != len(bench.Key{}) {
			return s.wrap(fmt.Errorf("a result has a key of %d bytes, want %d", len(b), len(bench.Key{})))
		}
		s.done[bench.Key(b)] = true
	}
	return s.wrap(rows.Err())
}

// write has work done in a transaction.
func (s *Store) write(work func(tx *sql.Tx) error) error {
	tx, err := s.db.Begin()
	if err != nil {
		return err
	}
	defer tx.Rollback() // does nothing after the commit
	if err := work(tx); err != nil {
		return err
	}
	return tx.Commit()
}

func (s *Store) wrap(err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("store %s: %w%s", s.path, err, remedy(err))
}

// damaged returns the error of what a column has of something.
func (s *Store) damaged(column, of string, err error) error {
	return fmt.Errorf("store %s: %s of %.60s: %w: %s", s.path, column, of, err, removeDamaged)
}

const removeDamaged = "the file is damaged: remove it, and run again what has computed it"

// remedy returns what to do about some of SQLite's errors, which say only what is so.
func remedy(err error) string {
	e, ok := errors.AsType[*sqlite.Error](err)
	if !ok {
		return ""
	}
	switch e.Code() & 0xff { // what follows is which kind of it
	case sqlite3.SQLITE_CORRUPT:
		return ": " + removeDamaged
	case sqlite3.SQLITE_NOTADB:
		return ": want a file of 'steady bench run'"
	case sqlite3.SQLITE_IOERR: // also where a file beside the store finds no room
		return ": the disk fails, or is full: if so, make room, and run the same command again"
	case sqlite3.SQLITE_FULL:
		return ": make room, and run the same command again"
	}
	return ""
}

// Path returns the name of the file.
func (s *Store) Path() string { return s.path }

// Close closes the store. What writes has it in one file then, which can be copied; the error says if the disk is too full for it.
func (s *Store) Close() error {
	var err error
	if s.db != nil {
		if s.lock != nil {
			err = s.join()
		}
		err = errors.Join(err, s.wrap(s.db.Close()))
	}
	if s.lock != nil {
		output.Remove(s.lock)
	}
	return err
}

// join moves what lies in a journal beside the file into it, unless the store is being read, which does no harm.
func (s *Store) join() error {
	_, err := s.db.Exec("pragma journal_mode = delete")
	if e, ok := errors.AsType[*sqlite.Error](err); ok && (e.Code()&0xff == sqlite3.SQLITE_BUSY || e.Code()&0xff == sqlite3.SQLITE_LOCKED) {
		return nil
	}
	if _, none := os.Stat(s.path + "-wal"); err != nil && none == nil {
		err = fmt.Errorf("the results are in this file and in %s-wal, which belong together: %w", filepath.Base(s.path), err)
	}
	return s.wrap(err)
}
