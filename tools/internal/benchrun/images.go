package benchrun

import (
	"context"
	"fmt"

	"steady/core/bench"
	"steady/core/dataset"
	"steady/core/eval"
	"steady/core/nn"
	"steady/core/random"
)

// prepared is the images of a set for networks of one input shape.
type prepared struct {
	clean, source *eval.Source
	perturbation  bench.Perturbation // of source
	seed          uint64
}

// Fill is that of a bench.Images.
func (p *prepared) Fill(ctx context.Context, dst []float32, wanted bench.Perturbation, seed uint64, first, n int) error {
	if p.source == nil || p.perturbation != wanted || p.seed != seed {
		p.source, p.perturbation, p.seed = p.clean, wanted, seed
		if c, o, jpeg := wanted.Corruption(); c != nil {
			o.Seed = seed
			var err error
			if p.source, err = p.clean.With(c, o, jpeg); err != nil {
				p.source = nil
				return err
			}
		}
	}
	return p.source.Fill(ctx, dst, first, n)
}

// preparation returns how the images of a set are scaled and cropped for inputs of a shape, and what to call that.
func preparation(images *dataset.Images, shape nn.Shape, d bench.Data) (o eval.Options, text string, err error) {
	h, w := shape[1], shape[2]
	switch {
	case d.Crop > 0 && (w != d.Crop || h != d.Crop):
		return o, "", d.Wrong(fmt.Sprintf("a crop of %d pixels, but a network takes images of %d×%d", d.Crop, w, h))
	case d.Resize > 0 || d.Crop > 0:
		o = eval.Options{Resize: d.Resize, Crop: true}
	case images.W == 0: // of any size: as is usual for ImageNet, 256 for 224
		o = eval.Options{Resize: (min(w, h)*8 + 6) / 7, Crop: true}
	}
	text = fmt.Sprintf("input=%d×%d×%d", shape[0], h, w)
	if o.Crop {
		text = fmt.Sprintf("resize=%d crop %s", o.Resize, text)
	}
	return o, text, nil
}

// sample returns n images of a set, drawn with a seed, and their places, ascending.
func sample(images *dataset.Images, n int, seed uint64) (*dataset.Images, []int) {
	chosen := make([]bool, images.Len())
	for _, i := range random.New(seed, 0, "sample", 0).Perm(images.Len())[:n] {
		chosen[i] = true
	}
	var indices []int
	for i, c := range chosen {
		if c {
			indices = append(indices, i)
		}
	}
	return images.Select(indices), indices
}
