package attack

// accumulate turns the gradient into that of MI-FGSM: a running sum of gradients, each scaled to an L1 norm of 1 first,
// so that a point of large gradients does not outweigh all others (Dong et al. 2018, equation 6).
func accumulate(w *walk) {
	if w.velocity == nil {
		w.velocity = make([]float32, len(w.grad))
	}
	scale := 1 / (lengthL1(w.grad) + tiny*lengthLinf(w.grad))
	if scale-scale != 0 { // a gradient of zero adds nothing
		scale = 0
	}
	for i, g := range w.grad {
		w.velocity[i] = float32(w.params.Momentum*float64(w.velocity[i]) + float64(g)*scale)
	}
	copy(w.grad, w.velocity)
}
