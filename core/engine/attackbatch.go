package engine

import (
	"steady/core/attackstep"
	"steady/core/compute"
)

// isCW reports whether a rule is Carlini and Wagner's.
func isCW(rule attackstep.Rule) bool {
	_, ok := rule.(attackstep.CW)
	return ok
}

// hasVelocity reports whether a rule uses earlier gradients.
func hasVelocity(rule attackstep.Rule) bool {
	p, ok := rule.(attackstep.PGD)
	return !ok || p.Momentum > 0
}

// mirror is what the images of a batch have in a buffer of the device, elements each, and a copy of it here.
type mirror struct {
	host     []float32
	buffer   compute.Buffer
	elements int
}

// moving returns what steps change and the next ones go on from.
func (a *attackSteps) moving(size int) []mirror {
	m := &a.buffers
	all := []mirror{{a.x, m.X, size}}
	if isCW(a.rule) {
		all = []mirror{{a.x, m.Variable, size}, {a.square, m.Square, size}}
	}
	if hasVelocity(a.rule) {
		all = append(all, mirror{a.velocity, m.Velocity, size})
	}
	return all
}

// stateSize returns how many elements an image's state has.
func (a *attackSteps) stateSize() int {
	if isCW(a.rule) {
		return 8
	}
	return 4
}

// put lays image i of a batch out for the device, and returns the number, from 0, of its last iterate.
func (a *attackSteps) put(i int, it *attackstep.Iterate) (last int) {
	size, last := len(it.X), it.Steps
	copy(a.x[i*size:], it.X)
	copy(a.origin[i*size:], it.Origin)
	if hasVelocity(a.rule) {
		copy(a.velocity[i*size:], it.Velocity)
	}
	task, state := a.task[4*i:][:4], a.state[a.stateSize()*i:][:a.stateSize()]
	clear(task)
	clear(state)
	if it.KeepFirst {
		task[3] = 1
	}
	if isCW(a.rule) {
		last-- // each is followed by a step
		copy(a.square[i*size:], it.Square)
		task[3] = it.Weight
		copy(state[4:], it.Bias[:])
	}
	task[0], task[1], task[2] = float32(it.Class), -1, float32(last)
	if it.Maximize {
		task[1] = 1
	}
	return last
}

// get fills in the results of image i of n, of which the device evaluated at most evaluated iterates.
func (a *attackSteps) get(i int, it *attackstep.Iterate, n, evaluated, classes int) {
	size, state := len(it.X), a.state[a.stateSize()*i:][:a.stateSize()]
	it.Evaluated, it.NotFinite, it.BestAt = min(int(state[0]), evaluated), state[1] == 2, int(state[3])-1
	it.Logits, it.Distances = it.Logits[:0], it.Distances[:0]
	for k := range it.Evaluated {
		it.Logits = append(it.Logits, a.trace[(k*n+i)*classes:][:classes]...)
		if isCW(a.rule) {
			it.Distances = append(it.Distances, a.distances[k*n+i])
		}
	}
	if it.BestAt >= 0 {
		it.Best = append(it.Best[:0], a.best[i*size:][:size]...)
	}
	if it.Evaluated > it.Steps { // the last has not moved
		return
	}
	copy(it.X, a.x[i*size:][:size])
	if hasVelocity(a.rule) {
		copy(it.Velocity, a.velocity[i*size:][:size])
	}
	if isCW(a.rule) {
		copy(it.Square, a.square[i*size:][:size])
		copy(it.Bias[:], state[4:])
	}
}
