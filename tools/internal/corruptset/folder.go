package corruptset

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"strings"

	"steady/tools/internal/output"
	"steady/tools/internal/usage"
)

// ErrFolder matches the error of a folder that holds files of another origin.
var ErrFolder = errors.New("the folder is in use")

// folder is a folder with a corrupted data set, a file for each corruption, all of one run. about.json says of which run
// they are and lists the files that are whole.
type folder struct {
	dir   string
	about about
}

type about struct {
	Run
	Files map[string]string `json:"files"` // name -> SHA-256
}

const (
	aboutName = "about.json"
	// LabelsName is the name of the labels' file in a folder.
	LabelsName = "labels.npy"
)

// openFolder looks at what a folder holds, if it is there. It refuses one with files of another origin.
func openFolder(dir string, run Run, names []string) (*folder, error) {
	f := &folder{dir, about{run, map[string]string{}}}
	b, err := os.ReadFile(f.path(aboutName))
	switch {
	case errors.Is(err, fs.ErrNotExist):
		names = append(names, LabelsName)
	case err != nil:
		return nil, err
	default:
		var found about
		if err := json.Unmarshal(b, &found); err != nil || found.Files == nil {
			return nil, fmt.Errorf("%s is damaged: remove it and the files beside it, or choose another folder",
				f.path(aboutName))
		}
		if !reflect.DeepEqual(found.Run, run) {
			return nil, fmt.Errorf("%w: %s holds another run (%v): choose another folder", ErrFolder, dir, found.Run)
		}
		f.about = found
	}
	for _, name := range names {
		if _, err := os.Stat(f.path(name)); err == nil && f.about.Files[name] == "" {
			return nil, fmt.Errorf("%w: %s exists, and %s does not say of what run it is: remove it, or choose another folder",
				ErrFolder, f.path(name), aboutName)
		}
	}
	return f, nil
}

func (f *folder) path(name string) string { return filepath.Join(f.dir, filepath.FromSlash(name)) }

// whole reports whether a file is there and listed, with the size that it must have.
func (f *folder) whole(name string, size int64) bool {
	info, err := os.Stat(f.path(name))
	return err == nil && info.Size() == size && f.about.Files[name] != ""
}

// list records that a file is whole. It is done before the file gets its name: one that has its name is listed.
func (f *folder) list(name, sum string) error {
	f.about.Files[name] = sum
	return output.JSON(f.path(aboutName), f.about)
}

// CheckOut returns an error early if n corruptions cannot be written where --out and --labels-out say, and reports whether
// that is a folder.
func CheckOut(out, labels string, n int) (folder bool, err error) {
	info, err := os.Stat(strings.TrimRight(out, "/"))
	folder = err == nil && info.IsDir() || strings.HasSuffix(out, "/")
	switch {
	case folder && labels != "":
		return folder, usage.Errorf("--labels-out: not for a folder, which gets %s", LabelsName)
	case folder && err == nil && !info.IsDir():
		return folder, usage.Errorf("--out %s: that is a file", out)
	case folder:
		return folder, nil
	case n > 1:
		return folder, usage.Errorf("--out %s: for %d corruptions it must be a folder (end it in /)", out, n)
	}
	if err := output.Check("out", out, ".npy"); err != nil {
		return folder, err
	}
	if labels != "" {
		return folder, output.Check("labels-out", labels, ".npy")
	}
	return folder, nil
}
