package dataset

import "fmt"

// Split is the part of a data set for training or the part for testing.
type Split int

const (
	Test Split = iota
	Train
)

// String returns train or test.
func (s Split) String() string {
	if s == Train {
		return "train"
	}
	return "test"
}

// ParseSplit returns the split with a name, train or test.
func ParseSplit(s string) (Split, error) {
	switch s {
	case "train":
		return Train, nil
	case "test":
		return Test, nil
	}
	return Test, fmt.Errorf("dataset: unknown split %q, valid: train, test", s)
}

// DefaultMaxBytes is the limit for the bytes of pixels of a set if Options.MaxBytes is 0: 4 GiB.
const DefaultMaxBytes = 4 << 30

// Options are the options of reading a set. The zero value reads all of it.
type Options struct {
	Limit    int   // at most that many images, the first ones; 0 is all
	MaxBytes int64 // at most that many bytes of pixels, checked before memory is allocated; 0 is DefaultMaxBytes
	Coarse   bool  // the labels of CIFAR-100's 20 superclasses; other sets have none
	// Severity, 1 to 5, is that of the images to take from an array of all five, one after the other, as the files of
	// CIFAR-10-C are, or from a folder with the folders 1 to 5; 0 takes a set as it is.
	Severity int
	// SkipDamaged leaves out the files of an image folder that cannot be read: every file is read to find them, and
	// Images.Skipped names them. Without, the first one is an error when it is read.
	SkipDamaged bool
	// MaxPixels is the largest image of a folder that is read, in pixels; 0 is img.DefaultMaxPixels. Of images beyond
	// that only one is in memory at a time.
	MaxPixels int
	// Warn, if it is not nil, is told what is odd about a file that is read all the same, once a file. It is called by
	// whichever goroutine reads the file.
	Warn func(file, note string)
	// Width and Height are the size that the images of an image folder are fitted to (scaled, middle cut out).
	// If both are 0, all must have the size of the first.
	Width, Height int
}

func (o Options) maxBytes() int64 {
	if o.MaxBytes <= 0 {
		return DefaultMaxBytes
	}
	return o.MaxBytes
}

// reached reports whether n images are as many as are wanted.
func (o Options) reached(n int) bool { return o.Limit > 0 && n >= o.Limit }

// noSeverity returns an error if a severity is asked for, of a set that has none.
func (o Options) noSeverity(name string) error {
	if o.Severity == 0 {
		return nil
	}
	return &Error{name, "", fmt.Sprintf("it has no severity %d: sets that have are arrays of five times the images, one severity "+
		"after the other, and folders with the folders 1 to 5", o.Severity), ErrSeverity}
}

// noCoarse returns an error if coarse labels are asked for, of a set that has none.
func (o Options) noCoarse(name string) error {
	if !o.Coarse {
		return nil
	}
	return &Error{name, "", "it has no coarse labels: CIFAR-100 in its binary version has", ErrUnknown}
}
