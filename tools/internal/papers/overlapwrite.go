package papers

import (
	"cmp"
	"encoding/csv"
	"fmt"
	"io"
	"math"
	"slices"
	"strings"

	"steady/core/chart"
	"steady/core/overlap"
	"steady/core/overlapfile"
	"steady/core/phrase"
)

// labels returns the labels by name.
func (r *Overlap) labels() map[string]string {
	labels := map[string]string{}
	for i := range r.Corruptions {
		labels[r.Corruptions[i].Name] = r.Corruptions[i].Label()
	}
	return labels
}

func (r *Overlap) approximates() bool {
	return slices.ContainsFunc(r.Corruptions, func(c overlapfile.Corruption) bool { return c.Approximation })
}

// Write writes the overlaps by the score that was chosen, as text.
func (r *Overlap) Write(w io.Writer) {
	m, labels := r.shown(), r.labels()
	fmt.Fprintf(w, "overlapping score of %d corruptions by %s: %d networks (%s), %d images of %s\n", len(r.Corruptions), r.Score, r.Networks,
		phrase.Count(len(r.Seeds), "seed"), r.Images, r.Data)
	width := 0
	for _, l := range labels {
		width = max(width, len(l))
	}
	fmt.Fprintf(w, "clean accuracy of the standard network: %.1f %%\n", 100*r.Clean)
	fmt.Fprintln(w)
	fmt.Fprintf(w, "%-*s  standard  trained on it  clean then    gain  nearest other\n", width, "corruption")
	for i := range r.Corruptions {
		c := &r.Corruptions[i]
		fmt.Fprintf(w, "%-*s  %6.1f %%  %11.1f %%  %8.1f %%  %6.3f  %s\n", width, c.Label(), 100*c.Standard, 100*c.Trained, 100*c.TrainedClean, m.Gains[i], r.nearest(m, i, labels))
	}
	for _, u := range m.Undefined {
		fmt.Fprintf(w, "no overlaps with %s: %s\n", u.Corruption, u.Reason)
	}
	fmt.Fprintln(w)
	fmt.Fprintf(w, "groups by k-means (the smallest number from 2 at which rows of a group correlate by more than 0.5: %s):\n", optional("%.2f", m.GroupRule))
	writeGroups(w, m.Groups, labels)
	fmt.Fprintf(w, "as many by average linkage (adjusted Rand index %s):\n", optional("%.2f", m.Rand))
	writeGroups(w, m.Clusters, labels)
	fmt.Fprintln(w)
	for _, l := range r.agreements() {
		fmt.Fprintln(w, l)
	}
	for _, n := range r.Notes {
		fmt.Fprintln(w, n)
	}
	if r.approximates() {
		fmt.Fprintln(w, overlapfile.ApproximationNote)
	}
}

// agreements returns how much the matrix agrees with others, a line for each.
func (r *Overlap) agreements() []string {
	lines := []string{fmt.Sprintf("rank correlation of the matrices by %s and by %s: %s", overlap.Accuracy, overlap.Ratio, figure(r.Forms.Spearman, r.Forms.Interval))}
	if between := r.shown().Between; between != nil {
		lines = append(lines, fmt.Sprintf("rank correlation between the matrices of single seeds: %.2f on average", *between))
	}
	if a := r.Against; a != nil {
		lines = append(lines, fmt.Sprintf("rank correlation with %s: %s (%d pairs of %d corruptions; mean absolute difference %s)",
			a.With, figure(a.Spearman, a.Interval), a.Pairs, a.Corruptions, optional("%.2f", a.Difference)))
	}
	return lines
}

// nearest returns the place of the corruption that overlaps most with another one, or -1.
func (m *overlapMatrix) nearest(i int) int {
	at := -1
	for j, v := range m.Values[i] {
		if j != i && v != nil && (at < 0 || *v > *m.Values[i][at]) {
			at = j
		}
	}
	return at
}

// nearest returns the corruption that overlaps most with another one, with the score.
func (r *Overlap) nearest(m *overlapMatrix, i int, labels map[string]string) string {
	at := m.nearest(i)
	if at < 0 {
		return "-"
	}
	return labels[r.Corruptions[at].Name] + " " + figure(m.Values[i][at], m.Intervals[i][at])
}

func writeGroups(w io.Writer, groups []overlapfile.Group, labels map[string]string) {
	for k, g := range groups {
		fmt.Fprintf(w, "%3d  %s", k+1, labeled(g.Corruptions, labels))
		if g.Mean != nil {
			fmt.Fprintf(w, "  (mean overlap %.2f)", *g.Mean)
		}
		fmt.Fprintln(w)
	}
}

// labeled returns labels of names, with commas.
func labeled(names []string, labels map[string]string) string {
	list := slices.Clone(names)
	for i, n := range list {
		list[i] = cmp.Or(labels[n], n)
	}
	return strings.Join(list, ", ")
}

// optional returns a number as text, "-" for none.
func optional(format string, v *float64) string {
	if v == nil {
		return "-"
	}
	return fmt.Sprintf(format, *v)
}

// WriteSVG draws the matrix of the score that was chosen, in the order of its tree.
func (r *Overlap) WriteSVG(w io.Writer) error {
	_, err := w.Write(r.figure(r.Score).SVG())
	return err
}

func (r *Overlap) figure(kind string) chart.Clustered {
	m := r.by(kind)
	c := chart.Clustered{
		Title: fmt.Sprintf("Overlapping score by %s, %s", kind, r.Data),
		Description: fmt.Sprintf("Overlaps of %d corruptions, %d networks (%s), %d images; in the order of average linkage, with the groups of k-means as numbers.",
			len(r.Corruptions), r.Networks, phrase.Count(len(r.Seeds), "seed"), r.Images),
		Max: 1, Values: "overlap", Heights: "1 − overlap",
	}
	place := map[string]int{}
	for i := range r.Corruptions {
		of := &r.Corruptions[i]
		place[of.Name] = i
		name := of.Label()
		for k, g := range m.Groups {
			if slices.Contains(g.Corruptions, of.Name) {
				name += fmt.Sprintf(" · %d", k+1)
			}
		}
		c.Names = append(c.Names, name)
		var row []chart.HeatCell
		for j := range r.Corruptions {
			cell := chart.HeatCell{Value: math.NaN(), Note: fmt.Sprintf("%s and %s: not defined", of.Name, r.Corruptions[j].Name)}
			if v := m.Values[i][j]; v != nil {
				cell = chart.HeatCell{Value: *v, Text: fmt.Sprintf("%.2f", *v), Note: fmt.Sprintf("%s and %s: %s", of.Name, r.Corruptions[j].Name, figure(v, m.Intervals[i][j]))}
			}
			row = append(row, cell)
		}
		c.Cells = append(c.Cells, row)
	}
	for _, name := range m.Order {
		c.Order = append(c.Order, place[name])
	}
	for i := range r.Corruptions {
		if !slices.Contains(c.Order, i) {
			c.Order = append(c.Order, i)
		}
	}
	n := len(m.defined.Names)
	id := func(id int) int {
		if id < n {
			return place[m.defined.Names[id]]
		}
		return len(r.Corruptions) + id - n
	}
	for _, merge := range m.tree {
		c.Tree = append(c.Tree, chart.Join{A: id(merge.A), B: id(merge.B), Height: merge.Height})
	}
	return c
}

// WriteCSV writes a line for each pair of corruptions.
func (r *Overlap) WriteCSV(w io.Writer) error {
	t := csv.NewWriter(w)
	t.Write([]string{"a", "b", "accuracy_overlap", "accuracy_lower", "accuracy_upper", "ratio_overlap", "ratio_lower", "ratio_upper"})
	for i := range r.Corruptions {
		for j := range i {
			line := []string{r.Corruptions[j].Name, r.Corruptions[i].Name}
			for _, m := range []*overlapfile.Matrix{r.Accuracy, r.Ratio} {
				fields := []string{"", "", ""}
				if v := m.Values[i][j]; v != nil {
					fields[0] = fmt.Sprintf("%.6f", *v)
				}
				if k := m.Intervals[i][j]; k != nil {
					fields[1], fields[2] = fmt.Sprintf("%.6f", k.Lower), fmt.Sprintf("%.6f", k.Upper)
				}
				line = append(line, fields...)
			}
			t.Write(line)
		}
	}
	t.Flush()
	return t.Error()
}
