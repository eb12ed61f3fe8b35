package benchrun

import (
	"io/fs"
	"os"
	"slices"
	"sync"
)

// reads notes which files a benchmark reads.
type reads struct {
	lock    sync.Mutex
	models  map[string][]string    // by the network's name
	folders map[string]*readFolder // by what reads: the data, or the path of corrupted images
}

// fileOf returns what notes the files of a network.
func (r *reads) fileOf(network string) func(file string) {
	if r == nil {
		return nil
	}
	return func(file string) {
		r.lock.Lock()
		defer r.lock.Unlock()
		if !slices.Contains(r.models[network], file) {
			r.models[network] = append(r.models[network], file)
		}
	}
}

// dirFS returns what returns the files of a folder, and notes which of them are read.
func (o *Options) dirFS(what string) func(folder string) fs.FS {
	if o.reads == nil {
		return os.DirFS
	}
	return func(folder string) fs.FS {
		f := &readFolder{root: folder, fsys: os.DirFS(folder), opened: map[string]bool{}, listed: map[string][]fs.DirEntry{}}
		o.reads.lock.Lock()
		defer o.reads.lock.Unlock()
		o.reads.folders[what] = f
		return f
	}
}

// readFolder is the files of a folder, which notes what is read of it.
type readFolder struct {
	root string
	fsys fs.FS

	lock   sync.Mutex
	opened map[string]bool
	listed map[string][]fs.DirEntry // folders, by name
}

// Open is that of an fs.FS.
func (r *readFolder) Open(name string) (fs.File, error) {
	f, err := r.fsys.Open(name)
	if err != nil {
		return nil, err
	}
	info, err := f.Stat()
	if err != nil {
		return f, nil
	}
	if dir, ok := f.(fs.ReadDirFile); ok && info.IsDir() {
		return listing{dir, r, name}, nil
	}
	if info.Mode().IsRegular() {
		r.lock.Lock()
		defer r.lock.Unlock()
		r.opened[name] = true
	}
	return f, nil
}

// listing is an open folder.
type listing struct {
	fs.ReadDirFile
	folder *readFolder
	name   string
}

// ReadDir is that of an fs.ReadDirFile.
func (l listing) ReadDir(n int) ([]fs.DirEntry, error) {
	entries, err := l.ReadDirFile.ReadDir(n)
	l.folder.lock.Lock()
	defer l.folder.lock.Unlock()
	if known := l.folder.listed[l.name]; len(known) < mostListed {
		l.folder.listed[l.name] = append(known, entries...)
	}
	return entries, err
}

// Stat is that of an fs.StatFS: what is only asked for is not read.
func (r *readFolder) Stat(name string) (fs.FileInfo, error) { return fs.Stat(r.fsys, name) }

// ReadDir is that of an fs.ReadDirFS.
func (r *readFolder) ReadDir(name string) ([]fs.DirEntry, error) {
	entries, err := fs.ReadDir(r.fsys, name)
	if err == nil {
		r.lock.Lock()
		defer r.lock.Unlock()
		r.listed[name] = entries
	}
	return entries, err
}
