// Package train trains networks: recipes, the schedule of the learning rate, stochastic gradient descent, augmentation,
// weight averaging, and checkpoints from which a run is resumed bit for bit.
//
// A [Trainer] works through a data set epoch by epoch on a training engine. Images are N×C×H×W float32 in [0,1]; the
// engine's gradients are sums over images, and a step is along their mean.
//
// # Recipes
//
// A [Recipe] is a set of defaults and a function, Prepare, that changes each [Batch] before the step: its images, its
// labels or soft targets (Batch.Targets), or its loss (Batch.Loss). For adversarial training it queries the network as it is
// at that step (Batch.Network), on which an attack of package attack runs, with attack.Unsatisfiable so that every image
// is changed. The parameters that all recipes share are fields of [Config]; [WithOptions] makes a recipe with parameters of
// its own. Either are described once, in a table of package option. [Register] adds a recipe from outside this package;
// [Parse] reads one from text.
//
// # Where steps are taken
//
// Where the engine's backend can, it takes the steps of an epoch itself, and computes the loss too, as long as a recipe
// does not set Batch.Loss: one submission for each step, whose loss is known some steps later. What Batch.Network answers
// is that of the parameters which the backend has at that step. With a moving average, lookahead or clipping, which want the
// parameters or gradients of each step, the steps are taken here.
//
// # Determinism
//
// Everything drawn at random is keyed by the seed, the epoch, and the image or the step, so a run depends on its Config,
// its data and the kind of machine, and on nothing else: sums are added in an order that does not depend on the number of
// cores (see package cpu), but kinds of processors may round them differently.
//
// # Errors
//
// A Config that makes no sense is refused with an error that matches ErrConfig or ErrUnknown, a checkpoint that is damaged
// or of another run with one that matches ErrCheckpoint, before anything is changed. The package reads and writes no files.
package train
