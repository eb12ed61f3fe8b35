package report

import (
	"cmp"
	"fmt"
	"html/template"
	"math"
	"slices"

	"steady/core/chart"
	"steady/core/score"
)

// Sizes of charts in pixels. Those of a panel fit a telephone.
const (
	chartWidth, chartHeight = 460, 230
	smallWidth, smallHeight = 214, 110
)

func inline(svg []byte) template.HTML { return template.HTML(svg) }

var accuracyAxis = chart.Axis{Label: "accuracy (%)", Min: 0, Max: 100}

// fillCorruptions draws accuracies under corruptions.
func (p *page) fillCorruptions() {
	names := p.corruptionNames()
	if len(names) == 0 {
		return
	}
	p.ByCorruption = p.corruptionDots(names)
	if severities := p.commonSeverities(); len(severities) > 0 {
		p.BySeverity = p.severityCurves(severities)
	}
	for _, name := range names {
		if svg := p.smallCurves(name); svg != "" {
			p.Small = append(p.Small, svg)
		}
	}
	for i := range p.summaries {
		if len(p.Models[i].Corruptions) > 0 {
			p.HeatMaps = append(p.HeatMaps, p.heatMap(i))
		}
	}
	p.familyTable()
}

// corruptionNames returns the corruptions of all networks, in the order of the first that has each.
func (p *page) corruptionNames() (names []string) {
	for _, m := range p.Models {
		for _, c := range m.Corruptions {
			if !slices.Contains(names, c.Name) {
				names = append(names, c.Name)
			}
		}
	}
	return names
}

func (m *Model) corruption(name string) *Corruption {
	for k := range m.Corruptions {
		if m.Corruptions[k].Name == name {
			return &m.Corruptions[k]
		}
	}
	return nil
}

// corruptionDots draws the mean accuracy under each corruption, the worst first.
func (p *page) corruptionDots(names []string) template.HTML {
	d := chart.Dots{Title: "Accuracy by corruption", Description: "mean over severities, the lowest first", ID: p.id(), Inline: true, Width: chartWidth,
		X: chart.Axis{Label: "accuracy (%)", Min: 0, Max: 100}}
	means := map[string]float64{}
	for _, name := range names {
		r := chart.DotRow{Name: name}
		var values []float64
		for i, s := range p.summaries {
			c := s.model.corruption(name)
			if c == nil || c.Accuracy == nil {
				continue
			}
			values = append(values, *c.Accuracy)
			interval := s.sharesInterval(c.entries)
			r.Dots = append(r.Dots, chart.Dot{Series: chart.Series(i), Value: 100 * *c.Accuracy, Interval: chart.Band{Low: 100 * interval.Lower, High: 100 * interval.Upper},
				Note: fmt.Sprintf("%s, %s: %s%s", s.model.Name, name, percent(*c.Accuracy), intervalText(interval))})
		}
		means[name] = score.Mean(values)
		d.Rows = append(d.Rows, r)
	}
	slices.SortStableFunc(d.Rows, func(a, b chart.DotRow) int { return cmp.Compare(means[a.Name], means[b.Name]) })
	return inline(d.SVG())
}

// intervalText returns an interval in percent, for a note: "" if there is none.
func intervalText(i score.Interval) string {
	if math.IsNaN(i.Lower) {
		return ""
	}
	return fmt.Sprintf(" (%.1f–%.1f)", 100*i.Lower, 100*i.Upper)
}

// sharesInterval returns the interval of the mean accuracy in cells, NaN if they are not of the same images. That of a single
// cell is the cell's own, which is right near 0 and 1, too.
func (s *summary) sharesInterval(entries []*Entry) score.Interval {
	if c := s.cells[entries[0]]; len(entries) == 1 && c != nil {
		return score.Interval{Lower: c.Lower, Upper: c.Upper}
	}
	shares := make([]float64, entries[0].Images)
	for _, e := range entries {
		if e.Images != len(shares) || s.cells[e] == nil {
			return score.Interval{Lower: math.NaN(), Upper: math.NaN()}
		}
		s.addRight(shares, e, 1/float64(len(entries)))
	}
	i := meanInterval(shares)
	return score.Interval{Lower: max(i.Lower, 0), Upper: min(i.Upper, 1)}
}

// commonSeverities returns the severities at which every network was to be measured under each of its corruptions, but for
// those that have none.
func (p *page) commonSeverities() (common []string) {
	first := true
	for _, m := range p.Models {
		for _, c := range m.Corruptions {
			if c.variant.ranged {
				continue
			}
			if first {
				common, first = slices.Clone(c.Severities), false
			}
			common = slices.DeleteFunc(common, func(s string) bool { return !slices.Contains(c.Severities, s) })
		}
	}
	return common
}

// severityAxis returns the axis of clean images and severities.
func severityAxis(severities []string) chart.Axis {
	return chart.Axis{Label: "severity", Names: append([]string{"clean"}, severities...)}
}

// severityCurves draws the mean over corruptions at each severity.
func (p *page) severityCurves(severities []string) template.HTML {
	panel := chart.Panel{Y: accuracyAxis, X: severityAxis(severities), Height: chartHeight}
	for i, s := range p.summaries {
		l := newCurve(i, func(x float64) string { return s.model.Name + ", " + atSeverity(severities, x) })
		l.addCell(s.cells[s.clean])
		for _, severity := range severities {
			var entries []*Entry
			for _, c := range s.model.Corruptions {
				if k := slices.Index(c.Severities, severity); k >= 0 && !c.variant.ranged {
					entries = append(entries, c.entries[k])
				}
			}
			if len(entries) == 0 {
				continue
			}
			accuracies, _ := s.figures(entries)
			l.add(score.Mean(accuracies), s.sharesInterval(entries))
		}
		panel.Marks = append(panel.Marks, l.line())
	}
	return inline(chart.Figure{Title: "Accuracy by severity", Description: "mean over corruptions", ID: p.id(), Inline: true, Width: chartWidth, Panels: []chart.Panel{panel}}.SVG())
}

func atSeverity(severities []string, x float64) string {
	if x == 0 {
		return "clean"
	}
	return "severity " + severities[int(x)-1]
}

// smallCurves draws accuracies under one corruption: "" if it has a single severity.
func (p *page) smallCurves(name string) template.HTML {
	var severities []string
	for i := range p.Models {
		if c := p.Models[i].corruption(name); c != nil && !c.variant.ranged {
			severities = append(severities, c.Severities...)
		}
	}
	slices.Sort(severities)
	severities = slices.Compact(severities)
	if len(severities) < 2 {
		return ""
	}
	panel := chart.Panel{Y: chart.Axis{Label: name, Min: 0, Max: 100}, X: chart.Axis{Names: severityAxis(severities).Names}, Height: smallHeight}
	panel.X.Names[0] = "0"
	for i, s := range p.summaries {
		c := s.model.corruption(name)
		if c == nil {
			continue
		}
		l := newCurve(i, func(x float64) string { return s.model.Name + ", " + name + ", " + atSeverity(severities, x) })
		l.addCell(s.cells[s.clean])
		for _, severity := range severities {
			var cell *Cell
			if at := slices.Index(c.Severities, severity); at >= 0 {
				cell = s.cells[c.entries[at]]
			}
			l.addCell(cell)
		}
		panel.Marks = append(panel.Marks, l.Line) // too small for bands
	}
	return inline(chart.Figure{Title: name, Description: "accuracy (%) by severity", ID: p.id(), Inline: true, Width: smallWidth, Panels: []chart.Panel{panel}}.SVG())
}

// heatMap draws corruptions × severities of a network.
func (p *page) heatMap(network int) figure {
	s := p.summaries[network]
	m := s.model
	h := chart.HeatMap{Title: m.Name, Description: "accuracy (%) by corruption and severity", ID: p.id(), Inline: true, Max: 1, Apart: 1}
	for _, c := range m.Corruptions {
		for _, severity := range c.Severities {
			if !c.variant.ranged && !slices.Contains(h.Columns, severity) {
				h.Columns = append(h.Columns, severity)
			}
		}
	}
	slices.Sort(h.Columns)
	t := htmlTable{Head: append([]string{"corruption"}, h.Columns...)}
	t.Head = append(t.Head, "mean")
	for _, c := range m.Corruptions {
		h.Rows = append(h.Rows, c.Name)
		r := row{Series: -1, Name: c.Name}
		var cells []chart.HeatCell
		for _, severity := range h.Columns {
			k := slices.Index(c.Severities, severity)
			if k < 0 {
				cells, r.Cells = append(cells, chart.HeatCell{}), append(r.Cells, missing)
				continue
			}
			cells, r.Cells = append(cells, p.heatCell(s, c.entries[k])), append(r.Cells, share(c.Accuracies[k], nil))
		}
		if c.variant.ranged {
			cells = append(cells, p.heatCell(s, c.entries[0]))
		} else {
			cells = append(cells, heatNumber(orNaN(c.Accuracy), c.Name+", mean over severities"))
		}
		r.Cells = append(r.Cells, share(c.Accuracy, nil))
		h.Cells, t.Rows = append(h.Cells, cells), append(t.Rows, r)
	}
	h.Columns = append(h.Columns, "mean")
	return figure{m.Name, inline(h.SVG()), t}
}

func heatNumber(accuracy float64, what string) chart.HeatCell {
	if math.IsNaN(accuracy) {
		return chart.HeatCell{Value: accuracy, Text: "–", Note: what + ": not all was measured"}
	}
	return chart.HeatCell{Value: accuracy, Text: fmt.Sprintf("%.0f", 100*accuracy), Note: what + ": " + percent(accuracy)}
}

func (p *page) heatCell(s *summary, e *Entry) chart.HeatCell {
	name := e.Perturbation.Label()
	if c := s.cells[e]; c != nil {
		h := heatNumber(c.Accuracy, name)
		h.Note += fmt.Sprintf(" (%.1f–%.1f), %d of %d", 100*c.Lower, 100*c.Upper, c.Right, c.Images)
		return h
	}
	for _, f := range p.Failures {
		if f.Model == s.model.Name && f.Perturbation == e.Perturbation.String() {
			return chart.HeatCell{Value: math.NaN(), Text: "×", Note: name + ": failed, " + f.Reason}
		}
	}
	return chart.HeatCell{Value: math.NaN(), Text: "–", Note: name + ": not measured"}
}

// familyTable has the means over the corruptions of each family, if there are several.
func (p *page) familyTable() {
	var families []string
	for _, m := range p.Models {
		for _, c := range m.Corruptions {
			if !slices.Contains(families, c.Family) {
				families = append(families, c.Family)
			}
		}
	}
	if len(families) < 2 {
		return
	}
	p.Families.Head = append([]string{"network"}, families...)
	for i, m := range p.Models {
		r := row{Series: i, Name: m.Name}
		for _, family := range families {
			var accuracies []float64
			for _, c := range m.Corruptions {
				if c.Family == family {
					accuracies = append(accuracies, orNaN(c.Accuracy))
				}
			}
			r.Cells = append(r.Cells, share(known(score.Mean(accuracies)), nil))
		}
		p.Families.Rows = append(p.Families.Rows, r)
	}
	for k := range families {
		p.Families.markBest(k, false)
	}
}
