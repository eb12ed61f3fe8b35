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

// The binary versions of CIFAR-10 and CIFAR-100 (Krizhevsky, Learning Multiple Layers of Features from Tiny Images, 2009):
// records of one label, or of a coarse and a fine one, and the red, green and blue plane of an image of 32×32.

const (
	cifarSide   = 32
	cifarPixels = 3 * cifarSide * cifarSide
	// maxCIFAR is how many images a file may have: those of the largest one.
	maxCIFAR = 50_000
)

// cifarKind is one of the two sets.
type cifarKind struct {
	name   string
	folder string             // that its archive has
	files  map[Split][]string // in the order of their images
	labels []cifarLabel       // of a record
}

// cifarLabel is a label of each record.
type cifarLabel struct {
	file  string   // with the names of its classes
	names []string // that they have where this file is missing
}

var cifar10 = &cifarKind{"cifar10", "cifar-10-batches-bin",
	map[Split][]string{
		Train: {"data_batch_1.bin", "data_batch_2.bin", "data_batch_3.bin", "data_batch_4.bin", "data_batch_5.bin"},
		Test:  {"test_batch.bin"},
	},
	[]cifarLabel{{"batches.meta.txt", strings.Fields(`airplane automobile bird cat deer dog frog horse ship truck`)}},
}

var cifar100 = &cifarKind{"cifar100", "cifar-100-binary",
	map[Split][]string{Train: {"train.bin"}, Test: {"test.bin"}},
	[]cifarLabel{{"coarse_label_names.txt", strings.Fields(`aquatic_mammals fish flowers food_containers fruit_and_vegetables
		household_electrical_devices household_furniture insects large_carnivores large_man-made_outdoor_things
		large_natural_outdoor_scenes large_omnivores_and_herbivores medium_mammals non-insect_invertebrates people reptiles
		small_mammals trees vehicles_1 vehicles_2`)},
		{"fine_label_names.txt", strings.Fields(`apple aquarium_fish baby bear beaver bed bee beetle bicycle bottle bowl boy
		bridge bus butterfly camel can castle caterpillar cattle chair chimpanzee clock cloud cockroach couch crab crocodile cup
		dinosaur dolphin elephant flatfish forest fox girl hamster house kangaroo keyboard lamp lawn_mower leopard lion lizard
		lobster man maple_tree motorcycle mountain mouse mushroom oak_tree orange orchid otter palm_tree pear pickup_truck
		pine_tree plain plate poppy porcupine possum rabbit raccoon ray road rocket rose sea seal shark shrew skunk skyscraper
		snail snake spider squirrel streetcar sunflower sweet_pepper table tank telephone television tiger tractor train trout
		tulip turtle wardrobe whale willow_tree wolf woman worm`)}},
}

var cifarKinds = []*cifarKind{cifar10, cifar100}

// has reports whether a file of images is one of the set's.
func (k *cifarKind) has(name string) bool {
	return slices.Contains(k.files[Train], name) || slices.Contains(k.files[Test], name)
}

// in reports whether a folder is one of the set, by the names in it, which say of each whether it is a folder.
func (k *cifarKind) in(has map[string]bool) bool {
	for _, f := range slices.Concat(k.files[Test], k.files[Train]) {
		if dir, ok := has[f]; ok && !dir {
			return true
		}
	}
	return false
}

// CIFAR10 reads a split of CIFAR-10 from a folder with the files data_batch_1.bin to data_batch_5.bin, test_batch.bin
// and, if there is one, batches.meta.txt. Files may have fewer images than the original ones. Only what is needed is
// read. Errors match ErrFormat, ErrTooLarge or fs.ErrNotExist.
func CIFAR10(dir fs.FS, split Split, o Options) (*Set, error) {
	return cifarFolder(dir, "", cifar10, split, o)
}

// CIFAR100 reads a split of CIFAR-100 from a folder with the files train.bin, test.bin and, if they are there,
// fine_label_names.txt and coarse_label_names.txt, as CIFAR10 does. The labels are the fine ones, of 100 classes, or with
// Options.Coarse those of the 20 superclasses.
func CIFAR100(dir fs.FS, split Split, o Options) (*Set, error) {
	return cifarFolder(dir, "", cifar100, split, o)
}

// cifarFolder reads a split of a set from a folder, which has a name for errors.
func cifarFolder(dir fs.FS, folder string, kind *cifarKind, split Split, o Options) (*Set, error) {
	c, err := newCIFAR(kind, split, o)
	if err != nil {
		return nil, err
	}
	if b, err := readSmall(dir, c.label().file); err == nil {
		if err := c.meta(path.Join(folder, c.label().file), b); err != nil {
			return nil, err
		}
	} else if !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("dataset: %w", err)
	}
	for i, name := range c.files {
		f, err := dir.Open(name)
		if errors.Is(err, fs.ErrNotExist) {
			return nil, &Error{path.Join(folder, name), "", fmt.Sprintf("has the images to %v on", split), fs.ErrNotExist}
		} else if err != nil {
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

// CIFARArchive reads a split of CIFAR-10 or CIFAR-100 from a tar stream, plain or packed with gzip or xz, wherever in it
// the files are and in whatever order. Nothing is read after the last file that is needed, and nothing but the images that
// are wanted is kept. The name is for errors, which match those of CIFAR10, or ErrUnknown if there is neither set.
func CIFARArchive(r io.Reader, name string, split Split, o Options) (*Set, error) {
	var c *cifar
	names := map[string][]byte{} // files with names of classes, before it is known whose they are
	err := eachInTar(r, name, func(file string, r io.Reader) (more bool, err error) {
		full, base := name+":"+file, path.Base(file)
		for _, k := range cifarKinds {
			if c == nil && k.has(base) {
				if c, err = newCIFAR(k, split, o); err != nil {
					return false, err
				}
				if b := names[c.label().file]; b != nil {
					if err := c.meta(name+":"+c.label().file, b); err != nil {
						return false, err
					}
				}
			}
			for _, l := range k.labels {
				if l.file != base {
					continue
				}
				b, err := io.ReadAll(io.LimitReader(r, maxSmall))
				if err != nil {
					return false, withFile(err, full, "")
				}
				names[base] = b
				if c != nil && c.label().file == base {
					err = c.meta(full, b)
				}
				return err == nil, err
			}
		}
		if isPickleOfCIFAR(file) {
			return false, pickled(full)
		}
		i := -1
		if c != nil {
			i = slices.Index(c.files, base)
		}
		if i < 0 {
			return true, nil
		}
		if c.parts[i].labels != nil {
			return false, malformed(full, "", "a second file of that name")
		}
		err = c.read(i, full, r)
		return !c.complete(), err
	})
	if err != nil {
		return nil, err
	}
	if c == nil {
		return nil, &Error{name, "", "no file of CIFAR-10 or CIFAR-100 (test_batch.bin, test.bin) is in it: unpack other archives, " +
			"and name their folder", ErrUnknown}
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
	kind    *cifarKind
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

func newCIFAR(kind *cifarKind, split Split, o Options) (*cifar, error) {
	if err := o.noSeverity(kind.folder); err != nil {
		return nil, err
	}
	if err := o.noCoarse(kind.folder); err != nil && len(kind.labels) == 1 {
		return nil, err
	}
	c := &cifar{kind: kind, split: split, options: o, files: kind.files[split]}
	c.parts, c.classes = make([]cifarPart, len(c.files)), c.label().names
	return c, nil
}

// label returns the label of a record that is taken.
func (c *cifar) label() cifarLabel { return c.kind.labels[c.place()] }

func (c *cifar) place() int {
	if c.options.Coarse {
		return 0
	}
	return len(c.kind.labels) - 1
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
	b := bufio.NewReaderSize(r, 16*(cifarPixels+2))
	before := len(c.kind.labels)
	record := make([]byte, before+cifarPixels)
	for n := 0; !c.options.reached(n); n++ {
		got, err := io.ReadFull(b, record)
		if err == io.EOF {
			break
		}
		if err == io.ErrUnexpectedEOF && got == 0 {
			return malformed(name, field("image", n), "the archive is cut short before it")
		}
		for k, label := range record[:min(got, before)] {
			if classes := len(c.kind.labels[k].names); int(label) >= classes {
				return malformed(name, field("label of image", n), "%d: want 0 to %d", label, classes-1)
			}
		}
		if err == io.ErrUnexpectedEOF {
			return malformed(name, field("image", n), "ends after %d of %d bytes: the file is cut short, "+
				"or its records are not of %d+3×32×32 bytes", max(got-before, 0), cifarPixels, before)
		}
		if err != nil {
			return withFile(err, name, field("image", n))
		}
		if n == maxCIFAR {
			return &Error{name, "", fmt.Sprintf("more than %d images: no file of the set has more", maxCIFAR), ErrTooLarge}
		}
		if c.bytes += cifarPixels; c.bytes > c.options.maxBytes() {
			return tooLarge(name, "", c.options)
		}
		p.pix = append(p.pix, record[before:]...)
		p.labels = append(p.labels, int(record[c.place()]))
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
	if want := len(c.label().names); len(names) != want {
		return malformed(name, "", "%d names of classes: want %d", len(names), want)
	}
	c.classes = names
	return nil
}

// set returns the set of the files that are read.
func (c *cifar) set() (*Set, error) {
	s := &Set{Name: c.kind.name + "-" + c.split.String(), Classes: slices.Clone(c.classes), C: 3, H: cifarSide, W: cifarSide}
	if c.options.Coarse {
		s.Name = c.kind.name + "-coarse-" + c.split.String()
	}
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
