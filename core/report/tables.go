package report

import (
	"fmt"
	"slices"
	"strings"

	"steady/core/phrase"
	"steady/core/score"
	"steady/core/table"
)

// document returns the table of networks, and one of corruptions if there are any: accuracies in percent.
func (r *Report) document() table.Document {
	d := table.Document{Tables: []table.Table{r.networkSheet()}}
	if s := r.corruptionSheet(); len(s.Rows) > 0 {
		d.Tables = append(d.Tables, s)
	}
	if r.Done < r.Planned {
		d.Notes = append(d.Notes, fmt.Sprintf("%d of %d cells are measured; figures that need the others are left out.", r.Done, r.Planned))
	}
	for _, m := range r.Models {
		if e := m.CorruptionError; e != nil {
			d.Notes = append(d.Notes, fmt.Sprintf("mCE of %s: relative to %s, over %d corruptions%s.", m.Name, e.Reference, len(e.Corruptions), e.remark()))
		}
	}
	for _, n := range r.modelNotes() {
		d.Notes = append(d.Notes, n+".")
	}
	for _, text := range r.distances() {
		d.Notes = append(d.Notes, text+".")
	}
	d.Notes = append(d.Notes, r.Notes...)
	return d
}

func (r *Report) networkSheet() table.Table {
	s := table.Table{Label: "networks", Heads: []string{"Network", "Clean", "Corrupted"}}
	var mce, attacks bool
	for _, m := range r.Models {
		mce, attacks = mce || m.CorruptionError != nil, attacks || m.Attacked != nil
	}
	parts := []string{"Accuracy in percent on clean images and as a mean over corruptions", "R is their ratio"}
	if mce {
		s.Heads = append(s.Heads, "mCE")
	}
	s.Heads = append(s.Heads, "R")
	if attacks {
		s.Heads = append(s.Heads, "Attacked")
		parts = append(parts, "attacked is the lowest accuracy under an attack that stays within a limit, up to the usual eps of one at several")
	}
	s.Caption = strings.Join(parts, "; ") + fmt.Sprintf(". Intervals are of %.0f percent.", 100*Level)
	if images := r.imageCounts(); images != "" {
		s.Caption += " Images: " + images + "."
	}
	for _, m := range r.Models {
		row := []table.Cell{{Text: m.Name}, percentText(m.Clean, m.CleanInterval), percentText(m.Corrupted, m.CorruptedInterval)}
		if mce {
			text := table.None
			if e := m.CorruptionError; e != nil {
				text = percentText(&e.Value, e.Interval)
			}
			row = append(row, text)
		}
		ratio := table.None
		if m.Robustness != nil {
			ratio = table.Cell{Text: fmt.Sprintf("%.3f", *m.Robustness)}
			if i := m.RobustnessInterval; i != nil {
				ratio.Interval = fmt.Sprintf("[%.3f, %.3f]", i.Lower, i.Upper)
			}
		}
		row = append(row, ratio)
		if attacks {
			row = append(row, percentText(m.Attacked, m.AttackedInterval))
		}
		s.Rows = append(s.Rows, row)
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
func (r *Report) corruptionSheet() table.Table {
	a := r.accuracies()
	s := table.Table{Label: "corruptions", Heads: append([]string{"Corruption"}, a.networks...),
		Caption: "Accuracy in percent under each corruption, as a mean over its severities (" + strings.Join(a.severities, ", ") + ")."}
	for k, v := range a.variants {
		row := []table.Cell{{Text: a.corruptions[k]}}
		for i := range r.Models {
			text := table.None
			for _, c := range r.Models[i].Corruptions {
				if c.variant == v {
					text = percentText(c.Accuracy, nil)
				}
			}
			row = append(row, text)
		}
		s.Rows = append(s.Rows, row)
	}
	return s
}

func percentText(v *float64, i *score.Interval) table.Cell {
	if v == nil {
		return table.None
	}
	a := table.Cell{Text: fmt.Sprintf("%.2f", 100**v)}
	if i != nil {
		a.Interval = fmt.Sprintf("[%.2f, %.2f]", 100*i.Lower, 100*i.Upper)
	}
	return a
}
