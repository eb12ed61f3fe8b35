package recipes

import (
	"context"
	"fmt"

	"steady/core/engine"
	"steady/core/loss"
	"steady/core/option"
	"steady/core/parallel"
	"steady/core/random"
	"steady/core/train"
)

// fgsmOptions are those of fgsm.
type fgsmOptions struct {
	Eps      float64
	Noise    float64 // half-width of the noise, in eps
	StepSize float64 // 0 for eps
}

func init() {
	train.Register(train.WithOptions(train.Recipe{
		Name:    "fgsm",
		Watch:   watchFGSM,
		Summary: "adversarial training by one step from a noisy image (N-FGSM)",
		Source:  "de Jorge et al. 2022 (Make Some Noise); Goodfellow et al. 2015 with noise=0",
		Config:  attacked("fgsm"),
	}, fgsmOptions{Eps: 8. / 255, Noise: 2}, option.Table[fgsmOptions]{
		epsOption(func(o *fgsmOptions) *float64 { return &o.Eps }),
		{
			Name: "noise", Label: "Noise", Help: "half-width of the uniform noise before the step, as a multiple of eps",
			Field: func(o *fgsmOptions) any { return &o.Noise }, Range: option.Between(0, 10),
		},
		stepSizeOption(func(o *fgsmOptions) *float64 { return &o.StepSize }),
	}, fgsm))
}

// fgsm puts noise on the images, uniform and some eps wide, and then takes one step against their labels. Nothing but [0,1]
// bounds the two: as in the authors' code, each leaves an image in it, and the result is not clipped to a ball around the
// image. The gradient is that of the network in training, with the batch's statistics, also as there; but the noisy images
// move no running statistics.
func fgsm(_ context.Context, b *train.Batch, o *fgsmOptions) error {
	x := images(b)
	if noise := float32(o.Noise * o.Eps); noise > 0 {
		parallel.For(len(x), func(i int) {
			d := make([]float32, len(x[i]))
			random.New(b.Seed(), uint64(b.Indices[i]), "noise", 0).FillUniform(d, -noise, noise)
			for j, v := range d {
				x[i][j] = min(max(x[i][j]+v, 0), 1)
			}
		})
	}
	grad, err := b.InputGradient(b.X, engine.BatchStatistics, loss.CrossEntropy(b.Labels, b.Classes))
	if err != nil {
		return err
	}
	step := o.StepSize
	if step == 0 {
		step = o.Eps
	}
	size := len(x[0])
	parallel.For(len(x), func(i int) { signStep(x[i], grad[i*size:][:size], float32(step)) })
	return nil
}

// watchFGSM reports catastrophic overfitting (Wong et al. 2020) in the epoch in which it begins: the network resists the
// single step, and nothing else.
func watchFGSM(c *train.Config, history []train.Record) string {
	eps, best, bestEpoch, before := train.OwnOptions[fgsmOptions](c).Eps, 0., 0, false
	for i, r := range history {
		if r.Measured == nil || r.Attacked == nil || r.Eps > eps {
			continue
		}
		collapsed := *r.Attacked < collapseRatio*r.TrainingAccuracy && r.TrainingAccuracy > leastTrained
		if i == len(history)-1 && collapsed && !before {
			text := fmt.Sprintf("catastrophic overfitting in epoch %d: the network gets %.1f %% of the images right that its single step attacks, "+
				"but %.1f %% under PGD-10", r.Epoch, 100*r.TrainingAccuracy, 100**r.Attacked)
			if best > *r.Attacked {
				text += fmt.Sprintf(" (%.1f %% in epoch %d)", 100*best, bestEpoch)
			}
			return text + "; try more noise, a smaller eps, or pgd"
		}
		if *r.Attacked > best {
			best, bestEpoch = *r.Attacked, r.Epoch
		}
		before = collapsed
	}
	return ""
}

// A network that is right under PGD less often than collapseRatio times as under its single step has overfitted, unless even
// that is rarer than leastTrained, in the first epochs. Of one that has not, PGD leaves half and more.
const (
	collapseRatio = 1. / 3
	leastTrained  = .3
)
