package benchrun

import (
	"fmt"
	"io"
	"strconv"
	"time"

	"steady/core/corrupt"
	"steady/tools/internal/store"
)

// Status is how far a benchmark has come.
type Status struct {
	Store string `json:"store"`
	Counts
	Images      int       `json:"images"`
	ImagesDone  int       `json:"images_done"`
	SecondsLeft *float64  `json:"seconds_left"` // at the rate of the last run; null if it has done nothing
	Failures    []Failure `json:"failures"`
}

// ReadStatus reports how far a store has come.
func ReadStatus(path string) (*Status, error) {
	s, err := store.Read(path)
	if err != nil {
		return nil, err
	}
	defer s.Close()
	c, err := s.Counts()
	if err != nil {
		return nil, err
	}
	failures, err := s.Failures()
	if err != nil {
		return nil, err
	}
	status := &Status{Store: s.Path(), Counts: Counts{c.Cells, c.Done, c.Failed}, Images: c.Images, ImagesDone: c.ImagesDone, Failures: []Failure{}}
	if c.Rate > 0 {
		left := float64(c.Images-c.ImagesDone) / c.Rate
		status.SecondsLeft = &left
	}
	for _, f := range failures {
		status.Failures = append(status.Failures, Failure{f.Subject, f.Perturbation, f.First, f.Images, f.Reason})
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

func severityText(severity int) string {
	if severity == corrupt.FullRange {
		return "range"
	}
	return strconv.Itoa(severity)
}
