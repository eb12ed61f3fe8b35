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
