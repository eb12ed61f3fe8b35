package main

import (
	"context"

	"github.com/spf13/cobra"

	"steady/core/dataset"
	"steady/tools/internal/datafile"
)

// dataFlags are the flags of every command that reads a data set.
type dataFlags struct {
	data  string
	limit int
}

func (f *dataFlags) add(c *cobra.Command) {
	c.Flags().StringVar(&f.data, "data", datafile.Default, datafile.Help)
	c.Flags().IntVar(&f.limit, "limit", 0, "only the first N images (default: all)")
}

func (f *dataFlags) check() error {
	if f.limit < 0 {
		return usagef("--limit %d: want a number of images, 0 for all", f.limit)
	}
	return nil
}

// files returns the files and folders that are read.
func (f *dataFlags) files() []string { return datafile.Files(f.data) }

// open opens the images to test on; of a set without a split, all.
func (f *dataFlags) open(ctx context.Context, say func(format string, args ...any)) (*dataset.Images, error) {
	if err := f.check(); err != nil {
		return nil, err
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	return datafile.Open(f.data, dataset.Test, dataset.Options{Limit: f.limit}, say)
}
