package benchrun

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"steady/core/exchange"
	"steady/core/report"
	"steady/tools/internal/output"
	"steady/tools/internal/store"
	"steady/tools/internal/usage"
)

// Merged is what a merge of stores has put together.
type Merged struct {
	Store string `json:"store"`
	report.Counts
	Images     int        `json:"images"`
	ImagesDone int        `json:"images_done"`
	Added      int        `json:"images_added"` // that the store did not have before
	Computed   []Computed `json:"computed_by"`
	Programs   []string   `json:"programs"` // versions
	Conflicts  []Conflict `json:"conflicts"`
}

// Computed says how much of a store a backend has computed on a kind of machine.
type Computed struct {
	Backend string `json:"backend"`
	Machine string `json:"machine"`
	Images  int    `json:"images"`
}

// Conflict is images of a cell for which stores have different results.
type Conflict struct {
	Model        string `json:"model"`
	Perturbation string `json:"perturbation"`
	First        int    `json:"first"`
	Images       int    `json:"images"`
	Kept         Made   `json:"kept"`
	Others       []Made `json:"others"`
}

// Made is a result, and what made it.
type Made struct {
	Backend string `json:"backend"`
	Machine string `json:"machine"`
	Right   int    `json:"right"`
}

func (m Made) String() string {
	return fmt.Sprintf("%d right on %s (%s)", m.Right, m.Backend, m.Machine)
}

// Merge puts stores into one: files, or all whose names end in .db in folders; and files with lines of results (core/exchange), as
// the page writes them. See store.Merge.
func Merge(ctx context.Context, out string, parts []string) (*Merged, error) {
	parts, err := storeFiles(parts)
	if err != nil {
		return nil, err
	}
	var plan output.Plan // what killed merges have left is removed
	plan.Continued("the merged file", out, "")
	if err := plan.Check(); err != nil {
		return nil, err
	}
	stores, done, err := importLines(parts)
	defer done()
	if err != nil {
		return nil, err
	}
	m, err := store.Merge(ctx, out, stores)
	var different *store.DifferentError
	switch {
	case errors.As(err, &different):
		for i, s := range stores { // what was given, not what stands for it here
			different.Difference = strings.ReplaceAll(different.Difference, s, parts[i])
		}
		return nil, usage.Error{Err: err}
	case errors.Is(err, output.ErrLocked):
		return nil, fmt.Errorf("%w: wait for it, or choose another name", err)
	case err != nil:
		return nil, err
	}
	r := &Merged{Store: out, Counts: report.Counts{Planned: m.Cells, Done: m.Done, Failed: m.Failed}, Images: m.Images, ImagesDone: m.ImagesDone, Added: m.Added, Computed: []Computed{}, Programs: m.Programs, Conflicts: []Conflict{}}
	for _, c := range m.Makers {
		r.Computed = append(r.Computed, Computed(c))
	}
	for _, c := range m.Conflicts {
		conflict := Conflict{c.Subject, c.Perturbation, c.First, c.Images, Made(c.Kept), []Made{}}
		for _, o := range c.Others {
			conflict.Others = append(conflict.Others, Made(o))
		}
		r.Conflicts = append(r.Conflicts, conflict)
	}
	return r, nil
}

// importLines returns the parts, with a store in the place of each that has lines of results, and what removes these.
func importLines(parts []string) (stores []string, done func(), err error) {
	folder := ""
	done = func() {
		if folder != "" {
			os.RemoveAll(folder)
		}
	}
	for i, part := range parts {
		f, err := readLines(part)
		if err != nil {
			return nil, done, fmt.Errorf("%s: %w", part, err)
		}
		if f == nil {
			stores = append(stores, part)
			continue
		}
		if folder == "" {
			if folder, err = os.MkdirTemp("", "steady-merge-"); err != nil {
				return nil, done, err
			}
		}
		path := filepath.Join(folder, fmt.Sprintf("%d-%s", i, filepath.Base(part)))
		if err := store.Import(path, f); err != nil {
			return nil, done, fmt.Errorf("%s: %w", part, err)
		}
		stores = append(stores, path)
	}
	return stores, done, nil
}

// readLines reads a file with lines of results: nil if it is none, or cannot be opened.
func readLines(path string) (*exchange.File, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, nil // it is said with the others
	}
	defer f.Close()
	b := bufio.NewReaderSize(f, 1<<16)
	if head, _ := b.Peek(64); !exchange.IsFile(head) {
		return nil, nil
	}
	return exchange.Read(b)
}

// shownConflicts is how many conflicts are shown as text; JSON has them all.
const shownConflicts = 10

// Write writes what was merged.
func (m *Merged) Write(w io.Writer) {
	fmt.Fprintf(w, "%s: %d of %d cells measured, %d failed; %d of %d images, %d of them new\n", m.Store, m.Done, m.Planned, m.Failed, m.ImagesDone, m.Images, m.Added)
	for _, c := range m.Computed {
		fmt.Fprintf(w, "%d images on %s (%s)\n", c.Images, c.Backend, c.Machine)
	}
	if len(m.Programs) > 1 {
		fmt.Fprintf(w, "written by different versions of this program: %s\n", strings.Join(m.Programs, ", "))
	}
	if len(m.Conflicts) == 0 {
		return
	}
	fmt.Fprintf(w, "%d results differ between these files, and one of each is kept:\n", len(m.Conflicts))
	for i, c := range m.Conflicts {
		if i == shownConflicts {
			fmt.Fprintf(w, "  and %d more (--json has all)\n", len(m.Conflicts)-i)
			break
		}
		fmt.Fprintf(w, "  %s, %s, images %d to %d: kept %v", c.Model, c.Perturbation, c.First, c.First+c.Images-1, c.Kept)
		for _, o := range c.Others {
			fmt.Fprintf(w, "; not %v", o)
		}
		if len(c.Others) == 0 {
			fmt.Fprint(w, "; other probabilities")
		}
		fmt.Fprintln(w)
	}
}
