package train

import (
	"bytes"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"steady/core/option"
)

// Flip says which images of an epoch are mirrored horizontally.
type Flip int

const (
	NoFlip          Flip = iota
	RandomFlip           // each with probability 0.5
	AlternatingFlip      // a random half in the first epoch and the other half in the next, and so on (Jordan 2024)
)

var flips = []string{"none", "random", "alternating"}

// String returns the name that UnmarshalText reads.
func (f Flip) String() string {
	if f < 0 || int(f) >= len(flips) {
		return fmt.Sprintf("Flip(%d)", int(f))
	}
	return flips[f]
}

// UnmarshalText reads a name, or true or false for random and none, as it was written before there were three.
func (f *Flip) UnmarshalText(text []byte) error {
	name := string(text)
	switch name {
	case "true":
		*f = RandomFlip
		return nil
	case "false":
		*f = NoFlip
		return nil
	}
	i := slices.Index(flips, name)
	if i < 0 {
		return &option.Error{Value: strconv.Quote(name), Want: "one of " + strings.Join(flips, ", ")}
	}
	*f = Flip(i)
	return nil
}

// UnmarshalJSON reads a name, or true or false.
func (f *Flip) UnmarshalJSON(data []byte) error { return f.UnmarshalText(bytes.Trim(data, `"`)) }
