package main

import (
	"context"

	"github.com/spf13/cobra"

	"steady/core/dataset"
	"steady/tools/internal/datafile"
	"steady/tools/internal/optionflags"
)

// dataFlags are the flags of every command that reads a data set.
type dataFlags struct {
	data  string
	limit int
}

func (f *dataFlags) add(c *cobra.Command) {
	c.Flags().StringVar(&f.data, "data", datafile.Default, datafile.Help)
	optionflags.AddWhole(c, optionflags.Limit, &f.limit)
}

// files returns the files and folders that are read.
func (f *dataFlags) files() []string { return datafile.Files(f.data) }

// open opens the images to test on; of a set without a split, all.
func (f *dataFlags) open(ctx context.Context, say func(format string, args ...any)) (*dataset.Images, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	return datafile.Open(f.data, dataset.Test, dataset.Options{Limit: f.limit}, say)
}
