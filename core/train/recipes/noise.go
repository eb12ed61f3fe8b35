package recipes

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"steady/core/option"
	"steady/core/parallel"
	"steady/core/random"
	"steady/core/train"
)

// The kinds of noise.
const (
	gaussian = "gaussian" // the same everywhere
	speckle  = "speckle"  // in proportion to the value of a pixel
)

// noiseOptions are those of noise.
type noiseOptions struct {
	Kind     string
	Sigma    sigmas
	MaxSigma float64
	Share    float64
}

// publishedSigmas are those that the authors' code draws from: the severities of ImageNet-C's noise of the same kind.
var publishedSigmas = map[string]sigmas{gaussian: "0.08,0.12,0.18,0.26,0.38", speckle: "0.15,0.2,0.35,0.45,0.6"}

func init() {
	train.Register(train.WithOptions(train.Recipe{
		Name:    "noise",
		Summary: "training on images of which a part has noise of a drawn strength",
		Source:  "Rusak et al. 2020 (a simple way to make neural networks robust against diverse image corruptions)",
		Config:  standard("noise"),
		Seen: func(c *train.Config) []string {
			return []string{train.OwnOptions[noiseOptions](c).Kind + "_noise"} // those of package corrupt
		},
	}, noiseOptions{Kind: gaussian, Share: .5}, option.Table[noiseOptions]{
		{
			Name: "kind", Label: "Noise", Help: "kind of noise",
			Field: func(o *noiseOptions) any { return &o.Kind }, Choices: []string{gaussian, speckle},
		},
		{
			Name: "sigma", Label: "Sigma", List: true,
			Help:  "standard deviations, of which each image gets one; none for the published ones of the kind of noise",
			Field: func(o *noiseOptions) any { return &o.Sigma },
		},
		{
			Name: "max-sigma", Label: "Largest sigma", Help: "draw each image's standard deviation evenly from 0 to this instead",
			Field: func(o *noiseOptions) any { return &o.MaxSigma }, Range: option.Between(0, 2), Zero: "those of sigma",
		},
		shareOption(func(o *noiseOptions) *float64 { return &o.Share }),
	}, noise))
}

// noise adds noise to the first images of a batch, each pixel and channel its own, and clips them to [0,1].
func noise(_ context.Context, b *train.Batch, o *noiseOptions) error {
	list := o.Sigma.values()
	if len(list) == 0 {
		list = publishedSigmas[o.Kind].values()
	}
	size, n := len(b.X)/len(b.Labels), shared(b, o.Share)
	drawn, seed := make([]float32, n*size), b.Seed()
	parallel.For(n, func(i int) {
		source := random.New(seed, uint64(b.Indices[i]), "noise", 0)
		sigma := float32(o.MaxSigma * source.Float64())
		if o.MaxSigma == 0 {
			sigma = float32(list[source.IntN(len(list))])
		}
		x, z := b.X[i*size:][:size], drawn[i*size:][:size]
		source.FillNormal(z)
		for j, v := range x {
			d := sigma * z[j]
			if o.Kind == speckle {
				d *= v
			}
			x[j] = min(max(v+float32(d), 0), 1)
		}
	})
	return nil
}

// sigmas are standard deviations from 0 to 2, joined by commas.
type sigmas string

func (s sigmas) String() string { return string(s) }

// values returns the numbers.
func (s sigmas) values() (list []float64) {
	if s == "" {
		return nil
	}
	for text := range strings.SplitSeq(string(s), ",") {
		v, _ := option.ParseNumber(strings.TrimSpace(text)) // UnmarshalText has checked it
		list = append(list, v)
	}
	return list
}

func (s *sigmas) UnmarshalText(text []byte) error {
	if len(text) == 0 {
		*s = ""
		return nil
	}
	var list []string
	for number := range strings.SplitSeq(string(text), ",") {
		v, err := option.ParseNumber(strings.TrimSpace(number))
		if err != nil || v < 0 || v > 2 {
			return &option.Error{Value: strconv.Quote(number), Want: "numbers from 0 to 2, such as 0.1,0.2"}
		}
		list = append(list, fmt.Sprint(v))
	}
	*s = sigmas(strings.Join(list, ","))
	return nil
}
