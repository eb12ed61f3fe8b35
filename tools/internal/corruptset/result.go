package corruptset

import (
	"fmt"
	"io"
	"strings"
	"time"
)

// Result is what a run came to.
type Result struct {
	Files      []File     `json:"files"`
	Labels     string     `json:"labels,omitempty"`
	Severities []Severity `json:"severities"`
	Profile    string     `json:"profile"`
	Seed       uint64     `json:"seed"`
	Data       string     `json:"data"`
	N          int        `json:"n"` // images a file
	Shape      []int      `json:"shape"`
	Rate       float64    `json:"images_per_second"`
	Skipped    []string   `json:"skipped_damaged,omitempty"` // files of the data that were left out

	made int // images
}

// NewResult returns the result of a run that took so long.
func NewResult(run Run, files []File, labels string, spent time.Duration) *Result {
	made := len(files) * run.Total()
	for _, f := range files {
		made -= f.Before
	}
	return &Result{files, labels, run.Severities, run.Profile, run.Seed, run.Data, run.Total(),
		[]int{run.Total(), run.Shape[1], run.Shape[2], 3}, float64(made) / spent.Seconds(), nil, made}
}

// Write writes the result as text.
func (r *Result) Write(w io.Writer) {
	for _, f := range r.Files {
		was := ""
		if f.Before > 0 {
			was = fmt.Sprintf(", %d of them from before", f.Before)
		}
		fmt.Fprintf(w, "%s: %d images of %s with %s, severity %s%s\n", f.Out, r.N, r.Data, f.Label,
			strings.Trim(fmt.Sprint(r.Severities), "[]"), was)
	}
	if r.made > 0 {
		fmt.Fprintf(w, "%d images made, %.0f a second\n", r.made, r.Rate)
	}
}
