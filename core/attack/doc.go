// Package attack makes adversarial examples: pictures changed so little that a person sees no difference, and
// so well chosen that a network gives another answer.
//
// Four things know nothing of one another:
//
//   - a [Model], which gives logits and the gradient of a loss of the logits with respect to the input
//     (an engine.Engine is one);
//   - a [Criterion], which says when an image is adversarial: [Untargeted], [Targeted], or [Confident], which asks
//     either for a lead as well;
//   - a [Norm], which measures the change: [Linf], [L2] or [L1];
//   - an [Attack] of the registry ([All], [Lookup]), which says where to look. Its Access tells what it needs of the
//     network: gradients, scores, or decisions only.
//
// Attacks with gradients, scores or an ensemble stay within eps and look there for an adversarial image. The others
// look for the nearest one; if Params.Eps is not 0, what is farther does not count. Only "spatial" changes pictures in
// a way that no norm measures.
//
// # How an attack runs
//
// An attack is written for one image, as plain code that stops at each question to the network ("the logits there,
// please", "these gradients here"). Every image has a coroutine of its own; in rounds the questions of all of them are
// put to the model together (run.go, image.go). So the network has full batches, however differently the images fare,
// and no image can notice the others. Several gradients at one point, as DeepFool and FAB want them, are several rows
// of the batch.
//
// The gradient attacks are one loop (gradient.go) with hooks for what tells them from one another: what they raise,
// where they start, how long their steps are, whether they have momentum, and how they step; the direction and the way
// back to the ball are the norm's. Every other attack has a file of its own. AutoAttack is a list of attacks (autoattack.go).
//
// A model may take steps by itself (a [StepRunner], ascent.go): then the question of an image is the rest of its walk, and the
// answer the logits of all iterates and the one to keep, from which the same result is made.
//
// # Conventions
//
// Images are n × C × H × W float32, row-major, in [0,1], and every iterate is clipped to [0,1]. Eps and step
// sizes are in pixel units (8/255 is eight of 255 grey levels), so preprocessing belongs inside the network.
// The loss is the cross-entropy, summed over images, so that an image's gradient does not depend on the images
// beside it: untargeted attacks raise the loss of the label, targeted ones lower that of the target. sign(0) is
// 0, and a gradient of zero moves nothing.
//
// The gradient of a cross-entropy or DLR loss is scaled, per image, so that its largest element at the logits is 1.
// All directions here are free of scale, so nothing changes, except that the gradient of a network that is very sure of
// itself does not vanish in float32, which would make the network look robust when it is not (Carlini & Wagner 2017,
// section 4, on defensive distillation).
//
// # What is kept
//
// An attack within eps keeps the first iterate that meets the criterion, and the image costs nothing from then on;
// with Params.Continue the attack goes on, and the successful iterate with the highest loss (for a target: the lowest)
// is kept. If none meets it, the iterate with the highest loss is kept. The image itself is not a candidate: what comes
// back is always something that the attack made, but for three cases. An image that meets the criterion before the
// attack (untargeted: one that is misclassified already) is kept as it is, with zero norms and Success true;
// Result.Correct tells these apart. An attack that was cancelled before its first step gives the image back as it is.
// And eps = 0 leaves nothing else.
//
// An attack for the nearest image keeps the nearest that met the criterion, and the image itself if there was none.
//
// Params.Queries limits what an image may cost and Params.Seconds what all may take; the best so far then counts, and
// Result.OutOf tells of it. A result that time has cut short is the only one that is not the same every time.
//
// # Randomness
//
// Whatever is drawn for an image comes from random.New(Params.Seed, index, attack, restart), where index is the
// image's place in its data set (Params.First plus its place in the call). An image's result does not depend on
// the images that it is attacked with, nor on how a data set is cut, nor on how many processors work on it.
//
// # Can it be trusted?
//
// [Diagnose] looks for signs that a network's gradients are masked, or that images and network do not fit.
//
// # Errors
//
// Parameters that make no sense, or that an attack does not have, are a *[ParamError], images or labels that do not fit wrap [ErrInput], and a
// model that answers NaN or infinity wraps [ErrModel]. A cancelled context gives both the best so far and the
// context's error.
//
// # Sources
//
// Each attack's paper is in its Source; docs/attacks.md tells how they differ from other libraries'. The separation of model, criterion, distance and attack is that of
// Foolbox (Rauber et al. 2017).
package attack
