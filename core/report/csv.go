package report

import (
	"encoding/csv"
	"io"
	"strconv"
)

// WriteCSV writes all cells, a line each.
func (r *Report) WriteCSV(w io.Writer) error {
	number := func(v float64) string { return strconv.FormatFloat(v, 'g', -1, 64) }
	table := csv.NewWriter(w)
	table.Write([]string{"model", "perturbation", "corruption", "severity", "attack", "images", "right", "accuracy", "accuracy_lower", "accuracy_upper",
		"nll", "brier", "ece", "gradients", "queries", "backend", "machine"})
	for _, c := range r.Cells {
		ece := ""
		if c.ECE != nil {
			ece = number(*c.ECE)
		}
		table.Write([]string{c.Model, c.Perturbation, c.Corruption, c.Severity, c.Attack, strconv.Itoa(c.Images), strconv.Itoa(c.Right),
			number(c.Accuracy), number(c.Lower), number(c.Upper), number(c.NLL), number(c.Brier), ece,
			strconv.Itoa(c.Gradients), strconv.Itoa(c.Queries), c.Backend, c.Machine})
	}
	table.Flush()
	return table.Error()
}
