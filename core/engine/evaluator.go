package engine

import (
	"fmt"

	"steady/core/nn"
)

// Evaluator returns an engine for the logits and input gradients of a training engine's network with the parameters as
// they are now: while the backend takes the steps, those that it has. No call to it changes the training engine,
// running statistics included.
//
// The first call for each kind of statistics prepares an engine, on the same backend and with the same Config but for
// Train; later ones bring its parameters up to date. Where the backend takes the steps, they are read back for that. The
// error may then be ErrRestartEpoch.
func (e *Engine) Evaluator(s Statistics) (*Engine, error) {
	if !e.config.Train {
		return nil, fmt.Errorf("engine: evaluator: %w: it is one, or make one with Train", ErrMode)
	}
	running := e.sgd != nil && e.sgd.open
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

// prepareNorms makes room for the sums that the input gradient of a batch normalization by the batch's statistics
// passes through.
func (e *Engine) prepareNorms() {
	for _, l := range e.net.Layers {
		if o, ok := l.Op.(*nn.BatchNorm); ok {
			e.paramGrads[o.Scale], e.paramGrads[o.Shift] = e.backend.NewBuffer(len(o.Scale.Data)), e.backend.NewBuffer(len(o.Shift.Data))
		}
	}
}
