package recipes

import (
	"context"
	"slices"

	"steady/core/option"
	"steady/core/train"
)

// mtlatOptions are those of mtlat.
type mtlatOptions struct {
	Alpha float64
	tlatOptions
}

func init() {
	train.Register(train.WithOptions(train.Recipe{
		Name:    "mtlat",
		Summary: "mixup, then tlat on the mixed images (M-TLAT)",
		Source:  "Laugros et al. 2020 (Mixup and targeted labeling adversarial training); how eps is drawn and its scale are ours",
		Config:  standard("mtlat"),
	}, mtlatOptions{Alpha: .3, tlatOptions: tlatDefaults}, slices.Concat(
		option.Table[mtlatOptions]{alphaOption(func(o *mtlatOptions) *float64 { return &o.Alpha })},
		tlatTable(func(o *mtlatOptions) *tlatOptions { return &o.tlatOptions }),
	), mtlat))
}

// mtlat mixes the first images of a batch with each other, as mixup does, and then has tlat move them: each has three
// sources then, two images and a target, and its label says how much there is of each. The other images stay as they are.
func mtlat(_ context.Context, b *train.Batch, o *mtlatOptions) error {
	mixed := *b
	n := shared(b, o.Share)
	mixed.X, mixed.Labels = b.X[:n*len(b.X)/len(b.Labels)], b.Labels[:n]
	if n > 0 {
		mixup(&mixed, o.Alpha)
		soften(b)
		copy(b.Targets, mixed.Targets)
	}
	return tlat(b, &o.tlatOptions)
}
