package loss

// Func writes the gradient of a loss with respect to the logits.
//
// logits and dlogits are n×classes, row-major; the rows are those of images first, first+1, ... of the caller's list
// (an engine may cut a long list into batches). The loss is the SUM over images, so that the gradient of an
// image does not depend on the batch it is in. logits must not be changed.
type Func func(first int, logits, dlogits []float32)
