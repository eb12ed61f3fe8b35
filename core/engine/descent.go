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
	Momentum  float32
	Smoothing float32     // in [0,1], of the labels given to DescendLabels
	Decay     []float32   // of each of Params
	Velocity  [][]float32 // of each of Params; nil for a running statistic
}

// ErrRedo is given where a backend has failed in a descent, and another one has taken its place: Params and velocities
// are what they were when the descent was begun. What was done since is to be done again.
var ErrRedo = errors.New("engine: the steps of this descent are lost")

// descent is a Descent prepared on a backend.
type descent struct {
	Descent
	open       bool             // begun, and not ended
	kernels    []compute.Kernel // the way there, a place for a loss, the way back, and the steps of the parameters
	loss       int              // that place
	tally      *tally
	rate       compute.Buffer
	velocities []compute.Buffer // none for running statistics

	// What is read back at the end, and kept apart until all is there.
	values, speeds [][]float32
}

// BeginDescent gives Params and velocities to the backend, where DescendLabels and Descend change them until EndDescent.
// It is false if the backend cannot do that; TrainStep then can. Whatever the steps do, Params and velocities here stay
// what they are.
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
		if e.descent == nil || !e.descent.like(d) {
			e.prepareDescent(k, d)
		}
		e.descent.Velocity = d.Velocity
		e.descent.tally.forget()
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

// like tells whether another descent has the same kernels.
func (d *descent) like(o Descent) bool {
	return d.Momentum == o.Momentum && d.Smoothing == o.Smoothing && slices.Equal(d.Decay, o.Decay)
}

func (e *Engine) prepareDescent(k compute.Descender, d Descent) {
	p := e.gradient
	s := &descent{Descent: d, rate: e.backend.NewBuffer(1), loss: len(p.ahead), tally: e.newTally(k, d.Smoothing)}
	s.kernels = slices.Concat(p.ahead, []compute.Kernel{nil}, p.back)
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

// DescendLabels takes a step along the mean gradient of the cross-entropy of the labels of up to Batch images x
// (n×C×H×W), smoothed as the Descent says, at a learning rate. Running statistics move.
//
// Nothing comes back but the totals of steps, and those only now and then: the backend is left to itself for at most 16
// steps, and about a quarter of a second. What is given are the totals of all steps since they were last given, a step
// each, this one the last; or none. The error may be ErrRedo, also for a failure of the steps before.
func (e *Engine) DescendLabels(x []float32, labels []int, rate float32) ([]loss.Total, error) {
	n, err := e.checkDescent(x)
	if err != nil {
		return nil, err
	}
	if len(labels) != n {
		return nil, fmt.Errorf("engine: descend: %d labels for %d images: want as many", len(labels), n)
	}
	for i, label := range labels {
		if label < 0 || label >= e.classes {
			return nil, fmt.Errorf("engine: descend: image %d has label %d: want 0 to %d", i, label, e.classes-1)
		}
	}
	b, d := e.backend, e.descent
	b.Write(e.gradient.input, 0, x)
	b.Write(d.rate, 0, []float32{rate})
	d.kernels[d.loss] = d.tally.next(b, labels)
	b.Run(n, d.kernels)
	if err := failure(b); err != nil {
		return nil, e.redo(err)
	}
	if !d.tally.due() {
		return nil, nil
	}
	return e.Totals()
}

// Totals waits for the steps of DescendLabels whose totals it has not given yet, and gives these, a step each. The
// error may be ErrRedo.
func (e *Engine) Totals() ([]loss.Total, error) {
	if err := e.descending(); err != nil {
		return nil, err
	}
	totals := e.descent.tally.read(e.backend)
	if err := failure(e.backend); err != nil {
		return nil, e.redo(err)
	}
	return totals, nil
}

// Descend is the step for any loss: it does what TrainStep does with the images x, and takes a step along the mean of
// their gradients, at a learning rate. The logits come back for the loss, which is waited for. The error may be ErrRedo.
func (e *Engine) Descend(x []float32, f loss.Func, rate float32) error {
	n, err := e.checkDescent(x)
	if err != nil {
		return err
	}
	return e.redo(e.descend(x, n, f, rate))
}

func (e *Engine) descend(x []float32, n int, f loss.Func, rate float32) error {
	b, d, logits, seed := e.backend, e.descent, e.logits[:n*e.classes], e.seed[:n*e.classes]
	b.Write(e.gradient.input, 0, x)
	b.Run(n, d.kernels[:d.loss])
	b.Read(logits, e.gradient.output, 0)
	if err := failure(b); err != nil {
		return err
	}
	clear(seed)
	f(0, logits, seed)
	b.Write(e.gradient.seed, 0, seed)
	b.Write(d.rate, 0, []float32{rate})
	b.Run(n, d.kernels[d.loss+1:])
	return failure(b)
}

// checkDescent gives the number of images of a step of a descent.
func (e *Engine) checkDescent(x []float32) (int, error) {
	n, err := e.checkStep(x)
	if err != nil {
		return 0, err
	}
	return n, e.descending()
}

// descending is an error where no descent was begun.
func (e *Engine) descending() error {
	if e.descent == nil || !e.descent.open {
		return fmt.Errorf("engine: descent: %w: begin one first", ErrMode)
	}
	return nil
}

// EndDescent reads Params and velocities back. The error may be ErrRedo.
func (e *Engine) EndDescent() error {
	if err := e.descending(); err != nil {
		return err
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

// redo ends a descent after a failure. It takes another backend and gives ErrRedo, or the failure if there is no other.
func (e *Engine) redo(err error) error {
	if err == nil {
		return nil
	}
	e.DropDescent()
	if err := e.retry(err, func() error { return nil }); err != nil {
		return err
	}
	return ErrRedo
}
