package report

import (
	"encoding/csv"
	"io"
	"strconv"
)

// WriteCSV writes all cells, a line each.
func (r *Report) WriteCSV(w io.Writer) error {
	table := csv.NewWriter(w)
	table.Write([]string{"model", "perturbation", "corruption", "severity", "attack", "images", "right", "accuracy", "accuracy_lower", "accuracy_upper",
		"nll", "brier", "ece", "median_distance", "gradients", "queries", "backend", "machine"})
	for _, c := range r.Cells {
		table.Write([]string{c.Model, c.Perturbation, c.Corruption, c.Severity, c.Attack, strconv.Itoa(c.Images), strconv.Itoa(c.Right),
			number(c.Accuracy), number(c.Lower), number(c.Upper), number(c.NLL), number(c.Brier), numberOrNothing(c.ECE), numberOrNothing(c.MedianDistance),
			strconv.Itoa(c.Gradients), strconv.Itoa(c.Queries), c.Backend, c.Machine})
	}
	table.Flush()
	return table.Error()
}

// number returns a number in full.
func number(v float64) string { return strconv.FormatFloat(v, 'g', -1, 64) }

func numberOrNothing(v *float64) string {
	if v == nil {
		return ""
	}
	return number(*v)
}
