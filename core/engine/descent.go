package engine

import (
	"errors"
	"fmt"
	"slices"

	"steady/core/compute"
	"steady/core/loss"
)

// Descent is how a training engine takes the steps of stochastic gradient descent by itself.
type Descent struct {
	Momentum float32
	Decay    []float32   // of each of Params
	Velocity [][]float32 // of each of Params; nil for a running statistic
}

// ErrRedo is given where a backend has failed in a descent, and another one has taken its place: Params and velocities
// are what they were when the descent was begun. What was done since is to be done again.
var ErrRedo = errors.New("engine: the steps of this descent are lost")

// descent is a Descent prepared on a backend.
type descent struct {
	Descent
	open       bool             // begun, and not ended
	kernels    []compute.Kernel // the way back, and the steps
	rate       compute.Buffer
	velocities []compute.Buffer // none for running statistics

	// What is read back at the end, and kept apart until all is there.
	values, speeds [][]float32
}

// BeginDescent gives Params and velocities to the backend, where Descend changes them until EndDescent. It is false if
// the backend cannot do that; TrainStep then can. Whatever Descend does, Params and velocities here stay what they are.
func (e *Engine) BeginDescent(d Descent) (bool, error) {
	if !e.config.Train {
		return false, fmt.Errorf("engine: descent: %w: make one with Train", ErrMode)
	}
	if len(d.Decay) != len(e.params) || len(d.Velocity) != len(e.params) {
		return false, fmt.Errorf("engine: descent with %d decays and %d velocities: want %d", len(d.Decay), len(d.Velocity), len(e.params))
	}
	for i, p := range e.params {
		if len(d.Velocity[i]) != len(p.Grad) {
			return false, fmt.Errorf("engine: descent with %d elements of velocity for %q: want %d", len(d.Velocity[i]), p.Name, len(p.Grad))
		}
	}
	able := false
	begin := func() error {
		k, ok := e.backend.(compute.Descender)
		if able = ok; !able {
			return nil
		}
		if e.descent == nil || e.descent.Momentum != d.Momentum || !slices.Equal(e.descent.Decay, d.Decay) {
			e.prepareDescent(k, d)
		}
		e.descent.Velocity = d.Velocity
		for i, p := range e.trained {
			e.backend.Write(e.buffers[p], 0, e.params[i].Value)
			if v := d.Velocity[i]; v != nil {
				e.backend.Write(e.descent.velocities[i], 0, v)
			}
		}
		err := failure(e.backend)
		e.descent.open = err == nil
		return err
	}
	err := e.retry(begin(), begin)
	return able && err == nil, err
}

// DropDescent leaves a descent without reading anything back: Params and velocities here are what counts again.
func (e *Engine) DropDescent() {
	if e.descent != nil {
		e.descent.open = false
	}
}

func (e *Engine) prepareDescent(k compute.Descender, d Descent) {
	s := &descent{Descent: d, rate: e.backend.NewBuffer(1), kernels: slices.Clone(e.gradient.back)}
	s.velocities = make([]compute.Buffer, len(e.trained))
	s.speeds = make([][]float32, len(e.trained))
	for i, p := range e.trained {
		s.values = append(s.values, make([]float32, len(p.Data)))
		if d.Velocity[i] == nil {
			continue
		}
		s.speeds[i] = make([]float32, len(p.Data))
		s.velocities[i] = e.backend.NewBuffer(len(p.Data))
		shape := compute.DescentShape{Size: len(p.Data), Momentum: d.Momentum, Decay: d.Decay[i]}
		s.kernels = append(s.kernels, k.Descend(shape, e.buffers[p], s.velocities[i], e.paramGrads[p], s.rate))
	}
	e.descent = s
}

// Descend does what TrainStep does with the images x, and takes a step along the mean of their gradients, at a learning
// rate. Nothing comes back but the logits for the loss. The error may be ErrRedo.
func (e *Engine) Descend(x []float32, f loss.Func, rate float32) error {
	n, err := e.checkStep(x)
	if err != nil {
		return err
	}
	if e.descent == nil || !e.descent.open {
		return fmt.Errorf("engine: descend: %w: begin a descent first", ErrMode)
	}
	return e.redo(e.descend(x, n, f, rate))
}

func (e *Engine) descend(x []float32, n int, f loss.Func, rate float32) error {
	b, logits, seed := e.backend, e.logits[:n*e.classes], e.seed[:n*e.classes]
	b.Write(e.gradient.input, 0, x)
	b.Run(n, e.gradient.ahead)
	b.Read(logits, e.gradient.output, 0)
	if err := failure(b); err != nil {
		return err
	}
	clear(seed)
	f(0, logits, seed)
	b.Write(e.gradient.seed, 0, seed)
	b.Write(e.descent.rate, 0, []float32{rate})
	b.Run(n, e.descent.kernels)
	return failure(b)
}

// EndDescent reads Params and velocities back. The error may be ErrRedo.
func (e *Engine) EndDescent() error {
	if e.descent == nil || !e.descent.open {
		return fmt.Errorf("engine: end of a descent: %w: begin one first", ErrMode)
	}
	d := e.descent
	err := e.readValues()
	if err == nil {
		for i, v := range d.velocities {
			if v != nil {
				e.backend.Read(d.speeds[i], v, 0)
			}
		}
		err = failure(e.backend)
	}
	if err != nil {
		return e.redo(err)
	}
	for i, p := range e.params {
		copy(p.Value, d.values[i])
		copy(d.Velocity[i], d.speeds[i])
	}
	d.open = false
	return nil
}

// readValues reads the parameters as they are in the midst of a descent: one by one, for all together may be more than
// a device reads at once.
func (e *Engine) readValues() error {
	for i, p := range e.trained {
		e.backend.Read(e.descent.values[i], e.buffers[p], 0)
	}
	return failure(e.backend)
}

// redo takes another backend after a failure, and gives ErrRedo, or the failure if there is no other.
func (e *Engine) redo(err error) error {
	if err == nil {
		return nil
	}
	if err := e.retry(err, func() error { return nil }); err != nil {
		return err
	}
	return ErrRedo
}
