package engine

import (
	"errors"
	"fmt"
	"time"

	"steady/core/compute"
)

// ascent is an attack prepared on a backend that takes its steps by itself.
type ascent struct {
	rule    compute.Ascent
	buffers compute.AscentBuffers
	step    []compute.Kernel // of which the first judge are a pass ahead, and the iterate's judgement
	judge   int
	most    int     // steps that the trace has room for
	stride  int     // steps to take in one submission
	images  int     // that this was found with; 0 if it was not
	bytes   float64 // on the device, the gradient's program included

	// What goes up, and what comes down.
	x, origin, kept, velocity, square, task, state, trace, distances []float32
}

const (
	// mostSteps is how many steps are taken at the most before images that have ended make room for others.
	mostSteps = 32
	// longest is how long one submission may take: drivers reset a card that does not answer for 2 seconds, and nobody
	// who stops an attack or watches it should wait.
	longest = 500 * time.Millisecond
)

// Ascends tells whether the backend takes the steps of an attack by itself, as Ascend wants it.
func (e *Engine) Ascends() bool {
	_, ok := e.backend.(compute.Ascender)
	return ok && !e.config.Train && !e.tight
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
	batch := e.batch
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
	if e.tight && e.batch < batch { // for everything else there is room as before
		e.batch = batch
		return e.retry(e.prepare(), func() error { return nil })
	}
	return nil
}

func (e *Engine) checkClimber(rule compute.Ascent, c *compute.Climber) error {
	size := e.net.Image.Size()
	if len(c.X) != size || len(c.Origin) != size || remembers(rule) && len(c.Velocity) != size || rule.Tanh() && len(c.Square) != size {
		return fmt.Errorf("%d, %d, %d and %d elements of it, its origin, its velocity and its squares: want %d",
			len(c.X), len(c.Origin), len(c.Velocity), len(c.Square), size)
	}
	if c.Class < 0 || c.Class >= e.classes || c.Steps < 0 || rule.Tanh() && c.Steps == 0 {
		return fmt.Errorf("class %d and %d steps: want one of %d classes, and a step or more (within a ball, none or more)",
			c.Class, c.Steps, e.classes)
	}
	return nil
}

// ascend has the first images take steps, as many as the backend runs at a time, and gives their number.
func (e *Engine) ascend(rule compute.Ascent, climbers []*compute.Climber) (n int, err error) {
	if !e.Ascends() {
		return len(climbers), nil
	}
	if err := e.prepareAscent(rule); err != nil {
		if errors.Is(err, ErrMemory) && e.gradient != nil && e.batch == 1 {
			e.tight = true
			return len(climbers), nil
		}
		return 0, err
	}
	a, b := e.ascent, e.backend
	n = min(e.gradient.images, len(climbers))
	last := 0
	for i, c := range climbers[:n] {
		last = max(last, a.put(i, c))
	}
	m := &a.buffers
	size := e.net.Image.Size()
	up := append(a.moving(size), share{a.origin, m.Origin, size}, share{a.task, m.Task, 4}, share{a.state, m.State, a.states()})
	for _, s := range up {
		b.Write(s.buffer, 0, s.host[:n*s.elements])
	}
	a.expect(n)
	judged := min(a.stride, last+1)
	var kernels []compute.Kernel
	for k := range judged {
		if k == last && !rule.Tanh() { // nothing follows
			kernels = append(kernels, a.step[:a.judge]...)
		} else {
			kernels = append(kernels, a.step...)
		}
	}
	begin := time.Now()
	b.Run(n, kernels)
	down := []share{{a.trace, m.Trace, judged * e.classes}, {a.state, m.State, a.states()}, {a.kept, m.Kept, size}}
	if rule.Tanh() {
		down = append(down, share{a.distances, m.Distances, judged})
	}
	if judged <= last || rule.Tanh() { // some go on from there
		down = append(down, a.moving(size)...)
	}
	var dst [][]float32
	var src []compute.Buffer
	for _, s := range down {
		dst, src = append(dst, s.host[:n*s.elements]), append(src, s.buffer)
	}
	b.ReadAll(dst, src)
	if err := failure(b); err != nil {
		return 0, err
	}
	used := 0
	for i, c := range climbers[:n] {
		a.take(i, c, n, judged, e.classes)
		used += c.Judged
	}
	a.adapt(time.Since(begin), judged, n, float64(used)/float64(judged*n))
	return n, nil
}

// expect takes fewer steps at once for more images than the stride was found with.
func (a *ascent) expect(images int) {
	if images > a.images && a.images > 0 {
		a.stride = max(1, a.stride*a.images/images)
	}
}

// share is what images have in a buffer of the device, elements each, and a copy of it here.
type share struct {
	host     []float32
	buffer   compute.Buffer
	elements int
}

// moving is what steps change and the next ones go on from.
func (a *ascent) moving(size int) []share {
	m := &a.buffers
	all := []share{{a.x, m.X, size}}
	if a.rule.Tanh() {
		all = []share{{a.x, m.Variable, size}, {a.square, m.Square, size}}
	}
	if remembers(a.rule) {
		all = append(all, share{a.velocity, m.Velocity, size})
	}
	return all
}

// remembers tells whether a rule makes use of the gradients before.
func remembers(rule compute.Ascent) bool { return rule.Momentum > 0 || rule.Tanh() }

// states is how many elements an image's state has.
func (a *ascent) states() int {
	if a.rule.Tanh() {
		return 8
	}
	return 4
}

// adapt chooses how many steps to take at once: more as long as that takes little time, and fewer if most images have
// ended before. The first submission takes one, for nobody knows how fast the device is.
func (a *ascent) adapt(took time.Duration, steps, images int, used float64) {
	a.images = images
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
	if e.ascent != nil && e.ascent.rule == rule {
		return nil
	}
	a, err := e.reserveAscent(rule)
	if err != nil {
		return err
	}
	k, m, s := e.backend.(compute.Ascender), a.buffers, compute.AscentShape{Elements: e.net.Image.Size(), Classes: e.classes}
	a.step = nil
	if rule.Tanh() {
		a.step = append(a.step, k.Place(s, rule, m))
	}
	a.step = append(a.step, e.gradient.ahead...)
	if rule.Tanh() {
		a.step = append(a.step, k.Weigh(s, rule, m))
	} else {
		a.step = append(a.step, k.Judge(s, rule, m))
	}
	a.judge = len(a.step)
	a.step = append(a.step, e.gradient.back...)
	if rule.Momentum > 0 {
		a.step = append(a.step, k.Momentum(s, rule, m))
	}
	if rule.Tanh() {
		a.step = append(a.step, k.Adam(s, rule, m))
	} else {
		a.step = append(a.step, k.Ascend(s, rule, m))
	}
	if err := failure(e.backend); err != nil {
		e.ascent = nil
		return err
	}
	a.rule, e.ascent = rule, a
	return nil
}

// reserveAscent makes what a rule needs and is not there yet.
func (e *Engine) reserveAscent(rule compute.Ascent) (*ascent, error) {
	p, size := e.gradient, e.net.Image.Size()
	a := e.ascent
	if a == nil {
		// The trace takes no more memory than the images, so that where these fit it does too.
		a = &ascent{most: min(max(size/e.classes, 1), mostSteps), stride: 1, bytes: p.bytes}
		a.buffers = compute.AscentBuffers{X: p.input, Gradient: p.inputGradient, Logits: p.output, Seed: p.seed}
	}
	m, bytes := &a.buffers, a.bytes
	all := []struct {
		needed   bool
		buffer   *compute.Buffer
		host     *[]float32
		elements int // an image
	}{
		{true, &m.X, &a.x, size},
		{true, &m.Origin, &a.origin, size},
		{true, &m.Kept, &a.kept, size},
		{true, &m.Trace, &a.trace, a.most * e.classes},
		{true, &m.Task, &a.task, 4},
		{true, &m.State, &a.state, 8},
		{remembers(rule), &m.Velocity, &a.velocity, size},
		{rule.Tanh(), &m.Variable, &a.x, size},
		{rule.Tanh(), &m.Square, &a.square, size},
		{rule.Tanh(), &m.Distances, &a.distances, a.most},
	}
	for _, r := range all {
		if r.needed && *r.buffer == nil {
			bytes += memory([]int{r.elements}) * float64(p.images)
		}
	}
	if bytes > float64(e.config.MaxBytes) {
		return nil, tooMuch(bytes, p.images, e.config)
	}
	for _, r := range all {
		if r.needed && *r.buffer == nil {
			*r.buffer = e.backend.NewBuffer(p.images * r.elements)
		}
		if r.needed && *r.host == nil {
			*r.host = make([]float32, p.images*r.elements)
		}
	}
	a.bytes = bytes
	return a, nil
}

// put lays image i of a batch out for the device, and gives the number, from 0, of its last iterate.
func (a *ascent) put(i int, c *compute.Climber) (last int) {
	size, last := len(c.X), c.Steps
	copy(a.x[i*size:], c.X)
	copy(a.origin[i*size:], c.Origin)
	if remembers(a.rule) {
		copy(a.velocity[i*size:], c.Velocity)
	}
	task, state := a.task[4*i:][:4], a.state[a.states()*i:][:a.states()]
	clear(task)
	clear(state)
	if c.First {
		task[3] = 1
	}
	if a.rule.Tanh() {
		last-- // each is followed by a step
		copy(a.square[i*size:], c.Square)
		task[3] = c.Weight
		copy(state[4:], c.Bias[:])
	}
	task[0], task[1], task[2] = float32(c.Class), -1, float32(last)
	if c.Raise {
		task[1] = 1
	}
	return last
}

// take fills in what became of image i of n, which had judged iterates at the most.
func (a *ascent) take(i int, c *compute.Climber, n, judged, classes int) {
	size, state := len(c.X), a.state[a.states()*i:][:a.states()]
	c.Judged, c.Broken, c.KeptAt = min(int(state[0]), judged), state[1] == 2, int(state[3])-1
	c.Logits, c.Distances = c.Logits[:0], c.Distances[:0]
	for k := range c.Judged {
		c.Logits = append(c.Logits, a.trace[(k*n+i)*classes:][:classes]...)
		if a.rule.Tanh() {
			c.Distances = append(c.Distances, a.distances[k*n+i])
		}
	}
	if c.KeptAt >= 0 {
		c.Kept = append(c.Kept[:0], a.kept[i*size:][:size]...)
	}
	if c.Judged > c.Steps { // the last has not moved
		return
	}
	copy(c.X, a.x[i*size:][:size])
	if remembers(a.rule) {
		copy(c.Velocity, a.velocity[i*size:][:size])
	}
	if a.rule.Tanh() {
		copy(c.Square, a.square[i*size:][:size])
		copy(c.Bias[:], state[4:])
	}
}
