// Package attack makes adversarial examples: images changed so little that a person sees no difference, and chosen so
// well that a network classifies them differently.
//
// Four things know nothing of one another:
//
//   - a [Model] returns logits and the gradient of a loss of the logits with respect to the input
//     (an engine.Engine is one);
//   - a [Criterion] decides when an image is adversarial: [Untargeted], [Targeted], or [Confident], which asks either
//     for a margin as well; with [Unsatisfiable] none is, so that every image is changed, as for adversarial training;
//   - a [Norm] measures the change: [Linf], [L2] or [L1];
//   - an [Attack] of the registry ([All], [Lookup]) decides where to look. Its Access says what it needs of the
//     network: gradients, scores, or decisions only.
//
// Attacks with gradients, scores or an ensemble stay within eps and look there for an adversarial image. The others
// look for the closest one; if Params.Eps is not 0, what is farther does not count. Only "spatial" changes images in a
// way that no norm measures.
//
// # Parameters
//
// [Params] are the parameters of all attacks, and [OptionTable] describes them, each in one literal: [Attack.Options] are
// those that an attack has. Checks, flags, the page's controls, JSON and text are made from this table. An attack with
// its parameters is written as text like pgd{eps=8/255,steps=10,norm=linf}: see [Parse] and [Attack.Format].
//
// # How an attack runs
//
// The pattern is reverse communication, also called ask-tell. An attack is written for one image, as plain code that
// stops at each request to the network (the logits here, the gradients there). Every image has its own coroutine. In
// rounds, the requests of all of them are put to the model together and the coroutines are resumed with the answers
// (run.go, image.go). So the network has full batches, however many steps each image takes, and no image can depend on
// the others. Several gradients at one point, as DeepFool and FAB need them, are several rows of the batch.
//
// The gradient attacks are one loop (gradient.go) with hooks for their differences: the objective, the start, the length
// of the steps, momentum, and the step itself; the direction and the projection onto the ball are the norm's. Every other
// attack has its own file. AutoAttack is a list of attacks (autoattack.go).
//
// A model may take steps by itself (a [StepRunner], steprunner.go): then the request of an image is the rest of its walk,
// and the answer has the logits of all iterates and the best iterate, from which the same result is made.
//
// [Universal] is no entry of the registry: it is one perturbation for many images, which do depend on each other.
//
// # Conventions
//
// Images are n × C × H × W float32, row-major, in [0,1], and every iterate is clipped to [0,1]. Eps and step
// sizes are in pixel units (8/255 is eight of 255 gray levels), so preprocessing belongs inside the network.
// The loss is the cross-entropy, summed over images, so that an image's gradient does not depend on the images
// beside it: untargeted attacks maximize the loss of the label, targeted ones minimize that of the target. sign(0) is
// 0, and a gradient of zero moves nothing.
//
// The gradient of a cross-entropy or DLR loss is scaled, per image, so that its largest element at the logits is 1.
// All directions here are independent of scale, so nothing changes, except that the gradient of a very confident network
// does not vanish in float32, which would make the network look robust when it is not (Carlini & Wagner 2017,
// section 4, on defensive distillation).
//
// # The result
//
// An attack within eps returns the first iterate that satisfies the criterion, and the image costs nothing from then on;
// with Params.Continue the attack continues, and returns the successful iterate with the highest loss (for a target: the
// lowest). If none succeeds, it returns the iterate with the highest loss. The original image is not a candidate: the
// result is always an iterate of the attack, with three exceptions. An image that satisfies the criterion before the
// attack (untargeted: one that is misclassified already) is returned unchanged, with zero norms and Success true;
// Result.Correct reports which these are. An attack that was canceled before its first step returns the image unchanged.
// And eps = 0 leaves nothing else.
//
// An attack for the closest image returns the closest that satisfied the criterion, or the original if none did.
//
// Params.Queries limits the cost of an image and Params.Seconds the time of a run; the best so far then counts, and
// Result.Exhausted names the budget. A result that was cut short by time is the only one that is not reproducible.
//
// # Randomness
//
// Random numbers of an image come from random.New(Params.Seed, index, attack, restart), where index is the
// image's place in its data set (Params.First plus its place in the call). An image's result does not depend on
// the images that it is attacked with, on how a data set is cut, or on the number of processors.
//
// # Can it be trusted?
//
// [Diagnose] looks for signs that a network's gradients are masked, or that images and network do not match.
//
// A model whose answers are probabilities, by what it says (as an *engine.Engine of a network that
// [steady/core/nn.Network.Classifier] returned) or by its answers to the clean images, is attacked through their
// logarithms, as probabilities near 0 or 1 have hardly any gradient. Result.Notes says so, and also if on a tenth of
// the images most gradients were exactly zero (of those that this package saw: steps that a model takes by itself are
// not counted).
//
// # Errors
//
// Parameters that make no sense, or that an attack does not have, are a *[ParamError]; errors about images or labels
// match [ErrInput], and about a model that returns NaN or infinity [ErrModel]. If the context is canceled, both the best
// so far and the context's error are returned.
//
// # Sources
//
// Each attack's paper is in its Source; docs/attacks.md lists how they differ from other libraries'. The separation of
// model, criterion, distance and attack is that of Foolbox (Rauber et al. 2017).
package attack
