package dataset

import "fmt"

// Split is the part of a data set that is for training or the part that is for testing.
type Split int

const (
	Test Split = iota
	Train
)

func (s Split) String() string {
	if s == Train {
		return "train"
	}
	return "test"
}

// ParseSplit is the split of a name, train or test.
func ParseSplit(s string) (Split, error) {
	switch s {
	case "train":
		return Train, nil
	case "test":
		return Test, nil
	}
	return Test, fmt.Errorf("dataset: split %q: want train or test", s)
}

// DefaultMaxBytes is how many bytes of pixels a set has at most, if Options.MaxBytes is 0: 4 GiB.
const DefaultMaxBytes = 4 << 30

// Options are what can be chosen when a set is read. The zero value reads all of it.
type Options struct {
	Limit    int   // at most that many images, the first ones; 0 is all
	MaxBytes int64 // at most that many bytes of pixels, checked before memory is taken; 0 is DefaultMaxBytes
	// Width and Height are the size that the pictures of an image folder are fitted to (scaled, middle cut out).
	// If both are 0, all must have the size of the first.
	Width, Height int
}

func (o Options) maxBytes() int64 {
	if o.MaxBytes <= 0 {
		return DefaultMaxBytes
	}
	return o.MaxBytes
}

// reached says that n images are as many as are wanted.
func (o Options) reached(n int) bool { return o.Limit > 0 && n >= o.Limit }
