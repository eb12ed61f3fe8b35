package store

import (
	"database/sql"
	"errors"
	"time"

	"steady/core/bench"
)

// now returns the time as it is stored.
func now() string { return time.Now().UTC().Format("2006-01-02T15:04:05.000Z") }

// Missing is that of a bench.Store.
func (s *Store) Missing(cells []bench.Cell) (missing []bench.Cell, err error) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	for _, c := range cells {
		if !s.done[c.Key()] {
			missing = append(missing, c)
		}
	}
	return missing, nil
}

// Put is that of a bench.Store: one transaction, which is on the disk when it returns.
func (s *Store) Put(cells []bench.Cell, results []*bench.Result) error {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	err := s.write(func(tx *sql.Tx) error {
		for i, c := range cells {
			if err := put(tx, c, results[i], now()); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return s.wrap(err)
	}
	for _, c := range cells {
		s.done[c.Key()] = true
	}
	return nil
}

func put(tx *sql.Tx, c bench.Cell, r *bench.Result, finished string) error {
	if err := r.Check(c); err != nil {
		return err
	}
	answers, err := bench.EncodeAnswers(r.Answers)
	if err != nil {
		return err
	}
	key := c.Key()
	if _, err := tx.Exec("insert into result values(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) on conflict do nothing",
		key[:], c.Identity(), len(r.Answers), r.Right, r.Sums.NLL, r.Sums.Brier, r.Sums.Gradients, r.Sums.Queries,
		answers, r.Backend, r.Machine, r.Seconds, finished); err != nil {
		return err
	}
	_, err = tx.Exec("delete from failure where key = ?", key[:])
	return err
}

// Fail is that of a bench.Store.
func (s *Store) Fail(c bench.Cell, reason string) error {
	key := c.Key()
	_, err := s.db.Exec("insert into failure values(?, ?, ?) on conflict do update set reason = excluded.reason, at = excluded.at",
		key[:], reason, now())
	return s.wrap(err)
}

const resultColumns = "r.right, r.nll, r.brier, r.gradients, r.queries, r.answers, r.backend, r.machine, r.seconds"

// scanResult reads the columns, after others.
func scanResult(row interface{ Scan(...any) error }, others ...any) (*bench.Result, error) {
	var r bench.Result
	var answers []byte
	err := row.Scan(append(others, &r.Right, &r.Sums.NLL, &r.Sums.Brier, &r.Sums.Gradients, &r.Sums.Queries, &answers,
		&r.Backend, &r.Machine, &r.Seconds)...)
	if err != nil {
		return nil, err
	}
	r.Answers, err = bench.DecodeAnswers(answers)
	return &r, err
}

// Result is that of a bench.Store.
func (s *Store) Result(c bench.Cell) (*bench.Result, error) {
	key := c.Key()
	r, err := scanResult(s.db.QueryRow("select "+resultColumns+" from result r where key = ?", key[:]))
	if errors.Is(err, sql.ErrNoRows) {
		return nil, bench.ErrNoResult
	}
	if err == nil {
		err = r.Check(c)
	}
	return r, s.wrap(err)
}
