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

// Activate is described in package compute.
func (b *Backend) Activate(act compute.Activation, size int, y, x compute.Buffer) compute.Kernel {
	return kernel{&activation{size: size, y: data(y), x: data(x), act: act}}
}

type activation struct {
	perImage
	size int
	y, x []float32
	act  compute.Activation
}

func (a *activation) do(_, image int, _ []float32) {
	at := image * a.size
	affine(a.y[at:][:a.size], a.x[at:][:a.size], 1, 0, a.act)
}

// ActivateGradient is described in package compute.
func (b *Backend) ActivateGradient(act compute.Activation, size int, dx, dy, ref compute.Buffer, accumulate bool) compute.Kernel {
	return kernel{&activationBack{size: size, dx: data(dx), dy: data(dy), ref: data(ref), act: act, add: accumulate}}
}

type activationBack struct {
	perImage
	size        int
	dx, dy, ref []float32
	act         compute.Activation
	add         bool
}

func (a *activationBack) do(_, image int, _ []float32) {
	at := image * a.size
	activationGradient(a.dx[at:][:a.size], a.dy[at:][:a.size], a.ref[at:][:a.size], a.act, a.add)
}

// Add is described in package compute.
func (b *Backend) Add(size int, y, a, c compute.Buffer, act compute.Activation) compute.Kernel {
	return kernel{&add{size: size, y: data(y), a: data(a), b: data(c), act: act}}
}

type add struct {
	perImage
	size    int
	y, a, b []float32
	act     compute.Activation
}

func (a *add) do(_, image int, _ []float32) {
	at := image * a.size
	addActivated(a.y[at:][:a.size], a.a[at:][:a.size], a.b[at:][:a.size], a.act)
}
