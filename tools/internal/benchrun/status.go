package benchrun

import (
	"fmt"
	"io"
	"time"

	"steady/core/report"
	"steady/tools/internal/store"
)

// Status is how far a benchmark has come.
type Status struct {
	Store string `json:"store"`
	report.Counts
	Images      int              `json:"images"`
	ImagesDone  int              `json:"images_done"`
	SecondsLeft *float64         `json:"seconds_left"` // at the rate of the last run; null if it has done nothing
	Failures    []report.Failure `json:"failures"`
}

// ReadStatus reports how far a store has come.
func ReadStatus(path string) (*Status, error) {
	s, err := store.Read(path)
	if err != nil {
		return nil, err
	}
	defer s.Close()
	counts, c, err := readCounts(s)
	if err != nil {
		return nil, err
	}
	failures, err := readFailures(s)
	if err != nil {
		return nil, err
	}
	status := &Status{Store: s.Path(), Counts: counts, Images: c.Images, ImagesDone: c.ImagesDone, Failures: failures}
	if c.Rate > 0 {
		left := float64(c.Images-c.ImagesDone) / c.Rate
		status.SecondsLeft = &left
	}
	return status, nil
}

// Write writes the status.
func (s *Status) Write(w io.Writer) {
	fmt.Fprintf(w, "%s: %d of %d slices measured, %d failed; %d of %d images\n", s.Store, s.Done, s.Planned, s.Failed, s.ImagesDone, s.Images)
	if s.SecondsLeft != nil && s.Done < s.Planned {
		fmt.Fprintf(w, "time left, as fast as in the last run: %v\n", time.Duration(*s.SecondsLeft*float64(time.Second)).Round(time.Second))
	}
	for _, f := range s.Failures {
		fmt.Fprintf(w, "failed: %s, %s, images %d to %d: %s\n", f.Model, f.Perturbation, f.First, f.First+f.Images-1, f.Reason)
	}
}
