package recipes

import (
	"context"
	"fmt"
	"slices"

	"steady/core/attack"
	"steady/core/engine"
	"steady/core/loss"
	"steady/core/option"
	"steady/core/parallel"
	"steady/core/random"
	"steady/core/train"
)

// pgdOptions are those of pgd.
type pgdOptions struct {
	Eps         float64
	Steps       int
	StepSize    float64 // 0 for 2.5·Eps/Steps
	Norm        attack.Norm
	RandomStart bool
	Beta        float64 // of TRADES; 0 for Madry et al.
}

// Check returns an error if a length is no distance between images in Linf; in L2 it may be longer than 1.
func (o *pgdOptions) Check() error {
	if o.Norm == attack.L2 {
		return nil
	}
	if o.Eps > 1 {
		return fmt.Errorf("eps is %g, want at most 1 in %s", o.Eps, o.Norm)
	}
	if o.StepSize > 1 {
		return fmt.Errorf("step-size is %g, want at most 1 in %s", o.StepSize, o.Norm)
	}
	return nil
}

func init() {
	eps, stepSize := epsOption(func(o *pgdOptions) *float64 { return &o.Eps }), stepSizeOption(func(o *pgdOptions) *float64 { return &o.StepSize })
	eps.Range, stepSize.Range = option.Between(0, 1000), option.AboveTo(0, 1000) // in L2
	r := train.WithOptions(train.Recipe{
		Name:    "pgd",
		Summary: "adversarial training by projected gradient descent; with beta, TRADES",
		Source:  "Madry et al. 2018; Zhang et al. 2019 (TRADES)",
		Config:  attacked("pgd"),
	}, pgdOptions{Eps: 8. / 255, Steps: 7, RandomStart: true}, option.Table[pgdOptions]{
		eps,
		{
			Name: "steps", Label: "Steps", Help: "steps of the attack",
			Field: func(o *pgdOptions) any { return &o.Steps }, Range: option.Between(1, 1000),
		},
		stepSize,
		{
			Name: "norm", Label: "Norm", Help: "norm of the perturbation",
			Field: func(o *pgdOptions) any { return &o.Norm }, Choices: []string{attack.Linf.String(), attack.L2.String()},
		},
		{
			Name: "random-start", Label: "Random start", Help: "start at a random point of the ball around the image",
			Field: func(o *pgdOptions) any { return &o.RandomStart },
		},
		{
			Name: "beta", Label: "Beta", Help: "weight of TRADES' divergence of clean and attacked images; 0 trains on attacked ones alone",
			Field: func(o *pgdOptions) any { return &o.Beta }, Range: option.Between(0, 1000),
		},
	}, func(ctx context.Context, b *train.Batch, o *pgdOptions) error {
		if o.Beta > 0 {
			return trades(ctx, b, o)
		}
		return pgd(ctx, b, b.X, slices.Clone(b.X), o, loss.CrossEntropy(b.Labels, b.Classes))
	})
	r.Views = func(c *train.Config) int {
		if train.OwnOptions[pgdOptions](c).Beta > 0 {
			return 2
		}
		return 1
	}
	train.Register(r)
}

// pgd moves the images x of a batch by steps along the gradient of a loss, inside the ball of radius eps around each
// original, which it begins with or close to. The gradients are those of the network in training, with the statistics of
// the images as they are at each step.
func pgd(ctx context.Context, b *train.Batch, x, original []float32, o *pgdOptions, f loss.Func) error {
	n := len(b.Labels)
	size := len(x) / n
	of := func(v []float32, i int) []float32 { return v[i*size:][:size] }
	length := o.StepSize
	if length == 0 {
		length = 2.5 * o.Eps / float64(o.Steps)
	}
	if o.RandomStart {
		parallel.For(n, func(i int) {
			o.Norm.Start(of(x, i), of(original, i), o.Eps, random.New(b.Seed(), uint64(b.Indices[i]), "start", 0))
		})
	}
	for range o.Steps {
		if err := ctx.Err(); err != nil {
			return err
		}
		grad, err := b.InputGradient(x, engine.BatchStatistics, f)
		if err != nil {
			return err
		}
		parallel.For(n, func(i int) {
			x, g := of(x, i), of(grad, i)
			o.Norm.Steepest(g, x)
			for j, d := range g {
				x[j] += float32(length) * d
			}
			o.Norm.Project(x, of(original, i), o.Eps)
		})
	}
	return nil
}
