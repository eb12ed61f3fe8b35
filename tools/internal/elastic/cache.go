package elastic

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"sync"

	"golang.org/x/sync/errgroup"

	"steady/core/elastic"
	"steady/tools/internal/output"
	"steady/tools/internal/progress"
)

// cache is a folder with files by their hashes, each of which is loaded once, and folders of benchmarks, in which the same
// files have the names that a spec has for them.
type cache struct {
	folder string
	load   func(ctx context.Context, sum string, size int64, w io.Writer) error // from the server
}

// loads is how many files are loaded at the same time.
const loads = 8

// specName is the name of the spec in a benchmark's folder.
const specName = "spec.json"

// prepare returns the folder with the files of a plan, and says how that goes. Each file that is there has the hash that
// the plan says, or is loaded again.
func (c *cache) prepare(ctx context.Context, sum string, p *elastic.Plan, bar *progress.Progress) (folder string, err error) {
	folder = filepath.Join(c.folder, "benchmarks", sum)
	if err := os.MkdirAll(folder, 0o777); err != nil {
		return "", fmt.Errorf("--cache: %w", err)
	}
	if err := os.MkdirAll(filepath.Join(c.folder, "files"), 0o777); err != nil {
		return "", fmt.Errorf("--cache: %w", err)
	}
	// Other workers of this machine wait, and find the files then.
	err = output.Exclusive(filepath.Join(c.folder, "lock"), func() error {
		for _, name := range p.Folders {
			path, err := within(folder, name)
			if err != nil {
				return err
			}
			if err := os.MkdirAll(path, 0o777); err != nil {
				return err
			}
		}
		var lock sync.Mutex
		done := 0
		g, ctx := errgroup.WithContext(ctx)
		g.SetLimit(loads)
		for _, f := range p.Files {
			g.Go(func() error {
				if err := ctx.Err(); err != nil {
					return err
				}
				if err := c.place(ctx, folder, f); err != nil {
					return fmt.Errorf("%s: %w", f.Name, err)
				}
				lock.Lock()
				defer lock.Unlock()
				done++
				bar.Set(done, "files of the benchmark")
				return nil
			})
		}
		if err := g.Wait(); err != nil {
			return err
		}
		return output.File(filepath.Join(folder, specName), func(w io.Writer) error { _, err := w.Write(p.Spec); return err })
	})
	return folder, err
}

// within returns the path of a file in a folder.
func within(folder, name string) (string, error) {
	local := filepath.FromSlash(name)
	if !filepath.IsLocal(local) {
		return "", fmt.Errorf("%.80q is no name of a file within a folder", name)
	}
	return filepath.Join(folder, local), nil
}

// place lets a file have its name in a benchmark's folder.
func (c *cache) place(ctx context.Context, folder string, f elastic.File) error {
	path, err := within(folder, f.Name)
	if err != nil {
		return err
	}
	if has(path, f) {
		return nil
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
		return err
	}
	if f.Size == 0 {
		return output.File(path, func(io.Writer) error { return nil })
	}
	stored := filepath.Join(c.folder, "files", f.SHA256)
	if !has(stored, f) {
		if err := output.File(stored, func(w io.Writer) error { return c.load(ctx, f.SHA256, f.Size, w) }); err != nil {
			return err
		}
	}
	if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if os.Link(stored, path) == nil {
		return nil
	}
	// A file system without links.
	return output.File(path, func(w io.Writer) error {
		from, err := os.Open(stored)
		if err != nil {
			return err
		}
		defer from.Close()
		_, err = io.Copy(w, from)
		return err
	})
}

// has reports whether there is a file with the hash that it should have.
func has(path string, f elastic.File) bool {
	if info, err := os.Stat(path); err != nil || info.Size() != f.Size {
		return false
	}
	found, err := hashFile(path)
	return err == nil && found.SHA256 == f.SHA256
}
