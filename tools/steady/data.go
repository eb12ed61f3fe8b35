package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"steady/core/dataset"
	"steady/core/dataset/fashion"
)

// fashionFolder is where Debian's package dataset-fashion-mnist puts all of Fashion-MNIST.
const fashionFolder = "/usr/share/datasets/fashion-mnist"

const dataHelp = "images: fashion (built in), a folder or archive (.tar, .tar.gz, .tar.xz) of\n" +
	"CIFAR-10 in its binary version, a folder of IDX files, an image folder with a\n" +
	"sub-folder a class, or two files as in images.npy,labels.npy (IDX works too)"

// dataFlags are the flags of every command that reads a data set.
type dataFlags struct {
	data  string
	limit int
}

func (f *dataFlags) add(c *cobra.Command) {
	c.Flags().StringVar(&f.data, "data", fashion.Name, dataHelp)
	c.Flags().IntVar(&f.limit, "limit", 0, "only the first N images (default: all)")
}

// openImages opens the images to test on; of a set without a split, all.
func (a *app) openImages(ctx context.Context, f dataFlags) (*dataset.Images, error) {
	return openSplit(ctx, f, dataset.Test)
}

func openSplit(ctx context.Context, f dataFlags, split dataset.Split) (*dataset.Images, error) {
	if f.limit < 0 {
		return nil, usagef("--limit %d: want a number of images, 0 for all", f.limit)
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	images, err := open(f.data, split, dataset.Options{Limit: f.limit})
	if err != nil {
		return nil, err
	}
	if images.Len() == 0 {
		return nil, fmt.Errorf("data %s: there are no images in it", f.data)
	}
	return images, nil
}

// openSet reads the images of a split into memory.
func openSet(ctx context.Context, f dataFlags, split dataset.Split) (*dataset.Set, error) {
	images, err := openSplit(ctx, f, split)
	if err != nil {
		return nil, err
	}
	defer images.Close()
	set, err := images.Set(dataset.Options{})
	if err != nil {
		return nil, fmt.Errorf("data %s: %w", f.data, err)
	}
	return set, nil
}

// open opens what DATA names on this machine.
func open(spec string, split dataset.Split, o dataset.Options) (*dataset.Images, error) {
	if spec == fashion.Name {
		if split == dataset.Test {
			return fashion.Test().Limit(o.Limit).Images(), nil
		}
		spec = fashionFolder
		if _, err := os.Stat(spec); err != nil {
			return nil, fmt.Errorf("data %s: built in are images to test on only; those to train on come with Debian's "+
				"package dataset-fashion-mnist, or name a folder with the four files of Fashion-MNIST", fashion.Name)
		}
	}
	root, name, err := locate(spec)
	if err != nil {
		return nil, err
	}
	images, err := dataset.Open(os.DirFS(root), name, split, o)
	switch {
	case errors.Is(err, dataset.ErrUnknown):
		return nil, usageError{fmt.Errorf("data %s: %w", spec, err)}
	case err != nil:
		return nil, fmt.Errorf("data %s: %w", spec, err)
	}
	return images, nil
}

// locate splits DATA into a folder and the names of one or two files in it, as io/fs has them.
func locate(spec string) (root, name string, err error) {
	images, labels, pair := strings.Cut(spec, ",")
	if _, err := os.Stat(spec); err == nil || !pair {
		images, pair = spec, false // a name may have a comma in it
	}
	files := []string{images}
	if pair {
		files = append(files, labels)
	}
	for i, f := range files {
		f = strings.TrimSpace(f)
		if _, err := os.Stat(f); errors.Is(err, fs.ErrNotExist) {
			return "", "", usagef("data %s: there is no %s; DATA is %s", spec, f, strings.ReplaceAll(dataHelp, "\n", " "))
		}
		if files[i], err = filepath.Abs(f); err != nil {
			return "", "", fmt.Errorf("data %s: %w", spec, err)
		}
	}
	root = filepath.Dir(files[0])
	if pair {
		for !strings.HasPrefix(files[1], strings.TrimSuffix(root, string(filepath.Separator))+string(filepath.Separator)) {
			up := filepath.Dir(root)
			if up == root {
				return "", "", usagef("data %s: both files must be on one drive", spec)
			}
			root = up
		}
	}
	for i, f := range files {
		rel, err := filepath.Rel(root, f)
		if err != nil {
			return "", "", fmt.Errorf("data %s: %w", spec, err)
		}
		files[i] = filepath.ToSlash(rel)
	}
	return root, strings.Join(files, ","), nil
}
