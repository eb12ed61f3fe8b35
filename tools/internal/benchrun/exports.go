package benchrun

import (
	"errors"
	"fmt"

	"steady/core/report"
	"steady/tools/internal/output"
	"steady/tools/internal/usage"
)

// ReportExports returns the files that are written of a report.
func ReportExports(page *Page) output.Exports[*report.Report] {
	return output.Exports[*report.Report]{
		{Flag: "html", Extension: ".html", Help: "file for a page of everything, which needs no other file", Write: page.write},
		{Flag: "csv", Extension: ".csv", Help: "file for a table of all cells, a line for each", Write: (*report.Report).WriteCSV},
		{Flag: "markdown", Extension: ".md", Help: "file for tables of networks and of corruptions in Markdown", Write: (*report.Report).WriteMarkdown},
		{Flag: "latex", Extension: ".tex", Help: "file for the same tables in LaTeX, with booktabs", Write: (*report.Report).WriteLaTeX},
		{Flag: "npz", Extension: ".npz", Help: "file for NumPy arrays: networks × corruptions × severities", Write: (*report.Report).WriteNPZ},
		{Flag: "robustbench", Help: "folder for RobustBench's model_info files of networks, where the results fit", Folder: robustBench},
	}
}

func robustBench(r *report.Report) (map[string]any, error) {
	infos, err := r.RobustBench()
	if errors.Is(err, report.ErrNotRobustBench) {
		err = usage.Errorf("--robustbench: %w", err)
	}
	files := map[string]any{}
	for path, info := range infos {
		files[path] = info
	}
	return files, err
}

// DiffExports returns the files that are written of two benchmarks compared.
func DiffExports() output.Exports[*report.Diff] {
	return output.Exports[*report.Diff]{
		{Flag: "csv", Extension: ".csv", Help: "file for a table of all cells that both have, a line for each", Write: (*report.Diff).WriteCSV},
	}
}

// CheckFailed returns an error if cells could not be measured, for whoever looks at exit codes only.
func CheckFailed(r *report.Report) error {
	if r.Failed == 0 {
		return nil
	}
	return fmt.Errorf("%d of %d cells could not be measured: 'steady bench status %s' says why, and the same run tries them again", r.Failed, r.Planned, r.Name)
}

// Compare compares what two stores have.
func Compare(a, b string) (*report.Diff, error) {
	var results [2]report.Results
	for i, path := range []string{a, b} {
		var err error
		if results[i], err = Read(path); err != nil {
			return nil, err
		}
		results[i].Name = path
	}
	c, err := report.Compare(results[0], results[1])
	if errors.Is(err, report.ErrNothingToCompare) {
		err = usage.Error{Err: err}
	}
	return c, err
}

// CheckSignificant returns an error if cells differ significantly.
func CheckSignificant(c *report.Diff) error {
	if c.Significant == 0 {
		return nil
	}
	return fmt.Errorf("%d of %d cells differ significantly", c.Significant, c.Cells)
}
