package papers

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"steady/core/chart"
	"steady/core/phrase"
	"steady/core/score"
	"steady/core/table"
)

// document returns the tables: correlations, those of families, and the networks.
func (r *Independence) document() table.Document {
	correlations := table.Table{Label: "independence",
		Caption: fmt.Sprintf("Correlation over %d networks of robustness to corruptions with that to attacks; intervals of %.0f percent by resampling networks; "+
			"“without clean” is what is left when what both have in common with clean accuracy is taken out.", len(r.Networks), 100*r.Level),
		Heads: []string{"attack", "of", "Pearson", "Spearman", "Pearson, without clean", "Spearman, without clean"}}
	of := map[string]string{ratio: "R", accuracy: "accuracy"}
	for _, p := range r.Pairs {
		correlations.Rows = append(correlations.Rows, []table.Cell{{Text: p.Attack}, {Text: of[p.Measure]}, coefficientCell(p.Pearson), coefficientCell(p.Spearman),
			coefficientCell(p.PartialPearson), coefficientCell(p.PartialSpearman)})
	}
	networks := table.Table{Label: "networks",
		Caption: fmt.Sprintf("Accuracy in percent on clean images, as a mean over %s (%s), and under attacks; R is what is left of the clean accuracy.",
			phrase.Count(len(r.Corruptions), "corruption"), phrase.Count(r.Cells, "cell")),
		Heads: []string{"network", "clean", "corrupted", "R"}}
	for _, a := range r.Networks[0].Attacks {
		networks.Heads = append(networks.Heads, a.Perturbation)
	}
	for _, n := range r.Networks {
		row := []table.Cell{{Text: n.Name}, percentCell(n.Clean), percentCell(n.Corrupted), ratioCell(n.R)}
		for _, a := range n.Attacks {
			row = append(row, percentCell(a.Accuracy))
		}
		networks.Rows = append(networks.Rows, row)
	}
	var attacked []string
	for _, a := range r.Networks[0].Attacks {
		if text := fmt.Sprint(a.Images); !slices.Contains(attacked, text) {
			attacked = append(attacked, text)
		}
	}
	notes := []string{fmt.Sprintf("Images: %d of %s, clean and under corruptions, %s under attacks. R under an attack is relative to the clean accuracy on the same images.",
		r.Corrupted, r.Images, strings.Join(attacked, " and "))}
	return table.Document{Tables: []table.Table{correlations, r.familiesTable(), networks}, Notes: slices.Concat(notes, r.noteUndefined(), r.Notes)}
}

// familiesTable returns the correlations under the corruptions of each family: a row for each attack.
func (r *Independence) familiesTable() table.Table {
	t := table.Table{Label: "families", Heads: []string{"attack"}}
	var texts []string
	for _, f := range r.Families {
		t.Heads = append(t.Heads, f.Name)
		texts = append(texts, fmt.Sprintf("%s: %s", f.Name, strings.Join(f.Corruptions, ", ")))
	}
	t.Caption = fmt.Sprintf("Pearson's correlation over %d networks of R under attacks with R in the mean of the corruptions of each family; intervals as above. %s.",
		len(r.Networks), strings.Join(texts, "; "))
	for k, a := range r.Networks[0].Attacks {
		row := []table.Cell{{Text: a.Perturbation}}
		for _, f := range r.Families {
			row = append(row, coefficientCell(f.Attacks[k].Pearson))
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

// noteUndefined says why a coefficient or an interval is missing, if one is.
func (r *Independence) noteUndefined() (notes []string) {
	var all []Coefficient
	for _, p := range r.Pairs {
		all = append(all, p.Pearson, p.Spearman, p.PartialPearson, p.PartialSpearman)
	}
	for _, f := range r.Families {
		for _, a := range f.Attacks {
			all = append(all, a.Pearson)
		}
	}
	if slices.ContainsFunc(all, func(c Coefficient) bool { return c.Value == nil }) {
		notes = append(notes, "Where there is no coefficient, it is undefined: networks are all alike, or are so without what clean accuracy explains.")
	}
	if slices.ContainsFunc(all, func(c Coefficient) bool { return c.Value != nil && c.Lower == nil }) {
		notes = append(notes, fmt.Sprintf("Where there is no interval, the coefficient is undefined on more than %.0f %% of the resamples or without one of the networks, "+
			"or BCa has none, as the value is beyond those of all resamples or hangs on a single network: networks are too few, or too many of them are alike.", 100*undefined))
	}
	return notes
}

// groups are kinds of training, which have a color and a marker each.
var groups = []string{"standard", "corruptions or noise", "adversarial", "other or unknown"}

// group returns the place of a recipe's kind.
func group(recipe string) chart.Series {
	switch recipe {
	case "standard":
		return 0
	case "noise", "corrupt", "augmix":
		return 1
	case "fgsm", "pgd", "tlat", "mtlat":
		return 2
	}
	return 3
}

// figures returns the scatter plots: one for each attack and measure.
func (r *Independence) figures() (map[string]any, error) {
	files := map[string]any{}
	attacks := len(r.Networks[0].Attacks)
	for k, p := range r.Pairs {
		files[fileName("independence", p.Measure, p.Attack)+".svg"] = r.figure(&p, k%attacks).SVG()
	}
	return files, nil
}

func (r *Independence) figure(p *Correlation, attack int) chart.Figure {
	name := map[string]string{ratio: "R (accuracy / clean accuracy)", accuracy: "accuracy"}[p.Measure]
	s := chart.Scatter{Groups: make([]string, len(groups))}
	var x, y []float64
	for i := range r.Networks {
		n := &r.Networks[i]
		corrupted, attacked := n.at(p.Measure, attack)
		x, y = append(x, corrupted.Value), append(y, attacked.Value)
		s.Groups[group(n.Recipe)] = groups[group(n.Recipe)]
		s.Spots = append(s.Spots, chart.Spot{Name: n.Name, At: chart.Point{X: corrupted.Value, Y: attacked.Value}, Series: group(n.Recipe),
			X: chart.Band{Low: corrupted.Lower, High: corrupted.Upper}, Y: chart.Band{Low: attacked.Lower, High: attacked.Upper},
			Note: fmt.Sprintf("%s: corrupted %s, attacked %s, clean %s %%", n.Name, ratioCell(corrupted), ratioCell(attacked), percentCell(n.Clean))})
	}
	description := fmt.Sprintf("A point for each of %d networks, with its %.0f %% intervals over images. Pearson %s, Spearman %s; without clean accuracy %s and %s.",
		len(r.Networks), 100*r.Level, coefficientCell(p.Pearson), coefficientCell(p.Spearman), coefficientCell(p.PartialPearson), coefficientCell(p.PartialSpearman))
	marks := []chart.Mark{}
	if slope, intercept := score.Fit(x, y); !math.IsNaN(slope) {
		from, to := slices.Min(x), slices.Max(x)
		// Below 0 there is no accuracy.
		if zero := -intercept / slope; slope > 0 {
			from = max(from, zero)
		} else if slope < 0 {
			to = min(to, zero)
		}
		marks = append(marks, chart.Rule{From: chart.Point{X: from, Y: intercept + slope*from}, To: chart.Point{X: to, Y: intercept + slope*to}})
	}
	return chart.Figure{Title: "Robustness to corruptions and to " + p.Attack, Description: description, Width: 860,
		Panels: []chart.Panel{{X: chart.Axis{Label: name + ", mean over corruptions", Rounded: true}, Y: chart.Axis{Label: name + " under " + p.Attack}, Height: 420, Marks: append(marks, s)}}}
}
