package report

import (
	"fmt"
	"slices"
	"strings"

	"steady/core/phrase"
)

// document is the tables that go into papers and README files, without the escapes of any format.
type document struct {
	tables []sheet
	notes  []string
}

// sheet is a table of a document. The first column is text, the others are numbers.
type sheet struct {
	caption, label string
	heads          []string
	rows           [][]amount
}

// amount is a number, or a text, and its interval if it has one.
type amount struct{ text, interval string }

func (a amount) String() string { return strings.TrimSuffix(a.text+" "+a.interval, " ") }

// noAmount is what a table has in the place of a number.
var noAmount = amount{text: "–"}

// document returns the table of networks, and one of corruptions if there are any: accuracies in percent.
func (r *Report) document() document {
	d := document{tables: []sheet{r.networkSheet()}}
	if s := r.corruptionSheet(); len(s.rows) > 0 {
		d.tables = append(d.tables, s)
	}
	if r.Done < r.Planned {
		d.notes = append(d.notes, fmt.Sprintf("%d of %d cells are measured; figures that need the others are left out.", r.Done, r.Planned))
	}
	for _, m := range r.Models {
		if e := m.CorruptionError; e != nil {
			d.notes = append(d.notes, fmt.Sprintf("mCE of %s: relative to %s, over %d corruptions%s.", m.Name, e.Reference, len(e.Corruptions), e.remark()))
		}
	}
	for _, n := range r.modelNotes() {
		d.notes = append(d.notes, n+".")
	}
	for _, text := range r.distances() {
		d.notes = append(d.notes, text+".")
	}
	d.notes = append(d.notes, r.Notes...)
	return d
}

func (r *Report) networkSheet() sheet {
	s := sheet{label: "networks", heads: []string{"Network", "Clean", "Corrupted"}}
	var mce, attacks bool
	for _, m := range r.Models {
		mce, attacks = mce || m.CorruptionError != nil, attacks || m.Attacked != nil
	}
	parts := []string{"Accuracy in percent on clean images and as a mean over corruptions", "R is their ratio"}
	if mce {
		s.heads = append(s.heads, "mCE")
	}
	s.heads = append(s.heads, "R")
	if attacks {
		s.heads = append(s.heads, "Attacked")
		parts = append(parts, "attacked is the lowest accuracy under an attack that stays within a limit, up to the usual eps of one at several")
	}
	s.caption = strings.Join(parts, "; ") + fmt.Sprintf(". Intervals are of %.0f percent.", 100*Level)
	if images := r.imageCounts(); images != "" {
		s.caption += " Images: " + images + "."
	}
	for _, m := range r.Models {
		row := []amount{{text: m.Name}, percentText(m.Clean, m.CleanInterval), percentText(m.Corrupted, m.CorruptedInterval)}
		if mce {
			text := noAmount
			if e := m.CorruptionError; e != nil {
				text = percentText(&e.Value, e.Interval)
			}
			row = append(row, text)
		}
		ratio := noAmount
		if m.Robustness != nil {
			ratio = amount{text: fmt.Sprintf("%.3f", *m.Robustness)}
			if i := m.RobustnessInterval; i != nil {
				ratio.interval = fmt.Sprintf("[%.3f, %.3f]", i.Lower, i.Upper)
			}
		}
		row = append(row, ratio)
		if attacks {
			row = append(row, percentText(m.Attacked, m.AttackedInterval))
		}
		s.rows = append(s.rows, row)
	}
	return s
}

// imageCounts returns of how many images figures are, if all are of the same set.
func (r *Report) imageCounts() string {
	var counts []string
	for _, m := range r.Models {
		text := fmt.Sprintf("%d of %s", m.Images, m.Data)
		if !slices.Contains(counts, text) {
			counts = append(counts, text)
		}
	}
	return phrase.First(counts, 3)
}

// corruptionSheet has a row for each corruption, and a column for each network.
func (r *Report) corruptionSheet() sheet {
	a := r.accuracies()
	s := sheet{label: "corruptions", heads: append([]string{"Corruption"}, a.networks...),
		caption: "Accuracy in percent under each corruption, as a mean over its severities (" + strings.Join(a.severities, ", ") + ")."}
	for k, v := range a.variants {
		row := []amount{{text: a.corruptions[k]}}
		for i := range r.Models {
			text := noAmount
			for _, c := range r.Models[i].Corruptions {
				if c.variant == v {
					text = percentText(c.Accuracy, nil)
				}
			}
			row = append(row, text)
		}
		s.rows = append(s.rows, row)
	}
	return s
}

func percentText(v *float64, i *Interval) amount {
	if v == nil {
		return noAmount
	}
	a := amount{text: fmt.Sprintf("%.2f", 100**v)}
	if i != nil {
		a.interval = fmt.Sprintf("[%.2f, %.2f]", 100*i.Lower, 100*i.Upper)
	}
	return a
}
