package train

import (
	"context"
	"fmt"

	"steady/core/compute"
	"steady/core/dataset"
	"steady/core/engine"
	"steady/core/loss"
	"steady/core/nn"
)

// Accuracy is the share of a set's pictures that a network gets right. It is that of the network as Store left it.
func Accuracy(ctx context.Context, b compute.Backend, n *nn.Network, set *dataset.Set) (float64, error) {
	if want := (nn.Shape{set.C, set.H, set.W}); !n.Image.Equal(want) {
		return 0, fmt.Errorf("train: network for images of %v, data of %v: want the same", []int(n.Image), []int(want))
	}
	if set.Len() == 0 {
		return 0, fmt.Errorf("train: accuracy on %s: there are no pictures", set.Name)
	}
	e, err := engine.New(b, n, engine.Config{})
	if err != nil {
		return 0, fmt.Errorf("train: %w", err)
	}
	x, logits := make([]float32, e.Batch()*set.Size()), make([]float32, e.Batch()*e.Classes())
	right := 0
	for first := 0; first < set.Len(); first += e.Batch() {
		if err := ctx.Err(); err != nil {
			return 0, err
		}
		m := min(e.Batch(), set.Len()-first)
		set.Fill(x[:m*set.Size()], first)
		if err := e.Logits(logits[:m*e.Classes()], x[:m*set.Size()]); err != nil {
			return 0, fmt.Errorf("train: %w", err)
		}
		for i := range m {
			if loss.ArgMax(logits[i*e.Classes():][:e.Classes()]) == set.Labels[first+i] {
				right++
			}
		}
	}
	return float64(right) / float64(set.Len()), nil
}
