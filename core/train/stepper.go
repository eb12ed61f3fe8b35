package train

import (
	"fmt"

	"steady/core/engine"
	"steady/core/loss"
)

// stepper is an Engine that may take the steps on its backend; *engine.Engine is one.
type stepper interface {
	BeginSGD(engine.SGD) (bool, error)
	StepLabels(x []float32, labels []int, rate float32) ([]loss.Total, error)
	StepTargets(x, targets []float32, rate float32) ([]loss.Total, error)
	DrainTotals() ([]loss.Total, error)
	StepLoss(x []float32, f loss.Func, rate float32) error
	EndSGD() error
	AbortSGD()
}

// beginSGD leaves the steps of an epoch to the engine, if it takes them. An average follows each step, for which the
// parameters are wanted here, and clipping wants all gradients before it.
func (t *Trainer) beginSGD() error {
	t.stepper = nil
	s, ok := t.engine.(stepper)
	if !ok || t.average != nil || t.sgd.clip > 0 {
		return nil
	}
	ok, err := s.BeginSGD(t.sgd.forEngine(t.config.LabelSmoothing))
	if err != nil {
		return fmt.Errorf("train: epoch %d: %w", t.epoch+1, err)
	}
	if ok {
		t.stepper = s
	}
	return nil
}

// stepOnEngine has the engine take a step. After the last one of an epoch, all totals are known.
func (t *Trainer) stepOnEngine(b *Batch, rate float32, last bool) (passed []loss.Total, err error) {
	if b.Loss != nil {
		if passed, err = t.stepper.DrainTotals(); err != nil { // of the steps before come first
			return nil, err
		}
		err = t.stepper.StepLoss(b.X, b.Loss, rate)
		return append(passed, *b.Total), err
	}
	if b.Targets != nil {
		passed, err = t.stepper.StepTargets(b.X, b.Targets, rate)
	} else {
		passed, err = t.stepper.StepLabels(b.X, b.Labels, rate)
	}
	if err != nil || !last {
		return passed, err
	}
	rest, err := t.stepper.DrainTotals()
	return append(passed, rest...), err
}
