package bench

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"
)

// Version is that of the way in which results are computed. It is raised when a change of the program changes the results
// of any cell, so that results from before are not taken for those of today.
const Version = 1

// Cell is a measurement: everything that decides its result, and nothing else. Texts are those of the caller, who takes care
// that what is computed alike is called alike.
type Cell struct {
	Network      string // hash of the network's file
	Input        string // how the network takes its pixels, and which output and classes are used; "" for as it is
	Data         string // hash of the images and labels in their order: of all in the set, or of a selection from it
	Preparation  string // how images are scaled and cropped to the network's size, and that size
	Perturbation Perturbation
	Overlays     string // hash of the photographs that frost is cut from; "" if it is grown. Only frost depends on it.
	Seed         uint64
	First, N     int // images of the data, by their places in it
}

// Key identifies a cell.
type Key [sha256.Size]byte

// String returns the key in hexadecimal digits.
func (k Key) String() string { return hex.EncodeToString(k[:]) }

// Key returns the cell's key, the SHA-256 of its [Cell.Identity].
func (c Cell) Key() Key { return sha256.Sum256([]byte(c.Identity())) }

// Identity returns what identifies the cell, a line for each part: attacks with all their parameters, and seed and overlays
// only where something depends on them.
func (c Cell) Identity() string {
	if !c.Perturbation.random() {
		c.Seed = 0
	}
	if !c.Perturbation.frosty() {
		c.Overlays = ""
	}
	var b strings.Builder
	for _, part := range []struct {
		name  string
		value any
	}{
		{"version", Version},
		{"network", c.Network},
		{"input", c.Input},
		{"data", c.Data},
		{"preparation", c.Preparation},
		{"perturbation", c.Perturbation.full()},
		{"overlays", c.Overlays},
		{"seed", c.Seed},
		{"images", fmt.Sprintf("%d+%d", c.First, c.N)},
	} {
		// Quoted, so that no text can pass for several lines.
		fmt.Fprintf(&b, "%s %q\n", part.name, fmt.Sprint(part.value))
	}
	return b.String()
}

// Slices cuts the cell into cells of at most n images, at places that do not depend on where the cell begins or ends, so
// that a benchmark of more images finds what one of fewer has measured. It panics if n is not positive.
func (c Cell) Slices(n int) []Cell {
	if n < 1 {
		panic(fmt.Sprintf("bench: slices of %d images", n))
	}
	var slices []Cell
	for first, end := c.First, c.First+c.N; first < end; {
		next := min(first-first%n+n, end)
		slice := c
		slice.First, slice.N = first, next-first
		slices = append(slices, slice)
		first = next
	}
	return slices
}
