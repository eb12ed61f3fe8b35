package dataset

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"

	"steady/core/img"
	"steady/core/parallel"
)

// pictureTypes are what names of pictures end in.
var pictureTypes = []string{".png", ".jpg", ".jpeg", ".gif", ".webp", ".bmp", ".tif", ".tiff"}

// Folder reads an image folder: each sub-folder is a class, in the order of their names, and the pictures in it are
// those of the class. Files of other kinds, and names that begin with a dot, are passed over.
//
// The classes take turns: first comes the first picture of each class, by name, then the second ones, and so on, so
// that the first images of a set are not all of one class. Pictures become RGB. With Options.Width and Height they
// are scaled and their middle cut out; without, all must have the size of the first.
func Folder(fsys fs.FS, name string, o Options) (*Set, error) {
	if (o.Width > 0) != (o.Height > 0) || o.Width < 0 || o.Height < 0 || o.Width > maxDim || o.Height > maxDim {
		return nil, fmt.Errorf("dataset: pictures of %d×%d: want a width and a height from 1 to %d, or 0×0",
			o.Width, o.Height, maxDim)
	}
	classes, pictures, err := listFolder(fsys, name, o)
	if err != nil {
		return nil, err
	}
	s := &Set{Name: path.Base(name), Classes: classes, C: 3, W: o.Width, H: o.Height}
	if name == "." {
		s.Name = "images"
	}
	if o.Width == 0 {
		m, err := readPicture(fsys, pictures[0].file)
		if err != nil {
			return nil, err
		}
		s.W, s.H = m.W, m.H
	}
	total, ok := volume(o.maxBytes(), int64(len(pictures)), 3, int64(s.H), int64(s.W))
	if !ok {
		return nil, tooLarge(name, fmt.Sprintf("%d pictures of %d×%d", len(pictures), s.W, s.H), o)
	}
	s.Pix = make([]uint8, total)
	s.Labels = make([]int, len(pictures))
	for i, p := range pictures {
		s.Labels[i] = p.label
	}
	if err := s.decodeAll(fsys, pictures, o.Width > 0); err != nil {
		return nil, err
	}
	return s, nil
}

type picture struct {
	file  string
	label int
}

// listFolder gives the classes and their pictures in turns.
func listFolder(fsys fs.FS, name string, o Options) (classes []string, pictures []picture, err error) {
	entries, err := fs.ReadDir(fsys, name) // sorted
	if err != nil {
		return nil, nil, fmt.Errorf("dataset: %w", err)
	}
	var files [][]string // of each class
	for _, e := range entries {
		dir := path.Join(name, e.Name())
		if info, err := fs.Stat(fsys, dir); err != nil || !info.IsDir() || strings.HasPrefix(e.Name(), ".") {
			continue
		}
		inside, err := fs.ReadDir(fsys, dir)
		if err != nil {
			return nil, nil, fmt.Errorf("dataset: %w", err)
		}
		var of []string
		for _, f := range inside {
			if n := f.Name(); !f.IsDir() && n[0] != '.' && slices.Contains(pictureTypes, strings.ToLower(path.Ext(n))) {
				of = append(of, path.Join(dir, n))
			}
		}
		classes, files = append(classes, e.Name()), append(files, of)
	}
	for turn, more := 0, true; more; turn++ {
		more = false
		for label, of := range files {
			if o.reached(len(pictures)) {
				return classes, pictures, nil
			}
			if turn < len(of) {
				pictures, more = append(pictures, picture{of[turn], label}), true
			}
		}
	}
	if len(pictures) == 0 {
		return nil, nil, &Error{name, "", "want the files of CIFAR-10 (data_batch_1.bin, test_batch.bin) or of MNIST " +
			"(t10k-images-idx3-ubyte), or a sub-folder with pictures for each class", ErrUnknown}
	}
	return classes, pictures, nil
}

// decodeAll reads the pictures on all cores. The error is that of the first picture that has one among those looked
// at.
func (s *Set) decodeAll(fsys fs.FS, pictures []picture, fit bool) error {
	return parallel.Try(context.Background(), len(pictures), func(_, i int) error {
		return s.decode(fsys, i, pictures[i].file, fit)
	})
}

// decode reads one picture into its place.
func (s *Set) decode(fsys fs.FS, i int, file string, fit bool) error {
	m, err := readPicture(fsys, file)
	if err != nil {
		return err
	}
	if m.W != s.W || m.H != s.H {
		if !fit {
			return malformed(file, "size", "%d×%d, but the first picture is %d×%d: choose a size to fit all to",
				m.W, m.H, s.W, s.H)
		}
		m = m.Fit(s.W, s.H)
	}
	for j, v := range m.Pix {
		s.Image(i)[j] = uint8(min(max(v, 0), 1)*255 + 0.5)
	}
	return nil
}

func readPicture(fsys fs.FS, file string) (*img.Image, error) {
	f, err := fsys.Open(file)
	if err != nil {
		return nil, fmt.Errorf("dataset: %w", err)
	}
	defer f.Close()
	m, err := img.Decode(f, img.DefaultMaxPixels)
	switch {
	case errors.Is(err, img.ErrTooLarge):
		err = fmt.Errorf("%w: %w", ErrTooLarge, err)
	case err != nil:
		err = fmt.Errorf("%w: %w", ErrFormat, err)
	}
	if err != nil {
		return nil, &Error{File: file, Err: err}
	}
	return m, nil
}
