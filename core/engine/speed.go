package engine

import (
	"slices"
	"time"
)

// Speed returns how many images a second the engine computes, measured for the duration of a trial after a first batch,
// or 0 if it fails: logits or, if the engine was made for training, steps. Parameters do not change.
func (e *Engine) Speed(trial time.Duration) float64 {
	batch := e.batch
	x, logits := make([]float32, batch*e.net.Image.Size()), make([]float32, batch*e.classes)
	pass := func() error { return e.Logits(logits, x) }
	wait := func() error { return nil }
	if e.config.Train {
		for _, p := range e.params {
			before := slices.Clone(p.Value)
			defer copy(p.Value, before)
		}
		ok, err := e.BeginSGD(e.standstill())
		if err != nil {
			return 0
		}
		if ok {
			defer e.AbortSGD()
			labels := make([]int, batch)
			pass = func() error { _, err := e.StepLabels(x, labels, 0); return err }
			wait = func() error { _, err := e.DrainTotals(); return err }
		} else {
			pass = func() error { return e.TrainStep(x, func(int, []float32, []float32) {}) }
		}
	}
	if pass() != nil || wait() != nil {
		return 0
	}
	images := 0
	begin := time.Now()
	for images == 0 || time.Since(begin) < trial {
		if pass() != nil {
			return 0
		}
		images += batch
	}
	if wait() != nil {
		return 0
	}
	return float64(images) / max(time.Since(begin), time.Microsecond).Seconds() // clocks may be coarse
}

// standstill returns an SGD that, at a learning rate of 0, leaves parameters as they are.
func (e *Engine) standstill() SGD {
	d := SGD{Decay: make([]float32, len(e.params)), Velocity: make([][]float32, len(e.params))}
	for i, p := range e.params {
		if p.Grad != nil {
			d.Velocity[i] = make([]float32, len(p.Grad))
		}
	}
	return d
}
