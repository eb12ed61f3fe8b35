package engine

import (
	"errors"
	"fmt"
	"slices"

	"steady/core/compute"
	"steady/core/loss"
)

// SGD is stochastic gradient descent whose steps a training engine takes by itself.
type SGD struct {
	Momentum  float32
	Smoothing float32     // in [0,1], of the labels given to StepLabels
	Decay     []float32   // weight decay of each of Params
	Rates     []float32   // factor on the learning rate of each of Params; nil for 1
	Velocity  [][]float32 // of each of Params; nil for those without a Grad
}

// ErrRestartEpoch is returned where a backend has failed during SGD and another one has taken its place: Params and
// velocities are what they were at BeginSGD, and the steps since then must be taken again.
var ErrRestartEpoch = errors.New("engine: the steps since BeginSGD are lost")

// sgd is an SGD prepared on a backend.
type sgd struct {
	SGD
	open       bool             // begun, and not ended
	kernels    []compute.Kernel // the forward pass, a place for a loss, the backward pass, and the steps of the parameters
	loss       int              // that place
	losses     *lossQueue
	rate       compute.Buffer
	velocities []compute.Buffer // nil for those without a Grad

	// What is read back at the end, and kept apart until all is there.
	values, newVelocities [][]float32
}

// BeginSGD hands Params and velocities to the backend, where StepLabels and StepLoss change them until EndSGD. It returns
// false if the backend cannot do that; TrainStep then can. Until EndSGD Params and velocities here stay what they are.
func (e *Engine) BeginSGD(d SGD) (bool, error) {
	if !e.config.Train {
		return false, fmt.Errorf("engine: SGD: %w: make one with Train", ErrMode)
	}
	if len(d.Decay) != len(e.params) || len(d.Velocity) != len(e.params) {
		return false, fmt.Errorf("engine: SGD with %d decays and %d velocities: want %d", len(d.Decay), len(d.Velocity), len(e.params))
	}
	if d.Rates != nil && len(d.Rates) != len(e.params) {
		return false, fmt.Errorf("engine: SGD with %d factors on the learning rate: want %d", len(d.Rates), len(e.params))
	}
	for i, p := range e.params {
		if len(d.Velocity[i]) != len(p.Grad) {
			return false, fmt.Errorf("engine: SGD with %d elements of velocity for %q: want %d", len(d.Velocity[i]), p.Name, len(p.Grad))
		}
	}
	able := false
	begin := func() error {
		if _, able = e.backend.(compute.SGDKernels); !able {
			return nil
		}
		if e.sgd == nil || !e.sgd.sameKernels(d) {
			if err := e.within(func(e *Engine) error { return e.prepareSGD(d) }); err != nil {
				return err
			}
		}
		e.sgd.Velocity = d.Velocity
		e.sgd.losses.reset()
		e.writeValues()
		for i, v := range d.Velocity {
			if v != nil {
				e.backend.Write(e.sgd.velocities[i], 0, v)
			}
		}
		err := failure(e.backend)
		e.sgd.open = err == nil
		return err
	}
	err := e.retry(begin(), begin)
	return able && err == nil, err
}

// AbortSGD ends SGD without reading anything back: Params and velocities here are what counts again.
func (e *Engine) AbortSGD() {
	if e.sgd != nil {
		e.sgd.open = false
	}
}

// sameKernels reports whether another SGD has the same kernels.
func (d *sgd) sameKernels(o SGD) bool {
	return d.Momentum == o.Momentum && d.Smoothing == o.Smoothing && slices.Equal(d.Decay, o.Decay) && slices.Equal(d.Rates, o.Rates)
}

func (e *Engine) prepareSGD(d SGD) error {
	k, p := e.backend.(compute.SGDKernels), e.gradient
	s := &sgd{SGD: d, rate: e.backend.NewBuffer(1), loss: len(p.forward), losses: e.newLossQueue(k, d.Smoothing)}
	s.kernels = slices.Concat(p.forward, []compute.Kernel{nil}, p.backward)
	s.velocities = make([]compute.Buffer, len(e.trained))
	s.newVelocities = make([][]float32, len(e.trained))
	for i, p := range e.trained {
		s.values = append(s.values, e.room(nil, len(p.Data)))
		if d.Velocity[i] == nil {
			continue
		}
		s.newVelocities[i] = e.room(nil, len(p.Data))
		s.velocities[i] = e.backend.NewBuffer(len(p.Data))
		shape := compute.SGDShape{Size: len(p.Data), Momentum: d.Momentum, Decay: d.Decay[i], RateFactor: 1}
		if d.Rates != nil {
			shape.RateFactor = d.Rates[i]
		}
		s.kernels = append(s.kernels, k.SGDStep(shape, e.buffers[p], s.velocities[i], e.paramGrads[p], s.rate))
	}
	e.sgd = s
	return nil
}

// StepLabels takes a step along the mean gradient of the cross-entropy of the labels of up to Batch images x
// (n×C×H×W), smoothed as the SGD says, at a learning rate. Running statistics move.
//
// It reads nothing back but the totals of steps, and those only now and then: the backend runs at most 16 steps, or for
// about a quarter of a second, without being waited for. It returns the totals of all steps since totals were last
// returned, one for each step, this one the last; or none. The error may be ErrRestartEpoch, also for a failure of
// earlier steps.
func (e *Engine) StepLabels(x []float32, labels []int, rate float32) ([]loss.Total, error) {
	n, err := e.checkSGD(x)
	if err != nil {
		return nil, err
	}
	if len(labels) != n {
		return nil, fmt.Errorf("engine: SGD: %d labels for %d images: want as many", len(labels), n)
	}
	for i, label := range labels {
		if label < 0 || label >= e.classes {
			return nil, fmt.Errorf("engine: SGD: image %d has label %d: want 0 to %d", i, label, e.classes-1)
		}
	}
	return e.stepKernel(x, n, e.sgd.losses.next(e.backend, labels), rate)
}

// StepTargets is StepLabels with soft targets (n×classes): a distribution over the classes for each image, as
// loss.SoftCrossEntropy takes it.
func (e *Engine) StepTargets(x, targets []float32, rate float32) ([]loss.Total, error) {
	n, err := e.checkSGD(x)
	if err != nil {
		return nil, err
	}
	if len(targets) != n*e.classes {
		return nil, fmt.Errorf("engine: SGD: %d targets: want %d (%d images of %d classes)", len(targets), n*e.classes, n, e.classes)
	}
	return e.stepKernel(x, n, e.sgd.losses.nextSoft(e.backend, targets), rate)
}

// stepKernel takes a step whose loss a kernel of the backend computes.
func (e *Engine) stepKernel(x []float32, n int, f compute.Kernel, rate float32) ([]loss.Total, error) {
	b, d := e.backend, e.sgd
	b.Write(e.gradient.input, 0, x)
	b.Write(d.rate, 0, []float32{rate})
	d.kernels[d.loss] = f
	b.Run(n, d.kernels)
	if err := failure(b); err != nil {
		return nil, e.restart(err)
	}
	if !d.losses.shouldFlush() {
		return nil, nil
	}
	return e.DrainTotals()
}

// DrainTotals waits for the steps of StepLabels and StepTargets whose totals have not been returned yet, and returns
// these, one for each step. The error may be ErrRestartEpoch.
func (e *Engine) DrainTotals() ([]loss.Total, error) {
	if err := e.checkBegun(); err != nil {
		return nil, err
	}
	totals := e.sgd.losses.flush(e.backend)
	if err := failure(e.backend); err != nil {
		return nil, e.restart(err)
	}
	return totals, nil
}

// StepLoss is the step for any loss: it runs the images x (n×C×H×W) as TrainStep does, and takes a step along the mean
// of their gradients, at a learning rate. It waits for the logits, which f needs. The error may be ErrRestartEpoch.
func (e *Engine) StepLoss(x []float32, f loss.Func, rate float32) error {
	n, err := e.checkSGD(x)
	if err != nil {
		return err
	}
	return e.restart(e.stepLoss(x, n, f, rate))
}

func (e *Engine) stepLoss(x []float32, n int, f loss.Func, rate float32) error {
	b, d, logits, dlogits := e.backend, e.sgd, e.logits[:n*e.classes], e.dlogits[:n*e.classes]
	b.Write(e.gradient.input, 0, x)
	b.Run(n, d.kernels[:d.loss])
	b.Read(logits, e.gradient.output, 0)
	if err := failure(b); err != nil {
		return err
	}
	clear(dlogits)
	f(0, logits, dlogits)
	b.Write(e.gradient.dlogits, 0, dlogits)
	b.Write(d.rate, 0, []float32{rate})
	b.Run(n, d.kernels[d.loss+1:])
	return failure(b)
}

// checkSGD returns the number of images of a step of SGD.
func (e *Engine) checkSGD(x []float32) (int, error) {
	n, err := e.checkStep(x)
	if err != nil {
		return 0, err
	}
	return n, e.checkBegun()
}

// stepping reports whether SGD was begun and not ended, so that the backend has the parameters.
func (e *Engine) stepping() bool { return e.sgd != nil && e.sgd.open }

// writeValues writes the parameters that are here to the backend.
func (e *Engine) writeValues() {
	for i, p := range e.trained {
		e.backend.Write(e.buffers[p], 0, e.params[i].Value)
	}
}

// checkBegun returns an error unless SGD was begun.
func (e *Engine) checkBegun() error {
	if !e.stepping() {
		return fmt.Errorf("engine: SGD: %w: call BeginSGD first", ErrMode)
	}
	return nil
}

// EndSGD reads Params and velocities back. The error may be ErrRestartEpoch.
func (e *Engine) EndSGD() error {
	if err := e.checkBegun(); err != nil {
		return err
	}
	d := e.sgd
	err := e.readValues()
	if err == nil {
		for i, v := range d.velocities {
			if v != nil {
				e.backend.Read(d.newVelocities[i], v, 0)
			}
		}
		err = failure(e.backend)
	}
	if err != nil {
		return e.restart(err)
	}
	for i, p := range e.params {
		copy(p.Value, d.values[i])
		copy(d.Velocity[i], d.newVelocities[i])
	}
	d.open = false
	return nil
}

// readValues reads the parameters as they are during SGD: one by one, for all together may be more than a device reads
// at a time.
func (e *Engine) readValues() error {
	for i, p := range e.trained {
		e.backend.Read(e.sgd.values[i], e.buffers[p], 0)
	}
	return failure(e.backend)
}

// restart ends SGD after a failure. It takes another backend and returns ErrRestartEpoch, or the failure if there is no
// other backend.
func (e *Engine) restart(err error) error {
	if err == nil {
		return nil
	}
	e.AbortSGD()
	if err := e.retry(err, func() error { return nil }); err != nil {
		return err
	}
	return ErrRestartEpoch
}
