package dataset

import (
	"fmt"
	"io/fs"
	"path"
	"strings"

	"steady/core/img"
)

// Folder reads an image folder: each sub-folder is a class, and the images in it and in its own sub-folders are those of
// the class. The classes are in the order of their names, or of their numbers if all are numbers; a sub-folder without
// images is none. Files of other kinds are skipped and counted ([Images].Notes), and names that begin with a dot are
// ignored.
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
	l, err := listClasses(fsys, name)
	if err != nil {
		return nil, err
	}
	s, err := l.open(fsys, name, nil, o)
	if err != nil {
		return nil, err
	}
	return s.Set(o)
}

type imageFile struct {
	file  string
	label int
}

// open returns the images of a listing. Its classes have the numbers that they have in names; those that are not there
// come after them.
func (l *listing) open(fsys fs.FS, name string, names []string, o Options) (*Images, error) {
	if len(l.classes) == 0 {
		return nil, l.empty(name)
	}
	names = append([]string(nil), names...)
	number := map[string]int{}
	for i, n := range names {
		number[n] = i
	}
	for _, c := range l.classes {
		if _, ok := number[c.name]; !ok {
			number[c.name] = len(names)
			names = append(names, c.name)
		}
	}
	images := l.inTurns(number, o)
	s := &Images{Name: path.Base(name), Classes: names, C: 3, Notes: l.notes()}
	if name == "." {
		s.Name = "images"
	}
	r := &fileReader{fsys: fsys, options: o}
	if o.SkipDamaged {
		var err error
		if images, s.Skipped, err = r.sound(images); err != nil {
			return nil, err
		}
		if len(images) == 0 {
			return nil, malformed(name, "", "all of its %d images are damaged: %s", len(s.Skipped), someDamaged(s.Skipped))
		}
		if n := len(s.Skipped); n > 0 {
			s.Notes = append(s.Notes, fmt.Sprintf("left out %d damaged images: %s", n, someDamaged(s.Skipped)))
		}
	}
	for _, p := range images {
		s.Labels = append(s.Labels, p.label)
	}
	s.read = func(i int, _ *img.Image) (*img.Image, error) { return r.read(images[i].file) }
	if o.MaxPixels > img.DefaultMaxPixels {
		s.readLarge = func(i int) (*img.Image, error) { return r.decode(images[i].file, o.MaxPixels) }
	}
	s.open, s.file = opener(fsys, images), func(i int) string { return images[i].file }
	return s, nil
}

// inTurns returns the first image of each class, then the second ones, and so on.
func (l *listing) inTurns(number map[string]int, o Options) (images []imageFile) {
	for turn, more := 0, true; more; turn++ {
		more = false
		for _, c := range l.classes {
			if o.reached(len(images)) && !o.SkipDamaged {
				return images
			}
			if turn < len(c.files) {
				images, more = append(images, imageFile{c.files[turn], number[c.name]}), true
			}
		}
	}
	return images
}

// empty returns the error for a folder without images of classes.
func (l *listing) empty(name string) error {
	what := "no image in its sub-folders: want a sub-folder for each class, with images of the kinds " +
		strings.Join(imageExtensions, " ") + "; or the files of CIFAR-10 (data_batch_1.bin, test_batch.bin) or of MNIST " +
		"(t10k-images-idx3-ubyte)"
	switch {
	case l.skipped[".npy"] > 0:
		what = "its sub-folders hold NumPy arrays: name one of them, or images and labels, as in images.npy,labels.npy"
	case l.direct > 0:
		what = fmt.Sprintf("%d images without a class: want them in a sub-folder for each class", l.direct)
	case len(l.skipped) > 0:
		what = l.skippedText() + ", and " + what
	}
	return &Error{name, "", what, ErrUnknown}
}
