package report

import (
	"math"
	"slices"

	"steady/core/score"
)

// Comparison is two networks on the same images.
type Comparison struct {
	A         string       `json:"a"`
	B         string       `json:"b"`
	Cells     []Difference `json:"cells"`          // clean images, and every attack on both that counts as accuracy
	Corrupted *Difference  `json:"mean_corrupted"` // of the means; null where an image or a cell is missing

	// Of the corrupted cells, how many there are of both, and in how many of these either is better: with adjusted p-values
	// of at most 0.05.
	CorruptedCells int `json:"corrupted_cells"`
	BetterA        int `json:"a_better_in"`
	BetterB        int `json:"b_better_in"`
}

// Difference is that of two accuracies, A's minus B's.
type Difference struct {
	Perturbation string         `json:"perturbation,omitempty"`
	Images       int            `json:"images"`
	Value        float64        `json:"difference"`
	Interval     score.Interval `json:"interval"`
	OnlyA        int            `json:"only_a_right"`
	OnlyB        int            `json:"only_b_right"`
	P            *float64       `json:"p,omitempty"`          // of McNemar's exact test
	Adjusted     *float64       `json:"p_adjusted,omitempty"` // as Holm does, for all tests of these in the report, or of the two networks' corrupted cells
}

// compare compares every two networks that saw the same images.
func (r *Report) compare() {
	for i, a := range r.summaries {
		for _, b := range r.summaries[i+1:] {
			if a.network.Cell.Data == b.network.Cell.Data {
				if c := compared(a, b); len(c.Cells) > 0 || c.Corrupted != nil {
					r.Comparisons = append(r.Comparisons, c)
				}
			}
		}
	}
	var shown []*Difference
	for i := range r.Comparisons {
		for k := range r.Comparisons[i].Cells {
			shown = append(shown, &r.Comparisons[i].Cells[k])
		}
	}
	adjust(shown)
}

func compared(a, b *summary) Comparison {
	c := Comparison{A: a.model.Name, B: b.model.Name, Cells: []Difference{}}
	if d := difference(a.cells[a.clean], b.cells[b.clean]); d != nil {
		c.Cells = append(c.Cells, *d)
	}
	others := map[string]*Cell{}
	for _, cell := range b.cells {
		others[cell.Perturbation] = cell
	}
	for _, e := range a.attacks {
		if cell := a.cells[e]; cell != nil && !nearest(e.Perturbation) {
			if d := difference(cell, others[cell.Perturbation]); d != nil {
				c.Cells = append(c.Cells, *d)
			}
		}
	}
	var corrupted []*Difference
	same := true // of both
	for _, one := range a.model.Corruptions {
		for _, e := range one.entries {
			var d *Difference
			if cell := a.cells[e]; cell != nil {
				d = difference(cell, others[cell.Perturbation])
			}
			if d == nil {
				same = false
				continue
			}
			corrupted = append(corrupted, d)
		}
	}
	c.CorruptedCells = len(corrupted)
	adjust(corrupted)
	for _, d := range corrupted {
		switch {
		case *d.Adjusted > .05:
		case d.Value > 0:
			c.BetterA++
		default:
			c.BetterB++
		}
	}
	if same && a.model.corrupted == b.model.corrupted && len(a.shares) == len(b.shares) && a.shares != nil {
		shares := slices.Clone(a.shares)
		for i, v := range b.shares {
			shares[i] -= v
		}
		c.Corrupted = &Difference{Images: len(shares), Value: score.Mean(shares), Interval: meanInterval(shares)}
	}
	return c
}

// difference compares two networks in a cell: nil if one was not measured there, or on fewer images.
func difference(a, b *Cell) *Difference {
	if a == nil || b == nil || a.Images != b.Images {
		return nil
	}
	p := score.Pair(a.correct, b.correct)
	value := p.McNemar()
	return &Difference{a.Perturbation, p.N(), p.Difference(), p.DifferenceInterval(Level), p.OnlyA, p.OnlyB, &value, nil}
}

// adjust fills in the adjusted p-values.
func adjust(differences []*Difference) {
	var p []float64
	for _, d := range differences {
		p = append(p, *d.P)
	}
	for i, v := range score.Holm(p) {
		if !math.IsNaN(v) {
			differences[i].Adjusted = &v
		}
	}
}
