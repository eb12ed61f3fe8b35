package engine

import (
	"errors"
	"fmt"

	"steady/core/compute"
)

// failed marks a failure of the backend, at which another backend may succeed.
type failed struct{ error }

func (f failed) Unwrap() error { return f.error }

// failure returns what has failed on a backend, or nil.
func failure(b compute.Backend) error {
	if err := b.Err(); err != nil {
		return fmt.Errorf("engine: %w", failed{err})
	}
	return nil
}

// retry continues after run has returned err: it prepares the network for fewer images, or on another backend, and calls
// run again.
func (e *Engine) retry(err error, run func() error) error {
	for err != nil {
		if e.training != nil {
			if err := e.training.recover(err); err != nil {
				return err
			}
		} else if !e.shrink(err) && !e.replace(err) {
			return err
		}
		if err = e.prepare(); err == nil {
			err = run()
		}
	}
	return nil
}

// shrink halves the batch if memory was short. With statistics of the batch that would change them.
func (e *Engine) shrink(err error) bool {
	short := errors.Is(err, ErrMemory) || errors.Is(err, compute.ErrTooLarge)
	if !short || e.batch == 1 || e.config.Statistics == BatchStatistics {
		return false
	}
	e.batch /= 2
	return true
}

// replace takes another backend if this one has failed and there is another.
func (e *Engine) replace(err error) bool {
	if !errors.As(err, new(failed)) || e.config.Fallback == nil {
		return false
	}
	b := e.spare
	if b == nil {
		b = e.config.Fallback(err)
	}
	if b == nil {
		return false
	}
	e.backend, e.batch, e.spare = b, e.config.Batch, nil
	e.fallbacks++
	return true
}

// shareFallback returns the Fallback of an evaluator: the backend that this engine has gone to, or will go to. So a device
// that both have lost is reported once.
func (e *Engine) shareFallback() func(failure error) compute.Backend {
	if e.config.Fallback == nil {
		return nil
	}
	fallbacks := e.fallbacks
	return func(failure error) compute.Backend {
		if e.fallbacks > fallbacks {
			return e.backend
		}
		if e.spare == nil {
			e.spare = e.config.Fallback(failure)
		}
		return e.spare
	}
}

// prepare makes the network's buffers on the backend, and the program that every engine of its kind needs.
func (e *Engine) prepare() error {
	if e.training != nil {
		return e.share()
	}
	e.trial = e.measuring()
	return e.within((*Engine).prepareNow)
}

func (e *Engine) prepareNow() (err error) {
	e.forward, e.gradient, e.attackSteps, e.sgd, e.evaluation, e.evaluators = nil, nil, nil, nil, nil, [2]*Engine{}
	for _, p := range e.net.Params() {
		buffer := e.backend.NewBuffer(len(p.Data))
		e.backend.Write(buffer, 0, p.Data)
		e.buffers[p] = buffer
	}
	if e.config.Train {
		e.prepareTraining()
		err = e.ensureGradientNow()
	} else {
		e.prepareNorms()
		e.forward, err = e.compile(false)
	}
	return err
}
