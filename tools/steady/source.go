package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"steady/core/dataset"
	"steady/core/eval"
	"steady/tools/internal/datafile"
	"steady/tools/internal/model"
	"steady/tools/internal/optionflags"
	"steady/tools/internal/usage"
)

// sizeFlags say how images are scaled and cropped to one size.
type sizeFlags struct {
	size         optionflags.Size
	resize, crop int
}

func (f *sizeFlags) add(c *cobra.Command) { f.addWith(c, "") }

// addForNetwork is add for a command whose network may take images of any size.
func (f *sizeFlags) addForNetwork(c *cobra.Command) {
	f.addWith(c, ";\nalso the size of a network that takes images of any size")
}

func (f *sizeFlags) addWith(c *cobra.Command, also string) {
	crop := optionflags.Crop
	crop.Help += also
	optionflags.AddSize(c, &f.size, "scale each image until it covers N×N, or H×W, pixels and crop the middle"+also)
	optionflags.AddWhole(c, optionflags.Resize, &f.resize)
	optionflags.AddWhole(c, crop, &f.crop)
}

func (f *sizeFlags) given() bool { return f.asked() != optionflags.Size{} || f.resize != 0 }

// asked returns the size of the images asked for, or none if no flag says it.
func (f *sizeFlags) asked() optionflags.Size {
	if f.crop != 0 {
		return optionflags.Square(f.crop)
	}
	return f.size
}

func (f *sizeFlags) check() error {
	switch {
	case f.size != optionflags.Size{} && (f.resize > 0 || f.crop > 0):
		return usagef("--size %v: it stands for a resize and a crop to that size, so leave --resize and --crop out", f.size)
	case f.resize > 0 && f.resize < f.crop:
		return usagef("--resize %d: want at least the %d pixels of --crop", f.resize, f.crop)
	}
	return nil
}

// apply adds what the flags say to the options of a source.
func (f *sizeFlags) apply(o eval.Options) eval.Options {
	o.Resize, o.Crop = f.resize, f.given()
	if f.size.H == f.size.W {
		o.Resize = max(f.resize, f.size.H)
	} else {
		o.Cover = true
	}
	return o
}

// source returns the images as inputs of w×h pixels and so many channels, as the flags and o say, and reports what it does
// to them.
func (a *app) source(f *sizeFlags, images *dataset.Images, shape []int, o eval.Options) (*eval.Source, error) {
	c, h, w := shape[0], shape[1], shape[2]
	o = f.apply(o)
	s, err := eval.NewSource(images, shape, o)
	if err != nil {
		return nil, sizeHint(err, w, h)
	}
	switch {
	case o.Cover && (images.W != w || images.H != h):
		a.say("The images of %s are scaled until they cover %d×%d, and cropped to that.", images.Name, w, h)
	case o.Resize > 0 && (images.W != w || images.H != h):
		a.say("The images of %s are scaled to %d pixels (the shorter side) and cropped to %d×%d.", images.Name, o.Resize, w, h)
	case o.Crop && (images.W != w || images.H != h):
		a.say("The images of %s are cropped to %d×%d.", images.Name, w, h)
	}
	switch {
	case images.C == 1 && c == 3:
		a.say("The images of %s are gray: the network's three channels get the same.", images.Name)
	case images.C == 3 && c == 1:
		a.say("The network takes gray images: those of %s are turned gray (luma).", images.Name)
	}
	return s, nil
}

// sizeHint adds the flags that help to the error of an image, one of a wrong size among them.
func sizeHint(err error, w, h int) error {
	if !errors.Is(err, eval.ErrSize) {
		return datafile.Hint(err)
	}
	hint := fmt.Sprintf("--size %dx%d scales the images and crops them to %d×%d", h, w, w, h)
	if w == h {
		hint = fmt.Sprintf("--size %d scales and crops the images", w)
		if margin := (w*8 + 6) / 7; optionflags.Resize.Range.Contains(float64(margin)) {
			hint += fmt.Sprintf(", --resize %d --crop %d does so with a margin, as is usual for ImageNet", margin, w)
		}
	}
	return usage.Error{Err: fmt.Errorf("%w (%s)", err, hint)}
}

// subject is a network and the images that it is measured on.
type subject struct {
	*model.Model
	source *eval.Source
}

// prepare opens the images and the network that a command works on. The images are to be closed.
func (a *app) prepare(ctx context.Context, data *datafile.Flags, network *modelFlags, size *sizeFlags, o eval.Options) (*subject, error) {
	if err := size.check(); err != nil {
		return nil, err
	}
	images, err := data.Open(ctx, a.say)
	if err != nil {
		return nil, err
	}
	s, err := a.match(images, network, size, o)
	if err != nil {
		images.Close()
	}
	return s, err
}

// match opens the network that is measured on images, and prepares them for it.
func (a *app) match(images *dataset.Images, network *modelFlags, size *sizeFlags, o eval.Options) (*subject, error) {
	network.options.Size = size.asked()
	m, err := a.load(network, images.C)
	if err != nil {
		return nil, err
	}
	if images, err = m.Match(images, network.classMap, a.say); err != nil {
		return nil, err
	}
	source, err := a.source(size, images, m.InputShape(), o)
	if err != nil {
		return nil, err
	}
	if err := source.CheckLabels(m.Classes()); err != nil {
		return nil, usage.Error{Err: err}
	}
	return &subject{m, source}, nil
}

// images returns the set that the network is measured on.
func (s *subject) images() *dataset.Images { return s.source.Images() }
