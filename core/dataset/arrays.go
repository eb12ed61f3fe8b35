package dataset

import (
	"io"
	"io/fs"
	"path"
	"strings"
)

// Arrays reads a set from two files, one of images and one of labels, each an IDX or a NumPy file (recognized by its
// first bytes), plain or packed with gzip or xz. Images are uint8, N×height×width if gray and N×height×width×3 if in
// color; labels are integers from 0. There must be as many labels as images.
//
// Such files do not name the classes: Classes is empty, except for Fashion-MNIST, which is recognized by its labels.
// Errors match ErrFormat, ErrTooLarge, ErrUnknown or fs.ErrNotExist.
func Arrays(fsys fs.FS, images, labels string, o Options) (*Set, error) {
	s, err := openArrays(fsys, images, labels, o)
	if err != nil {
		return nil, err
	}
	defer s.Close()
	return s.Set(o)
}

// openArrays opens what Arrays reads. Images of a file that is not packed stay there.
func openArrays(fsys fs.FS, images, labels string, o Options) (*Images, error) {
	l, err := openArray(fsys, labels)
	if err != nil {
		return nil, err
	}
	defer l.close()
	a, err := openArray(fsys, images)
	if err != nil {
		return nil, err
	}
	s, err := a.open(l, images, labels, o)
	if err != nil || s.close == nil {
		a.close()
	}
	return s, err
}

// open returns the images of an array with the labels of another.
func (a *array) open(l *array, images, labels string, o Options) (*Images, error) {
	if len(l.dims) == 1 && len(a.dims) > 0 && l.dims[0] != a.dims[0] {
		return nil, malformed(labels, "shape", "%d labels for the %d images of %s", l.dims[0], a.dims[0], images)
	}
	s := &Set{Name: stem(images)}
	var err error
	if s.Labels, err = l.labels(o); err != nil {
		return nil, err
	}
	nameFashion(s)
	n, err := a.imageShape(s, o)
	if err != nil {
		return nil, err
	}
	s.Labels = s.Labels[:n]
	if r, ok := a.f.(io.ReaderAt); ok && !a.packed {
		if err := a.checkLength(); err != nil {
			return nil, err
		}
		in := arrayImages(r, a.offset, s)
		in.close = a.f.Close
		return in, nil
	}
	if err := a.images(s, n, o); err != nil {
		return nil, err
	}
	return s.Images(), nil
}

// stem returns a file's name without its folder and what comes after its first dot.
func stem(name string) string {
	name, _, _ = strings.Cut(path.Base(name), ".")
	return name
}
