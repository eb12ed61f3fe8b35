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
	Shards      []ShardStatus    `json:"shards,omitempty"` // that belong to the store; none if all does

	rate float64 // images per second in the last run
}

// Statuses are those of several stores, as of the shards of a benchmark.
type Statuses struct {
	Stores []*Status `json:"stores"`
	// Images that they have together, each once, whichever stores ask for it.
	Images     int      `json:"images"`
	ImagesDone int      `json:"images_done"`
	Missing    *Missing `json:"missing"`
}

// ReadStatus reports how far stores have come: files, or all whose names end in .db in folders.
func ReadStatus(paths ...string) (*Statuses, error) {
	files, err := storeFiles(paths)
	if err != nil {
		return nil, err
	}
	all := &Statuses{}
	f := &found{slices: map[bench.Key]store.Slice{}, shards: map[shardID]foundShard{}}
	shards := make([][]store.Shard, len(files))
	for i, path := range files {
		status, parts, err := readStatus(path, f)
		if err != nil {
			return nil, err
		}
		all.Stores, shards[i] = append(all.Stores, status), parts
	}
	for i, s := range all.Stores {
		for _, part := range shards[i] {
			s.Shards = append(s.Shards, f.statusOf(part))
		}
	}
	for _, s := range f.slices {
		all.Images += s.Images
		if s.Done {
			all.ImagesDone += s.Images
		}
	}
	all.Missing = f.missing()
	return all, nil
}

// statusOf returns how far a shard has come.
func (f *found) statusOf(part store.Shard) ShardStatus {
	s := ShardStatus{Number: part.Number, Shards: part.Shards}
	for _, key := range part.Keys {
		slice := f.slices[key] // none if it is no longer asked for
		s.Images += slice.Images
		if slice.Done {
			s.ImagesDone += slice.Images
		}
	}
	return s
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

// readStatus reports how far a store has come, and adds what it has to what others have.
func readStatus(path string, f *found) (*Status, []store.Shard, error) {
	s, err := store.Read(path)
	if err != nil {
		return nil, nil, err
	}
	defer s.Close()
	counts, c, err := readCounts(s)
	if err != nil {
		return nil, nil, err
	}
	failures, err := readFailures(s)
	if err != nil {
		return nil, nil, err
	}
	asked, err := s.Slices()
	if err != nil {
		return nil, nil, err
	}
	for key, slice := range asked {
		slice.Done = slice.Done || f.slices[key].Done
		f.slices[key] = slice
	}
	parts, err := s.Shards()
	if err != nil {
		return nil, nil, err
	}
	for _, part := range parts {
		if part.Shards > maxShards {
			return nil, nil, fmt.Errorf("%s: a shard of %d: want %d at most", path, part.Shards, maxShards)
		}
		f.shards[shardID{part.Number, part.Shards}] = foundShard{part, path}
	}
	if runs, err := s.Runs(); err == nil && len(runs) > 0 && len(parts) == 0 {
		f.command = runs[len(runs)-1].Command
	}
	status := &Status{Store: s.Path(), Counts: counts, Images: c.Images, ImagesDone: c.ImagesDone, Failures: failures, rate: c.Rate}
	if c.Rate > 0 {
		left := float64(c.Images-c.ImagesDone) / c.Rate
		status.SecondsLeft = &left
	}
	return status, parts, nil
}

// MarshalJSON returns the object of a single store as it is, with what is missing.
func (s *Statuses) MarshalJSON() ([]byte, error) {
	if len(s.Stores) == 1 {
		return json.Marshal(struct {
			*Status
			Missing *Missing `json:"missing"`
		}{s.Stores[0], s.Missing})
	}
	type plain Statuses
	return json.Marshal((*plain)(s))
}

// CheckComplete returns an error if something is missing.
func (s *Statuses) CheckComplete() error {
	if s.Missing.Images == 0 {
		return nil
	}
	return fmt.Errorf("%d of %d images are missing", s.Missing.Images, s.Images)
}

// Write writes the statuses: of shards only those that are not complete.
func (s *Statuses) Write(w io.Writer) {
	shards, complete := 0, 0
	for _, one := range s.Stores {
		if len(one.Shards) > 0 {
			shards++
			if len(s.Stores) > 1 && one.complete() {
				complete++
				continue
			}
		}
		one.Write(w)
	}
	if complete > 0 {
		fmt.Fprintf(w, "%d of the %d shards that are here are complete\n", complete, shards)
	}
	if len(s.Stores) > 1 {
		fmt.Fprintf(w, "together: %d of %d images\n", s.ImagesDone, s.Images)
	}
	if m := s.Missing; len(m.Commands) > 0 && (shards > 0 || len(s.Stores) == 1) {
		if len(m.Shards) > 0 {
			what := "shards"
			if len(m.Shards) == 1 {
				what = "shard"
			}
			fmt.Fprintf(w, "missing: %d images, of %s %s\n", m.Images, what, ranges(m.Shards))
		}
		fmt.Fprintln(w, "what computes only what is missing:")
		for _, c := range m.Commands {
			fmt.Fprintln(w, "  "+c)
		}
	}
}

// complete reports whether all that belongs to a store of shards is measured.
func (s *Status) complete() bool {
	for _, shard := range s.Shards {
		if shard.ImagesDone < shard.Images {
			return false
		}
	}
	return true
}

// Write writes the status.
func (s *Status) Write(w io.Writer) {
	images, done := s.Images, s.ImagesDone
	if len(s.Shards) == 0 {
		fmt.Fprintf(w, "%s: %d of %d cells measured, %d failed; %d of %d images\n", s.Store, s.Done, s.Planned, s.Failed, s.ImagesDone, s.Images)
	} else {
		images, done = 0, 0
		for _, shard := range s.Shards {
			fmt.Fprintf(w, "%s: shard %d of %d: %d of %d images\n", s.Store, shard.Number, shard.Shards, shard.ImagesDone, shard.Images)
			images, done = images+shard.Images, done+shard.ImagesDone
		}
	}
	if s.rate > 0 && done < images {
		left := time.Duration(float64(images-done) / s.rate * float64(time.Second)).Round(time.Second)
		fmt.Fprintf(w, "time left, as fast as in the last run: %v\n", left)
	}
	for _, f := range s.Failures {
		fmt.Fprintf(w, "failed: %s, %s, images %d to %d: %s\n", f.Model, f.Perturbation, f.First, f.First+f.Images-1, f.Reason)
	}
}
