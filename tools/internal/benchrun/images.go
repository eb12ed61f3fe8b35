package benchrun

import (
	"context"
	"errors"

	"steady/core/bench"
	"steady/core/dataset"
	"steady/core/eval"
)

// prepared is the images of a set for networks of one input shape.
type prepared struct {
	work         *work
	clean        *eval.Source
	options      eval.Options
	source       *eval.Source // of the last call
	perturbation bench.Perturbation
	seed         uint64
	files        *dataset.Images // that the source reads, if they were corrupted before
}

// Fill is that of a bench.Images.
func (p *prepared) Fill(ctx context.Context, dst []float32, wanted bench.Perturbation, seed uint64, first, n int) error {
	if p.source == nil || p.perturbation != wanted || p.seed != seed {
		if err := p.close(); err != nil {
			return err
		}
		source, err := p.choose(wanted, seed)
		if err != nil {
			return err
		}
		p.source, p.perturbation, p.seed = source, wanted, seed
	}
	return p.source.Fill(ctx, dst, first, n)
}

// choose returns the source of images under a perturbation.
func (p *prepared) choose(wanted bench.Perturbation, seed uint64) (*eval.Source, error) {
	if wanted.Files() != "" {
		return p.openFiles(p.work.corrupted[wanted])
	}
	c, o, jpeg := wanted.Corruption()
	if c == nil {
		return p.clean, nil
	}
	if frost := p.work.frost; frost != nil && c.Name == frost.Name {
		c = frost
	}
	o.Seed = seed
	return p.clean.With(c, o, jpeg)
}

// openFiles returns the source of images that were corrupted before. Those of the size of the set's are prepared as these
// are; others, as ImageNet-C's, are scaled to cover what the network takes, if they have not its size.
func (p *prepared) openFiles(c *dataset.Corrupted) (*eval.Source, error) {
	images, err := c.Open()
	if err != nil {
		return nil, err
	}
	p.files = images
	o, set := p.options, p.work.images
	if images.W == 0 || images.W != set.W || images.H != set.H {
		o = eval.Options{Cover: true}
	}
	if p.work.indices != nil {
		images = images.Select(p.work.indices)
	}
	return eval.NewSource(images, p.clean.Shape(), o)
}

// check returns an error if images that were corrupted before cannot be prepared.
func (p *prepared) check(set corruptedSet) error {
	for i := range set.list {
		_, err := p.openFiles(&set.list[i])
		if err := errors.Join(err, p.close()); err != nil {
			return err
		}
	}
	return nil
}

// close closes the files that are read.
func (p *prepared) close() error {
	files := p.files
	if p.source, p.files = nil, nil; files == nil {
		return nil
	}
	return files.Close()
}

// keptBytes bounds the memory of prepared images that are kept for the cells to come: 1,000 of 224×224 pixels. More would
// spare nothing, as whole blocks are computed one after the other, and the heap may grow to twice of what it holds.
const keptBytes = 144 << 20

// keep lets prepared images be kept that take long to read or to scale, if several cells want them, and returns how many
// consecutive ones: 0 if that makes no difference.
func (w *work) keep() int {
	made := 0
	for _, p := range w.spec.Perturbations {
		if p.Files() == "" {
			made++
		}
	}
	if made < 2 {
		return 0
	}
	var slow []*prepared
	size, slice := 0, 1000
	for _, p := range w.prepared {
		if w.images.W > 0 && p.options.Resize == 0 {
			continue
		}
		shape := p.clean.Shape()
		slow = append(slow, p)
		size += 3 * shape[1] * shape[2]
		slice = min(slice, bench.SliceSize(bench.Perturbation{}, shape[1]*shape[2]))
	}
	if slow == nil {
		return 0
	}
	n := keptBytes / size
	n -= n % min(slice, max(n, 1)) // whole slices
	all := w.stored[0].Cell.N
	for _, p := range slow {
		p.clean.Keep(min(n, all))
	}
	if n >= all {
		return 0
	}
	return n
}
