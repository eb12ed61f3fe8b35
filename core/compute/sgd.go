package compute

// SGDKernels is implemented by a Backend that can take the steps of training by itself: it has what a step needs between
// and after the passes, so that parameters do not leave the device and nothing is waited for.
type SGDKernels interface {
	// CrossEntropy writes softmax minus the smoothed one-hot of each image's label into dlogits, and for each image two
	// elements into value: the loss, and 1 if the label has the largest logit (the first of equals), otherwise 0. Where a
	// logit is not finite, the loss is NaN, and the rest is meaningless. labels has the number of a class for each image.
	CrossEntropy(s CrossEntropyShape, dlogits, value, logits, labels Buffer) Kernel
	// SoftCrossEntropy is CrossEntropy with a distribution over the classes as the target of each image: targets has as many
	// elements as logits, and its rows sum to 1. Smoothing takes its share of all of them. An image's second value is 1 if
	// the largest logit is that of the largest target.
	SoftCrossEntropy(s CrossEntropyShape, dlogits, value, logits, targets Buffer) Kernel
	// SGDStep is a step of stochastic gradient descent with Nesterov's momentum (Sutskever et al. 2013) and weight decay.
	// The gradient is a sum over the images of the run; rate, the learning rate, has one element.
	//
	//	g = gradient/images + Decay·value
	//	velocity = Momentum·velocity + g
	//	value = value - rate·RateFactor·(g + Momentum·velocity)
	SGDStep(s SGDShape, value, velocity, gradient, rate Buffer) Kernel
}

// SGDShape is Size parameters that are updated together.
type SGDShape struct {
	Size            int
	Momentum, Decay float32
	RateFactor      float32
}

// CrossEntropyShape is a cross-entropy over Classes, of which all share Smoothing of the target's 1.
type CrossEntropyShape struct {
	Classes   int
	Smoothing float32
}
