package corruptset

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"slices"

	"steady/core/corrupt"
	"steady/tools/internal/output"
	"steady/tools/internal/usage"
)

// ErrFolder matches the error of a folder that holds files of another origin.
var ErrFolder = errors.New("the folder is in use")

// folder is a folder with a corrupted data set, a file for each corruption, all of one run. about.json says of which run
// they are and lists the files that are whole.
type folder struct {
	dir   string
	made  bool // by this run
	about about
}

type about struct {
	Run
	Files map[string]string `json:"files"` // name -> SHA-256
}

const (
	// About is the name of the file in a folder that says of which run it is.
	About     = "about.json"
	aboutName = About
	// LabelsName is the name of the labels' file in a folder.
	LabelsName = "labels.npy"
)

// openFolder makes a folder, or looks at what it holds. It refuses one with files of another origin unless force is set, and
// says in about.json of which run it is from now on.
func openFolder(dir string, run Run, names []string, force bool) (*folder, error) {
	_, err := os.Stat(dir)
	f := &folder{dir, err != nil, about{run, map[string]string{}}}
	open := func() error {
		found, err := f.read()
		switch {
		case errors.Is(err, fs.ErrNotExist):
			names = append(names, LabelsName)
		case errors.Is(err, errDamaged) && force:
		case err != nil:
			return err
		case reflect.DeepEqual(found.Run, run):
			f.about = found
		case !force:
			return fmt.Errorf("%w: %s holds another run (%v): --force replaces it, or choose another folder", ErrFolder, dir,
				found.Run)
		default:
			for name := range found.Files {
				if !slices.Contains(names, name) {
					return fmt.Errorf("%w: %s holds %s of another run (%v), which this run does not replace: choose another folder",
						ErrFolder, dir, name, found.Run)
				}
			}
		}
		for _, name := range names {
			if _, err := os.Stat(f.path(name)); err == nil && f.about.Files[name] == "" && !force {
				return fmt.Errorf("%w: %s exists, and %s does not say of what run it is: --force replaces it, or choose another folder",
					ErrFolder, f.path(name), aboutName)
			}
		}
		return output.JSON(f.path(aboutName), f.about)
	}
	for range 10 {
		if err := os.MkdirAll(dir, 0o777); err != nil {
			return nil, err
		}
		// Another process that ends removes a folder with nothing in it.
		if err = f.exclusive(open); !errors.Is(err, fs.ErrNotExist) {
			break
		}
	}
	return f, err
}

func (f *folder) path(name string) string { return filepath.Join(f.dir, filepath.FromSlash(name)) }

// exclusive calls work while no other process changes about.json.
func (f *folder) exclusive(work func() error) error {
	return output.Exclusive(f.path(aboutName+".lock"), work)
}

var errDamaged = errors.New("damaged")

// read reads about.json.
func (f *folder) read() (found about, err error) {
	b, err := os.ReadFile(f.path(aboutName))
	if err != nil {
		return found, err
	}
	if err := json.Unmarshal(b, &found); err != nil || found.Files == nil {
		return found, fmt.Errorf("%s is %w: remove it and the files beside it, or choose another folder", f.path(aboutName),
			errDamaged)
	}
	return found, nil
}

// Severities returns the severities that the files of a folder have, as its about.json says; nil if it has none.
func Severities(dir string) ([]Severity, error) {
	found, err := (&folder{dir: dir}).read()
	if errors.Is(err, fs.ErrNotExist) || errors.Is(err, errDamaged) { // or somebody else's
		return nil, nil
	}
	return found.Severities, err
}

// refresh reads which files other processes have listed.
func (f *folder) refresh() error {
	found, err := f.read()
	if errors.Is(err, fs.ErrNotExist) { // another process has ended before it had a file to list
		return nil
	}
	if err != nil {
		return err
	}
	if !reflect.DeepEqual(found.Run, f.about.Run) {
		return fmt.Errorf("%w: %s has become that of another run (%v)", ErrFolder, f.dir, found.Run)
	}
	f.about = found
	return nil
}

// list records that a file is whole, beside those that other processes have listed. It is done before the file gets its
// name: one that has its name is listed.
func (f *folder) list(name, sum string) error {
	return f.exclusive(func() error {
		if err := f.refresh(); err != nil {
			return err
		}
		f.about.Files[name] = sum
		return output.JSON(f.path(aboutName), f.about)
	})
}

// whole reports whether a file is there and has the sum that about.json lists.
func (f *folder) whole(ctx context.Context, name string) (bool, error) {
	want := f.about.Files[name]
	file, err := os.Open(f.path(name))
	if want == "" || errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	defer file.Close()
	sum := sha256.New()
	for err == nil {
		if err := ctx.Err(); err != nil {
			return false, err
		}
		_, err = io.CopyN(sum, file, 16<<20)
	}
	if err != io.EOF {
		return false, err
	}
	return hex.EncodeToString(sum.Sum(nil)) == want, nil
}

// close removes about.json if no file was begun. Whatever goes wrong in it was said already.
func (f *folder) close(names []string) {
	for _, name := range names {
		if _, err := os.Stat(f.path(name) + partSuffix); err == nil {
			return
		}
	}
	_ = f.exclusive(func() error {
		if err := f.refresh(); err != nil || len(f.about.Files) > 0 {
			return err
		}
		return os.Remove(f.path(aboutName))
	})
	if f.made {
		_ = os.Remove(f.dir) // unless there is something in it
	}
}

// Target is where a corrupted set is to be written.
type Target struct {
	Out, Labels string // of --out and --labels-out
	Folder      bool   // Out is a folder
}

// NewTarget returns where the files of a list of corruptions are to be written, and plans them.
func NewTarget(out, labels string, list []*corrupt.Corruption, plan *output.Plan) (*Target, error) {
	t := &Target{out, labels, output.IsFolder(out)}
	switch {
	case t.Folder && labels != "":
		return nil, usage.Errorf("--labels-out: not for a folder, which gets %s", LabelsName)
	case t.Folder:
		t.Labels = filepath.Join(out, LabelsName)
		for _, name := range append(fileNames(list), LabelsName, aboutName) {
			plan.Continued("--out", filepath.Join(out, filepath.FromSlash(name)), "") // about.json says whether it may exist
		}
		return t, plan.CheckFolder("--out", out)
	case len(list) > 1:
		return nil, usage.Errorf("--out %s: for %d corruptions it must be a folder (end it in /)", out, len(list))
	}
	plan.Output("--out", out, ".npy")
	if out != "" {
		plan.Continued("--out", out+partSuffix, "")
		plan.Continued("--out", out+manifestSuffix, "")
	}
	if labels != "" {
		plan.Output("--labels-out", labels, ".npy")
	}
	return t, plan.Check()
}

// fileNames returns the names of the files of corruptions in a folder.
func fileNames(list []*corrupt.Corruption) (names []string) {
	for _, c := range list {
		names = append(names, c.Name+".npy")
	}
	return names
}
