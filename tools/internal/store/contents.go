package store

import (
	"database/sql"
	"encoding/json"
	"fmt"
	"strconv"

	"steady/core/bench"
)

// Entry is a subject under a perturbation.
type Entry struct {
	Subject      int // its place
	Perturbation bench.Perturbation
	Images, Done int           // asked for, and measured
	Result       *bench.Result // of all images; nil if some are missing
}

// Makers returns what has computed the results, by backend and machine.
func (s *Store) Makers() (list []Maker, err error) {
	rows, err := s.db.Query("select backend, machine, sum(images) from result group by backend, machine order by backend, machine")
	if err != nil {
		return nil, s.wrap(err)
	}
	defer rows.Close()
	for rows.Next() {
		var one Maker
		if err := rows.Scan(&one.Backend, &one.Machine, &one.Images); err != nil {
			return nil, s.wrap(err)
		}
		list = append(list, one)
	}
	return list, s.wrap(rows.Err())
}

// Failure is a slice of a cell that could not be measured.
type Failure struct {
	Subject, Perturbation string
	First, Images         int
	Reason                string
}

// Started is a call of the program that has written to a store.
type Started struct {
	At               string // UTC, as in 2026-01-02T03:04:05.678Z
	Program, Command string
	Spec             json.RawMessage
}

// Runs returns all calls of the program, in their order.
func (s *Store) Runs() (list []Started, err error) {
	rows, err := s.db.Query("select started, program, command, spec from run order by started, command, program, id")
	if err != nil {
		return nil, s.wrap(err)
	}
	defer rows.Close()
	for rows.Next() {
		var one Started
		var spec string
		if err := rows.Scan(&one.At, &one.Program, &one.Command, &spec); err != nil {
			return nil, s.wrap(err)
		}
		one.Spec = json.RawMessage(spec)
		list = append(list, one)
	}
	return list, s.wrap(rows.Err())
}

// Programs returns the versions of the program that have measured a subject: for each result, that of the last call before.
func (s *Store) Programs(subject string) (list []string, err error) {
	rows, err := s.db.Query("select distinct (select program from run where started <= r.finished order by started desc limit 1) as program "+
		"from subject s join plan on plan.subject = s.id join cell on cell.plan = plan.id join result r on r.key = cell.key "+
		"where s.name = ? order by program", subject)
	if err != nil {
		return nil, s.wrap(err)
	}
	defer rows.Close()
	for rows.Next() {
		var program sql.NullString
		if err := rows.Scan(&program); err != nil {
			return nil, s.wrap(err)
		}
		if program.Valid {
			list = append(list, program.String)
		}
	}
	return list, s.wrap(rows.Err())
}

// Subjects returns the subjects, in the order in which they were first asked for.
func (s *Store) Subjects() (list []Subject, err error) {
	rows, err := s.db.Query("select name, file, network, input, data_name, data, preparation, overlays, seed, classes, labels, indices from subject order by id")
	if err != nil {
		return nil, s.wrap(err)
	}
	defer rows.Close()
	for rows.Next() {
		var one Subject
		var seed, classes, labels string
		var indices sql.NullString
		c := &one.Cell
		if err := rows.Scan(&one.Name, &one.File, &c.Network, &c.Input, &one.DataName, &c.Data, &c.Preparation, &c.Overlays,
			&seed, &classes, &labels, &indices); err != nil {
			return nil, s.wrap(err)
		}
		if c.Seed, err = strconv.ParseUint(seed, 10, 64); err != nil {
			return nil, s.damaged("seed", one.Name, err)
		}
		for _, column := range []struct {
			name, text string
			to         any
		}{{"classes", classes, &one.Classes}, {"labels", labels, &one.Labels}, {"indices", indices.String, &one.Indices}} {
			if column.text == "" {
				continue
			}
			if err := json.Unmarshal([]byte(column.text), column.to); err != nil {
				return nil, s.damaged(column.name, one.Name, err)
			}
		}
		list = append(list, one)
	}
	return list, s.wrap(rows.Err())
}

// Entries returns all that was asked for, subject by subject, and of each the perturbations in the order in which they were
// first asked for; with the results, or without.
func (s *Store) Entries(subjects []Subject, results bool) (list []Entry, err error) {
	rows, err := s.db.Query("select plan.id, (select count(*) from subject t where t.id < plan.subject), p.text, plan.images, " +
		"(select coalesce(sum(r.images), 0) from cell join result r on r.key = cell.key where cell.plan = plan.id) " +
		"from plan join perturbation p on p.id = plan.perturbation order by plan.subject, p.id")
	if err != nil {
		return nil, s.wrap(err)
	}
	defer rows.Close()
	var plans []int64
	for rows.Next() {
		var e Entry
		var plan int64
		var text string
		if err := rows.Scan(&plan, &e.Subject, &text, &e.Images, &e.Done); err != nil {
			return nil, s.wrap(err)
		}
		if e.Perturbation, err = bench.Parse(text); err != nil {
			return nil, s.wrap(err)
		}
		list, plans = append(list, e), append(plans, plan)
	}
	if err := rows.Err(); err != nil {
		return nil, s.wrap(err)
	}
	rows.Close()
	for i := range list {
		if e := &list[i]; results && e.Done == e.Images {
			if e.Result, err = s.joined(plans[i], subjects[e.Subject].Cell, e.Perturbation); err != nil {
				return nil, s.wrap(fmt.Errorf("%s of %s: %w", e.Perturbation, subjects[e.Subject].Name, err))
			}
		}
	}
	return list, nil
}

// joined returns the result of a plan whose cells all have one.
func (s *Store) joined(plan int64, c bench.Cell, p bench.Perturbation) (*bench.Result, error) {
	rows, err := s.db.Query("select cell.first, cell.images, "+resultColumns+" from cell join result r on r.key = cell.key where cell.plan = ? order by cell.first", plan)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var cells []bench.Cell
	var results []*bench.Result
	c.Perturbation = p
	for rows.Next() {
		r, err := scanResult(rows, &c.First, &c.N)
		if err != nil {
			return nil, err
		}
		cells, results = append(cells, c), append(results, r)
	}
	if err := rows.Err(); err != nil {
		return nil, err
	}
	_, joined, err := bench.Join(cells, results)
	return joined, err
}

// Failures returns the slices that were asked for and could not be measured.
func (s *Store) Failures() (list []Failure, err error) {
	rows, err := s.db.Query("select s.name, p.text, cell.first, cell.images, f.reason from failure f join cell on cell.key = f.key " +
		"join plan on plan.id = cell.plan join subject s on s.id = plan.subject join perturbation p on p.id = plan.perturbation order by s.id, p.id, cell.first")
	if err != nil {
		return nil, s.wrap(err)
	}
	defer rows.Close()
	for rows.Next() {
		var f Failure
		if err := rows.Scan(&f.Subject, &f.Perturbation, &f.First, &f.Images, &f.Reason); err != nil {
			return nil, s.wrap(err)
		}
		list = append(list, f)
	}
	return list, s.wrap(rows.Err())
}

// Slice is some images of a cell that was asked for.
type Slice struct {
	Images int
	Done   bool
}

// Slices returns all that was asked for, each slice once.
func (s *Store) Slices() (map[bench.Key]Slice, error) {
	rows, err := s.db.Query("select distinct cell.key, cell.images, r.key is not null from cell left join result r on r.key = cell.key")
	if err != nil {
		return nil, s.wrap(err)
	}
	defer rows.Close()
	found := map[bench.Key]Slice{}
	for rows.Next() {
		var key []byte
		var one Slice
		if err := rows.Scan(&key, &one.Images, &one.Done); err != nil {
			return nil, s.wrap(err)
		}
		if len(key) != len(bench.Key{}) {
			return nil, s.wrap(fmt.Errorf("a slice has a key of %d bytes, want %d", len(key), len(bench.Key{})))
		}
		found[bench.Key(key)] = one
	}
	return found, s.wrap(rows.Err())
}

// Counts are what a store has of what was asked for. A cell is a subject under a perturbation: done if all its slices are,
// failed if one of them is.
type Counts struct {
	Cells, Done, Failed int
	Images, ImagesDone  int     // an image counts once for each subject and perturbation
	Rate                float64 // images per second in the last run; 0 if it has done nothing yet
}

// Counts counts.
func (s *Store) Counts() (c Counts, err error) {
	err = s.db.QueryRow("select count(*), count(case when done = images then 1 end), count(case when failed > 0 then 1 end), "+
		"coalesce(sum(images), 0), coalesce(sum(done), 0) "+
		"from (select sum(cell.images) as images, coalesce(sum(r.images), 0) as done, count(f.key) as failed "+
		"from cell left join result r on r.key = cell.key left join failure f on f.key = cell.key group by cell.plan)").
		Scan(&c.Cells, &c.Done, &c.Failed, &c.Images, &c.ImagesDone)
	if err != nil {
		return c, s.wrap(err)
	}
	var rate sql.NullFloat64
	err = s.db.QueryRow("select sum(r.images) / (86400 * (julianday(max(r.finished)) - julianday(l.started))) " +
		"from (select max(started) as started from run) l join result r on r.finished > l.started").Scan(&rate)
	c.Rate = rate.Float64
	return c, s.wrap(err)
}
