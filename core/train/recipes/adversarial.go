package recipes

import (
	"steady/core/option"
	"steady/core/train"
)

// attacked returns the Config of standard, for a recipe that attacks every image, without cutout and label smoothing: such a
// network does not learn its images by heart, and is better without either (docs/training.md has the sweep).
func attacked(name string) train.Config {
	c := standard(name)
	c.Cutout, c.LabelSmoothing = 0, 0
	return c
}

func epsOption[T any](field func(*T) *float64) option.Option[T] {
	return option.Option[T]{
		Name: "eps", Label: "Eps", Help: "size of the attack: length of its one step, or radius of its ball", Per: 255,
		Field: func(o *T) any { return field(o) }, Range: option.Between(0, 1),
	}
}

func stepSizeOption[T any](field func(*T) *float64) option.Option[T] {
	return option.Option[T]{
		Name: "step-size", Label: "Step size", Help: "length of a step of the attack", Per: 255, Zero: "in proportion to eps",
		Field: func(o *T) any { return field(o) }, Range: option.AboveTo(0, 1),
	}
}

// images returns the images of a batch one by one.
func images(b *train.Batch) [][]float32 {
	size := len(b.X) / len(b.Labels)
	x := make([][]float32, len(b.Labels))
	for i := range x {
		x[i] = b.X[i*size:][:size:size]
	}
	return x
}

// signStep moves x by length along the signs of a gradient, and then into [0,1].
func signStep(x, grad []float32, length float32) {
	for j, g := range grad {
		switch {
		case g > 0:
			x[j] += length
		case g < 0:
			x[j] -= length
		}
		x[j] = min(max(x[j], 0), 1)
	}
}
