// Package train teaches networks: recipes, the schedule of the learning rate, stochastic gradient descent,
// augmentation, weight averaging, and checkpoints from which a run goes on to the bit where it stopped.
//
// A Trainer works through a data set epoch by epoch on a training engine. Pictures are N×C×H×W float32 in [0,1]; the
// engine's gradients are sums over images and the step that is made of them is that of their mean.
//
// Where the engine's backend can, steps are taken on it for an epoch, and so is the loss, as long as a recipe does not set
// another (Batch.Loss): what passed is then known some steps later.
//
// Everything drawn at random is keyed by the seed, the epoch and the picture, so a run depends on its Config, its data
// and the kind of machine, and on nothing else: sums are added in an order that does not depend on the number of cores
// (see package cpu), but kinds of processors may round them differently.
//
// A Config that makes no sense is refused with an error that wraps ErrConfig or ErrUnknown, a checkpoint that is
// damaged or of another run with one that wraps ErrCheckpoint, before anything is changed. The package reads and
// writes no files.
package train
