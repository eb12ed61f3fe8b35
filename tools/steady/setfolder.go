package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
)

// setFolder is a folder with a corrupted data set, a file a corruption, all of one run. about.json says of which run
// they are and lists the files that are whole.
type setFolder struct {
	dir   string
	about setAbout
}

type setAbout struct {
	setRun
	Files map[string]string `json:"files"` // name -> SHA-256
}

const (
	aboutName  = "about.json"
	labelsName = "labels.npy"
)

// openSetFolder looks at what a folder holds, if it is there. It refuses one with files of another origin.
func openSetFolder(dir string, run setRun, names []string) (*setFolder, error) {
	f := &setFolder{dir, setAbout{run, map[string]string{}}}
	b, err := os.ReadFile(f.path(aboutName))
	switch {
	case errors.Is(err, fs.ErrNotExist):
		names = append(names, labelsName)
	case err != nil:
		return nil, err
	default:
		var found setAbout
		if err := json.Unmarshal(b, &found); err != nil || found.Files == nil {
			return nil, fmt.Errorf("%s is damaged: remove it and the files beside it, or choose another folder",
				f.path(aboutName))
		}
		if !reflect.DeepEqual(found.setRun, run) {
			return nil, usagef("--out %s: the folder holds another run (%v): choose another folder", dir, found.setRun)
		}
		f.about = found
	}
	for _, name := range names {
		if _, err := os.Stat(f.path(name)); err == nil && f.about.Files[name] == "" {
			return nil, usagef("%s is there, and %s does not say of what run it is: remove it, or choose another folder",
				f.path(name), aboutName)
		}
	}
	return f, nil
}

func (f *setFolder) path(name string) string { return filepath.Join(f.dir, filepath.FromSlash(name)) }

// whole tells whether a file is there and listed, with the size that it must have.
func (f *setFolder) whole(name string, size int64) bool {
	info, err := os.Stat(f.path(name))
	return err == nil && info.Size() == size && f.about.Files[name] != ""
}

// list writes down that a file is whole. It is done before the file gets its name: one that has its name is listed.
func (f *setFolder) list(name, sum string) error {
	f.about.Files[name] = sum
	return writeJSON(f.path(aboutName), f.about)
}
