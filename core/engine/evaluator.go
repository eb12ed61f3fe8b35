package engine

import (
	"fmt"

	"steady/core/nn"
)

// Evaluator returns an engine for the logits and input gradients of a training engine's network with the parameters as
// they are now: while the backend takes the steps, those that it has. It is valid until the next step. No call to it
// changes the training engine, running statistics included.
//
// With BatchStatistics it computes in the training engine's memory, with its parameters and kernels: nothing is copied, and
// weights that kernels transform are transformed once for it and the next step. Should the backend fail during SGD, its
// methods return ErrRestartEpoch. Its Bytes are the training engine's.
//
// With RunningStatistics it is an engine of its own, and its results are, to the bit, those of the network which Store
// would write: batch normalization is folded, and images may run in microbatches. The first call prepares it, on the same
// backend and with the same Config but for Train; every call copies the parameters to it, which are read back for that
// where the backend takes the steps. The error may be ErrRestartEpoch.
func (e *Engine) Evaluator(s Statistics) (*Engine, error) {
	if !e.config.Train {
		return nil, fmt.Errorf("engine: evaluator: %w: it is one, or make one with Train", ErrMode)
	}
	if s == BatchStatistics {
		return e.sharingEvaluator()
	}
	running := e.stepping()
	if running {
		if err := e.readValues(); err != nil {
			return nil, e.restart(err)
		}
	}
	v := e.evaluators[s]
	if v == nil {
		n := e.source.Clone()
		if err := e.store(n, running); err != nil {
			return nil, err
		}
		c := e.config
		c.Train, c.Statistics, c.Fallback = false, s, e.shareFallback()
		c.MaxBytes = max(c.MaxBytes-int64(e.Bytes()), 1)
		v, err := New(e.backend, n, c)
		if err == nil {
			e.evaluators[s] = v
		}
		return v, err
	}
	if err := e.store(v.source, running); err != nil {
		return nil, err
	}
	return v, v.load()
}

// load takes the parameters that the network given to New has now.
func (e *Engine) load() error {
	from := e.config.form(e.source).Params()
	put := func() error {
		for i, p := range e.net.Params() {
			copy(p.Data, from[i].Data)
			e.backend.Write(e.buffers[p], 0, p.Data)
		}
		return failure(e.backend)
	}
	return e.retry(put(), put)
}

// sharingEvaluator returns the evaluator that computes in the memory of this engine.
func (e *Engine) sharingEvaluator() (*Engine, error) {
	v := e.evaluators[BatchStatistics]
	if v == nil {
		v = &Engine{net: e.net, source: e.source, config: e.config, classes: e.classes, training: e}
		v.config.Train = false
	}
	if err := v.retry(v.share(), func() error { return nil }); err != nil {
		return nil, err
	}
	e.evaluators[BatchStatistics] = v
	return v, nil
}

// share takes up the program and the memory of the training engine, where its backend has the parameters then.
func (e *Engine) share() error {
	t := e.training
	if t.evaluation == nil {
		if err := t.within((*Engine).prepareEvaluation); err != nil {
			return err
		}
	}
	if !t.stepping() {
		t.writeValues()
	}
	e.backend, e.batch, e.trial, e.logits, e.dlogits = t.backend, t.batch, t.trial, t.logits, t.dlogits
	e.forward, e.gradient = t.evaluation, t.evaluation
	return failure(e.backend)
}

func (e *Engine) prepareEvaluation() error {
	if e.gradient.inputGradient == nil {
		return fmt.Errorf("engine: network %q: its output does not depend on its input", e.net.Name)
	}
	e.evaluation = e.gradient.evaluation()
	return failure(e.backend)
}

// recover continues after a failure of an evaluator in this engine's memory: on another backend, if there is one, or, in
// SGD, with ErrRestartEpoch.
func (e *Engine) recover(err error) error {
	if e.stepping() {
		return e.restart(err)
	}
	return e.retry(err, func() error { return nil })
}

// prepareNorms makes room for the sums that the input gradient of a batch normalization by the batch's statistics
// passes through.
func (e *Engine) prepareNorms() {
	for _, l := range e.net.Layers {
		if o, ok := l.Op.(*nn.BatchNorm); ok {
			e.paramGrads[o.Scale], e.paramGrads[o.Shift] = e.backend.NewBuffer(len(o.Scale.Data)), e.backend.NewBuffer(len(o.Shift.Data))
		}
	}
}
