package recipes

import (
	"context"

	"steady/core/engine"
	"steady/core/loss"
	"steady/core/option"
	"steady/core/random"
	"steady/core/train"
)

// tlatOptions are those of tlat.
type tlatOptions struct {
	Eps          float64
	RandomEps    bool
	Weight       float64
	Proportional bool
	Share        float64
}

func init() {
	train.Register(train.WithOptions(train.Recipe{
		Name:    "tlat",
		Summary: "training on images that are moved towards a random class, which their labels get a part of",
		Source:  "Laugros et al. 2020 (targeted labeling adversarial training); how eps is drawn and its scale are ours",
		Config:  standard("tlat"),
	}, tlatDefaults, tlatTable(func(o *tlatOptions) *tlatOptions { return o }),
		func(_ context.Context, b *train.Batch, o *tlatOptions) error { return tlat(b, o) }))
}

// tlatDefaults are ours: docs/training.md has the sweep that they are chosen by.
var tlatDefaults = tlatOptions{Eps: 8. / 255, RandomEps: true, Weight: .5, Proportional: true, Share: .25}

// tlatTable returns the options of tlat for those of a recipe that has them too.
func tlatTable[T any](of func(*T) *tlatOptions) option.Table[T] {
	return option.Table[T]{
		epsOption(func(o *T) *float64 { return &of(o).Eps }),
		{
			Name: "random-eps", Label: "Random eps", Help: "draw an eps for each image, evenly from 0 to the one given",
			Field: func(o *T) any { return &of(o).RandomEps },
		},
		{
			Name: "weight", Label: "Target weight", Help: "weight of the target class in the label",
			Field: func(o *T) any { return &of(o).Weight }, Range: option.Between(0, 1),
		},
		{
			Name: "proportional", Label: "Proportional weight", Help: "scale the weight by the drawn eps / eps",
			Field: func(o *T) any { return &of(o).Proportional },
		},
		shareOption(func(o *T) *float64 { return &of(o).Share }),
	}
}

// tlat moves the first images of a batch by one step towards a class drawn at random, other than their own, which then has
// its weight in their labels; these may be soft already. The other images stay as they are. The gradient is that of the
// network in training, with the statistics of the images that are moved.
func tlat(b *train.Batch, o *tlatOptions) error {
	x := images(b)[:shared(b, o.Share)]
	if len(x) == 0 {
		return nil
	}
	soften(b)
	targets, eps := make([]int, len(x)), make([]float64, len(x))
	for i := range x {
		source := random.New(b.Seed(), uint64(b.Indices[i]), "target", 0)
		targets[i] = (b.Labels[i] + 1 + source.IntN(b.Classes-1)) % b.Classes
		eps[i] = o.Eps
		if o.RandomEps {
			eps[i] *= source.Float64()
		}
	}
	size := len(x[0])
	grad, err := b.InputGradient(b.X[:len(x)*size], engine.BatchStatistics, loss.CrossEntropy(targets, b.Classes))
	if err != nil {
		return err
	}
	for i, t := range targets {
		signStep(x[i], grad[i*size:][:size], float32(-eps[i]))
		weight := o.Weight
		if o.Proportional && o.Eps > 0 {
			weight *= eps[i] / o.Eps
		}
		label := b.Targets[i*b.Classes:][:b.Classes]
		for k := range label {
			label[k] *= float32(1 - weight)
		}
		label[t] += float32(weight)
	}
	return nil
}

// soften makes targets of labels where there are none.
func soften(b *train.Batch) {
	if b.Targets != nil {
		return
	}
	b.Targets = make([]float32, len(b.Labels)*b.Classes)
	for i, l := range b.Labels {
		b.Targets[i*b.Classes+l] = 1
	}
}
