package recipes

import (
	"testing"

	"steady/core/nn"
	"steady/core/random"
	"steady/core/train"
)

func BenchmarkRecipes(b *testing.B) {
	const n, size = 128, 3 * 32 * 32
	x, room := make([]float32, n*size), make([]float32, 3*n*size)
	for i := range x {
		x[i] = float32(i*i%256) / 255
	}
	for _, name := range []string{
		"noise", "mixup", "augmix{jsd=false}", "augmix", "corrupt", "corrupt{corruptions=imagenet-c}", "corrupt{corruptions=laugros}",
	} {
		c, err := train.Parse(name)
		if err != nil {
			b.Fatal(err)
		}
		r, _ := train.LookupRecipe(c.Recipe)
		b.Run(name, func(b *testing.B) {
			for step := range b.N {
				batch := train.Batch{
					X: room[:n*size], Labels: make([]int, n), Indices: random.New(1, 2, "", step).Perm(n), Step: step,
					Classes: 10, Config: &c, Image: nn.Shape{3, 32, 32},
				}
				copy(batch.X, x)
				if err := r.Prepare(b.Context(), &batch); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(b.N*n), "µs/image")
		})
	}
}
