package benchrun

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"steady/core/bench"
	"steady/core/report"
	"steady/tools/internal/store"
	"steady/tools/internal/usage"
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

// Statuses are those of several stores, as of the shards of a benchmark.
type Statuses struct {
	Stores []*Status `json:"stores"`
	// Images that they have together, each once, whichever stores ask for it.
	Images     int `json:"images"`
	ImagesDone int `json:"images_done"`
}

// ReadStatus reports how far stores have come: files, or all whose names end in .db in folders.
func ReadStatus(paths ...string) (*Statuses, error) {
	files, err := storeFiles(paths)
	if err != nil {
		return nil, err
	}
	all := &Statuses{}
	slices := map[bench.Key]store.Slice{}
	for _, path := range files {
		status, err := readStatus(path, slices)
		if err != nil {
			return nil, err
		}
		all.Stores = append(all.Stores, status)
	}
	for _, s := range slices {
		all.Images += s.Images
		if s.Done {
			all.ImagesDone += s.Images
		}
	}
	return all, nil
}

// storeFiles returns files, and those of folders.
func storeFiles(paths []string) (files []string, err error) {
	for _, path := range paths {
		if info, err := os.Stat(path); err != nil || !info.IsDir() {
			files = append(files, path)
			continue
		}
		entries, err := os.ReadDir(path)
		if err != nil {
			return nil, err
		}
		before := len(files)
		for _, e := range entries {
			if filepath.Ext(e.Name()) == ".db" && !e.IsDir() {
				files = append(files, filepath.Join(path, e.Name()))
			}
		}
		if len(files) == before {
			return nil, usage.Errorf("%s: there are no files whose names end in .db", path)
		}
	}
	return files, nil
}

// readStatus reports how far a store has come, and adds its slices to those of others.
func readStatus(path string, slices map[bench.Key]store.Slice) (*Status, error) {
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
	asked, err := s.Slices()
	if err != nil {
		return nil, err
	}
	for key, slice := range asked {
		slice.Done = slice.Done || slices[key].Done
		slices[key] = slice
	}
	status := &Status{Store: s.Path(), Counts: counts, Images: c.Images, ImagesDone: c.ImagesDone, Failures: failures}
	if c.Rate > 0 {
		left := float64(c.Images-c.ImagesDone) / c.Rate
		status.SecondsLeft = &left
	}
	return status, nil
}

// MarshalJSON returns the object of a single store as it is.
func (s *Statuses) MarshalJSON() ([]byte, error) {
	if len(s.Stores) == 1 {
		return json.Marshal(s.Stores[0])
	}
	type plain Statuses
	return json.Marshal((*plain)(s))
}

// Write writes the statuses.
func (s *Statuses) Write(w io.Writer) {
	for _, one := range s.Stores {
		one.Write(w)
	}
	if len(s.Stores) == 1 {
		return
	}
	fmt.Fprintf(w, "together: %d of %d images\n", s.ImagesDone, s.Images)
}

// Write writes the status.
func (s *Status) Write(w io.Writer) {
	fmt.Fprintf(w, "%s: %d of %d cells measured, %d failed; %d of %d images\n", s.Store, s.Done, s.Planned, s.Failed, s.ImagesDone, s.Images)
	if s.SecondsLeft != nil && s.Done < s.Planned {
		fmt.Fprintf(w, "time left, as fast as in the last run: %v\n", time.Duration(*s.SecondsLeft*float64(time.Second)).Round(time.Second))
	}
	for _, f := range s.Failures {
		fmt.Fprintf(w, "failed: %s, %s, images %d to %d: %s\n", f.Model, f.Perturbation, f.First, f.First+f.Images-1, f.Reason)
	}
}
