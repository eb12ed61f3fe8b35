package cpu

import "steady/core/compute"

// activate is the activation of one value.
func activate(v float32, act compute.Activation) float32 {
	if v < 0 {
		v *= act.Slope
	}
	return max(min(v, act.Max), act.Min)
}

// slopeAt is the derivative of the activation where its input, or its output, is ref. At a kink it is the left one of
// the slope and 0 for the limits.
func slopeAt(ref float32, act compute.Activation) float32 {
	switch {
	case !(ref > act.Min && ref < act.Max):
		return 0
	case ref > 0:
		return 1
	}
	return act.Slope
}

// segments is embedded by phases that treat each element by itself: tasks are parts of an image where there are few.
type segments struct{ size, parts int }

func (b *Backend) segments(size int, x compute.Buffer) segments {
	const least = 1024 // elements, of which a task takes more time than it takes to share out
	return segments{size, sharedBy(b.Threads(), b.images(x, size), size/least)}
}

func (s segments) tasks(images int) int { return images * s.parts }
func (s segments) step() int            { return 1 }

// share returns the first element of a task, counted through all images, and how many there are.
func (s segments) share(task int) (first, n int) {
	image, part := task/s.parts, task%s.parts
	first, n = s.size*part/s.parts, s.size*(part+1)/s.parts
	return image*s.size + first, n - first
}

// Activate is described in package compute.
func (b *Backend) Activate(act compute.Activation, size int, y, x compute.Buffer) compute.Kernel {
	return kernel{&activation{segments: b.segments(size, x), y: data(y), x: data(x), act: act}}
}

type activation struct {
	segments
	y, x []float32
	act  compute.Activation
}

func (a *activation) do(_, task int, _ []float32) {
	at, n := a.share(task)
	affine(a.y[at:][:n], a.x[at:][:n], 1, 0, a.act)
}

// ActivateGradient is described in package compute.
func (b *Backend) ActivateGradient(act compute.Activation, size int, dx, dy, ref compute.Buffer, accumulate bool) compute.Kernel {
	return kernel{&activationBack{segments: b.segments(size, dx), dx: data(dx), dy: data(dy), ref: data(ref), act: act, add: accumulate}}
}

type activationBack struct {
	segments
	dx, dy, ref []float32
	act         compute.Activation
	add         bool
}

func (a *activationBack) do(_, task int, _ []float32) {
	at, n := a.share(task)
	activationGradient(a.dx[at:][:n], a.dy[at:][:n], a.ref[at:][:n], a.act, a.add)
}

// Add is described in package compute.
func (b *Backend) Add(size int, y, a, c compute.Buffer, act compute.Activation) compute.Kernel {
	return kernel{&add{segments: b.segments(size, y), y: data(y), a: data(a), b: data(c), act: act}}
}

type add struct {
	segments
	y, a, b []float32
	act     compute.Activation
}

func (a *add) do(_, task int, _ []float32) {
	at, n := a.share(task)
	addActivated(a.y[at:][:n], a.a[at:][:n], a.b[at:][:n], a.act)
}
