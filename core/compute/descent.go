package compute

// Descender is what a Backend may have besides: the step of training, so that parameters need not leave the device. With
// Losses, nothing has to be waited for in it.
type Descender interface {
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
