package engine

import (
	"slices"
	"time"
)

// Speed returns how many images a second the engine computes the logits of, measured for the duration of a trial after a first
// batch, or 0 if it fails.
func (e *Engine) Speed(trial time.Duration) float64 {
	x, logits := make([]float32, e.batch*e.net.Image.Size()), make([]float32, e.batch*e.classes)
	return e.speed(trial, func() error { return e.Logits(logits, x) }, func() error { return nil })
}

// StepSpeed is Speed for steps of training, of an engine made for it. Parameters do not change.
func (e *Engine) StepSpeed(trial time.Duration) float64 {
	x := make([]float32, e.batch*e.net.Image.Size())
	for _, p := range e.params {
		before := slices.Clone(p.Value)
		defer copy(p.Value, before)
	}
	ok, err := e.BeginSGD(e.standstill())
	if err != nil {
		return 0
	}
	if !ok {
		step := func() error { return e.TrainStep(x, func(int, []float32, []float32) {}) }
		return e.speed(trial, step, func() error { return nil })
	}
	defer e.AbortSGD()
	labels := make([]int, e.batch)
	step := func() error { _, err := e.StepLabels(x, labels, 0); return err }
	return e.speed(trial, step, func() error { _, err := e.DrainTotals(); return err })
}

// speed returns how many images a second go through passes of a batch each, of which wait waits for those that still run.
func (e *Engine) speed(trial time.Duration, pass, wait func() error) float64 {
	if pass() != nil || wait() != nil {
		return 0
	}
	images := 0
	begin := time.Now()
	for images == 0 || time.Since(begin) < trial {
		if pass() != nil {
			return 0
		}
		images += e.batch
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
