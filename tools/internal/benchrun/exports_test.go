package benchrun

import (
	"io"
	"path/filepath"
	"strings"
	"testing"

	"steady/core/bench"
	"steady/core/report"
	"steady/tools/internal/store"
)

// Cells that failed are an error of commands, which says what to do.
func TestCheckFailed(t *testing.T) {
	o := options(filepath.Join(t.TempDir(), "a.db"), io.Discard)
	r, err := Run(t.Context(), o)
	if err != nil || CheckFailed(r) != nil {
		t.Fatal(err, CheckFailed(r))
	}
	s, err := store.Open(o.Out)
	if err != nil {
		t.Fatal(err)
	}
	subjects, err := s.Subjects()
	if err != nil {
		t.Fatal(err)
	}
	wider := subjects[0]
	wider.Cell.N = 50
	if err := s.Ask(store.Run{}, []store.Subject{wider}, []bench.Perturbation{{}}, func(bench.Perturbation, int) (int, int) { return 50, 50 }); err != nil {
		t.Fatal(err)
	}
	if err := s.Fail(wider.Cell, "not finite"); err != nil {
		t.Fatal(err)
	}
	s.Close()
	r, err = Report(o.Out, report.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if err := CheckFailed(r); err == nil || !strings.HasPrefix(err.Error(), "1 of 8 cells could not be measured: 'steady bench status ") {
		t.Errorf("%v", err)
	}
}

func TestCheckSignificant(t *testing.T) {
	if err := CheckSignificant(&report.Diff{Cells: 3}); err != nil {
		t.Error(err)
	}
	if err := CheckSignificant(&report.Diff{Cells: 3, Significant: 2}); err == nil || err.Error() != "2 of 3 cells differ significantly" {
		t.Error(err)
	}
}
