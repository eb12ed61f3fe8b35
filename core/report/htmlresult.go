package report

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"steady/core/phrase"
	"steady/core/score"
)

// fillResult fills in the answer: the table of networks, and what is to be known of it.
func (p *page) fillResult() {
	p.Title = "Robustness of " + phrase.Count(len(p.Models), "network")
	if len(p.Models) == 1 {
		p.Title = "Robustness of " + p.Models[0].Name
	}
	var data []string
	images := 0
	for _, m := range p.Models {
		if !slices.Contains(data, m.Data) {
			data = append(data, m.Data)
		}
		images = max(images, m.Images)
	}
	p.Subtitle = fmt.Sprintf("%s of %s", phrase.Count(images, "image"), strings.Join(data, ", "))
	p.Answer = p.answer()
	p.resultTable()
	for _, n := range p.modelNotes() {
		p.Remarks = append(p.Remarks, n+".")
	}
	p.Remarks = append(p.Remarks, p.ofNetworks(func(m *Model) []string {
		e, star := m.CorruptionError, ""
		switch {
		case e == nil:
			return nil
		case !e.Comparable:
			star = "* "
		}
		return []string{fmt.Sprintf("%smCE is the mean corruption error over %d corruptions, relative to %s%s.", star, len(e.Corruptions), e.Reference, e.remark())}
	})...)
}

// column is one of the table of networks.
type column struct {
	head  string
	cell  func(m *Model) cell
	least bool // is best
}

func (p *page) columns() []column {
	star := ""
	if slices.ContainsFunc(p.Models, func(m Model) bool { return m.CorruptionError != nil && !m.CorruptionError.Comparable }) {
		star = "*" // of a remark below
	}
	all := []column{
		{"clean", func(m *Model) cell { return share(m.Clean, m.CleanInterval) }, false},
		{"corrupted", func(m *Model) cell { return share(m.Corrupted, m.CorruptedInterval) }, false},
		{"R", func(m *Model) cell { return ratio(m.Robustness, m.RobustnessInterval) }, false},
		{"mCE" + star, func(m *Model) cell {
			if e := m.CorruptionError; e != nil {
				return share(&e.Value, e.Interval)
			}
			return missing
		}, true},
		{"relative mCE" + star, func(m *Model) cell {
			if e := m.CorruptionError; e != nil {
				return share(e.Relative, e.RelativeInterval)
			}
			return missing
		}, true},
		{"attacked, lowest", func(m *Model) cell { return share(m.Attacked, m.AttackedInterval) }, false},
		{"ECE, clean", func(m *Model) cell { return share(m.ECE, nil) }, true},
		{"ECE, corrupted", func(m *Model) cell { return share(m.CorruptedECE, nil) }, true},
	}
	return slices.DeleteFunc(all, func(c column) bool { // what no network has
		return !slices.ContainsFunc(p.Models, func(m Model) bool { return c.cell(&m) != missing }) && c.head != "clean" && c.head != "corrupted"
	})
}

func ratio(v *float64, i *score.Interval) cell {
	if v == nil {
		return missing
	}
	c := cell{Text: fmt.Sprintf("%.3f", *v), Value: *v}
	if i != nil {
		c.Sub = fmt.Sprintf("%.3f–%.3f", i.Lower, i.Upper)
	}
	return c
}

func (p *page) resultTable() {
	t := htmlTable{Head: []string{"network"}}
	columns := p.columns()
	for i := range p.Models {
		r := row{Series: i, Name: p.Models[i].Name}
		for _, c := range columns {
			r.Cells = append(r.Cells, c.cell(&p.Models[i]))
		}
		t.Rows = append(t.Rows, r)
	}
	for k, c := range columns {
		t.Head = append(t.Head, c.head)
		if p.sameAsked() {
			t.markBest(k, c.least)
		}
	}
	p.Result = t
}

// answer says in a few sentences what the table shows.
func (p *page) answer() (sentences []string) {
	if len(p.Models) == 1 {
		return p.answerOfOne()
	}
	if !p.sameAsked() {
		return nil
	}
	best := func(of func(m *Model) *float64) *Model { // nil if some figure is missing, or several are the best
		var best *Model
		alone := false
		for i := range p.Models {
			m := &p.Models[i]
			v := of(m)
			if v == nil {
				return nil
			}
			if best == nil || *v >= *of(best) {
				best, alone = m, best == nil || *v > *of(best)
			}
		}
		if !alone {
			return nil
		}
		return best
	}
	corrupted := best(func(m *Model) *float64 { return m.Corrupted })
	if m := corrupted; m != nil {
		sentences = append(sentences, fmt.Sprintf("%s is the most accurate under corruption: %s, in the mean over %s%s.",
			m.Name, percent(*m.Corrupted), phrase.Count(len(m.Corruptions), "corruption"), p.lead(m)))
	}
	switch m := best(func(m *Model) *float64 { return m.Clean }); {
	case m == nil:
	case m == corrupted:
		sentences = append(sentences, fmt.Sprintf("It is also the most accurate on clean images, with %s.", percent(*m.Clean)))
	default:
		sentences = append(sentences, fmt.Sprintf("On clean images %s is the most accurate, with %s.", m.Name, percent(*m.Clean)))
	}
	if m := best(func(m *Model) *float64 { return m.Attacked }); m != nil && *m.Attacked > 0 {
		sentences = append(sentences, fmt.Sprintf("Under attack %s keeps the most: %s at its lowest.", m.Name, percent(*m.Attacked)))
	}
	return sentences
}

// lead says how far ahead of the second network the first one is.
func (p *page) lead(first *Model) string {
	gap, second, chance := math.Inf(1), "", false
	for _, c := range p.Comparisons {
		if c.Corrupted == nil || c.A != first.Name && c.B != first.Name {
			continue
		}
		other := c.B
		if c.B == first.Name {
			other = c.A
		}
		if d := math.Abs(c.Corrupted.Value); d < gap {
			gap, second, chance = d, other, c.Corrupted.Interval.Lower <= 0 && c.Corrupted.Interval.Upper >= 0
		}
	}
	switch {
	case second == "":
		return ""
	case chance:
		return fmt.Sprintf("; the distance to %s may be chance", second)
	}
	return fmt.Sprintf(", %.1f points more than %s", 100*gap, second)
}

func (p *page) answerOfOne() (sentences []string) {
	m := &p.Models[0]
	if m.Clean != nil {
		sentences = append(sentences, fmt.Sprintf("%s classifies %s of clean images correctly.", m.Name, percent(*m.Clean)))
	}
	if m.Corrupted != nil {
		text := fmt.Sprintf("Under corruption %s remain, in the mean over %s", percent(*m.Corrupted), phrase.Count(len(m.Corruptions), "corruption"))
		if m.Robustness != nil {
			text += fmt.Sprintf(": it keeps %s of its accuracy", percent(*m.Robustness))
		}
		sentences = append(sentences, text+".")
	}
	if m.Attacked != nil {
		sentences = append(sentences, fmt.Sprintf("Under the attack that harms it most, %s, %s remain.", m.AttackedBy, percent(*m.Attacked)))
	}
	return sentences
}
