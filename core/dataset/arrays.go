package dataset

import (
	"io/fs"
	"path"
	"strings"
)

// Arrays reads a set from two files, one of pictures and one of labels, each an IDX or a NumPy file (its first bytes
// tell which), plain or packed with gzip or xz. Pictures are uint8, N×height×width if grey and N×height×width×3 if
// in colour; labels are whole numbers from 0. There are as many labels as pictures.
//
// Such files do not name the classes: Classes is empty, except for Fashion-MNIST, which is known by its labels.
func Arrays(fsys fs.FS, images, labels string, o Options) (*Set, error) {
	l, err := openArray(fsys, labels)
	if err != nil {
		return nil, err
	}
	defer l.close()
	a, err := openArray(fsys, images)
	if err != nil {
		return nil, err
	}
	defer a.close()
	if len(l.dims) == 1 && len(a.dims) > 0 && l.dims[0] != a.dims[0] {
		return nil, malformed(labels, "shape", "%d labels for the %d pictures of %s", l.dims[0], a.dims[0], images)
	}
	s := &Set{Name: stem(images)}
	if s.Labels, err = l.labels(o); err != nil {
		return nil, err
	}
	knowFashion(s)
	if err := a.images(s, o); err != nil {
		return nil, err
	}
	if o.reached(len(s.Labels)) {
		s.Labels = s.Labels[:o.Limit]
	}
	return s, nil
}

// stem is a file's name without its folder and what comes after its first dot.
func stem(name string) string {
	name, _, _ = strings.Cut(path.Base(name), ".")
	return name
}
