package dataset

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"slices"
	"strings"
)

// The binary version of CIFAR-10 (Krizhevsky, Learning Multiple Layers of Features from Tiny Images, 2009): records
// of a label and the red, green and blue plane of an image of 32×32, in five files of 10,000 for training and one
// for testing.

const (
	cifarClasses = 10
	cifarSide    = 32
	cifarPixels  = 3 * cifarSide * cifarSide
	cifarRecord  = 1 + cifarPixels
	cifarMeta    = "batches.meta.txt"
)

// cifarNames are the classes, for folders that have no batches.meta.txt.
var cifarNames = []string{
	"airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck",
}

// cifarFiles are the files of a split, in the order of their images.
func cifarFiles(split Split) []string {
	if split == Train {
		return []string{
			"data_batch_1.bin", "data_batch_2.bin", "data_batch_3.bin", "data_batch_4.bin", "data_batch_5.bin",
		}
	}
	return []string{"test_batch.bin"}
}

// CIFAR10 reads a split of CIFAR-10 from a folder with the files data_batch_1.bin to data_batch_5.bin, test_batch.bin
// and, if there is one, batches.meta.txt. Files may have fewer images than the original ones. Only what is needed is
// read. Errors match ErrFormat, ErrTooLarge or fs.ErrNotExist.
func CIFAR10(dir fs.FS, split Split, o Options) (*Set, error) {
	return cifarFolder(dir, "", split, o)
}

// cifarFolder is CIFAR10 with a name of the folder for errors.
func cifarFolder(dir fs.FS, folder string, split Split, o Options) (*Set, error) {
	c := newCIFAR(split, o)
	if b, err := readSmall(dir, cifarMeta); err == nil {
		if err := c.meta(path.Join(folder, cifarMeta), b); err != nil {
			return nil, err
		}
	} else if !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("dataset: %w", err)
	}
	for i, name := range c.files {
		f, err := dir.Open(name)
		if err != nil {
			return nil, fmt.Errorf("dataset: %w", err)
		}
		err = c.read(i, path.Join(folder, name), f)
		f.Close()
		if err != nil {
			return nil, err
		}
		if c.complete() {
			break
		}
	}
	return c.set()
}

// CIFAR10Archive reads a split of CIFAR-10 from a tar stream, plain or packed with gzip or xz, wherever in it the files
// are and in whatever order. Nothing is read after the last file that is needed, and nothing but the images that are
// wanted is kept. The name is for errors, which match those of CIFAR10.
func CIFAR10Archive(r io.Reader, name string, split Split, o Options) (*Set, error) {
	c := newCIFAR(split, o)
	err := eachInTar(r, name, func(file string, r io.Reader) (more bool, err error) {
		full := name + ":" + file
		switch base := path.Base(file); {
		case base == cifarMeta:
			b, err := io.ReadAll(io.LimitReader(r, maxSmall))
			if err != nil {
				return false, withFile(err, full, "")
			}
			return true, c.meta(full, b)
		default:
			i := slices.Index(c.files, base)
			if i < 0 {
				return true, nil
			}
			if c.parts[i].labels != nil {
				return false, malformed(full, "", "a second file of that name")
			}
			err := c.read(i, full, r)
			return !c.complete(), err
		}
	})
	if err != nil {
		return nil, err
	}
	for i, p := range c.parts {
		if p.labels == nil && !c.complete() {
			return nil, &Error{File: name, Field: c.files[i], Err: fs.ErrNotExist}
		}
	}
	return c.set()
}

// cifar collects the files of a split.
type cifar struct {
	split   Split
	options Options
	files   []string
	parts   []cifarPart // of each file
	classes []string
	bytes   int64 // taken so far
}

type cifarPart struct {
	labels []int // not nil once the file is read
	pix    []uint8
}

func newCIFAR(split Split, o Options) *cifar {
	files := cifarFiles(split)
	return &cifar{split: split, options: o, files: files, parts: make([]cifarPart, len(files)), classes: cifarNames}
}

// complete reports whether no further file is needed: all are read, or the first ones have enough images.
func (c *cifar) complete() bool {
	n := 0
	for _, p := range c.parts {
		if p.labels == nil {
			return false
		}
		if n += len(p.labels); c.options.reached(n) {
			return true
		}
	}
	return true
}

// read reads file i.
func (c *cifar) read(i int, name string, r io.Reader) error {
	p := cifarPart{labels: []int{}}
	b := bufio.NewReaderSize(r, 16*cifarRecord)
	for n := 0; !c.options.reached(n); n++ {
		label, err := b.ReadByte()
		if err == io.EOF {
			break
		}
		if err == io.ErrUnexpectedEOF {
			return malformed(name, field("image", n), "the archive is cut short before it")
		}
		if err != nil {
			return withFile(err, name, "")
		}
		if label >= cifarClasses {
			return malformed(name, field("label of image", n), "%d: want 0 to %d", label, cifarClasses-1)
		}
		if c.bytes += cifarPixels; c.bytes > c.options.maxBytes() {
			return tooLarge(name, "", c.options)
		}
		p.pix = slices.Grow(p.pix, cifarPixels)[:len(p.pix)+cifarPixels]
		if got, err := io.ReadFull(b, p.pix[len(p.pix)-cifarPixels:]); err != nil {
			if err == io.EOF || err == io.ErrUnexpectedEOF {
				return malformed(name, field("image", n), "ends after %d of %d bytes: the file is cut short, "+
					"or its records are not of a label and 3×32×32 pixels", got, cifarPixels)
			}
			return withFile(err, name, field("image", n))
		}
		p.labels = append(p.labels, int(label))
	}
	c.parts[i] = p
	return nil
}

// meta reads the names of the classes, one a line.
func (c *cifar) meta(name string, b []byte) error {
	var names []string
	for line := range strings.Lines(string(b)) {
		if line = strings.TrimSpace(line); line != "" {
			names = append(names, line)
		}
	}
	if len(names) != cifarClasses {
		return malformed(name, "", "%d names of classes: want %d", len(names), cifarClasses)
	}
	c.classes = names
	return nil
}

// set returns the set of the files that are read.
func (c *cifar) set() (*Set, error) {
	s := &Set{Name: "cifar10-" + c.split.String(), Classes: slices.Clone(c.classes), C: 3, H: cifarSide, W: cifarSide}
	n := 0
	for _, p := range c.parts {
		n += len(p.labels)
	}
	if n == 0 {
		return nil, malformed(c.files[0], "", "there is no image in it")
	}
	if len(c.parts) == 1 {
		s.Labels, s.Pix = c.parts[0].labels, c.parts[0].pix
		return s, nil
	}
	s.Labels, s.Pix = make([]int, 0, n), make([]uint8, 0, n*cifarPixels)
	for _, p := range c.parts {
		s.Labels, s.Pix = append(s.Labels, p.labels...), append(s.Pix, p.pix...)
	}
	return s.Limit(c.options.Limit), nil
}
