package engine

import (
	"fmt"
	"slices"
	"time"

	"steady/core/compute"
)

// ascent is an attack prepared on a backend that takes its steps by itself.
type ascent struct {
	rule    compute.Ascent
	buffers compute.AscentBuffers
	step    []compute.Kernel // of which the first judge are a pass ahead, and the iterate's judgement
	judge   int
	most    int // steps that the trace has room for
	stride  int // steps to take in one submission

	// What goes up, and what comes down.
	x, origin, kept, velocity, task, state, trace []float32
}

const (
	// mostSteps is how many steps are taken at the most before images that have ended make room for others.
	mostSteps = 16
	// mostTrace is how many logits lie on the device at the most.
	mostTrace = 1 << 22
	// longest is how long one submission may take: drivers reset a card that does not answer for 2 seconds, and nobody
	// who stops an attack or watches it should wait.
	longest = 500 * time.Millisecond
)

// Ascends tells whether the backend takes the steps of an attack by itself, as Ascend wants it.
func (e *Engine) Ascends() bool {
	_, ok := e.backend.(compute.Ascender)
	return ok && !e.config.Train
}

// Ascend has images take steps, each as many as fit in one submission to the backend or as it has left, and fills in
// what became of them. The images come out the same in however many calls. If the backend cannot do it (any more),
// nothing is judged: after a failure in the middle the steps of that batch have not been taken.
func (e *Engine) Ascend(rule compute.Ascent, climbers []*compute.Climber) error {
	for i, c := range climbers {
		c.Judged = 0
		if err := e.checkClimber(rule, c); err != nil {
			return fmt.Errorf("engine: image %d: %w", i, err)
		}
	}
	for len(climbers) > 0 {
		n := 0
		pass := func() (err error) {
			n, err = e.ascend(rule, climbers)
			return err
		}
		if err := e.retry(pass(), pass); err != nil {
			return err
		}
		climbers = climbers[n:]
	}
	return nil
}

func (e *Engine) checkClimber(rule compute.Ascent, c *compute.Climber) error {
	size := e.net.Image.Size()
	if len(c.X) != size || len(c.Origin) != size || rule.Momentum > 0 && len(c.Velocity) != size {
		return fmt.Errorf("%d, %d and %d elements of it, its origin and its velocity: want %d", len(c.X), len(c.Origin), len(c.Velocity), size)
	}
	if c.Class < 0 || c.Class >= e.classes || c.Steps < 0 {
		return fmt.Errorf("class %d and %d steps: want one of %d classes, and no negative number", c.Class, c.Steps, e.classes)
	}
	return nil
}

// ascend has the first images take steps, as many as the backend runs at a time, and gives their number.
func (e *Engine) ascend(rule compute.Ascent, climbers []*compute.Climber) (n int, err error) {
	if !e.Ascends() {
		return len(climbers), nil
	}
	if err := e.prepareAscent(rule); err != nil {
		return 0, err
	}
	a, b := e.ascent, e.backend
	n = min(e.gradient.images, len(climbers))
	left := 0
	for i, c := range climbers[:n] {
		a.put(i, c)
		left = max(left, c.Steps)
	}
	size := e.net.Image.Size()
	b.Write(a.buffers.X, 0, a.x[:n*size])
	b.Write(a.buffers.Origin, 0, a.origin[:n*size])
	b.Write(a.buffers.Task, 0, a.task[:4*n])
	clear(a.state)
	b.Write(a.buffers.State, 0, a.state[:4*n])
	if rule.Momentum > 0 {
		b.Write(a.buffers.Velocity, 0, a.velocity[:n*size])
	}
	// The iterate that the last step leads to needs to be judged only.
	judged := min(a.stride, left+1)
	var kernels []compute.Kernel
	for k := range judged {
		if k == left {
			kernels = append(kernels, a.step[:a.judge]...)
		} else {
			kernels = append(kernels, a.step...)
		}
	}
	begin := time.Now()
	b.Run(n, kernels)
	dst := [][]float32{a.trace[:judged*n*e.classes], a.state[:4*n], a.kept[:n*size]}
	src := []compute.Buffer{a.buffers.Trace, a.buffers.State, a.buffers.Kept}
	if judged <= left { // some go on from there
		dst, src = append(dst, a.x[:n*size]), append(src, a.buffers.X)
		if rule.Momentum > 0 {
			dst, src = append(dst, a.velocity[:n*size]), append(src, a.buffers.Velocity)
		}
	}
	b.ReadAll(dst, src)
	if err := failure(b); err != nil {
		return 0, err
	}
	used := 0
	for i, c := range climbers[:n] {
		a.take(i, c, n, e.classes)
		used += c.Judged
	}
	a.adapt(time.Since(begin), judged, float64(used)/float64(judged*n))
	return n, nil
}

// adapt chooses how many steps to take at once: more as long as that takes little time, and fewer if most images have
// ended before. The first submission takes one, for nobody knows how fast the device is.
func (a *ascent) adapt(took time.Duration, steps int, used float64) {
	switch {
	case took > longest || used < 0.5:
		a.stride = max(1, min(a.stride, steps)/2)
	case took < longest/2 && used > 0.75 && steps == a.stride:
		a.stride = min(2*a.stride, a.most)
	}
}

// prepareAscent makes the kernels of a rule, and what they need.
func (e *Engine) prepareAscent(rule compute.Ascent) error {
	if err := e.differentiable(); err != nil {
		return err
	}
	b, p := e.backend, e.gradient
	size, batch := e.net.Image.Size(), p.images
	a := e.ascent
	if a == nil {
		a = &ascent{
			most: min(max(mostTrace/(batch*e.classes), 1), mostSteps), stride: 1,
			x: make([]float32, batch*size), origin: make([]float32, batch*size), kept: make([]float32, batch*size),
			task: make([]float32, 4*batch), state: make([]float32, 4*batch),
		}
		a.trace = make([]float32, a.most*batch*e.classes)
		a.buffers = compute.AscentBuffers{
			X: p.input, Origin: b.NewBuffer(batch * size), Kept: b.NewBuffer(batch * size),
			Gradient: p.inputGradient, Logits: p.output, Seed: p.seed, Trace: b.NewBuffer(len(a.trace)),
			Task: b.NewBuffer(4 * batch), State: b.NewBuffer(4 * batch),
		}
	} else if a.rule == rule {
		return nil
	}
	if rule.Momentum > 0 && a.velocity == nil {
		a.velocity = make([]float32, batch*size)
		a.buffers.Velocity = b.NewBuffer(batch * size)
	}
	k, s := b.(compute.Ascender), compute.AscentShape{Elements: size, Classes: e.classes}
	a.step = append(slices.Clone(p.ahead), k.Judge(s, rule, a.buffers))
	a.judge = len(a.step)
	a.step = append(a.step, p.back...)
	if rule.Momentum > 0 {
		a.step = append(a.step, k.Momentum(s, rule, a.buffers))
	}
	a.step = append(a.step, k.Ascend(s, rule, a.buffers))
	if err := failure(b); err != nil {
		return err
	}
	a.rule, e.ascent = rule, a
	return nil
}

// put lays image i of a batch out for the device.
func (a *ascent) put(i int, c *compute.Climber) {
	size := len(c.X)
	copy(a.x[i*size:], c.X)
	copy(a.origin[i*size:], c.Origin)
	if a.rule.Momentum > 0 {
		copy(a.velocity[i*size:], c.Velocity)
	}
	task := a.task[4*i:][:4]
	task[0], task[1], task[2], task[3] = float32(c.Class), -1, float32(c.Steps), 0
	if c.Raise {
		task[1] = 1
	}
	if c.First {
		task[3] = 1
	}
}

// take fills in what became of image i of n.
func (a *ascent) take(i int, c *compute.Climber, n, classes int) {
	size, state := len(c.X), a.state[4*i:][:4]
	c.Judged, c.Broken, c.KeptAt = int(state[0]), state[1] == 2, int(state[3])-1
	c.Logits = c.Logits[:0]
	for k := range c.Judged {
		c.Logits = append(c.Logits, a.trace[(k*n+i)*classes:][:classes]...)
	}
	if c.KeptAt >= 0 {
		c.Kept = append(c.Kept[:0], a.kept[i*size:][:size]...)
	}
	if c.Judged <= c.Steps {
		copy(c.X, a.x[i*size:][:size])
		if a.rule.Momentum > 0 {
			copy(c.Velocity, a.velocity[i*size:][:size])
		}
	}
}
