package recipes

import (
	"context"
	"math"

	"steady/core/loss"
	"steady/core/option"
	"steady/core/parallel"
	"steady/core/random"
	"steady/core/train"
)

// augmixOptions are those of augmix. The defaults are the paper's.
type augmixOptions struct {
	Width    int
	Depth    int
	Severity float64
	JSD      bool
	Weight   float64
}

// augmixViews is how many views of an image the Jensen-Shannon term compares: the clean one and two mixtures.
const augmixViews = 3

func init() {
	train.Register(train.WithOptions(train.Recipe{
		Name:    "augmix",
		Summary: "training on mixtures of augmented images and, with jsd, on equal answers for an image and two mixtures of it",
		Source:  "Hendrycks et al. 2020 (AugMix)",
		Config:  standard("augmix"),
		Views: func(c *train.Config) int {
			if train.OwnOptions[augmixOptions](c).JSD {
				return augmixViews
			}
			return 1
		},
	}, augmixOptions{Width: 3, Severity: 3, JSD: true, Weight: 12}, option.Table[augmixOptions]{
		{
			Name: "width", Label: "Width", Help: "chains of augmentations that are mixed",
			Field: func(o *augmixOptions) any { return &o.Width }, Range: option.Between(1, 100),
		},
		{
			Name: "depth", Label: "Depth", Help: "augmentations in a chain", Zero: "1 to 3, drawn",
			Field: func(o *augmixOptions) any { return &o.Depth }, Range: option.Between(1, 100),
		},
		{
			Name: "severity", Label: "Severity", Help: "largest strength of an augmentation",
			Field: func(o *augmixOptions) any { return &o.Severity }, Range: option.Between(leastStrength, 10),
		},
		{
			Name: "jsd", Label: "Jensen-Shannon", Help: "train on three views of each image, with a loss for answers that differ",
			Field: func(o *augmixOptions) any { return &o.JSD },
		},
		{
			Name: "jsd-weight", Label: "Jensen-Shannon weight", Help: "weight of the loss of jsd beside the cross-entropy of the clean image",
			Field: func(o *augmixOptions) any { return &o.Weight }, Range: option.Between(0, 1000),
		},
	}, augmix))
}

// augmix puts a mixture in the place of each image of a batch. With jsd the images stay, two mixtures of each follow them,
// and the loss compares the three.
func augmix(ctx context.Context, b *train.Batch, o *augmixOptions) error {
	n, size, seed := len(b.Labels), b.Image.Size(), b.Seed()
	first, views := 0, 1
	if o.JSD {
		first, views = n, augmixViews-1
		b.X = b.X[:augmixViews*n*size]
		b.Loss = jensenShannon(b, o.Weight)
	}
	images, made := b.X[:n*size], b.X[first*size:]
	mixers := make([]*mixer, parallel.Workers())
	return parallel.Try(ctx, n*views, func(worker, k int) error {
		if mixers[worker] == nil {
			mixers[worker] = newMixer(b.Image[2], b.Image[1], size)
		}
		source := random.New(seed, uint64(b.Indices[k%n]), "augmix", k/n)
		mixers[worker].mix(made[k*size:][:size], images[k%n*size:][:size], o, source)
		return nil
	})
}

// mixer makes mixtures, in memory of its own.
type mixer struct {
	image, augmented, next planes
	sum                    []float32
}

func newMixer(w, h, size int) *mixer {
	m := &mixer{sum: make([]float32, size)}
	for _, p := range []*planes{&m.image, &m.augmented, &m.next} {
		*p = planes{w, h, make([]uint8, size)}
	}
	return m
}

// mix writes to dst, which may be x, a mixture of x with chains of augmentations of it. The weights of the chains are drawn
// evenly from all that add up to 1, and so are that of their sum and that of x.
func (m *mixer) mix(dst, x []float32, o *augmixOptions, source *random.Source) {
	for i, v := range x {
		m.image.pix[i] = uint8(v*255 + .5)
	}
	clear(m.sum)
	for _, weight := range evenWeights(o.Width, source) {
		depth := o.Depth
		if depth == 0 {
			depth = 1 + source.IntN(3)
		}
		from := &m.image
		for range depth {
			augment(&m.next, from, o.Severity, source)
			m.augmented, m.next = m.next, m.augmented
			from = &m.augmented
		}
		for i, v := range from.pix {
			m.sum[i] += float32(float32(weight/255) * float32(v))
		}
	}
	part := float32(source.Float64())
	for i, v := range x {
		dst[i] = min(max(v+float32(part*(m.sum[i]-v)), 0), 1)
	}
}

// evenWeights draws n weights evenly from all that add up to 1: from the Dirichlet distribution whose parameters are 1.
func evenWeights(n int, source *random.Source) []float64 {
	weights, total := make([]float64, n), 0.0
	for i := range weights {
		weights[i] = -random.Log(1 - source.Float64())
		total += weights[i]
	}
	for i := range weights {
		weights[i] /= max(total, math.SmallestNonzeroFloat64)
	}
	return weights
}

// jensenShannon returns a loss of the views of the images of a batch, the first of which are the images themselves: their
// cross-entropy, and weight times the Jensen-Shannon divergence of the answers for all views of an image, summed over the
// images. A step is along the mean over all views, so the gradient is as many times larger.
func jensenShannon(b *train.Batch, weight float64) loss.Func {
	crossEntropy, n, classes := b.CrossEntropy(), len(b.Labels), b.Classes
	answers, gradients := make([][]float32, augmixViews), make([][]float32, augmixViews)
	for v := range gradients {
		gradients[v] = make([]float32, classes)
	}
	return func(_ int, logits, dlogits []float32) {
		crossEntropy(0, logits[:n*classes], dlogits[:n*classes])
		for i := range n {
			row := func(v int, x []float32) []float32 { return x[(v*n+i)*classes:][:classes] }
			for v := range answers {
				answers[v] = row(v, logits)
			}
			b.Total.Loss += weight * loss.JensenShannon(gradients, answers)
			for v, gradient := range gradients {
				d := row(v, dlogits)
				for k, g := range gradient {
					d[k] = augmixViews * (d[k] + float32(weight)*g)
				}
			}
		}
	}
}
