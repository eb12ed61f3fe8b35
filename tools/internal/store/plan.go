package store

import (
	"cmp"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"

	"steady/core/bench"
	"steady/core/corrupt"
)

// Run is a call of the program that writes to a store.
type Run struct {
	Program, Command string
	Spec             any    // as JSON
	Started          string // as Started.At; "" for now
	// Replace lets a subject take the place of another one of its name, whose results stay in case it is asked for again.
	// Without it such a name is a *NameError.
	Replace bool
}

// Subject is a network on images.
type Subject struct {
	Name     string
	File     string     // of the network
	Cell     bench.Cell // of all images that are asked for, without a perturbation
	DataName string
	Classes  []string // names of the network's classes; nil if it has none
	Labels   []int    // of all images of the set, or the selection
	Indices  []int    // of a selection, places in the set
}

// Ask adds what a run asks for to what the store is to have: all subjects under all perturbations, each on the first of its
// images, in slices. share returns how many images, and how many of them a slice has at most.
func (s *Store) Ask(run Run, subjects []Subject, perturbations []bench.Perturbation, share func(p bench.Perturbation, subject int) (images, slice int)) error {
	spec, err := json.Marshal(run.Spec)
	if err != nil {
		return s.wrap(err)
	}
	return s.wrap(s.write(func(tx *sql.Tx) error {
		if _, err := tx.Exec("insert into run(started, program, command, spec) values(?, ?, ?, ?)", cmp.Or(run.Started, now()), run.Program, run.Command, string(spec)); err != nil {
			return err
		}
		ids := make([]int64, len(perturbations))
		for k, p := range perturbations {
			if ids[k], err = addPerturbation(tx, p); err != nil {
				return err
			}
		}
		for i := range subjects {
			id, err := addSubject(tx, &subjects[i], run.Replace)
			if err != nil {
				return err
			}
			for k, p := range perturbations {
				c := subjects[i].Cell
				c.Perturbation = p
				images, slice := share(p, i)
				c.N = images
				if err := addPlan(tx, id, ids[k], c, slice); err != nil {
					return err
				}
			}
		}
		return nil
	}))
}

func addPerturbation(tx *sql.Tx, p bench.Perturbation) (id int64, err error) {
	var corruption, severity, attack *string
	if c, o, _ := p.Corruption(); c != nil {
		text := strconv.Itoa(o.Severity)
		if o.Severity == corrupt.FullRange {
			text = "range"
		}
		corruption, severity = &c.Name, &text
	}
	if a, _ := p.Attack(); a != nil {
		attack = &a.Name
	}
	err = tx.QueryRow("insert into perturbation(text, corruption, severity, attack) values(?, ?, ?, ?) "+
		"on conflict(text) do update set corruption = corruption returning id", p.String(), corruption, severity, attack).Scan(&id)
	return id, err
}

func addSubject(tx *sql.Tx, s *Subject, replace bool) (id int64, err error) {
	c := s.Cell
	identity := []any{c.Network, c.Input, c.Data, c.Preparation, c.Overlays, strconv.FormatUint(c.Seed, 10)}
	const same = "network = ? and input = ? and data = ? and preparation = ? and overlays = ? and seed = ?"
	var replaced *int64
	var other string
	err = tx.QueryRow("select id, file from subject where name = ? and not("+same+")", append([]any{s.Name}, identity...)...).Scan(&replaced, &other)
	switch {
	case errors.Is(err, sql.ErrNoRows):
	case err != nil:
		return 0, err
	case !replace:
		return 0, &NameError{s.Name, other}
	default:
		for _, command := range []string{"delete from plan where subject = ?", "delete from subject where id = ?"} {
			if _, err := tx.Exec(command, *replaced); err != nil {
				return 0, err
			}
		}
	}
	classes, err := json.Marshal(s.Classes)
	if err != nil {
		return 0, err
	}
	labels, err := json.Marshal(s.Labels)
	if err != nil {
		return 0, err
	}
	var indices *string
	if s.Indices != nil {
		b, err := json.Marshal(s.Indices)
		if err != nil {
			return 0, err
		}
		text := string(b)
		indices = &text
	}
	err = tx.QueryRow("insert into subject(network, input, data, preparation, overlays, seed, name, file, data_name, classes, labels, indices, id) "+
		"values(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) on conflict(network, input, data, preparation, overlays, seed) "+
		"do update set name = excluded.name, file = excluded.file, data_name = excluded.data_name returning id",
		append(identity, s.Name, s.File, s.DataName, string(classes), string(labels), indices, replaced)...).Scan(&id)
	return id, err
}

// NameError is the error for a name that another network of the store has.
type NameError struct{ Name, File string }

func (e *NameError) Error() string {
	return fmt.Sprintf("%s is another network there, or it was measured on other images, in another way, or with another seed (its file was %s)", e.Name, e.File)
}

// addPlan adds the cells of a subject under a perturbation, in the place of those that were asked for before.
func addPlan(tx *sql.Tx, subject, perturbation int64, c bench.Cell, slice int) error {
	var id int64
	if err := tx.QueryRow("insert into plan(subject, perturbation, images) values(?, ?, ?) "+
		"on conflict(subject, perturbation) do update set images = excluded.images returning id", subject, perturbation, c.N).Scan(&id); err != nil {
		return err
	}
	if _, err := tx.Exec("delete from cell where plan = ?", id); err != nil {
		return err
	}
	for _, part := range c.Slices(slice) {
		key := part.Key()
		if _, err := tx.Exec("insert into cell values(?, ?, ?, ?)", id, part.First, part.N, key[:]); err != nil {
			return err
		}
	}
	return nil
}
