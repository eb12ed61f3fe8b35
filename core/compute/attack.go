package compute

import "steady/core/attackstep"

// AttackKernels is implemented by a Backend that can take the steps of gradient attacks (core/attack) by itself, so that
// many of them run in a row with nothing read in between.
//
// A step of an attackstep.PGD is a forward pass, SelectBest, a backward pass, Momentum if there is any, and ProjectedStep.
// A step of an attackstep.CW is FromTanh, a forward pass, CWLoss, a backward pass, and AdamStep.
type AttackKernels interface {
	// SelectBest looks at the logits of each X. It adds them to Trace, keeps X if it is the best so far, and writes into
	// DLogits the direction in which the loss moves as it should: softmax minus one-hot, scaled to a largest element of 1.
	SelectBest(s AttackShape, p attackstep.PGD, b AttackBuffers) Kernel
	// Momentum replaces Gradient by a running sum of gradients, each scaled to an L1 norm of 1. One that is not finite
	// stays as it is.
	Momentum(s AttackShape, p attackstep.PGD, b AttackBuffers) Kernel
	// ProjectedStep moves each X along Gradient, back into the ball around Origin, and into [0,1]. Images that have
	// finished stay where they are.
	ProjectedStep(s AttackShape, p attackstep.PGD, b AttackBuffers) Kernel

	// FromTanh makes each X from Variable, and adds its squared distance from Origin to Distances.
	FromTanh(s AttackShape, b AttackBuffers) Kernel
	// CWLoss looks at the logits of each X. It adds them to Trace, keeps X if it satisfies its criterion and is the nearest
	// so far, and writes the gradient of its margin into DLogits.
	CWLoss(s AttackShape, c attackstep.CW, b AttackBuffers) Kernel
	// AdamStep moves each Variable a step down the squared distance minus the weighted margin, whose gradient is Gradient;
	// the margin counts as long as it is less than Confidence.
	AdamStep(s AttackShape, c attackstep.CW, b AttackBuffers) Kernel
}

// AttackShape is the size of one image and of its logits.
type AttackShape struct{ Elements, Classes int }

// AttackBuffers are the iterates of a batch of images. Variable, Square and Distances are for an attackstep.CW, and may
// otherwise be nil.
type AttackBuffers struct {
	X, Origin, Best Buffer // AttackShape.Elements an image: where it is, where it began, and the best so far
	Variable        Buffer // as many: what X is made from
	Gradient        Buffer // as many
	Velocity        Buffer // as many: what Momentum remembers, or Adam's mean of gradients; nil if there is neither
	Square          Buffer // as many: Adam's mean of squared gradients
	Logits, DLogits Buffer // AttackShape.Classes an image
	Trace           Buffer // the logits of all iterates: of all images at the first, then of all at the second
	Distances       Buffer // the squared distances of all iterates from Origin, in the same order
	// Task is 4 an image: the class; 1 to maximize its loss, -1 to minimize it; the number, from 0, of the last iterate; 1
	// if the first X may be kept, or for a CW the weight.
	Task Buffer
	// State is 4 an image, all 0 before the first step: iterates evaluated; 1 once one has satisfied its criterion (another
	// class than that named, or that class), 2 once a gradient was not finite; the log-odds of the best, or for a CW its
	// squared distance; the number, from 1, of the best iterate, or 0. For a CW it is 8: also 1 minus each beta to the power
	// of the steps taken, which is 0 before the first of all; 1 if the margin is less than Confidence; and one that is not
	// used.
	State Buffer
}
