package benchrun

import (
	"encoding/csv"
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"

	"steady/core/score"
	"steady/tools/internal/store"
)

// Report is what a store has.
type Report struct {
	Store    string    `json:"-"`
	Models   []Model   `json:"models"`
	Cells    []Cell    `json:"cells"`
	Failures []Failure `json:"failures"`
	Counts
}

// Counts are how much of what was asked for is there.
type Counts struct {
	Planned int `json:"cells_planned"`
	Done    int `json:"cells_done"`
	Failed  int `json:"cells_failed"`
}

// Model is a network on images. Figures are null where cells that they need are missing.
type Model struct {
	Name        string   `json:"name"`
	File        string   `json:"file"`
	Network     string   `json:"sha256"`
	Data        string   `json:"data"`
	Preparation string   `json:"preparation"`
	Clean       *float64 `json:"clean_accuracy"`
	Corrupted   *float64 `json:"mean_corrupted_accuracy"` // over all corruptions and severities of the store
	Robustness  *float64 `json:"robustness_score"`        // Corrupted / Clean
	Attacked    *float64 `json:"lowest_attacked_accuracy"`

	asked                []string // what is to be measured: networks that differ in it cannot be compared
	corruptions, attacks int
}

// Cell is a network under a perturbation, on all images.
type Cell struct {
	Model        string   `json:"model"`
	Perturbation string   `json:"perturbation"`
	Corruption   string   `json:"corruption,omitempty"`
	Severity     string   `json:"severity,omitempty"`
	Attack       string   `json:"attack,omitempty"`
	Images       int      `json:"images"`
	Right        int      `json:"right"`
	Accuracy     float64  `json:"accuracy"`
	Lower        float64  `json:"accuracy_lower"` // bounds of the 95 % interval
	Upper        float64  `json:"accuracy_upper"`
	NLL          float64  `json:"nll"`
	Brier        float64  `json:"brier"`
	ECE          *float64 `json:"ece"`
	Gradients    int      `json:"gradients"`
	Queries      int      `json:"queries"`
	Backend      string   `json:"backend"`
	Machine      string   `json:"machine"`
}

// Failure is a cell that could not be measured.
type Failure struct {
	Model        string `json:"model"`
	Perturbation string `json:"perturbation"`
	First        int    `json:"first"`
	Images       int    `json:"images"`
	Reason       string `json:"reason"`
}

// Read reports on a store.
func Read(path string) (*Report, error) {
	s, err := store.Read(path)
	if err != nil {
		return nil, err
	}
	defer s.Close()
	return newReport(s)
}

func newReport(s *store.Store) (*Report, error) {
	counts, err := s.Counts()
	if err != nil {
		return nil, err
	}
	r := &Report{Store: s.Path(), Models: []Model{}, Cells: []Cell{}, Failures: []Failure{}, Counts: Counts{counts.Cells, counts.Done, counts.Failed}}
	subjects, err := s.Subjects()
	if err != nil {
		return nil, err
	}
	entries, err := s.Entries(subjects, true)
	if err != nil {
		return nil, err
	}
	failures, err := s.Failures()
	if err != nil {
		return nil, err
	}
	for _, f := range failures {
		r.Failures = append(r.Failures, Failure{f.Subject, f.Perturbation, f.First, f.Images, f.Reason})
	}
	for i, s := range subjects {
		m := Model{Name: s.Name, File: s.File, Network: s.Cell.Network, Data: s.DataName, Preparation: s.Cell.Preparation}
		summary := newSummary()
		for _, e := range entries {
			if e.Subject != i {
				continue
			}
			summary.add(e)
			m.asked = append(m.asked, fmt.Sprintf("%s, images %s to %d", e.Perturbation, s.Cell.Data, e.Images))
			if e.Result != nil {
				cell, err := newCell(&s, e)
				if err != nil {
					return nil, err
				}
				r.Cells = append(r.Cells, cell)
			}
		}
		summary.fill(&m)
		r.Models = append(r.Models, m)
	}
	return r, nil
}

func newCell(s *store.Subject, e store.Entry) (Cell, error) {
	result, n := e.Result, len(e.Result.Answers)
	if n > len(s.Labels) {
		return Cell{}, fmt.Errorf("%s of %s has %d answers, but %d labels", e.Perturbation, s.Name, n, len(s.Labels))
	}
	interval := score.Wilson(result.Right, n, .95)
	c := Cell{Model: s.Name, Perturbation: e.Perturbation.String(), Images: n, Right: result.Right, Accuracy: score.Accuracy(result.Right, n),
		Lower: interval.Lower, Upper: interval.Upper, NLL: result.Sums.NLL / float64(n), Brier: result.Sums.Brier / float64(n),
		Gradients: result.Sums.Gradients, Queries: result.Sums.Queries, Backend: result.Backend, Machine: result.Machine}
	if corruption, o, _ := e.Perturbation.Corruption(); corruption != nil {
		c.Corruption, c.Severity = corruption.Name, severityText(o.Severity)
	}
	if a, _ := e.Perturbation.Attack(); a != nil {
		c.Attack = a.Name
	}
	reliability, err := score.NewReliability(result.Confidences(), result.Correct(s.Labels[:n]), score.Bins)
	if err != nil {
		return c, err
	}
	if ece := reliability.ECE(); !math.IsNaN(ece) {
		c.ECE = &ece
	}
	return c, nil
}

// summary gathers the figures of a network.
type summary struct {
	clean, corrupted, lowest float64 // NaN if unknown
	corruptions, attacks     int
}

func newSummary() *summary { return &summary{clean: math.NaN(), lowest: 1} }

func (s *summary) add(e store.Entry) {
	accuracy := math.NaN()
	if e.Result != nil {
		accuracy = score.Accuracy(e.Result.Right, len(e.Result.Answers))
	}
	attack, _ := e.Perturbation.Attack()
	switch {
	case e.Perturbation.Clean():
		s.clean = accuracy
	case attack != nil:
		s.attacks++
		s.lowest = math.Min(s.lowest, accuracy)
	default:
		s.corruptions++
		s.corrupted += accuracy
	}
}

func (s *summary) fill(m *Model) {
	set := func(to **float64, v float64) {
		if !math.IsNaN(v) {
			*to = &v
		}
	}
	set(&m.Clean, s.clean)
	if s.corruptions > 0 {
		mean := s.corrupted / float64(s.corruptions)
		set(&m.Corrupted, mean)
		set(&m.Robustness, score.RobustnessScore(s.clean, mean))
	}
	if s.attacks > 0 {
		set(&m.Attacked, s.lowest)
	}
	m.corruptions, m.attacks = s.corruptions, s.attacks
}

// Write writes the table of networks.
func (r *Report) Write(w io.Writer) {
	percent := func(v *float64) string {
		if v == nil {
			return "-"
		}
		return fmt.Sprintf("%.2f %%", 100**v)
	}
	fmt.Fprintf(w, "%-24s %10s %10s %6s %12s\n", "model", "clean", "corrupted", "R", "attacked")
	for _, m := range r.Models {
		robustness := "-"
		if m.Robustness != nil {
			robustness = fmt.Sprintf("%.3f", *m.Robustness)
		}
		fmt.Fprintf(w, "%-24s %10s %10s %6s %12s\n", m.Name, percent(m.Clean), percent(m.Corrupted), robustness, percent(m.Attacked))
	}
	r.writeBasis(w)
	fmt.Fprintf(w, "%s: %d of %d slices measured", r.Store, r.Done, r.Planned)
	if r.Failed > 0 {
		fmt.Fprintf(w, ", %d failed ('steady bench status %s')", r.Failed, r.Store)
	}
	fmt.Fprintln(w)
}

// writeBasis writes what the figures of the table are made of.
func (r *Report) writeBasis(w io.Writer) {
	if len(r.Models) == 0 {
		return
	}
	first := r.Models[0]
	if !slices.ContainsFunc(r.Models, func(m Model) bool { return !slices.Equal(m.asked, first.asked) }) {
		fmt.Fprintf(w, "corrupted: mean over %d cells; R: corrupted / clean; attacked: lowest of %d attacks\n", first.corruptions, first.attacks)
		return
	}
	fmt.Fprintln(w, "corrupted: mean over cells; R: corrupted / clean; attacked: lowest of attacks")
	fmt.Fprintln(w, "The networks were measured on different images or in different cells: their figures cannot be compared.")
	for _, m := range r.Models {
		fmt.Fprintf(w, "  %s: %d corrupted cells, %d attacks\n", m.Name, m.corruptions, m.attacks)
	}
}

// WriteCSV writes all cells, a line each.
func (r *Report) WriteCSV(w io.Writer) error {
	number := func(v float64) string { return strconv.FormatFloat(v, 'g', -1, 64) }
	table := csv.NewWriter(w)
	table.Write([]string{"model", "perturbation", "corruption", "severity", "attack", "images", "right", "accuracy", "accuracy_lower", "accuracy_upper",
		"nll", "brier", "ece", "gradients", "queries", "backend", "machine"})
	for _, c := range r.Cells {
		ece := ""
		if c.ECE != nil {
			ece = number(*c.ECE)
		}
		table.Write([]string{c.Model, c.Perturbation, c.Corruption, c.Severity, c.Attack, strconv.Itoa(c.Images), strconv.Itoa(c.Right),
			number(c.Accuracy), number(c.Lower), number(c.Upper), number(c.NLL), number(c.Brier), ece,
			strconv.Itoa(c.Gradients), strconv.Itoa(c.Queries), c.Backend, c.Machine})
	}
	table.Flush()
	return table.Error()
}
