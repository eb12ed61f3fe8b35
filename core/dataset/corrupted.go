package dataset

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strconv"
	"strings"

	"steady/core/img"
)

// Corrupted is the images of a set as a corruption has left them in files, at one severity.
type Corrupted struct {
	Corruption string // as its file or folder is called: fog, or laugros/rain in a folder of its own
	Severity   int
	File       string // or folder that has them
	open       func() (*Images, error)
}

// Open opens the images. They have the order and the labels of those of the set, of which there may be more. Close what is
// returned.
func (c *Corrupted) Open() (*Images, error) { return c.open() }

// FindCorrupted lists the corrupted images of a set in a file or folder, by corruption and severity. There are two layouts:
//
//   - that of CIFAR-10-C: for each corruption an array NAME.npy with all images at the first severity, then all at the
//     second, and so on; beside these, or in the folder above, labels.npy, with a label for each image, or for each image of
//     a severity;
//   - that of ImageNet-C: folders CORRUPTION/SEVERITY/CLASS, or those of several corruptions in a further one (blur, noise),
//     with files that are called as those of the set.
//
// The name may be that of one such array, or of one such CORRUPTION. The severities are those that files have, 1 to 5 in
// published sets. An error matches ErrFormat, ErrSeverity, ErrUnknown or fs.ErrNotExist.
func FindCorrupted(fsys fs.FS, name string, severities []int, set *Images, o Options) ([]Corrupted, error) {
	o.Limit, o.SkipDamaged = 0, false
	info, err := fs.Stat(fsys, name)
	if err != nil {
		return nil, fmt.Errorf("dataset: %w", err)
	}
	if !info.IsDir() {
		if !isArray(name) {
			return nil, &Error{name, "", "want an array NAME.npy, or a folder", ErrUnknown}
		}
		return corruptedArray(fsys, name, path.Dir(name), severities, set, o)
	}
	files, err := arraysIn(fsys, name)
	if err != nil {
		return nil, err
	}
	var list []Corrupted
	for _, file := range files {
		found, err := corruptedArray(fsys, file, name, severities, set, o)
		if err != nil {
			return nil, err
		}
		list = append(list, found...)
	}
	if list != nil {
		return list, nil
	}
	if list, err = corruptedTree(fsys, name, 2, set, o); err == nil && list == nil {
		err = &Error{name, "", "want arrays NAME.npy and labels.npy in it, as of CIFAR-10-C, or folders CORRUPTION/SEVERITY/CLASS, " +
			"as of ImageNet-C", ErrUnknown}
	}
	return list, err
}

func isArray(name string) bool { return strings.EqualFold(path.Ext(name), ".npy") }

const labelsFile = "labels.npy"

// arraysIn returns the arrays in a folder and in the folders in it, but for the labels.
func arraysIn(fsys fs.FS, dir string) (files []string, err error) {
	entries, err := fs.ReadDir(fsys, dir)
	if err != nil {
		return nil, fmt.Errorf("dataset: %w", err)
	}
	for _, e := range entries {
		file := path.Join(dir, e.Name())
		switch {
		case ignored(e.Name()) || e.Name() == labelsFile:
		case isFolder(fsys, file, e):
			inner, err := fs.Glob(fsys, path.Join(escapeGlob(file), "*.npy"))
			if err != nil {
				return nil, fmt.Errorf("dataset: %w", err)
			}
			files = append(files, slices.DeleteFunc(inner, func(f string) bool { return path.Base(f) == labelsFile })...)
		case isArray(e.Name()):
			files = append(files, file)
		}
	}
	return files, nil
}

// escapeGlob returns the pattern that only a name matches.
func escapeGlob(name string) string {
	return strings.NewReplacer(`\`, `\\`, `*`, `\*`, `?`, `\?`, `[`, `\[`).Replace(name)
}

// corruptedArray returns the severities of an array, whose labels lie in its folder or in dir.
func corruptedArray(fsys fs.FS, file, dir string, severities []int, set *Images, o Options) (list []Corrupted, err error) {
	labels := path.Join(path.Dir(file), labelsFile)
	if _, err := fs.Stat(fsys, labels); errors.Is(err, fs.ErrNotExist) {
		labels = path.Join(dir, labelsFile)
	}
	if _, err := fs.Stat(fsys, labels); errors.Is(err, fs.ErrNotExist) {
		return nil, &Error{file, "", "there is no " + labelsFile + " beside it: want a label for each image", fs.ErrNotExist}
	}
	name := strings.TrimSuffix(strings.TrimPrefix(file, path.Clean(dir)+"/"), path.Ext(file))
	for _, severity := range severities {
		o := o
		if o.Severity = severity; len(severities) == 1 {
			o.Severity = 0 // the array has no other
		}
		list = append(list, Corrupted{name, severity, file, func() (*Images, error) {
			s, err := openArrays(fsys, file, labels, o)
			if err != nil {
				return nil, err
			}
			s.Name = stem(file)
			if err := s.checkLabels(file, labels, set); err != nil {
				s.Close()
				return nil, err
			}
			return s, nil
		}})
	}
	first, err := list[0].Open() // with what is wrong with the file
	if err != nil {
		return nil, err
	}
	return list, first.Close()
}

// checkLabels returns an error if images are not the first ones of a set, as far as labels tell.
func (s *Images) checkLabels(file, labels string, set *Images) error {
	if s.Len() > set.Len() {
		return malformed(file, "shape", "%d images of a severity, but %s has only %d", s.Len(), set.Name, set.Len())
	}
	for i, l := range s.Labels {
		if l != set.Labels[i] {
			return malformed(labels, field("label", i), "%d, but that of the image in %s is %d: want the same images in the same order",
				l, set.Name, set.Labels[i])
		}
	}
	return nil
}

// corruptedTree returns the corruptions whose folders are in a folder, in itself, or so much deeper.
func corruptedTree(fsys fs.FS, dir string, depth int, set *Images, o Options) (list []Corrupted, err error) {
	entries, err := fs.ReadDir(fsys, dir)
	if err != nil {
		return nil, fmt.Errorf("dataset: %w", err)
	}
	var folders, severities []string
	for _, e := range entries {
		if sub := path.Join(dir, e.Name()); !ignored(e.Name()) && isFolder(fsys, sub, e) {
			folders = append(folders, sub)
			if len(e.Name()) == 1 && strings.Contains("12345", e.Name()) {
				severities = append(severities, e.Name())
			}
		}
	}
	if severities != nil {
		for s := 1; s <= 5; s++ {
			if !slices.Contains(severities, strconv.Itoa(s)) {
				return nil, &Error{dir, "", fmt.Sprintf("it has no folder %d: want the severities 1 to 5", s), ErrSeverity}
			}
			one, err := corruptedFolder(fsys, path.Join(dir, strconv.Itoa(s)), set, o)
			if err != nil {
				return nil, err
			}
			one.Corruption, one.Severity = path.Base(dir), s
			list = append(list, one)
		}
		return list, nil
	}
	if depth == 0 {
		return nil, nil
	}
	for _, sub := range folders {
		found, err := corruptedTree(fsys, sub, depth-1, set, o)
		if err != nil {
			return nil, err
		}
		list = append(list, found...)
	}
	slices.SortStableFunc(list, func(a, b Corrupted) int { return cmp.Compare(a.Corruption, b.Corruption) })
	return list, nil
}

// corruptedFolder returns the images in a folder that are called as those of a set.
func corruptedFolder(fsys fs.FS, dir string, set *Images, o Options) (Corrupted, error) {
	if set.file == nil || len(set.Classes) == 0 {
		return Corrupted{}, &Error{dir, "", fmt.Sprintf("its files are found by the names of those of the set, but %s has no files: "+
			"want an image folder", set.Name), ErrUnknown}
	}
	r := &fileReader{fsys: fsys, options: o}
	file := func(i int) string { return path.Join(dir, set.inClass(i)) }
	missing := func(i int, err error) error {
		if errors.Is(err, fs.ErrNotExist) {
			return &Error{dir, "", fmt.Sprintf("it has no %s, an image of %s: want all of them at each severity", set.inClass(i), set.Name),
				fs.ErrNotExist}
		}
		return err
	}
	if _, err := fs.Stat(fsys, file(0)); err != nil {
		return Corrupted{}, missing(0, err)
	}
	return Corrupted{File: dir, open: func() (*Images, error) {
		return &Images{
			Name: path.Base(path.Dir(dir)), Classes: set.Classes, Labels: set.Labels, C: 3,
			file: file,
			read: func(i int, _ *img.Image) (*img.Image, error) {
				m, err := r.read(file(i))
				return m, missing(i, err)
			},
			open: func(i int) (fs.File, error) {
				f, err := fsys.Open(file(i))
				return f, missing(i, err)
			},
		}, nil
	}}, nil
}

// inClass returns the name of an image's file from the folder of its class on.
func (s *Images) inClass(i int) string {
	file, class := "/"+s.File(i), s.Classes[s.Labels[i]]
	if at := strings.LastIndex(file, "/"+class+"/"); at >= 0 {
		return file[at+1:]
	}
	return path.Join(class, path.Base(file)) // the set has its classes from a file
}
