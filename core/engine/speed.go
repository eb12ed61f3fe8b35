package engine

import "time"

// Speed is how many images a second the engine computes, as a trial of a given time tells after a first batch, or 0 if
// it fails: logits, or, made for training, steps. Parameters are afterwards what they were.
func (e *Engine) Speed(trial time.Duration) float64 {
	x := make([]float32, e.config.Batch*e.net.Image.Size())
	logits := make([]float32, e.config.Batch*e.classes)
	pass := func() error { return e.Logits(logits, x) }
	if e.config.Train {
		pass = func() error { return e.TrainStep(x, func(int, []float32, []float32) {}) }
		for _, p := range e.params {
			before := append([]float32(nil), p.Value...)
			defer copy(p.Value, before)
		}
	}
	if pass() != nil {
		return 0
	}
	images := 0
	begin := time.Now()
	for time.Since(begin) < trial {
		if pass() != nil {
			return 0
		}
		images += e.config.Batch
	}
	return float64(images) / time.Since(begin).Seconds()
}
