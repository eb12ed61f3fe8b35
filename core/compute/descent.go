package compute

// Descender is what a Backend may have besides: what a step of training needs between and behind the passes, so that
// parameters need not leave the device, and nothing has to be waited for.
type Descender interface {
	// CrossEntropy writes softmax minus the smoothed one-hot of each image's label into seed, and for each image two
	// elements into value: the loss, and 1 if the label has the largest logit (the first of equals), otherwise 0. Where a
	// logit is not finite, the loss is NaN, and the rest means nothing. labels has the number of a class for each image.
	CrossEntropy(s CrossEntropyShape, seed, value, logits, labels Buffer) Kernel
	// Descend is a step of stochastic gradient descent with Nesterov's momentum (Sutskever et al. 2013) and weight decay.
	// The gradient is a sum over the images of the run; rate, the learning rate, has one element.
	//
	//	g = gradient/images + Decay·value
	//	velocity = Momentum·velocity + g
	//	value = value - rate·(g + Momentum·velocity)
	Descend(s DescentShape, value, velocity, gradient, rate Buffer) Kernel
}

// DescentShape is Size parameters that descend together.
type DescentShape struct {
	Size            int
	Momentum, Decay float32
}

// CrossEntropyShape is a cross-entropy over Classes, of which all share Smoothing of the label's 1.
type CrossEntropyShape struct {
	Classes   int
	Smoothing float32
}
