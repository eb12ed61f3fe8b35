package attack

import "steady/core/random"

// hooks are what tells one gradient attack from another. Each works on one image; a nil hook is the plain one:
// start at the image (or at random, if so asked), go in the direction in which the loss grows fastest, by a step
// of the given length, and project back to the ball.
type hooks struct {
	start     func(im *image, r *random.Source) // moves im.x, a copy of im.x0
	direction func(im *image)                   // turns im.grad, in place, into a direction to go in
	step      func(im *image)                   // moves im.x along im.grad
	project   func(im *image)                   // moves im.x back to the ball around im.x0, within [0,1]
}

// image is one image under attack. Its slices are views into the loop's memory.
type image struct {
	x0, x  []float32 // the image, and the iterate
	grad   []float32 // of the loss that the attack raises, at x
	params *Params
	ball   *ball
	step   float64 // length of a step
}

// or fills in the plain hooks.
func (h hooks) orPlain() hooks {
	if h.start == nil {
		h.start = func(im *image, r *random.Source) {
			if im.params.RandomStart {
				im.ball.start(im.x, im.x0, im.params.Eps, r)
			}
		}
	}
	if h.direction == nil {
		h.direction = func(im *image) { im.ball.steepest(im.grad) }
	}
	if h.step == nil {
		h.step = func(im *image) {
			a := float32(im.step)
			for i, d := range im.grad {
				im.x[i] += float32(a * d)
			}
		}
	}
	if h.project == nil {
		h.project = func(im *image) { im.ball.project(im.x, im.x0, im.params.Eps) }
	}
	return h
}
