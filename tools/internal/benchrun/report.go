package benchrun

import (
	"errors"

	"steady/core/report"
	"steady/tools/internal/store"
	"steady/tools/internal/usage"
)

// Report returns the figures of a store.
func Report(path string, o report.Options) (*report.Report, error) {
	s, err := store.Read(path)
	if err != nil {
		return nil, err
	}
	defer s.Close()
	r, err := newReport(s, o)
	if errors.Is(err, report.ErrReference) {
		err = usage.Errorf("--reference: %w", err)
	}
	return r, err
}

func newReport(s *store.Store, o report.Options) (*report.Report, error) {
	results, err := readResults(s)
	if err != nil {
		return nil, err
	}
	return report.New(results, o)
}

// Read reads all that is in a store.
func Read(path string) (report.Results, error) {
	s, err := store.Read(path)
	if err != nil {
		return report.Results{}, err
	}
	defer s.Close()
	return readResults(s)
}

// readResults reads all that is in a store.
func readResults(s *store.Store) (r report.Results, err error) {
	r.Name = s.Path()
	subjects, err := s.Subjects()
	if err != nil {
		return r, err
	}
	entries, err := s.Entries(subjects, true)
	if err != nil {
		return r, err
	}
	runs, err := s.Runs()
	if err != nil {
		return r, err
	}
	for _, one := range subjects {
		r.Networks = append(r.Networks, report.Network(one))
	}
	for _, e := range entries {
		r.Entries = append(r.Entries, report.Entry{Network: e.Subject, Perturbation: e.Perturbation, Images: e.Images, Result: e.Result})
	}
	for _, one := range runs {
		r.Runs = append(r.Runs, report.Run(one))
	}
	if r.Failures, err = readFailures(s); err != nil {
		return r, err
	}
	r.Counts, _, err = readCounts(s)
	return r, err
}

func readFailures(s *store.Store) ([]report.Failure, error) {
	failures, err := s.Failures()
	list := []report.Failure{}
	for _, f := range failures {
		list = append(list, report.Failure{Model: f.Subject, Perturbation: f.Perturbation, First: f.First, Images: f.Images, Reason: f.Reason})
	}
	return list, err
}

func readCounts(s *store.Store) (report.Counts, store.Counts, error) {
	c, err := s.Counts()
	return report.Counts{Planned: c.Cells, Done: c.Done, Failed: c.Failed}, c, err
}
