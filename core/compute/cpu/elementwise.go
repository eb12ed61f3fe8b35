package cpu

import "steady/core/compute"

// Affine is described in package compute.
func (b *Backend) Affine(s compute.AffineShape, y, x, scale, shift compute.Buffer) compute.Kernel {
	return kernel{&affineConstants{s: s, y: data(y), x: data(x), scale: data(scale), shift: data(shift)}}
}

type affineConstants struct {
	perImage
	s                  compute.AffineShape
	y, x, scale, shift []float32
}

// constant is the constant of element i, or absent where there is none.
func constant(c []float32, r compute.Repeat, i int, absent float32) float32 {
	if c == nil {
		return absent
	}
	return c[i/r.Inner%r.Count]
}

// run is how many elements from element i on share a constant, or, where it has one for each element, use
// neighboring ones.
func run(c []float32, r compute.Repeat, i, size int) int {
	switch {
	case c == nil:
		return size - i
	case r.Inner == 1:
		return r.Count - i%r.Count
	}
	return r.Inner - i%r.Inner
}

// along returns n constants from that of element i on, one for each element.
func along(c []float32, r compute.Repeat, i, n int) []float32 { return c[i%r.Count:][:n] }

func (a *affineConstants) do(_, image int, _ []float32) {
	x, y := a.x[image*a.s.Size:][:a.s.Size], a.y[image*a.s.Size:][:a.s.Size]
	eachScale, eachShift := a.scale != nil && a.s.Scale.Inner == 1, a.shift != nil && a.s.Shift.Inner == 1
	for i := 0; i < len(x); {
		n := min(run(a.scale, a.s.Scale, i, len(x)), run(a.shift, a.s.Shift, i, len(x)))
		x, y := x[i:][:n], y[i:][:n]
		b := float32(0)
		if !eachShift {
			b = constant(a.shift, a.s.Shift, i, 0)
		}
		if eachScale {
			multiplyRows(y, x, along(a.scale, a.s.Scale, i, n), false)
			affine(y, y, 1, b, compute.NoActivation)
		} else {
			affine(y, x, constant(a.scale, a.s.Scale, i, 1), b, compute.NoActivation)
		}
		if eachShift {
			addTo(y, along(a.shift, a.s.Shift, i, n))
		}
		i += n
	}
}

// AffineInputGradient is described in package compute.
func (b *Backend) AffineInputGradient(s compute.AffineShape, dx, dy, scale compute.Buffer, accumulate bool) compute.Kernel {
	return kernel{&affineBack{s: s, dx: data(dx), dy: data(dy), scale: data(scale), add: accumulate}}
}

type affineBack struct {
	perImage
	s             compute.AffineShape
	dx, dy, scale []float32
	add           bool
}

func (a *affineBack) do(_, image int, _ []float32) {
	dx, dy := a.dx[image*a.s.Size:][:a.s.Size], a.dy[image*a.s.Size:][:a.s.Size]
	for i := 0; i < len(dy); {
		n := run(a.scale, a.s.Scale, i, len(dy))
		if a.scale != nil && a.s.Scale.Inner == 1 {
			multiplyRows(dx[i:][:n], dy[i:][:n], along(a.scale, a.s.Scale, i, n), a.add)
		} else {
			scaleRow(dx[i:][:n], dy[i:][:n], constant(a.scale, a.s.Scale, i, 1), a.add)
		}
		i += n
	}
}

// AffineParamGradient is described in package compute.
func (b *Backend) AffineParamGradient(s compute.AffineShape, dscale, dshift, x, dy compute.Buffer) compute.Kernel {
	return kernel{&affineParam{s: s, dscale: data(dscale), dshift: data(dshift), x: data(x), dy: data(dy)}}
}

type affineParam struct {
	s                     compute.AffineShape
	dscale, dshift, x, dy []float32
}

func (a *affineParam) tasks(int) int { return 1 }

func (a *affineParam) do(images, _ int, _ []float32) {
	clear(a.dscale)
	clear(a.dshift)
	for n := 0; n < images; n++ {
		x, dy := a.x[n*a.s.Size:][:a.s.Size], a.dy[n*a.s.Size:][:a.s.Size]
		for i := 0; a.dscale != nil && i < len(dy); {
			n := run(a.dscale, a.s.Scale, i, len(dy))
			if a.s.Scale.Inner == 1 {
				multiplyRows(along(a.dscale, a.s.Scale, i, n), x[i:][:n], dy[i:][:n], true)
			} else {
				a.dscale[i/a.s.Scale.Inner%a.s.Scale.Count] += dotRows(x[i:][:n], dy[i:][:n])
			}
			i += n
		}
		for i := 0; a.dshift != nil && i < len(dy); {
			n := run(a.dshift, a.s.Shift, i, len(dy))
			if a.s.Shift.Inner == 1 {
				addTo(along(a.dshift, a.s.Shift, i, n), dy[i:][:n])
			} else {
				a.dshift[i/a.s.Shift.Inner%a.s.Shift.Count] += sum(dy[i:][:n])
			}
			i += n
		}
	}
}
