package store

import (
	"database/sql"
	"errors"
	"fmt"
	"time"

	"steady/core/bench"
	"steady/core/exchange"
	prepare "steady/core/subject"
)

// Import makes a store, at a path where there is none, of results that another program has written as lines.
func Import(path string, f *exchange.File) (err error) {
	for _, at := range times(f) {
		if _, err := time.Parse("2006-01-02T15:04:05.000Z", at); err != nil {
			return fmt.Errorf("a time of %.40q: want it as in 2026-01-02T03:04:05.678Z", at)
		}
	}
	s, err := Open(path)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	var subjects []Subject
	for _, n := range f.Networks {
		subjects = append(subjects, Subject(n))
	}
	run := Run{Program: f.Head.Program, Command: f.Head.Command, Spec: f.Head.Spec, Started: f.Head.Started}
	shares := map[bench.Perturbation]int{}
	for k, p := range f.Perturbations {
		shares[p] = f.Head.Asked[k].Images
	}
	err = s.Ask(run, subjects, f.Perturbations, func(p bench.Perturbation, i int) (images, slice int) {
		shape, _, err := prepare.ParsePreparation(f.Networks[i].Cell.Preparation)
		if err != nil {
			panic(err) // the file was read with it
		}
		return shares[p], bench.SliceSize(p, shape[1]*shape[2])
	})
	if err != nil {
		return err
	}
	return s.wrap(s.write(func(tx *sql.Tx) error {
		for i := range f.Lines {
			l := &f.Lines[i]
			slice := f.Slices[l.Key]
			if l.Failure != "" {
				key := slice.Cell.Key()
				if _, err := tx.Exec("insert into failure values(?, ?, ?) on conflict do nothing", key[:], l.Failure, l.Finished); err != nil {
					return err
				}
				continue
			}
			r, err := l.Result(slice)
			if err != nil {
				return err
			}
			if err := put(tx, slice.Cell, r, l.Finished); err != nil {
				return err
			}
		}
		return nil
	}))
}

// times returns all times of a file.
func times(f *exchange.File) []string {
	list := []string{f.Head.Started}
	for i := range f.Lines {
		list = append(list, f.Lines[i].Finished)
	}
	return list
}
