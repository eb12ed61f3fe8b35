package evaluator

import (
	"archive/zip"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"slices"
	"strings"
	"time"
)

// File is a file of the user, of which parts are read when they are wanted.
type File struct {
	Name string `json:"name"` // with the folders below the one that was chosen or dropped, and slashes
	Size int64  `json:"size"`
}

// files is a file system of files that were chosen together.
type files struct {
	list map[string]*file
	dirs map[string][]fs.DirEntry // by name, "." for the top
}

type file struct {
	name string
	size int64
	at   io.ReaderAt
}

// newFiles returns the file system of files. read reads a part of one, by its place.
func newFiles(list []File, read func(file int, p []byte, at int64) (int, error)) (*files, error) {
	f := &files{map[string]*file{}, map[string][]fs.DirEntry{".": nil}}
	for i, one := range list {
		name := path.Clean(strings.TrimPrefix(one.Name, "/"))
		if !fs.ValidPath(name) || name == "." || one.Size < 0 {
			return nil, fmt.Errorf("a file called %.80q cannot be opened", one.Name)
		}
		if f.list[name] != nil {
			return nil, fmt.Errorf("two files are called %.80q: want each once", name)
		}
		f.list[name] = &file{name, one.Size, readerAt(func(p []byte, at int64) (int, error) { return read(i, p, at) })}
		f.enter(name, f.list[name])
	}
	for _, entries := range f.dirs {
		slices.SortFunc(entries, func(a, b fs.DirEntry) int { return strings.Compare(a.Name(), b.Name()) })
	}
	return f, nil
}

// enter makes a file's entry, and those of the folders that it is in.
func (f *files) enter(name string, entry fs.DirEntry) {
	dir := path.Dir(name)
	if _, known := f.dirs[dir]; !known {
		f.dirs[dir] = nil
		f.enter(dir, folder(dir))
	}
	f.dirs[dir] = append(f.dirs[dir], entry)
}

type readerAt func(p []byte, at int64) (int, error)

func (r readerAt) ReadAt(p []byte, at int64) (int, error) { return r(p, at) }

// Open is that of an fs.FS.
func (f *files) Open(name string) (fs.File, error) {
	if one := f.list[name]; one != nil {
		return &opened{io.NewSectionReader(one.at, 0, one.size), one}, nil
	}
	if entries, ok := f.dirs[name]; ok {
		return &openedFolder{folder(name), entries}, nil
	}
	return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrNotExist}
}

// opened is an open file.
type opened struct {
	*io.SectionReader
	file *file
}

func (o *opened) Stat() (fs.FileInfo, error) { return o.file, nil }
func (o *opened) Close() error               { return nil }

// openedFolder is an open folder.
type openedFolder struct {
	folder
	left []fs.DirEntry
}

func (o *openedFolder) Stat() (fs.FileInfo, error) { return o.folder, nil }
func (o *openedFolder) Close() error               { return nil }
func (o *openedFolder) Read([]byte) (int, error) {
	return 0, &fs.PathError{Op: "read", Path: string(o.folder), Err: errors.New("it is a folder")}
}

func (o *openedFolder) ReadDir(n int) (list []fs.DirEntry, err error) {
	if n <= 0 || n > len(o.left) {
		if n > 0 && len(o.left) == 0 {
			return nil, io.EOF
		}
		n = len(o.left)
	}
	list, o.left = o.left[:n:n], o.left[n:]
	return list, nil
}

// A file and a folder are their own fs.DirEntry and fs.FileInfo.

func (f *file) Name() string               { return path.Base(f.name) }
func (f *file) Size() int64                { return f.size }
func (f *file) Mode() fs.FileMode          { return 0o444 }
func (f *file) ModTime() time.Time         { return time.Time{} }
func (f *file) IsDir() bool                { return false }
func (f *file) Sys() any                   { return nil }
func (f *file) Type() fs.FileMode          { return 0 }
func (f *file) Info() (fs.FileInfo, error) { return f, nil }

type folder string

func (f folder) Name() string               { return path.Base(string(f)) }
func (f folder) Size() int64                { return 0 }
func (f folder) Mode() fs.FileMode          { return fs.ModeDir | 0o555 }
func (f folder) ModTime() time.Time         { return time.Time{} }
func (f folder) IsDir() bool                { return true }
func (f folder) Sys() any                   { return nil }
func (f folder) Type() fs.FileMode          { return fs.ModeDir }
func (f folder) Info() (fs.FileInfo, error) { return f, nil }

// locate returns where among the files the set is, and what to call it: a single file, two of which one has the labels, what is
// in a ZIP archive, or all of them.
func (f *files) locate() (fsys fs.FS, names []string, called string, err error) {
	top := f.dirs["."]
	if len(f.list) == 1 && len(top) == 1 && !top[0].IsDir() {
		one := f.list[top[0].Name()]
		if strings.EqualFold(path.Ext(one.name), ".zip") {
			z, err := zip.NewReader(one.at, one.size)
			if err != nil {
				return nil, nil, "", fmt.Errorf("%s: %w", one.name, err)
			}
			inner, err := onlyFolder(z)
			return inner, []string{"."}, one.name, err
		}
		return f, []string{one.name, "."}, one.name, nil
	}
	names = []string{"."}
	called = "files"
	if len(top) == 1 {
		called = top[0].Name()
	} else if len(f.list) == 2 && len(top) == 2 {
		a, b := f.list[top[0].Name()], f.list[top[1].Name()]
		if a != nil && b != nil { // no folders
			if a.size < b.size { // labels take less
				a, b = b, a
			}
			names, called = append(names, a.name+","+b.name), a.name+","+b.name
		}
	}
	inner, err := onlyFolder(f)
	return inner, names, called, err
}

// onlyFolder returns the folder that is all there is in a file system, or its top.
func onlyFolder(fsys fs.FS) (fs.FS, error) {
	entries, err := fs.ReadDir(fsys, ".")
	if err != nil {
		return nil, err
	}
	entries = slices.DeleteFunc(entries, func(e fs.DirEntry) bool { return strings.HasPrefix(e.Name(), ".") || e.Name() == "__MACOSX" })
	if len(entries) == 1 && entries[0].IsDir() {
		return fs.Sub(fsys, entries[0].Name())
	}
	return fsys, nil
}
