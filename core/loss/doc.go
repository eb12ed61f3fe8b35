// Package loss has the losses that networks are trained and attacked with, as functions of the logits: their values,
// and the gradients that an engine takes back through a network.
//
// Logits are n×classes, row-major, float32, one row an image; labels are class numbers in [0, classes). A label
// outside that range is a mistake of the caller and panics as an index out of range: readers of data check labels.
//
// Everything is computed relative to the largest logit of a row, in float64, so that logits of any finite size give
// finite results, and a gradient does not vanish before its float32 does: the element of the label is minus the sum
// of the other probabilities, never a probability minus one.
//
// A row with a NaN, with +Inf, or with nothing but -Inf has no softmax: its probabilities, its gradient and its loss
// are all NaN, and never an innocent-looking number. A single -Inf is a class of probability zero. Rows do not touch
// each other.
package loss
