package datafile

import (
	"context"
	"errors"
	"strings"

	"github.com/spf13/cobra"

	"steady/core/dataset"
	"steady/tools/internal/optionflags"
	"steady/tools/internal/usage"
)

// Flags are those of every command that reads a data set.
type Flags struct {
	Data       string
	options    dataset.Options
	megapixels int
	shared     bool // the flag of the severity is that of a corruption
}

// Add adds the flags to a command.
func (f *Flags) Add(c *cobra.Command) {
	c.Flags().StringVar(&f.Data, "data", Default, Help)
	optionflags.AddWhole(c, optionflags.Limit, &f.options.Limit)
	c.Flags().BoolVar(&f.options.SkipDamaged, "skip-damaged", false, "leave out damaged files of an image folder, and name them")
	c.Flags().BoolVar(&f.options.Coarse, "coarse", false, "labels of the 20 superclasses of CIFAR-100, instead of its 100 classes")
	optionflags.AddWhole(c, optionflags.MaxMegapixels, &f.megapixels)
}

// AddSeverity adds the flag --severity, where it has no other meaning.
func (f *Flags) AddSeverity(c *cobra.Command) {
	optionflags.AddWhole(c, optionflags.Severity, &f.options.Severity)
}

// SetSeverity chooses a severity of the data, 1 to 5, by a flag that has another meaning too: with --corruption.
func (f *Flags) SetSeverity(n int) { f.options.Severity, f.shared = n, true }

// Severity returns the severity of the data that was chosen, or 0.
func (f *Flags) Severity() int { return f.options.Severity }

// Files returns the files and folders that are read.
func (f *Flags) Files() []string { return Files(f.Data) }

// Options returns what the flags say of how to read the data.
func (f *Flags) Options() dataset.Options {
	o := f.options
	o.MaxPixels = 1e6 * f.megapixels
	return o
}

// Open opens the images to test on; of a set without a split, all. Close what is returned.
func (f *Flags) Open(ctx context.Context, say func(format string, args ...any)) (*dataset.Images, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	images, err := Open(f.Data, dataset.Test, f.Options(), say)
	if f.shared && errors.Is(err, dataset.ErrSeverity) {
		err = usage.Errorf("%w; a severity to corrupt images with needs a --corruption", err)
	}
	return images, err
}

// Skipped returns the names of the files that were left out.
func Skipped(images *dataset.Images) (files []string) {
	for _, d := range images.Skipped {
		files = append(files, d.File)
	}
	return files
}

// oneLine is a help without line breaks, for errors.
func oneLine(help string) string { return strings.ReplaceAll(help, "\n", " ") }
