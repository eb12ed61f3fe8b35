package benchrun

import (
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"steady/core/dataset"
	"steady/tools/internal/corruptset"
	"steady/tools/internal/datafile"
	"steady/tools/internal/model"
	"steady/tools/internal/overlays"
)

// Bundle is what a benchmark reads, by names under which another machine finds it in a folder.
type Bundle struct {
	Spec    map[string]any // plain, which names the files by these names
	Files   []BundleFile   // in the order of their names
	Folders []string       // also those without files, by which classes may be counted
	Read    dataset.Options
}

// BundleFile is a file: its name with slashes, and where it is on this machine. One without a path is not read, but listed.
type BundleFile struct{ Name, Path string }

// mostListed is how many files of a folder are listed that nobody has read: some show that there are images in it.
const mostListed = 64

// Bundle returns what was read since [Open], so that Open finds the same there.
func (j *Job) Bundle() (Bundle, error) {
	r, spec := j.options.reads, j.Spec
	b := bundler{spec: spec.Plain(), files: map[string]string{}, folders: map[string]bool{}}
	for i, entry := range b.list("models") {
		m := spec.Models[i]
		if !model.IsFile(m.File) {
			continue
		}
		files := r.models[m.Name]
		folder := fmt.Sprintf("models/%d", i)
		for _, file := range files { // the first is the ONNX file; those of its weights are in its folder
			name, err := filepath.Rel(filepath.Dir(files[0]), file)
			if err != nil {
				return Bundle{}, err
			}
			b.files[path.Join(folder, filepath.ToSlash(name))] = file
		}
		entry.(map[string]any)["file"] = path.Join(folder, filepath.Base(files[0]))
	}
	if folder := r.folders["data"]; folder != nil {
		var names []string
		for _, file := range datafile.Files(dataOf(spec.Data)) {
			name, err := b.within(folder, file)
			if err != nil {
				return Bundle{}, err
			}
			names = append(names, path.Join("data", name))
		}
		b.addFolder("data", folder)
		b.part("data")["path"] = strings.Join(names, ",")
	}
	for i, c := range spec.Corrupted {
		to, folder := fmt.Sprintf("corrupted/%d", i), r.folders[c.Path]
		name, err := b.within(folder, beside(c.SpecFile(), filepath.FromSlash(c.Path)))
		if err != nil {
			return Bundle{}, err
		}
		b.addFolder(to, folder)
		for _, about := range []string{path.Join(name, corruptset.About), path.Join(path.Dir(name), corruptset.About)} {
			if file := filepath.Join(folder.root, filepath.FromSlash(about)); isFile(file) {
				b.files[path.Join(to, about)] = file
			}
		}
		b.list("corrupted")[i] = path.Join(to, name)
	}
	if at := spec.Data.ClassMap; at.Path != "" {
		file := beside(at.SpecFile(), filepath.FromSlash(at.Path))
		name := path.Join("class-map", filepath.Base(file))
		b.files[name], b.part("data")["class-map"] = file, name
	}
	if at := spec.Overlays; at.Path != "" {
		files, err := overlays.Files(beside(at.SpecFile(), filepath.FromSlash(at.Path)))
		if err != nil {
			return Bundle{}, err
		}
		for _, file := range files {
			b.files[path.Join("overlays", filepath.Base(file))] = file
		}
		b.spec["overlays"] = "overlays"
	}
	return b.bundle(j.options.Read), nil
}

type bundler struct {
	spec    map[string]any
	files   map[string]string // paths by names
	folders map[string]bool
}

// list returns a list of the spec.
func (b *bundler) list(name string) []any {
	list, _ := b.spec[name].([]any)
	return list
}

// part returns an object of the spec.
func (b *bundler) part(name string) map[string]any {
	if _, ok := b.spec[name]; !ok {
		b.spec[name] = map[string]any{}
	}
	return b.spec[name].(map[string]any)
}

// within returns the name of a file in a folder.
func (b *bundler) within(folder *readFolder, file string) (string, error) {
	file, err := filepath.Abs(file)
	if err != nil {
		return "", err
	}
	name, err := filepath.Rel(folder.root, file)
	return filepath.ToSlash(name), err
}

// addFolder adds what was read and listed of a folder, under another name.
func (b *bundler) addFolder(to string, f *readFolder) {
	f.lock.Lock()
	defer f.lock.Unlock()
	for name := range f.opened {
		b.files[path.Join(to, name)] = filepath.Join(f.root, filepath.FromSlash(name))
	}
	for dir, entries := range f.listed {
		b.folders[path.Join(to, dir)] = true
		listed := 0
		for _, e := range entries { // some may be there twice
			name := path.Join(dir, e.Name())
			folder := e.IsDir()
			if e.Type()&fs.ModeSymlink != 0 {
				info, err := fs.Stat(f.fsys, name)
				if err != nil {
					continue
				}
				folder = info.IsDir()
			}
			if to := path.Join(to, name); folder {
				b.folders[to] = true
			} else if _, ok := b.files[to]; !ok && listed < mostListed {
				b.files[to] = ""
				listed++
			}
		}
	}
}

func (b *bundler) bundle(read dataset.Options) Bundle {
	all := Bundle{Spec: b.spec, Folders: slices.Sorted(maps.Keys(b.folders)), Read: read}
	for _, name := range slices.Sorted(maps.Keys(b.files)) {
		all.Files = append(all.Files, BundleFile{name, b.files[name]})
	}
	return all
}

func isFile(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.Mode().IsRegular()
}
