package engine

import (
	"errors"
	"fmt"
	"time"

	"steady/core/attackstep"
	"steady/core/compute"
)

// attackSteps are the steps of an attack, prepared on a backend that takes them by itself.
type attackSteps struct {
	rule     attackstep.Rule
	buffers  compute.AttackBuffers
	step     []compute.Kernel // of which the first evaluate are a forward pass, and the evaluation of the iterate
	evaluate int
	maxSteps int // for which the trace has room
	stride   int // steps to take in one submission
	images   int // that stride was found with; 0 if it was not

	// Copies here of what is written to the device and read from it.
	x, origin, best, velocity, square, task, state, trace, distances []float32
}

const (
	// maxSteps is the most steps taken at a time before images that have finished make room for others.
	maxSteps = 32
	// maxDuration is how long one submission may take: drivers reset a GPU that does not answer for 2 seconds, and nobody
	// who stops an attack or watches it should wait.
	maxDuration = 500 * time.Millisecond
)

// CanRunSteps reports whether the backend takes the steps of an attack by itself, so that RunSteps does something.
func (e *Engine) CanRunSteps() bool {
	_, ok := e.backend.(compute.AttackKernels)
	return ok && e.config.Statistics == RunningStatistics && !e.noRoomForSteps
}

// RunSteps moves iterates by steps of a rule, each by as many as fit in one submission to the backend or as it has left,
// and fills in their results. These do not depend on the number of calls. If the backend cannot do it (any more), nothing
// is evaluated: after a failure in the middle the steps of that batch have not been taken.
//
// It returns an error where an iterate does not fit the network or the rule.
func (e *Engine) RunSteps(rule attackstep.Rule, iterates []*attackstep.Iterate) error {
	for i, it := range iterates {
		it.Evaluated = 0
		if err := e.checkIterate(rule, it); err != nil {
			return fmt.Errorf("engine: image %d: %w", i, err)
		}
	}
	batch := e.batch
	for len(iterates) > 0 {
		n := 0
		pass := func() (err error) {
			n, err = e.runSteps(rule, iterates)
			return err
		}
		if err := e.retry(pass(), pass); err != nil {
			return err
		}
		iterates = iterates[n:]
	}
	if e.noRoomForSteps && e.batch < batch { // for everything else there is room as before
		e.batch = batch
		return e.retry(e.prepare(), func() error { return nil })
	}
	return nil
}

func (e *Engine) checkIterate(rule attackstep.Rule, it *attackstep.Iterate) error {
	size := e.net.Image.Size()
	if len(it.X) != size || len(it.Origin) != size || hasVelocity(rule) && len(it.Velocity) != size || isCW(rule) && len(it.Square) != size {
		return fmt.Errorf("%d, %d, %d and %d elements of X, Origin, Velocity and Square: want %d",
			len(it.X), len(it.Origin), len(it.Velocity), len(it.Square), size)
	}
	if it.Class < 0 || it.Class >= e.classes || it.Steps < 0 || isCW(rule) && it.Steps == 0 {
		return fmt.Errorf("class %d and %d steps: want one of %d classes, and 1 step or more (within a ball 0 or more)",
			it.Class, it.Steps, e.classes)
	}
	return nil
}

// runSteps moves the first images, as many as the backend runs at a time, and returns their number.
func (e *Engine) runSteps(rule attackstep.Rule, iterates []*attackstep.Iterate) (n int, err error) {
	if !e.CanRunSteps() {
		return len(iterates), nil
	}
	if err := e.prepareSteps(rule); err != nil {
		if errors.Is(err, ErrMemory) && e.gradient != nil && e.batch == 1 {
			e.noRoomForSteps = true
			return len(iterates), nil
		}
		return 0, err
	}
	a, b := e.attackSteps, e.backend
	n = min(e.gradient.images, len(iterates))
	last := 0
	for i, it := range iterates[:n] {
		last = max(last, a.put(i, it))
	}
	m := &a.buffers
	size := e.net.Image.Size()
	upload := append(a.moving(size), mirror{a.origin, m.Origin, size}, mirror{a.task, m.Task, 4}, mirror{a.state, m.State, a.stateSize()})
	for _, s := range upload {
		b.Write(s.buffer, 0, s.host[:n*s.elements])
	}
	a.limitStride(n)
	evaluated := min(a.stride, last+1)
	var kernels []compute.Kernel
	for k := range evaluated {
		if k == last && !isCW(rule) { // nothing follows
			kernels = append(kernels, a.step[:a.evaluate]...)
		} else {
			kernels = append(kernels, a.step...)
		}
	}
	begin := time.Now()
	b.Run(n, kernels)
	download := []mirror{{a.trace, m.Trace, evaluated * e.classes}, {a.state, m.State, a.stateSize()}, {a.best, m.Best, size}}
	if isCW(rule) {
		download = append(download, mirror{a.distances, m.Distances, evaluated})
	}
	if evaluated <= last || isCW(rule) { // some go on from there
		download = append(download, a.moving(size)...)
	}
	var dst [][]float32
	var src []compute.Buffer
	for _, s := range download {
		dst, src = append(dst, s.host[:n*s.elements]), append(src, s.buffer)
	}
	b.ReadAll(dst, src)
	if err := failure(b); err != nil {
		return 0, err
	}
	used := 0
	for i, it := range iterates[:n] {
		a.get(i, it, n, evaluated, e.classes)
		used += it.Evaluated
	}
	a.adapt(time.Since(begin), evaluated, n, float64(used)/float64(evaluated*n))
	return n, nil
}

// limitStride takes fewer steps at a time for more images than the stride was found with.
func (a *attackSteps) limitStride(images int) {
	if images > a.images && a.images > 0 {
		a.stride = max(1, a.stride*a.images/images)
	}
}

// adapt chooses how many steps to take at a time: more as long as that takes little time, and fewer if most images have
// finished before. The first submission takes one, as it is not known how fast the device is.
func (a *attackSteps) adapt(took time.Duration, steps, images int, used float64) {
	a.images = images
	switch {
	case took > maxDuration || used < 0.5:
		a.stride = max(1, min(a.stride, steps)/2)
	case took < maxDuration/2 && used > 0.75 && steps == a.stride:
		a.stride = min(2*a.stride, a.maxSteps)
	}
}

// prepareSteps makes the kernels of a rule, and what they need.
func (e *Engine) prepareSteps(rule attackstep.Rule) error {
	if err := e.ensureGradient(); err != nil {
		return err
	}
	if e.attackSteps != nil && e.attackSteps.rule == rule {
		return nil
	}
	return e.within(func(e *Engine) error { return e.prepareStepsNow(rule) })
}

func (e *Engine) prepareStepsNow(rule attackstep.Rule) error {
	a := e.reserveSteps(rule)
	k, m, s := e.backend.(compute.AttackKernels), a.buffers, compute.AttackShape{Elements: e.net.Image.Size(), Classes: e.classes}
	a.step = nil
	switch r := rule.(type) {
	case attackstep.PGD:
		a.step = append(append(a.step, e.gradient.forward...), k.SelectBest(s, r, m))
		a.evaluate = len(a.step)
		a.step = append(a.step, e.gradient.backward...)
		if r.Momentum > 0 {
			a.step = append(a.step, k.Momentum(s, r, m))
		}
		a.step = append(a.step, k.ProjectedStep(s, r, m))
	case attackstep.CW:
		a.step = append(append(append(a.step, k.FromTanh(s, m)), e.gradient.forward...), k.CWLoss(s, r, m))
		a.evaluate = len(a.step)
		a.step = append(append(a.step, e.gradient.backward...), k.AdamStep(s, r, m))
	}
	if err := failure(e.backend); err != nil {
		e.attackSteps = nil
		return err
	}
	a.rule, e.attackSteps = rule, a
	return nil
}

// reserveSteps makes the buffers that a rule needs and that are not there yet.
func (e *Engine) reserveSteps(rule attackstep.Rule) *attackSteps {
	p, size := e.gradient, e.net.Image.Size()
	a := e.attackSteps
	if a == nil {
		// The trace takes no more memory than the images, so that where these fit it does too.
		a = &attackSteps{maxSteps: min(max(size/e.classes, 1), maxSteps), stride: 1}
		a.buffers = compute.AttackBuffers{X: p.input, Gradient: p.inputGradient, Logits: p.output, DLogits: p.dlogits}
	}
	m := &a.buffers
	all := []struct {
		needed   bool
		buffer   *compute.Buffer
		host     *[]float32
		elements int // an image
	}{
		{true, &m.X, &a.x, size},
		{true, &m.Origin, &a.origin, size},
		{true, &m.Best, &a.best, size},
		{true, &m.Trace, &a.trace, a.maxSteps * e.classes},
		{true, &m.Task, &a.task, 4},
		{true, &m.State, &a.state, 8},
		{hasVelocity(rule), &m.Velocity, &a.velocity, size},
		{isCW(rule), &m.Variable, &a.x, size},
		{isCW(rule), &m.Square, &a.square, size},
		{isCW(rule), &m.Distances, &a.distances, a.maxSteps},
	}
	for _, r := range all {
		if r.needed && *r.buffer == nil {
			*r.buffer = e.backend.NewBuffer(p.images * r.elements)
		}
		if r.needed && *r.host == nil {
			*r.host = e.room(nil, p.images*r.elements)
		}
	}
	return a
}
