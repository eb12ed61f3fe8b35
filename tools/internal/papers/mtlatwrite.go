package papers

import (
	"fmt"
	"slices"

	"steady/core/chart"
	"steady/core/table"
)

// document returns the tables: networks beside each other, and ablations.
func (r *MTLAT) document() table.Document {
	first := r.Networks[0].Name
	main := table.Table{Label: "mtlat", Heads: []string{""},
		Caption: fmt.Sprintf("Accuracy in percent, with intervals of %.0f percent over images, and the difference to %s on the same images. "+
			"+ and − count the cells in which a network is significantly better and worse than %[2]s: McNemar's exact test, adjusted by Holm's method for all cells of the table.",
			100*r.Level, first)}
	for k, n := range r.Networks {
		main.Heads = append(main.Heads, n.Name)
		if k > 0 {
			main.Heads = append(main.Heads, "difference")
		}
	}
	for _, row := range r.Rows {
		cells := []table.Cell{{Text: row.Name}}
		for _, b := range row.Networks {
			cells = append(cells, percentCell(b.Accuracy))
			if b.Difference == nil {
				continue
			}
			c := pointsCell(*b.Difference)
			if len(b.P) > 0 {
				c.Interval += " " + b.marks()
			}
			cells = append(cells, c)
		}
		main.Rows = append(main.Rows, cells)
	}
	d := table.Document{Tables: []table.Table{main}, Notes: append([]string{r.imagesNote()}, r.Notes...)}
	for i := range r.Ablations {
		d.Tables = append(d.Tables, r.Ablations[i].table(i))
	}
	if len(r.Ablations) == 0 {
		d.Notes = append(d.Notes, "No two networks differ in nothing but alpha, weight or eps of their recipe: there is no ablation.")
	}
	return d
}

// marks returns in how many cells a network is better and worse.
func (b *Beside) marks() string {
	if b.Cells == 1 {
		return map[bool]string{true: "+", false: ""}[b.Better > 0] + map[bool]string{true: "−", false: ""}[b.Worse > 0]
	}
	return fmt.Sprintf("+%d −%d of %d", b.Better, b.Worse, b.Cells)
}

// imagesNote says of how many images figures are.
func (r *MTLAT) imagesNote() string {
	text := fmt.Sprintf("Images of %s: ", r.Images)
	for k, kind := range []string{ofClean, ofCorruption, ofAttack} {
		var counts []int
		for _, row := range r.Rows {
			if row.Kind == kind && !slices.Contains(counts, row.N) {
				counts = append(counts, row.N)
			}
		}
		slices.Sort(counts)
		switch {
		case len(counts) == 0:
			continue
		case k > 0:
			text += ", "
		}
		text += fmt.Sprint(counts[0])
		if last := counts[len(counts)-1]; last != counts[0] {
			text += fmt.Sprintf(" to %d", last)
		}
		text += " " + map[string]string{ofClean: "clean", ofCorruption: "under corruptions", ofAttack: "under attacks"}[kind]
	}
	return text + "."
}

// table returns the table of an ablation.
func (a *Ablation) table(place int) table.Table {
	t := table.Table{Label: fmt.Sprintf("ablation-%d", place+1), Heads: []string{a.Parameter, "network", "clean", "corrupted"},
		Caption: fmt.Sprintf("%s with several values of %s (%s; seed %d of training): accuracy in percent.", a.Recipe, a.Parameter, a.Others, a.Seed)}
	for _, one := range a.Settings[0].Attacks {
		t.Heads = append(t.Heads, one.Perturbation)
	}
	for _, s := range a.Settings {
		corrupted := table.None
		if s.Corrupted != nil {
			corrupted = percentCell(*s.Corrupted)
		}
		row := []table.Cell{{Text: parameterText(a.Parameter, s.Value)}, {Text: s.Network}, percentCell(s.Clean), corrupted}
		for _, one := range s.Attacks {
			row = append(row, percentCell(one.Accuracy))
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

// figures returns the accuracies with their intervals, the differences as a heat map, and the ablations.
func (r *MTLAT) figures() (map[string]any, error) {
	files := map[string]any{"mtlat.svg": r.dots().SVG(), "mtlat-differences.svg": r.differences().SVG()}
	for i := range r.Ablations {
		a := &r.Ablations[i]
		files[fmt.Sprintf("mtlat-ablation-%d-%s-%s.svg", i+1, a.Recipe, a.Parameter)] = a.figure().SVG()
	}
	return files, nil
}

func (r *MTLAT) dots() chart.Dots {
	d := chart.Dots{Title: "Accuracy by training", Description: "Accuracy in percent on clean images, under corruptions and under attacks, with intervals, of networks trained in several ways.",
		Width: 860, X: chart.Axis{Label: "%"}}
	for _, n := range r.Networks {
		d.Groups = append(d.Groups, n.Name)
	}
	for _, row := range r.Rows {
		dots := chart.DotRow{Name: row.Name}
		for i, b := range row.Networks {
			dots.Dots = append(dots.Dots, chart.Dot{Series: chart.Series(i), Value: 100 * b.Accuracy.Value,
				Interval: chart.Band{Low: 100 * b.Accuracy.Lower, High: 100 * b.Accuracy.Upper}, Note: r.Networks[i].Name + ", " + row.Name + ": " + percentCell(b.Accuracy).String() + " %"})
		}
		d.Rows = append(d.Rows, dots)
	}
	return d
}

func (r *MTLAT) differences() chart.HeatMap {
	h := chart.HeatMap{Title: "Differences to " + r.Networks[0].Name, Differences: true,
		Values: "percentage points of accuracy; orange: better, blue: worse", Edges: "significant in a cell of the row (McNemar's test)",
		Description: "Differences of accuracy in points, of networks (columns) on clean images, under corruptions and attacks (rows); a thick edge where McNemar's test is significant in a cell that the row is made of."}
	for _, n := range r.Networks[1:] {
		h.Columns = append(h.Columns, n.Name)
	}
	for _, row := range r.Rows {
		h.Rows = append(h.Rows, row.Name)
		var cells []chart.HeatCell
		for i, b := range row.Networks[1:] {
			v := b.Difference.Value
			h.Max = max(h.Max, v, -v)
			cells = append(cells, chart.HeatCell{Value: v, Text: signed(100*v, 1), Edge: b.Better+b.Worse > 0,
				Note: r.Networks[i+1].Name + ", " + row.Name + ": " + pointsCell(*b.Difference).String()})
		}
		h.Cells = append(h.Cells, cells)
	}
	return h
}

// figure draws accuracies over the parameter.
func (a *Ablation) figure() chart.Figure {
	scale, label := 1., a.Parameter
	if a.Parameter == "eps" {
		scale, label = 255, "eps · 255"
	}
	var lines []chart.Line
	add := func(at float64, k int, name string, e Estimate) {
		if k == len(lines) {
			lines = append(lines, chart.Line{Name: name, Series: chart.Series(k)})
		}
		lines[k].Points = append(lines[k].Points, chart.Point{X: scale * at, Y: 100 * e.Value})
		lines[k].Band = append(lines[k].Band, chart.Band{Low: 100 * e.Lower, High: 100 * e.Upper})
	}
	for _, s := range a.Settings {
		k := 0
		add(s.Value, k, "clean", s.Clean)
		if s.Corrupted != nil {
			k++
			add(s.Value, k, "corrupted", *s.Corrupted)
		}
		for i, one := range s.Attacks {
			add(s.Value, k+1+i, one.Perturbation, one.Accuracy)
		}
	}
	f := chart.Figure{Title: fmt.Sprintf("%s: accuracy over %s", a.Recipe, a.Parameter), Width: 860,
		Description: fmt.Sprintf("Accuracy in percent on clean images, in the mean of corruptions and under attacks, of networks of the recipe %s that differ in %s only (%s).", a.Recipe, a.Parameter, a.Others)}
	panel := chart.Panel{X: chart.Axis{Label: label}, Y: chart.Axis{Label: "accuracy (%)"}, Height: 300}
	for _, l := range lines {
		panel.Marks = append(panel.Marks, l)
	}
	f.Panels = []chart.Panel{panel}
	return f
}
