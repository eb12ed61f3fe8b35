package dataset

import (
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"

	"steady/core/img"
)

// imageExtensions are those of image files.
var imageExtensions = []string{".png", ".jpg", ".jpeg", ".jfif", ".gif", ".webp", ".bmp", ".tif", ".tiff", ".ppm", ".pgm", ".pnm"}

// Folder reads an image folder: each sub-folder is a class, in the order of their names, and the images in it are those
// of the class. Files of other kinds, and names that begin with a dot, are skipped.
//
// The classes take turns: first comes the first image of each class, by name, then the second ones, and so on, so
// that the first images of a set are not all of one class. Images become RGB. With Options.Width and Height they are
// scaled and their middle cut out; without, all must have the size of the first. Errors match ErrFormat, ErrTooLarge,
// ErrUnknown or fs.ErrNotExist.
func Folder(fsys fs.FS, name string, o Options) (*Set, error) {
	if (o.Width > 0) != (o.Height > 0) || o.Width < 0 || o.Height < 0 || o.Width > maxDim || o.Height > maxDim {
		return nil, fmt.Errorf("dataset: images of %d×%d: want a width and a height from 1 to %d, or 0×0",
			o.Width, o.Height, maxDim)
	}
	s, err := openImageFolder(fsys, name, o)
	if err != nil {
		return nil, err
	}
	return s.Set(o)
}

// openImageFolder lists an image folder, as Folder describes it.
func openImageFolder(fsys fs.FS, name string, o Options) (*Images, error) {
	classes, images, err := listFolder(fsys, name, o)
	if err != nil {
		return nil, err
	}
	s := &Images{Name: path.Base(name), Classes: classes, C: 3, Labels: make([]int, len(images))}
	if name == "." {
		s.Name = "images"
	}
	for i, p := range images {
		s.Labels[i] = p.label
	}
	s.read = func(i int, _ *img.Image) (*img.Image, error) { return readImage(fsys, images[i].file) }
	s.file = func(i int) string { return images[i].file }
	return s, nil
}

type imageFile struct {
	file  string
	label int
}

// listFolder returns the classes and their images in turns.
func listFolder(fsys fs.FS, name string, o Options) (classes []string, images []imageFile, err error) {
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
			if n := f.Name(); !f.IsDir() && n[0] != '.' && slices.Contains(imageExtensions, strings.ToLower(path.Ext(n))) {
				of = append(of, path.Join(dir, n))
			}
		}
		classes, files = append(classes, e.Name()), append(files, of)
	}
	for turn, more := 0, true; more; turn++ {
		more = false
		for label, of := range files {
			if o.reached(len(images)) {
				return classes, images, nil
			}
			if turn < len(of) {
				images, more = append(images, imageFile{of[turn], label}), true
			}
		}
	}
	if len(images) == 0 {
		return nil, nil, &Error{name, "", "want the files of CIFAR-10 (data_batch_1.bin, test_batch.bin) or of MNIST " +
			"(t10k-images-idx3-ubyte), or a sub-folder with images for each class", ErrUnknown}
	}
	return classes, images, nil
}

// readImage decodes an image file.
func readImage(fsys fs.FS, file string) (*img.Image, error) {
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
