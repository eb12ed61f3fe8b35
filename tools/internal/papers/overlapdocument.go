package papers

import (
	"cmp"
	"fmt"
	"strconv"
	"strings"

	"steady/core/overlapfile"
	"steady/core/phrase"
	"steady/core/score"
	"steady/core/table"
)

// figureCell returns a number with two decimals and its interval as a cell.
func figureCell(v *float64, i *score.Interval) table.Cell {
	if v == nil {
		return table.None
	}
	text, interval, _ := strings.Cut(figure(v, i), " ")
	return table.Cell{Text: text, Interval: interval}
}

// document returns what Write writes, as tables.
func (r *Overlap) document() table.Document {
	m, labels := r.shown(), r.labels()
	t := table.Table{Label: "overlap",
		Caption: fmt.Sprintf("Corruptions, what training on them gains, and the other one that overlaps most with each, by %s: %d networks (%s), %d images of %s; accuracies in percent. The standard network's clean accuracy is %.1f.",
			r.Score, r.Networks, phrase.Count(len(r.Seeds), "seed"), r.Images, r.Data, 100*r.Clean),
		Heads: []string{"corruption", "standard", "trained on it", "clean then", "gain", "overlap", "with"}}
	for i := range r.Corruptions {
		c := &r.Corruptions[i]
		nearest, with := table.None, table.None
		if at := m.nearest(i); at >= 0 {
			nearest, with = figureCell(m.Values[i][at], m.Intervals[i][at]), table.Cell{Text: labels[r.Corruptions[at].Name]}
		}
		percent := func(v float64) table.Cell { return table.Cell{Text: fmt.Sprintf("%.1f", 100*v)} }
		t.Rows = append(t.Rows, []table.Cell{{Text: c.Label()}, percent(c.Standard), percent(c.Trained), percent(c.TrainedClean),
			{Text: fmt.Sprintf("%.3f", m.Gains[i])}, nearest, with})
	}
	d := table.Document{Tables: []table.Table{t, groupTable(m.Groups, labels)}}
	for _, u := range m.Undefined {
		d.Notes = append(d.Notes, fmt.Sprintf("No overlaps with %s: %s.", u.Corruption, u.Reason))
	}
	if m.Rand != nil {
		d.Notes = append(d.Notes, fmt.Sprintf("As many groups by average linkage agree with these by an adjusted Rand index of %.2f (1 for the same, 0 for chance).", *m.Rand))
	}
	for _, l := range r.agreements() {
		d.Notes = append(d.Notes, strings.ToUpper(l[:1])+l[1:]+".")
	}
	d.Notes = append(d.Notes, r.Notes...)
	return noteApproximation(d, r)
}

// groupTable returns the groups of k-means.
func groupTable(groups []overlapfile.Group, labels map[string]string) table.Table {
	t := table.Table{Label: "groups", Caption: "Groups of corruptions by k-means.", Heads: []string{"corruptions", "group", "mean overlap"}}
	for k, g := range groups {
		t.Rows = append(t.Rows, []table.Cell{{Text: labeled(g.Corruptions, labels)}, {Text: strconv.Itoa(k + 1)}, figureCell(g.Mean, nil)})
	}
	return t
}

// document returns the coverages, as tables.
func (r *Coverages) document() table.Document {
	labels := r.overlap.labels()
	groups := groupTable(r.Groups, labels)
	for _, b := range r.Benchmarks {
		groups.Heads = append(groups.Heads, "share in "+b.Benchmark)
	}
	for k := range groups.Rows {
		for _, b := range r.Benchmarks {
			groups.Rows[k] = append(groups.Rows[k], table.Cell{Text: fmt.Sprintf("%.0f %%", 100*b.Shares[k])})
		}
	}
	d := table.Document{Tables: []table.Table{coverageTable(r.Benchmarks, r.Score, r.Threshold), groups}}
	for i := range r.Benchmarks {
		d.Notes = append(d.Notes, r.Benchmarks[i].notes(labels)...)
	}
	if len(r.Undefined) > 0 {
		d.Notes = append(d.Notes, fmt.Sprintf("Without overlaps in these results: %s.", labeled(r.Undefined, labels)))
	}
	return noteApproximation(d, r.overlap)
}

// coverageTable returns what benchmarks cover.
func coverageTable(benchmarks []Coverage, score string, threshold float64) table.Table {
	t := table.Table{Label: "coverage", Caption: fmt.Sprintf("What benchmarks cover of the other corruptions, by overlaps by %s of %g or more; by chance is what as many corruptions cover that are drawn evenly: the median of 1,000 draws, and 90 %% of them.", score, threshold),
		Heads: []string{"benchmark", "corruptions", "others", "covered", "by chance", "mean coverage", "mean by chance", "imbalance"}}
	for i := range benchmarks {
		b := &benchmarks[i]
		covered := table.None
		if len(b.Others) > 0 {
			covered = table.Cell{Text: strconv.Itoa(b.Covered)}
			if b.Interval != nil {
				covered.Interval = fmt.Sprintf("[%.0f, %.0f]", b.Interval.Lower, b.Interval.Upper)
			}
		}
		chance, meanChance := table.None, table.None
		if c := b.Chance; c != nil {
			chance = table.Cell{Text: fmt.Sprintf("%.0f (%.0f to %.0f)", c.Covered, c.Interval.Lower, c.Interval.Upper)}
			meanChance = table.Cell{Text: fmt.Sprintf("%.2f (%.2f to %.2f)", c.Mean, c.Bounds.Lower, c.Bounds.Upper)}
		}
		t.Rows = append(t.Rows, []table.Cell{{Text: cmp.Or(b.Benchmark, "built")}, {Text: strconv.Itoa(len(b.Corruptions))}, {Text: strconv.Itoa(len(b.Others))},
			covered, chance, figureCell(b.Mean, b.MeanBounds), meanChance, {Text: fmt.Sprintf("%.2f", b.Imbalance)}})
	}
	return t
}

// notes returns what is not counted, and what in a benchmark measures the same.
func (c *Coverage) notes(labels map[string]string) (notes []string) {
	for _, n := range c.Notes {
		notes = append(notes, c.Benchmark+": "+n)
	}
	if len(c.Missing) > 0 {
		notes = append(notes, fmt.Sprintf("Of %s without overlaps in these results, and not counted: %s.", c.Benchmark, labeled(c.Missing, labels)))
	}
	for _, g := range c.Redundant {
		notes = append(notes, fmt.Sprintf("In %s these measure the same: %s (mean overlap %.2f).", c.Benchmark, labeled(g.Corruptions, labels), *g.Mean))
	}
	return notes
}

// document returns what was built, as tables.
func (b *Built) document() table.Document {
	labels := b.overlap.labels()
	d := table.Document{Tables: []table.Table{coverageTable([]Coverage{b.Coverage}, b.Score, b.threshold)},
		Notes: append([]string{fmt.Sprintf("%s has %s.", b.File, b.Rule), fmt.Sprintf("They are %s.", labeled(b.Coverage.Corruptions, labels))}, b.Coverage.notes(labels)...)}
	return noteApproximation(d, b.overlap)
}

// noteApproximation adds what the mark of some corruptions means.
func noteApproximation(d table.Document, r *Overlap) table.Document {
	if r.approximates() {
		d.Notes = append(d.Notes, overlapfile.ApproximationNote+".")
	}
	return d
}
