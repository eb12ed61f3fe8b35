package recipes

import (
	"context"
	"slices"

	"steady/core/option"
	"steady/core/parallel"
	"steady/core/random"
	"steady/core/train"
)

// mixupOptions are those of mixup. The default is the paper's for CIFAR-10.
type mixupOptions struct {
	Alpha float64
}

func init() {
	train.Register(train.WithOptions(train.Recipe{
		Name:    "mixup",
		Summary: "training on pairs of images and labels, mixed by a weight from a beta distribution",
		Source:  "Zhang et al. 2018 (mixup)",
		Config:  standard("mixup"),
	}, mixupOptions{Alpha: 1}, option.Table[mixupOptions]{
		alphaOption(func(o *mixupOptions) *float64 { return &o.Alpha }),
	}, func(_ context.Context, b *train.Batch, o *mixupOptions) error {
		mixup(b, o.Alpha)
		return nil
	}))
}

func alphaOption[T any](field func(*T) *float64) option.Option[T] {
	return option.Option[T]{
		Name: "alpha", Label: "Alpha", Help: "parameter of the beta distribution of the mixing weight", Zero: "no mixing",
		Field: func(o *T) any { return field(o) }, Range: option.Between(0, 1000),
	}
}

// mixup mixes each image with another one of the batch, and their labels alike, which become targets. All have the same
// weight, as in the authors' code.
func mixup(b *train.Batch, alpha float64) {
	source, weight := random.New(b.Seed(), 0, "mixup", 0), 0.0 // of the other image
	if alpha > 0 {
		weight = 1 - source.Beta(alpha, alpha)
	}
	n := len(b.Labels)
	size, other, x := len(b.X)/n, source.Perm(n), slices.Clone(b.X)
	b.Targets = make([]float32, n*b.Classes)
	parallel.For(n, func(i int) {
		k := other[i]
		mix(b.X[i*size:][:size], x[k*size:][:size], float32(weight))
		target := b.Targets[i*b.Classes:][:b.Classes]
		target[b.Labels[i]] += float32(1 - weight)
		target[b.Labels[k]] += float32(weight)
	})
}

// mix moves x towards y by weight.
func mix(x, y []float32, weight float32) {
	y = y[:len(x)]
	for j, v := range x {
		x[j] = v + float32(weight*(y[j]-v))
	}
}
