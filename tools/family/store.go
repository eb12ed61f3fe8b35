package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"steady/tools/internal/buildinfo"
	"steady/tools/internal/output"
	"steady/tools/machine"
)

// result is what one measurement of a network came to.
type result struct {
	Measurement string   `json:"measurement"`
	Right       int      `json:"right"`
	N           int      `json:"n"`
	MedianL2    *float64 `json:"median_l2,omitempty"`
	Revision    string   `json:"revision,omitempty"` // of the program that measured it, and the machine it ran on
	Machine     string   `json:"machine,omitempty"`
}

func (r result) share() float64 { return float64(r.Right) / float64(r.N) }

// store keeps the results of one network on one set, a file each, so that several processes may measure at once.
type store struct{ folder string }

// newStore returns the store for a network and a set, by their SHA-256 sums.
func newStore(work, network, set string) store {
	return store{filepath.Join(work, "results", network[:16]+"-"+set[:16])}
}

// path returns the file of a measurement, whose name has no more than letters, digits and what is safe everywhere.
func (s store) path(measurement string) string {
	name := strings.NewReplacer("/", "_", " ", "-", "{", "-", "}", "", "=", "", ",", "-").Replace(measurement)
	return filepath.Join(s.folder, name+".json")
}

// get returns the result of a measurement, if it is there.
func (s store) get(measurement string) (r result, ok bool, err error) {
	path := s.path(measurement)
	b, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return r, false, nil
	}
	if err == nil {
		err = json.Unmarshal(b, &r)
	}
	if err == nil && (r.Measurement != measurement || r.N < 1) {
		err = fmt.Errorf("it is of %q on %d images, want %q", r.Measurement, r.N, measurement)
	}
	if err != nil {
		return r, false, fmt.Errorf("%s: %w (remove it to have it measured again)", path, err)
	}
	return r, true, nil
}

// put stores a result, and says of it what measured it.
func (s store) put(r result) error {
	r.Revision, r.Machine = buildinfo.Describe().Source(), machine.Describe()
	if err := os.MkdirAll(s.folder, 0o777); err != nil {
		return err
	}
	return output.JSON(s.path(r.Measurement), r)
}
