package attack

import (
	"steady/core/loss"
	"steady/core/nn"
)

// LogProber is implemented by a [Model] that says whether its logits are logarithms of probabilities, which need not sum
// to 1. An *engine.Engine is one.
type LogProber interface {
	LogProbabilities() bool
}

// Model is what an attack needs of a network. An *engine.Engine is one.
type Model interface {
	// InputShape returns the shape of one image, {C, H, W}.
	InputShape() nn.Shape
	// Classes returns the number of logits per image.
	Classes() int
	// Logits writes n × classes logits of the n images of x, for any n.
	Logits(dst, x []float32) error
	// Gradient writes the gradient of f with respect to x, and the logits of x.
	Gradient(grad, logits, x []float32, f loss.Func) error
}
