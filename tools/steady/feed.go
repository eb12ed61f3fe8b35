package main

import (
	"context"
	"errors"
	"fmt"

	"steady/core/corrupt"
	"steady/core/dataset"
	"steady/core/img"
	"steady/core/nn"
	"steady/core/parallel"
)

// feed turns the images of a data set into what a network takes, on the way corrupting them if that is asked for.
//
// Corruptions work on RGB pictures of the data set's own size, and what they make is cut to bytes, as it is in
// the published benchmarks and in the files of corrupt-set. A grey picture stays grey (corrupt.Options.Grey).
type feed struct {
	set        *dataset.Set
	shape      nn.Shape // of the network's input
	corruption *corrupt.Corruption
	options    corrupt.Options // Index is each image's own
	scratch    []*img.Image    // one for each worker
}

// prepare opens the images and the network that eval and attack work on, and connects the one to the other.
func (a *app) prepare(ctx context.Context, f *feed, data dataFlags, network *modelFlags, resize bool) (*model, error) {
	set, err := a.open(ctx, data)
	if err != nil {
		return nil, err
	}
	m, err := a.load(network, set.C)
	if err != nil {
		return nil, err
	}
	if err := checkLabels(set, m); err != nil {
		return nil, err
	}
	return m, a.connect(f, set, m.InputShape(), resize)
}

// connect lets a feed give a set's images to a network with inputs of a shape. Images of another size are scaled and
// cropped if resize is set, and refused otherwise.
func (a *app) connect(f *feed, set *dataset.Set, shape nn.Shape, resize bool) error {
	f.set, f.shape, f.scratch = set, shape, make([]*img.Image, parallel.Workers())
	c, h, w := shape[0], shape[1], shape[2]
	if set.H != h || set.W != w {
		if !resize {
			return usagef("the images of %s are %d×%d, the network takes %d×%d: --resize scales and crops them",
				set.Name, set.W, set.H, w, h)
		}
		a.say("The images of %s (%d×%d) are scaled and cropped to %d×%d.", set.Name, set.W, set.H, w, h)
	}
	switch {
	case set.C == 1 && c == 3:
		a.say("The images of %s are grey: the network's three channels get the same.", set.Name)
	case set.C == 3 && c == 1:
		a.say("The network takes grey images: those of %s are turned grey (luma).", set.Name)
	}
	return nil
}

// checkLabels refuses a set with more classes than the network has.
func checkLabels(set *dataset.Set, m *model) error {
	for i, l := range set.Labels {
		if l < 0 || l >= m.Classes() {
			return usagef("image %d of %s is of class %d, but model %s has the classes 0 to %d: they are not for each other",
				i, set.Name, l, m.name, m.Classes()-1)
		}
	}
	return nil
}

// className is a class's name, as the network or the set knows it, or its number.
func className(set *dataset.Set, m *model, class int) string {
	if class >= len(m.labels) && class < len(set.Classes) {
		return set.Classes[class]
	}
	return m.label(class)
}

// fill writes images first to first+n of the set, in [0,1].
func (f *feed) fill(ctx context.Context, dst []float32, first, n int) error {
	size := f.shape.Size()
	return parallel.Try(ctx, n, func(worker, i int) error {
		return f.one(worker, dst[i*size:][:size], first+i)
	})
}

func (f *feed) one(worker int, dst []float32, i int) error {
	m := f.scratch[worker]
	if m == nil {
		m = img.New(f.set.W, f.set.H)
		f.scratch[worker] = m
	}
	expand(m, f.set, i)
	if f.corruption != nil {
		o := f.options
		o.Index, o.Grey = uint64(i), f.set.C == 1
		if err := corruptImage(f.corruption, m, o); err != nil {
			return fmt.Errorf("image %d: %w", i, err)
		}
	}
	return put(dst, f.shape, m)
}

// expand makes an RGB picture of image i of a set.
func expand(m *img.Image, set *dataset.Set, i int) {
	plane := set.H * set.W
	pix := set.Image(i)
	for c := range 3 {
		from := pix[min(c, set.C-1)*plane:][:plane]
		to := m.Plane(c)
		for p, v := range from {
			to[p] = float32(v) / 255
		}
	}
}

// corruptImage corrupts a picture in place and cuts it to bytes as the published sets are.
func corruptImage(c *corrupt.Corruption, m *img.Image, o corrupt.Options) error {
	if err := c.Apply(m, m, o); err != nil {
		return err
	}
	corrupt.Truncate(m)
	return nil
}

// put writes a picture as a network's input, scaled and cropped to its size if it has another.
func put(dst []float32, shape nn.Shape, m *img.Image) error {
	if m.W != shape[2] || m.H != shape[1] {
		m = m.Fit(shape[2], shape[1])
	}
	switch shape[0] {
	case 3:
		copy(dst, m.Pix)
	case 1:
		r, g, b := m.Plane(0), m.Plane(1), m.Plane(2)
		for i := range dst {
			dst[i] = img.Luma(r[i], g[i], b[i])
		}
	default:
		return errors.New("a network for pictures has 1 or 3 channels") // app.load has checked it
	}
	return nil
}
