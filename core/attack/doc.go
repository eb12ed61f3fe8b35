// Package attack makes adversarial examples: pictures changed so little that a person sees no difference, and
// so well chosen that a network gives another answer.
//
// An attack is put together from four things that know nothing of one another:
//
//   - a [Model], which gives logits and the gradient of a loss of the logits with respect to the input
//     (an engine.Engine is one);
//   - a [Criterion], which says when an image is adversarial: [Untargeted] or [Targeted];
//   - a [Norm], the ball of radius eps that the adversarial image stays in: [Linf] or [L2];
//   - an [Attack] of the registry ([All], [Lookup]), which says how the iterate moves inside that ball.
//
// The gradient attacks are one loop (gradient.go); hooks.go has what tells them from one another: where they
// start, which direction they make of the gradient, how they step, and how they return to the ball.
//
// # Conventions
//
// Images are n × C × H × W float32, row-major, in [0,1], and every iterate is clipped to [0,1]. Eps and step
// sizes are in pixel units (8/255 is eight of 255 grey levels), so preprocessing belongs inside the network.
// The loss is the cross-entropy, summed over images, so that an image's gradient does not depend on the images
// beside it: untargeted attacks raise the loss of the label, targeted ones lower that of the target. sign(0) is
// 0, and a gradient of zero moves nothing.
//
// The gradient that is taken is that of the cross-entropy scaled, per image, so that its largest element at the
// logits is 1. All directions here are free of scale, so nothing changes, except that the gradient of a network
// that is very sure of itself does not vanish in float32, which would make the network look robust when it
// is not (Carlini & Wagner 2017, section 4, on defensive distillation).
//
// # What is kept
//
// The first iterate that meets the criterion is an image's result, and the image costs nothing from then on;
// with Params.Continue the attack goes on, and the successful iterate with the highest loss (for a target: the
// lowest) is kept. If none meets it, the iterate with the highest loss is kept. The image itself is not a
// candidate: what comes back is always something that the attack made, but for three cases. An image that
// meets the criterion before the attack (untargeted: one that is misclassified already) is kept as it is, with
// zero norms and Success true; Result.Correct tells these apart. An attack that was cancelled before its first
// step gives the image back as it is. And eps = 0 leaves nothing else.
//
// # Randomness
//
// Whatever is drawn for an image comes from random.New(Params.Seed, index, attack, 0), where index is the
// image's place in its data set (Params.First plus its place in the call). An image's result does not depend on
// the images that it is attacked with, nor on how a data set is cut.
//
// # Errors
//
// Parameters that make no sense are a *[ParamError], images or labels that do not fit wrap [ErrInput], and a
// model that answers NaN or infinity wraps [ErrModel]. A cancelled context gives both the best so far and the
// context's error.
//
// # Sources
//
// Each attack's paper is in its Source. The separation of model, criterion, distance and attack is that of
// Foolbox (Rauber et al. 2017).
package attack
