// Package engine runs a network on a backend: logits, gradients with respect to the input, and, in training mode,
// gradients with respect to the parameters.
//
// Images are N×C×H×W float32 for any N; a long list is cut into batches. A network's last Softmax is left out, so that
// what comes out are logits, and for evaluation batch normalization is folded into the layers before it. Gradients are
// those of the SUM of a loss over images, which makes an image's gradient independent of its batch.
//
// An engine allocates when it is made and when a program (forward, or forward and backward) is first needed; running
// allocates nothing. Whatever it prepares it first prepares on a backend that only counts memory (compute.Measuring), and
// compares the count with a limit; Measure returns that count. It must not be used from several goroutines at once; several
// engines may.
package engine
