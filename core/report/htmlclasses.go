package report

import (
	"cmp"
	"fmt"
	"html/template"
	"math"
	"slices"
	"strings"

	"steady/core/chart"
	"steady/core/score"
)

// mostClasses is the number of classes that are shown.
const mostClasses = 20

// classes are accuracies by class, of all networks if they see the same images and have the same classes, or of one.
type classes struct {
	Name  string // of the network; "" for all
	All   int    // classes with images
	Table htmlTable
}

// fillClasses fills in the classes that networks are worst at, under corruption if that was measured.
func (p *page) fillClasses() {
	var known []*summary
	for _, s := range p.summaries {
		if s.cells[s.clean] != nil {
			known = append(known, s)
		}
	}
	if len(known) == 0 {
		return
	}
	first := known[0].network
	different := slices.ContainsFunc(known, func(s *summary) bool {
		return s.network.Cell.Data != first.Cell.Data || !slices.Equal(s.network.Labels, first.Labels) || !slices.Equal(s.network.Classes, first.Classes) ||
			s.clean.Images != known[0].clean.Images
	})
	if !different {
		p.Classes = []classes{classTable(known)}
		return
	}
	for _, s := range known {
		c := classTable([]*summary{s})
		c.Name = s.model.Name
		p.Classes = append(p.Classes, c)
	}
}

// byClass are accuracies of a network by class.
type byClass struct{ clean, corrupted []float64 } // corrupted is nil without corruptions

func (s *summary) byClass(images []int) (b byClass) {
	b.clean = make([]float64, len(images))
	if s.shares != nil {
		b.corrupted = make([]float64, len(images))
	}
	for i, right := range s.cells[s.clean].correct {
		l := s.network.Labels[i]
		if right {
			b.clean[l] += 1 / float64(images[l])
		}
		if s.shares != nil {
			b.corrupted[l] += s.shares[i] / float64(images[l])
		}
	}
	return b
}

// classTable returns the table of networks with the same classes, the lowest accuracies first.
func classTable(summaries []*summary) (c classes) {
	s := summaries[0]
	labels := s.network.Labels[:s.clean.Images]
	images := make([]int, max(slices.Max(labels)+1, len(s.network.Classes)))
	for _, l := range labels {
		images[l]++
	}
	var all []byClass
	c.Table.Head = []string{"class", "images"}
	for _, s := range summaries {
		all = append(all, s.byClass(images))
		c.Table.Head = append(c.Table.Head, s.model.Name)
	}
	type classRow struct {
		row
		sum float64 // of accuracies
	}
	var rows []classRow
	for l, n := range images {
		if n == 0 {
			continue
		}
		c.All++
		r := row{Series: -1, Name: s.className(l), Cells: []cell{count(n)}}
		sum := 0.
		for _, b := range all {
			lowest := &b.clean[l]
			one := share(lowest, nil)
			if b.corrupted != nil {
				lowest = &b.corrupted[l]
				one = share(lowest, nil)
				one.Sub = fmt.Sprintf("clean %.1f", 100*b.clean[l])
			}
			sum += *lowest
			r.Cells = append(r.Cells, one)
		}
		rows = append(rows, classRow{r, sum})
	}
	slices.SortStableFunc(rows, func(a, b classRow) int { return cmp.Compare(a.sum, b.sum) })
	for _, r := range rows[:min(len(rows), mostClasses)] {
		c.Table.Rows = append(c.Table.Rows, r.row)
	}
	return c
}

func (s *summary) className(label int) string {
	if label < len(s.network.Classes) && s.network.Classes[label] != "" {
		return s.network.Classes[label]
	}
	return fmt.Sprintf("class %d", label)
}

// fillCalibration draws reliability diagrams, and a table of calibration errors.
func (p *page) fillCalibration() {
	p.Calibration.Head = []string{"network", "ECE, clean", "ECE, corrupted", "highest", "under"}
	for i, s := range p.summaries {
		clean, corrupted := s.cells[s.clean], s.pooled()
		if clean == nil && corrupted == nil {
			continue
		}
		p.Reliability = append(p.Reliability, p.reliabilityChart(s, clean, corrupted))
		highest, under := missing, words("–")
		var most *Corruption
		for k := range s.model.Corruptions {
			if c := &s.model.Corruptions[k]; c.ECE != nil && (most == nil || *c.ECE > *most.ECE) {
				most = c
			}
		}
		if most != nil {
			highest, under = share(most.ECE, nil), words(most.Name)
		}
		p.Calibration.Rows = append(p.Calibration.Rows, row{Series: i, Name: s.model.Name, Cells: []cell{share(s.model.ECE, nil), share(s.model.CorruptedECE, nil), highest, under}})
	}
}

// pooled returns the reliability of all corrupted cells together: nil if there is none.
func (s *summary) pooled() score.Reliability {
	var all score.Reliability
	for _, c := range s.model.Corruptions {
		for _, e := range c.entries {
			if s.cells[e] == nil {
				continue
			}
			if all == nil {
				all = make(score.Reliability, score.Bins)
			}
			for k, b := range s.cells[e].reliability {
				all[k].N += b.N
				all[k].Right += b.Right
				all[k].Confidence += b.Confidence
			}
		}
	}
	return all
}

// leastInBin is the number of answers from which on a bin is drawn.
const leastInBin = 5

func (p *page) reliabilityChart(s *summary, clean *Cell, corrupted score.Reliability) figure {
	panel := chart.Panel{Y: chart.Axis{Label: "accuracy (%)", Min: 0, Max: 100}, X: chart.Axis{Label: "confidence (%)", Min: 0, Max: 100}, Height: 160,
		Marks: []chart.Mark{chart.Rule{From: chart.Point{X: 0, Y: 0}, To: chart.Point{X: 100, Y: 100}}}}
	t := htmlTable{Head: []string{"confidence", "images, clean", "accuracy", "answers, corrupted", "accuracy"}}
	for k := range score.Bins {
		t.Rows = append(t.Rows, row{Series: -1, Name: fmt.Sprintf("%.0f–%.0f", 100*float64(k)/score.Bins, 100*float64(k+1)/score.Bins)})
	}
	add := func(series int, name string, r score.Reliability) {
		l := chart.Line{Series: chart.Series(series)}
		notes := map[chart.Point]string{}
		for k, b := range r {
			images, accuracy := cell{Text: fmt.Sprint(b.N), Value: float64(b.N)}, missing
			if b.N > 0 {
				v := b.Accuracy()
				accuracy = share(&v, nil)
			}
			if b.N >= leastInBin {
				v := b.Accuracy()
				pt := chart.Point{X: 100 * b.MeanConfidence(), Y: 100 * v}
				l.Points = append(l.Points, pt)
				notes[pt] = fmt.Sprintf("%s: %d answers with a confidence of about %.0f %%, %.1f %% of them right", name, b.N, pt.X, pt.Y)
			}
			t.Rows[k].Cells = append(t.Rows[k].Cells, images, accuracy)
		}
		l.Note = func(pt chart.Point) string { return notes[pt] }
		panel.Marks = append(panel.Marks, l)
	}
	var none score.Reliability = make([]score.Bin, score.Bins)
	if clean != nil {
		none = clean.reliability
	}
	add(0, "clean", none)
	if corrupted != nil {
		add(1, "corrupted", corrupted)
	} else {
		t.Head = t.Head[:3]
	}
	svg := chart.Figure{Title: s.model.Name, Description: "accuracy by confidence, on clean images and on all corrupted ones", ID: p.id(), Inline: true,
		Width: 220, Panels: []chart.Panel{panel}}.SVG()
	return figure{s.model.Name, template.HTML(svg), t}
}

// mostPairCells is the number of attacks up to which each is in the table of pairs.
const mostPairCells = 4

// fillComparisons fills in the tables of paired comparisons.
func (p *page) fillComparisons() {
	p.Pairs.Head = []string{"networks", "on", "difference (points)", "only the first right", "only the second right", "p"}
	p.CorruptedPairs.Head = []string{"networks", "difference (points)", "cells", "first better", "second better"}
	for _, c := range p.Comparisons {
		name := c.A + " − " + c.B
		for k, d := range c.Cells {
			if len(c.Cells) > mostPairCells+1 && k > 0 && d.Perturbation != "clean" {
				continue
			}
			p.Pairs.Rows = append(p.Pairs.Rows, row{Series: -1, Name: name, Cells: []cell{words(d.Perturbation), pointsCell(&d),
				count(d.OnlyA), count(d.OnlyB), {Text: pValue(*d.Adjusted), Value: *d.Adjusted}}})
		}
		if c.CorruptedCells > 0 {
			p.CorruptedPairs.Rows = append(p.CorruptedPairs.Rows, row{Series: -1, Name: name,
				Cells: []cell{pointsCell(c.Corrupted), count(c.CorruptedCells), count(c.BetterA), count(c.BetterB)}})
		}
	}
}

func pointsCell(d *Difference) cell {
	if d == nil {
		return missing
	}
	c := cell{Text: signed(d.Value), Value: d.Value}
	if !math.IsNaN(d.Interval.Lower) {
		c.Sub = signed(d.Interval.Lower) + " to " + signed(d.Interval.Upper)
	}
	return c
}

// signed returns a share in points, with its sign.
func signed(v float64) string {
	text := fmt.Sprintf("%+.1f", 100*v)
	if text == "+0.0" || text == "-0.0" {
		return "0.0"
	}
	return strings.Replace(text, "-", "−", 1)
}

func count(n int) cell { return cell{Text: fmt.Sprint(n), Value: float64(n)} }
