package papers

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"steady/core/bench"
	"steady/core/report"
	"steady/core/results"
	shippedresults "steady/models/results"
	"steady/tools/internal/benchrun"
	"steady/tools/internal/input"
	"steady/tools/internal/usage"
)

// maxFile is the size of the largest file of results that is read.
const maxFile = 256 << 20

// shipped are results that come with the program.
type shipped struct {
	name     string // in models/results
	file     []byte
	standard string // the network that others are compared with
}

var (
	shippedPapers   = shipped{"papers.json", shippedresults.Papers, "small-standard-1"}
	shippedOverlaps = shipped{"overlap-results.json", shippedresults.Overlaps, ""}
)

// shippedStandard returns the network that others are compared with, which has a default in the results that come with the program.
func shippedStandard(paths []string, s selection, named string) string {
	if named == "" && len(paths) == 0 && len(s.networks) == 0 {
		return shippedPapers.standard
	}
	return named
}

// readOr reads results as Read does, or those that come with the program if there are no paths.
func (e *Env) readOr(paths []string, own shipped) (*results.Table, error) {
	if len(paths) > 0 {
		return Read(paths, e.say)
	}
	e.say("Without RESULTS, these are figures of the networks of Steady's own experiments, models/results/%s (docs/papers.md).", own.name)
	return results.Decode(own.file)
}

// Read reads results from stores of 'steady bench' and from files of results, and puts them together. Say gets remarks.
func Read(paths []string, say func(format string, args ...any)) (*results.Table, error) {
	say = once(say)
	var tables []*results.Table
	for _, path := range paths {
		t, err := readOne(path, nil, say)
		if err != nil {
			return nil, err
		}
		tables = append(tables, t)
	}
	if len(tables) == 1 {
		return tables[0], nil
	}
	return merge(tables, say)
}

// merge puts tables together. Say gets what is left out of their protocols.
func merge(tables []*results.Table, say func(string, ...any)) (*results.Table, error) {
	t, err := results.Merge(tables...)
	if err != nil {
		return nil, usage.Error{Err: errors.New(strings.TrimPrefix(err.Error(), "results: "))}
	}
	left := map[string]bool{}
	for _, from := range tables {
		for name := range from.Protocol {
			if _, kept := t.Protocol[name]; !kept {
				left[name] = true
			}
		}
	}
	if len(left) > 0 {
		say("Left out of the protocol, as not all of the files say it: %s.", strings.Join(slices.Sorted(maps.Keys(left)), ", "))
	}
	return t, nil
}

// readOne reads a store or a file of results. The networks of a store have their model cards in folders, or beside them.
func readOne(path string, folders []string, say func(string, ...any)) (*results.Table, error) {
	store, err := isStore(path)
	if err != nil {
		return nil, err
	}
	if store {
		r, err := benchrun.Read(path)
		if err != nil {
			return nil, err
		}
		return fromStore(r, folders, say)
	}
	b, err := input.File(path, maxFile)
	if err != nil {
		return nil, err
	}
	t, err := results.Decode(b)
	if err != nil {
		return nil, usage.Errorf("%s: %s (want a store of 'steady bench run', or a file of 'steady papers results')", path,
			strings.TrimPrefix(err.Error(), "results: "))
	}
	for _, c := range t.Cells {
		if _, err := bench.Parse(c.Perturbation); err != nil {
			return nil, usage.Errorf("%s: it has a cell that this version does not know: %s", path, strings.TrimPrefix(err.Error(), "bench: "))
		}
	}
	return t, nil
}

// once returns a function that passes each remark on once.
func once(say func(string, ...any)) func(string, ...any) {
	said := map[string]bool{}
	return func(format string, args ...any) {
		if text := fmt.Sprintf(format, args...); !said[text] {
			said[text] = true
			say("%s", text)
		}
	}
}

// isStore reports whether a file begins as one of SQLite.
func isStore(path string) (bool, error) {
	f, err := os.Open(path)
	if err != nil {
		if errors.Is(err, fs.ErrNotExist) {
			err = usage.Errorf("there is no %s", path)
		}
		return false, err
	}
	defer f.Close()
	const begin = "SQLite format 3\x00"
	b := make([]byte, len(begin))
	_, err = io.ReadFull(f, b)
	return err == nil && string(b) == begin, nil
}

// fromStore returns the table of what is in a store.
func fromStore(r report.Results, folders []string, say func(string, ...any)) (*results.Table, error) {
	t := &results.Table{}
	for _, run := range r.Runs {
		t.Made = append(t.Made, withoutFolders(run.Command))
	}
	missing := 0
	for i := range r.Networks {
		n := &r.Networks[i]
		one := &results.Table{Images: []results.Images{{Name: n.DataName, Hash: n.Cell.Data, Preparation: n.Cell.Preparation}}}
		to := results.Network{Name: n.Name, File: filepath.Base(n.File), SHA256: n.Cell.Network, Input: n.Cell.Input}
		var err error
		var why []string
		if to.Card, why, err = findCard(n, folders); err != nil {
			return nil, err
		}
		if sayAll(say, why); to.Card == nil && len(why) == 0 {
			say("There is no model card of %s: how it was trained is not known ('steady papers results --cards FOLDER' reads FOLDER/%[1]s.json, with the sha256 %s).", n.Name, to.SHA256)
		}
		for _, e := range r.Entries {
			switch {
			case e.Network != i:
				continue
			case e.Result == nil:
				missing++
				continue
			case e.Images > len(n.Labels):
				return nil, fmt.Errorf("store %s: %s has %d labels for %d images", r.Name, n.Name, len(n.Labels), e.Images)
			}
			one.Cells = append(one.Cells, results.Cell{Perturbation: e.Perturbation.String(), N: e.Images, Seed: n.Cell.Seed, Overlays: n.Cell.Overlays})
			to.Right = append(to.Right, e.Result.Correct(n.Labels[:e.Images]))
		}
		one.Networks = []results.Network{to}
		if t, err = results.Merge(t, one); err != nil {
			return nil, fmt.Errorf("store %s: %w", r.Name, err)
		}
	}
	if missing > 0 {
		say("%s: %d results are still to be measured.", r.Name, missing)
	}
	return t, nil
}

// folder matches the folders of an absolute path within a command.
var folder = regexp.MustCompile(`(^|[\s=,'"])(/|[A-Za-z]:\\)([^\s,'"]*[/\\])?`)

// withoutFolders returns a command without the folders of this machine.
func withoutFolders(command string) string { return folder.ReplaceAllString(command, "$1") }
