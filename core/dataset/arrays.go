package dataset

import (
	"io"
	"io/fs"
	"path"
	"strings"
)

// Arrays reads a set from two files, one of images and one of labels, each an IDX or a NumPy file (recognized by its
// first bytes), plain or packed with gzip or xz. Images are uint8 or floating-point numbers in [0,1]: N×height×width if
// gray, N×height×width×3 or N×3×height×width if in color, in NumPy's C or Fortran order. Labels are N whole numbers from 0,
// also N×1, or N×K with a 1 for the class. There must be as many labels as images. A Set holds bytes, so floating-point
// images must be multiples of 1/255 for one; Images have them as they are.
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
	open := func(name string) namedArray {
		return namedArray{name, func() (*array, error) { return openArray(fsys, name, o) }}
	}
	return openNamed(open(images), open(labels), o)
}

// open returns the images of an array with the labels of another.
func (a *array) open(l *array, images, labels string, o Options) (*Images, error) {
	if err := o.noCoarse(images); err != nil {
		return nil, err
	}
	y, err := a.layout()
	if err != nil {
		return nil, err
	}
	if len(l.dims) > 0 && l.dims[0] > y.n {
		return nil, malformed(labels, "shape", "%d labels for the %d images of %s", l.dims[0], y.n, images)
	}
	s := &Set{Name: o.severityName(stem(images)), C: y.c, H: y.h, W: y.w}
	all, err := l.labels(o)
	if err != nil {
		return nil, err
	}
	from, n, part, note, err := ofSeverity(a, all, l, o)
	if err != nil {
		return nil, err
	}
	s.Labels = part
	nameFashion(s)
	if o.reached(int(min(n, 1<<31))) {
		n = int64(o.Limit)
	}
	s.Labels = s.Labels[:n]
	in, err := a.read(y, s, from, n, o)
	if err == nil && note != "" {
		in.Notes = append(in.Notes, note)
	}
	return in, err
}

// read returns n images from one on, in a layout, with the name, the labels and the shape of s.
func (a *array) read(y *layout, s *Set, from, n int64, o Options) (*Images, error) {
	r, ok := a.f.(io.ReaderAt)
	switch {
	case ok && !a.packed && !a.fortran:
		if err := a.checkLength(); err != nil {
			return nil, err
		}
		in := y.images(func(from, n int64) ([]byte, error) {
			b := make([]byte, n)
			_, err := r.ReadAt(b, a.offset+from)
			return b, err
		}, s, from)
		in.close = a.f.Close
		return in, nil
	case a.kind == 'u' && a.size == 1 && !a.fortran && !y.first:
		if err := a.images(s, from, n, o); err != nil {
			return nil, err
		}
		return s.Images(), nil
	}
	total, ok := volume(o.maxBytes(), append([]int64{int64(a.size)}, a.dims...)...)
	if !ok {
		return nil, tooLarge(a.file, "shape "+a.shape(), o)
	}
	all, err := readN(a.r, total, a.file, "pixels")
	if err == nil {
		err = atEnd(a.r, a.file)
	}
	if err != nil {
		return nil, err
	}
	return y.images(func(from, n int64) ([]byte, error) { return all[from:][:n], nil }, s, from), nil
}

// stem returns a file's name without its folder and what comes after its first dot.
func stem(name string) string {
	name, _, _ = strings.Cut(path.Base(name), ".")
	return name
}
