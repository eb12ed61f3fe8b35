package evaluator

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"

	"steady/core/bench"
	"steady/core/exchange"
	"steady/core/report"
	"steady/core/score"
	"steady/core/session"
)

// results are the lines that an evaluator was given, and what they say.
type results struct {
	slices map[string]*exchange.Slice // by key
	lines  map[string]*exchange.Line
	found  map[string]*bench.Result
	cells  map[[2]int]*gridCell // by network and perturbation
}

// gridCell is a network under a perturbation.
type gridCell struct {
	keys []string // of its slices, in their order
	all  int      // images
}

var errNoPlan = errors.New("nothing is planned yet: choose images, networks and suites first")

// keep returns the results, of none at first.
func (e *Evaluator) keep() (*results, error) {
	if e.plan == nil {
		return nil, errNoPlan
	}
	if e.results != nil {
		return e.results, nil
	}
	r := &results{map[string]*exchange.Slice{}, map[string]*exchange.Line{}, map[string]*bench.Result{}, map[[2]int]*gridCell{}}
	for i := range e.plan.tasks {
		t := &e.plan.tasks[i]
		for k, n := range t.networks {
			c := t.cells[k]
			key, at := c.Key().String(), [2]int{n, t.perturbation}
			r.slices[key] = &exchange.Slice{Network: n, Perturbation: t.perturbation, Cell: c, Labels: e.plan.subjects[n].Labels[c.First:][:c.N]}
			if r.cells[at] == nil {
				r.cells[at] = &gridCell{}
			}
			r.cells[at].keys = append(r.cells[at].keys, key)
			r.cells[at].all += c.N
		}
	}
	e.results = r
	return r, nil
}

// Put takes results. Those of nothing that is planned are passed over, and so is a failure of what has a result. A line that is
// broken, or not a result of its slice, is refused, and the others are taken.
func (e *Evaluator) Put(a PutArgs) (*PutAnswer, error) {
	r, err := e.keep()
	if err != nil {
		return nil, err
	}
	answer := &PutAnswer{Cells: []CellInfo{}, Taken: []string{}, Refused: []string{}}
	changed := map[[2]int]bool{}
	for _, text := range a.Lines {
		var l exchange.Line
		if err := json.Unmarshal([]byte(text), &l); err != nil {
			answer.Refused = append(answer.Refused, session.Sentence(fmt.Errorf("a result cannot be read: %w", err)))
			continue
		}
		s := r.slices[l.Key]
		if s == nil || l.Failure != "" && r.found[l.Key] != nil {
			continue
		}
		if l.Failure == "" {
			found, err := l.Result(s)
			if err != nil {
				answer.Refused = append(answer.Refused, session.Sentence(err))
				continue
			}
			r.found[l.Key] = found
			answer.Taken = append(answer.Taken, l.Key)
		}
		r.lines[l.Key] = &l
		changed[[2]int{s.Network, s.Perturbation}] = true
	}
	for at := range changed {
		answer.Cells = append(answer.Cells, r.cell(at))
	}
	return answer, nil
}

// cell returns what is known of a cell.
func (r *results) cell(at [2]int) CellInfo {
	g := r.cells[at]
	c := CellInfo{Network: at[0], Perturbation: at[1], All: g.all}
	for _, key := range g.keys {
		if found := r.found[key]; found != nil {
			c.Images += len(found.Answers)
			c.Right += found.Right
		} else if l := r.lines[key]; l != nil {
			c.Failure = l.Failure
		}
	}
	if c.Images > 0 {
		interval := score.Wilson(c.Right, c.Images, report.Level)
		c.Lower, c.Upper = interval.Lower, interval.Upper
	}
	return c
}

// joined returns the result of a cell; nil if some of it is missing.
func (r *results) joined(at [2]int) *bench.Result {
	g := r.cells[at]
	if g == nil {
		return nil
	}
	var cells []bench.Cell
	var found []*bench.Result
	for _, key := range g.keys {
		if r.found[key] == nil {
			return nil
		}
		cells, found = append(cells, r.slices[key].Cell), append(found, r.found[key])
	}
	_, all, err := bench.Join(cells, found)
	if err != nil {
		panic(err) // each was checked
	}
	return all
}

// report returns the figures of what is there.
func (e *Evaluator) report() (*report.Report, error) {
	r, err := e.keep()
	if err != nil {
		return nil, err
	}
	spec, err := json.Marshal(e.plan.spec.Plain())
	if err != nil {
		return nil, err
	}
	all := report.Results{Name: e.images.Name, Networks: e.plan.reports,
		Runs: []report.Run{{At: e.plan.began, Program: e.Program, Command: e.plan.command(), Spec: spec}}}
	for i := range e.plan.reports {
		for k, p := range e.plan.spec.Perturbations {
			at := [2]int{i, k}
			g := r.cells[at]
			entry := report.Entry{Network: i, Perturbation: p, Images: g.all, Result: r.joined(at)}
			all.Entries = append(all.Entries, entry)
			all.Planned++
			if entry.Result != nil {
				all.Done++
			}
			failed := false
			for _, key := range g.keys {
				if l := r.lines[key]; l != nil && l.Failure != "" {
					s := r.slices[key]
					all.Failures = append(all.Failures, report.Failure{Model: e.plan.reports[i].Name, Perturbation: p.String(), First: s.Cell.First, Images: s.Cell.N, Reason: l.Failure})
					failed = true
				}
			}
			if failed {
				all.Failed++
			}
		}
	}
	return report.New(all, report.Options{})
}

// Summary returns the figures of networks.
func (e *Evaluator) Summary() (*SummaryAnswer, error) {
	r, err := e.report()
	if err != nil {
		return nil, err
	}
	a := &SummaryAnswer{Warnings: []string{}, Notes: append([]string{}, r.Notes...)}
	for _, m := range r.Models {
		a.Models = append(a.Models, ModelInfo{Name: m.Name, Clean: figure(m.Clean, m.CleanInterval), Corrupted: figure(m.Corrupted, m.CorruptedInterval),
			Robustness: figure(m.Robustness, m.RobustnessInterval), Attacked: figure(m.Attacked, m.AttackedInterval), AttackedBy: m.AttackedBy})
	}
	for _, w := range r.Warnings {
		a.Warnings = append(a.Warnings, w.Model+": "+w.Text)
	}
	return a, nil
}

// figure returns a figure and the ends of its interval, as far as they are known.
func figure(v *float64, i *score.Interval) []float64 {
	switch {
	case v == nil || math.IsNaN(*v):
		return []float64{}
	case i == nil || math.IsNaN(i.Lower):
		return []float64{*v}
	}
	return []float64{*v, i.Lower, i.Upper}
}
