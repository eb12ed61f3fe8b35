package report

import (
	"encoding/csv"
	"fmt"
	"io"
	"strconv"

	"steady/core/phrase"
)

// shownDifferences is how many cells are shown as text; CSV and JSON have all.
const shownDifferences = 20

// WriteText writes how much differs, and then the largest differences.
func (c *Diff) WriteText(w io.Writer) {
	cells := fmt.Sprintf("%d cells", c.Cells)
	if c.Cells == 1 {
		cells = "1 cell"
	}
	switch {
	case c.Identical:
		fmt.Fprintf(w, "%s and %s are identical: %s.\n", c.A, c.B, cells)
		return
	case c.Different == 0:
		fmt.Fprintf(w, "%s and %s: %s in both, with the same answers.\n", c.A, c.B, cells)
	default:
		fmt.Fprintf(w, "%s and %s: %s in both, %d differ, %d significantly (p ≤ %.2g by Holm's correction for %d tests).\n", c.A, c.B, cells, c.Different, c.Significant, 1-c.Level, c.Cells)
	}
	for _, side := range []struct {
		name string
		list []string
	}{{c.A, c.OnlyA}, {c.B, c.OnlyB}} {
		if n := len(side.list); n > 0 {
			fmt.Fprintf(w, "only in %s: %d (%s)\n", side.name, n, phrase.First(quoted(side.list), 3))
		}
	}
	c.writeDifferences(w)
}

// quoted returns texts that have commas so that they can be listed.
func quoted(list []string) (q []string) {
	for _, text := range list {
		q = append(q, "“"+text+"”")
	}
	return q
}

func (c *Diff) writeDifferences(w io.Writer) {
	list := c.largest()
	if len(list) == 0 {
		return
	}
	unpaired := false
	fmt.Fprintf(w, "\n%-24s %-32s %9s %9s %8s  %-17s %9s\n", "model", "perturbation", "A", "B", "B - A", "95 % interval", "p")
	for i, one := range list {
		if i == shownDifferences {
			fmt.Fprintf(w, "and %d more (--csv or --json)\n", len(list)-i)
			break
		}
		model, mark := one.ModelA, ""
		if one.ModelB != one.ModelA {
			model += " / " + one.ModelB
		}
		if one.Significant {
			mark = " *"
		}
		if one.MedianDistanceA != nil || one.MedianDistanceB != nil {
			mark += fmt.Sprintf(" median distance %s and %s", distanceText(one.MedianDistanceA), distanceText(one.MedianDistanceB))
		}
		if one.Fewer {
			mark += fmt.Sprintf(" first %d images", one.ImagesA)
		}
		if !one.Paired {
			mark, unpaired = mark+" ~", true
		}
		fmt.Fprintf(w, "%-24s %-32s %7.2f %% %7.2f %% %+8.2f  %-17s %9.2g%s\n", model, one.Perturbation, 100*one.AccuracyA, 100*one.AccuracyB, 100*one.Difference,
			fmt.Sprintf("[%+.2f, %+.2f]", 100*one.Lower, 100*one.Upper), one.Adjusted, mark)
	}
	fmt.Fprintln(w, "p: McNemar's exact test, corrected; *: significant; intervals are of each cell alone")
	if unpaired {
		fmt.Fprintln(w, "~: not on the same images; p: Fisher's exact test, corrected")
	}
}

// WriteCSV writes all cells that both have, a line each.
func (c *Diff) WriteCSV(w io.Writer) error {
	count := func(n *int) string {
		if n == nil {
			return ""
		}
		return strconv.Itoa(*n)
	}
	table := csv.NewWriter(w)
	table.Write([]string{"model_a", "model_b", "perturbation", "images_a", "images_b", "right_a", "right_b", "accuracy_a", "accuracy_b",
		"difference", "difference_lower", "difference_upper", "only_a_right", "only_b_right", "changed_answers", "test", "p", "p_adjusted", "different", "significant",
		"median_distance_a", "median_distance_b"})
	for _, one := range c.Compared {
		table.Write([]string{one.ModelA, one.ModelB, one.Perturbation, strconv.Itoa(one.ImagesA), strconv.Itoa(one.ImagesB), strconv.Itoa(one.RightA), strconv.Itoa(one.RightB),
			number(one.AccuracyA), number(one.AccuracyB), number(one.Difference), number(one.Lower), number(one.Upper), count(one.OnlyA), count(one.OnlyB), count(one.Changed),
			one.Test, number(one.P), number(one.Adjusted), strconv.FormatBool(one.Different), strconv.FormatBool(one.Significant),
			numberOrNothing(one.MedianDistanceA), numberOrNothing(one.MedianDistanceB)})
	}
	table.Flush()
	return table.Error()
}
