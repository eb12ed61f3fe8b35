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

// elements shares the elements of each image of x out, for phases that treat each by itself.
func (b *Backend) elements(size int, x compute.Buffer) elements {
	const unit = 1024 // takes more time than sharing out
	return elements{imageShares{b.shares(b.images(x, size), (size+unit-1)/unit)}, size, unit}
}

type elements struct {
	imageShares
	size, unit int // of an image, of a share
}

// of returns the first element of a task, counted through all images, and how many there are.
func (e elements) of(task int) (first, n int) {
	image, from, to := e.share(task)
	from, to = from*e.unit, min(to*e.unit, e.size)
	return image*e.size + from, to - from
}

// Activate is described in package compute.
func (b *Backend) Activate(act compute.Activation, size int, y, x compute.Buffer) compute.Kernel {
	return kernel{&activation{elements: b.elements(size, x), y: data(y), x: data(x), act: act}}
}

type activation struct {
	elements
	y, x []float32
	act  compute.Activation
}

func (a *activation) do(_, task int, _ []float32) {
	at, n := a.of(task)
	affine(a.y[at:][:n], a.x[at:][:n], 1, 0, a.act)
}

// ActivateGradient is described in package compute.
func (b *Backend) ActivateGradient(act compute.Activation, size int, dx, dy, ref compute.Buffer, accumulate bool) compute.Kernel {
	return kernel{&activationBack{elements: b.elements(size, dx), dx: data(dx), dy: data(dy), ref: data(ref), act: act, add: accumulate}}
}

type activationBack struct {
	elements
	dx, dy, ref []float32
	act         compute.Activation
	add         bool
}

func (a *activationBack) do(_, task int, _ []float32) {
	at, n := a.of(task)
	activationGradient(a.dx[at:][:n], a.dy[at:][:n], a.ref[at:][:n], a.act, a.add)
}

// Add is described in package compute.
func (b *Backend) Add(size int, y, a, c compute.Buffer, act compute.Activation) compute.Kernel {
	return kernel{&add{elements: b.elements(size, y), y: data(y), a: data(a), b: data(c), act: act}}
}

type add struct {
	elements
	y, a, b []float32
	act     compute.Activation
}

func (a *add) do(_, task int, _ []float32) {
	at, n := a.of(task)
	addActivated(a.y[at:][:n], a.a[at:][:n], a.b[at:][:n], a.act)
}
