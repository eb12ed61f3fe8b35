package compute

// Losses is what a Backend may have besides: losses of the logits (those of core/loss), so that nothing has to be read
// between the way ahead and the way back. Logits and seed are Classes for each image; labels has the number of a class
// for each.
type Losses interface {
	// CrossEntropy writes softmax minus the smoothed one-hot into seed, and for each image two elements into value: the
	// loss, and 1 if the label has the largest logit (the first of equals), otherwise 0. Where a logit is not finite, the
	// loss is NaN, and the rest means nothing.
	CrossEntropy(s CrossEntropyShape, seed, value, logits, labels Buffer) Kernel
	// Margin writes the lead of the label's rival, the largest other logit, over the label into value, and its gradient
	// into seed: 1 for the rival, -1 for the label.
	Margin(classes int, seed, value, logits, labels Buffer) Kernel
}

// CrossEntropyShape is a cross-entropy over Classes, of which all share Smoothing of the label's 1.
type CrossEntropyShape struct {
	Classes   int
	Smoothing float32
}
