package engine

import "steady/core/loss"

// LogProbabilities reports whether the logits are logarithms of probabilities that need not sum to 1.
func (e *Engine) LogProbabilities() bool { return e.source.LogProbabilities }

// Probabilities writes the probabilities of the classes for logits of any number of images.
func (e *Engine) Probabilities(dst, logits []float32) {
	if e.LogProbabilities() {
		loss.Exp(dst, logits)
	} else {
		loss.Probabilities(dst, logits, e.classes)
	}
}
