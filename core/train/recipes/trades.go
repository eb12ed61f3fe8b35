package recipes

import (
	"context"
	"slices"

	"steady/core/engine"
	"steady/core/loss"
	"steady/core/parallel"
	"steady/core/random"
	"steady/core/train"
)

// tradesJitter is the standard deviation of the noise that the search begins with where it does not start at random, as in
// the authors' code: at the image itself the divergence has no gradient.
const tradesJitter = .001

// trades appends, for each image, the one in the ball around it for which the network's answer differs most from that for
// the image. The loss is the cross-entropy of the images and beta times the divergence of the answers for the two. As in pgd,
// the search uses the statistics of the batch; the authors' code uses the running ones.
func trades(ctx context.Context, b *train.Batch, o *pgdOptions) error {
	n := len(b.Labels)
	size := len(b.X) / n
	network, err := b.Network(engine.BatchStatistics)
	if err != nil {
		return err
	}
	clean := make([]float32, n*b.Classes)
	if err := network.Logits(clean, b.X); err != nil {
		return err
	}
	loss.Softmax(clean, clean, b.Classes)
	x := slices.Clone(b.X)
	if !o.RandomStart {
		parallel.For(n, func(i int) {
			d := make([]float32, size)
			random.New(b.Seed(), uint64(b.Indices[i]), "jitter", 0).FillNormal(d)
			for j, v := range d {
				x[i*size+j] += tradesJitter * v
			}
		})
	}
	// The gradient of the divergence is that of the cross-entropy of the answers for the images.
	if err := pgd(ctx, b, x, b.X, o, loss.SoftCrossEntropy(clean, b.Classes, 0, nil)); err != nil {
		return err
	}
	whole := b.CrossEntropy()
	b.X = append(b.X, x...)
	b.Loss = func(_ int, logits, dlogits []float32) {
		tradesLoss(logits, dlogits, b.Classes, o.Beta, whole, b.Total)
	}
	return nil
}

// tradesLoss is a loss of n images and then of n others that belong to them one by one. A step is along the mean over the
// 2n images, but the loss's mean is one over n pairs: hence the factor of 2.
func tradesLoss(logits, dlogits []float32, classes int, beta float64, crossEntropy loss.Func, total *loss.Total) {
	half := len(logits) / 2
	crossEntropy(0, logits[:half], dlogits[:half])
	dp := make([]float32, classes)
	for at := 0; at < half; at += classes {
		q := dlogits[half+at:][:classes]
		total.Loss += beta * loss.Divergence(dp, q, logits[at:][:classes], logits[half+at:][:classes])
		for k, d := range dp {
			dlogits[at+k] = 2 * (dlogits[at+k] + float32(beta)*d)
			q[k] *= 2 * float32(beta)
		}
	}
}
