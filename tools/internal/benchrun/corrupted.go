package benchrun

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"steady/core/bench"
	"steady/core/corrupt"
	"steady/core/dataset"
	"steady/tools/internal/corruptset"
	"steady/tools/internal/overlays"
)

// corruptedSet is images of a set that were corrupted before, all severities of all corruptions of a path.
type corruptedSet struct {
	at   bench.Path
	list []dataset.Corrupted
	n    int // images of each
}

// findCorrupted finds the corrupted images that a spec names.
func (o *Options) findCorrupted(spec *bench.Spec, images *dataset.Images) (sets []corruptedSet, err error) {
	for _, at := range spec.Corrupted {
		set := corruptedSet{at: at}
		if set.list, err = o.listCorrupted(at, images); err == nil {
			set.n, err = countCorrupted(spec.Data, set.list, images)
		}
		if err != nil {
			return nil, at.Wrong(strings.TrimPrefix(err.Error(), "dataset: "))
		}
		sets = append(sets, set)
	}
	return sets, nil
}

func (o *Options) listCorrupted(at bench.Path, images *dataset.Images) ([]dataset.Corrupted, error) {
	file, err := filepath.Abs(beside(at.SpecFile(), filepath.FromSlash(at.Path)))
	if err != nil {
		return nil, err
	}
	info, err := os.Stat(file)
	if err != nil {
		return nil, fmt.Errorf("there is no %s", at.Path)
	}
	folder := file
	if !info.IsDir() {
		folder = filepath.Dir(file)
	}
	severities := []int{1, 2, 3, 4, 5}
	own, err := corruptset.Severities(folder)
	if err != nil {
		return nil, err
	}
	if own != nil {
		severities = nil
		for _, s := range own {
			severities = append(severities, int(s))
		}
	}
	return dataset.FindCorrupted(o.dirFS(at.Path)(filepath.Dir(file)), filepath.Base(file), severities, images, o.Read)
}

// countCorrupted returns how many images each corruption has, and checks that they are enough.
func countCorrupted(d bench.Data, list []dataset.Corrupted, images *dataset.Images) (n int, err error) {
	for _, c := range list {
		if _, err := corrupt.Lookup(c.Corruption); err != nil {
			return 0, fmt.Errorf("%s: %s is none of the corruptions ('steady list corruptions')", c.File, c.Corruption)
		}
		one, err := c.Open()
		if err != nil {
			return 0, err
		}
		if n, err = one.Len(), one.Close(); err != nil {
			return 0, err
		}
		switch {
		case n == images.Len():
		case d.Limit == 0 || d.Limit > n:
			return 0, fmt.Errorf("%s: it has %d images of a severity, but %s has %d: want all of them, or a limit of %[2]d", c.File, n, images.Name, images.Len())
		}
	}
	return n, nil
}

// addCorrupted adds the corrupted images to what a spec measures.
func (w *work) addCorrupted(ctx context.Context, sets []corruptedSet, r *reading) error {
	w.corrupted = map[bench.Perturbation]*dataset.Corrupted{}
	for _, set := range sets {
		for i := range set.list {
			c := &set.list[i]
			p, err := hashCorrupted(ctx, c, r)
			if errors.Is(err, context.Canceled) {
				return err
			}
			if err != nil {
				return set.at.Wrong(strings.TrimPrefix(err.Error(), "dataset: "))
			}
			if other := w.corrupted[p]; other != nil {
				return set.at.Wrong(fmt.Sprintf("%s and %s have the same images of severity %d: want them once", c.File, other.File, c.Severity))
			}
			w.corrupted[p] = c
			w.spec.Perturbations = append(w.spec.Perturbations, p)
		}
	}
	for _, p := range w.spec.Perturbations {
		if p.Files() != "" && w.corrupted[p] == nil {
			return w.spec.Data.Wrong(fmt.Sprintf("the images of %s are in none of the files named: want the folder that has them as corrupted", p))
		}
	}
	return nil
}

func hashCorrupted(ctx context.Context, c *dataset.Corrupted, r *reading) (p bench.Perturbation, err error) {
	entry, err := corrupt.Lookup(c.Corruption)
	if err != nil {
		return p, err
	}
	images, err := c.Open()
	if err != nil {
		return p, err
	}
	defer images.Close()
	hash, err := r.hash(ctx, images, c.File)
	if err != nil {
		return p, err
	}
	return bench.FromFiles(entry, c.Severity, hash)
}

// useOverlays reads the photographs that frost is to be cut from.
func (w *work) useOverlays(o *Options) (hash string, err error) {
	at := w.spec.Overlays
	if at.Path == "" {
		return "", nil
	}
	var list []*corrupt.Corruption
	for _, p := range w.spec.Perturbations {
		if c, _, _ := p.Corruption(); c != nil && p.Files() == "" && !slices.Contains(list, c) {
			list = append(list, c)
		}
	}
	list, hash, err = overlays.Use(beside(at.SpecFile(), filepath.FromSlash(at.Path)), list, o.say)
	if err != nil {
		return "", at.Wrong(strings.TrimPrefix(err.Error(), "--"+overlays.Flag+" "))
	}
	w.frost = list[slices.IndexFunc(list, func(c *corrupt.Corruption) bool { return c.Name == "frost" })]
	return hash, nil
}
