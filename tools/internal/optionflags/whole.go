package optionflags

import (
	"errors"
	"fmt"
	"math"
	"strconv"

	"github.com/spf13/cobra"

	"steady/core/engine"
	"steady/core/img"
	"steady/core/option"
)

// Whole is a flag whose value is a whole number: its name, its help, and what it may be.
type Whole = option.Option[int]

// The whole numbers that commands take, besides the options of attacks, recipes and corruptions.
var (
	Batch = whole("batch", "images computed together", option.Between(1, engine.MaxBatch), "the engine's own choice")
	// Threads are more than any machine has; there are never more than cores.
	Threads   = whole("threads", "CPU cores to use", option.Between(1, 4096), "all")
	MaxMemory = whole("max-memory", "most memory that a network may take, in MB", option.Between(1, 1e9),
		fmt.Sprintf("%d, and more for large models and many cores", engine.DefaultMaxBytes/1_000_000))

	Limit  = whole("limit", "only the first N images", option.Between(1, math.MaxInt32), "all")
	Sample = whole("sample", "only N images, drawn with the seed", option.Between(1, math.MaxInt32), "all")
	// MaxMegapixels ends where an image takes 12 GB.
	MaxMegapixels = whole("max-megapixels", "largest image to read, in millions of pixels; a million takes up to 20 MB",
		option.Between(1, 1000), fmt.Sprint(img.DefaultMaxPixels/1_000_000))
	Severity = whole("severity", "severity of data that has five, to use alone: an array as of CIFAR-10-C, or folders 1 to 5",
		option.Between(1, 5), "all of an array")

	Resize = whole("resize", "scale the shorter side of each image to N pixels before the crop (usual for ImageNet: 256)", side, "off")
	Crop   = whole("crop", "side in pixels of the square cropped from the middle (usual for ImageNet: 224)", side, "off")

	Top      = whole("top", "how many classes to show", option.Between(1, math.MaxInt32), "")
	TopCount = whole("top", "also count images whose label is among the N most probable classes", option.Between(1, math.MaxInt32), "off")
)

// side is the range of an image's side: up to that of the largest images that are read.
var side = option.Between(1, math.Floor(math.Sqrt(img.DefaultMaxPixels)))

func whole(name, help string, r option.Range, zero string) Whole {
	return Whole{Name: name, Help: help, Range: r, Zero: zero, Field: func(n *int) any { return n }}
}

// AddWhole adds a flag that sets n, whose value is the default.
func AddWhole(c *cobra.Command, w Whole, n *int) {
	c.Flags().Var(wholeFlag{w, n}, w.Name, withNote(w.Help, &w, wholeDefault(w, *n)))
}

func wholeDefault(w Whole, n int) string {
	if n == 0 {
		return "default: " + w.Zero
	}
	return "" // pflag says it
}

// wholeFlag is the pflag.Value of a Whole.
type wholeFlag struct {
	option Whole
	n      *int
}

func (f wholeFlag) String() string {
	if f.n == nil { // pflag asks the zero value
		return "0"
	}
	return strconv.Itoa(*f.n)
}

func (f wholeFlag) Set(text string) error {
	if err := f.option.Set(f.n, text); err != nil {
		return errors.New("want " + f.option.Want())
	}
	return nil
}

func (f wholeFlag) Type() string { return "int" }

// Range returns what the value may be.
func (f wholeFlag) Range() option.Range { return f.option.Range }
