package cpu

import (
	"math"

	"steady/core/compute"
)

// CopyBlocks is described in package compute.
func (b *Backend) CopyBlocks(c compute.BlockCopy, y, x compute.Buffer, accumulate bool) compute.Kernel {
	return kernel{&copyBlocks{c: c, y: data(y), x: data(x), add: accumulate}}
}

type copyBlocks struct {
	perImage
	c    compute.BlockCopy
	y, x []float32
	add  bool
}

func (p *copyBlocks) do(_, image int, _ []float32) {
	c := &p.c
	for i := 0; i < c.Blocks; i++ {
		y := p.y[image*c.YSize+c.YOffset+i*c.YPitch:][:c.Length]
		x := p.x[image*c.XSize+c.XOffset+i*c.XPitch:][:c.Length]
		if p.add {
			addTo(y, x)
		} else {
			copy(y, x)
		}
	}
}

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

func (a *affineConstants) do(_, image int, _ []float32) {
	x, y := a.x[image*a.s.Size:][:a.s.Size], a.y[image*a.s.Size:][:a.s.Size]
	for i, v := range x {
		y[i] = v*constant(a.scale, a.s.Scale, i, 1) + constant(a.shift, a.s.Shift, i, 0)
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
	for i, g := range dy {
		g *= constant(a.scale, a.s.Scale, i, 1)
		if a.add {
			g += dx[i]
		}
		dx[i] = g
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
		for i, g := range dy {
			if a.dscale != nil {
				a.dscale[i/a.s.Scale.Inner%a.s.Scale.Count] += g * x[i]
			}
			if a.dshift != nil {
				a.dshift[i/a.s.Shift.Inner%a.s.Shift.Count] += g
			}
		}
	}
}

// Softmax is described in package compute.
func (b *Backend) Softmax(s compute.SoftmaxShape, y, x compute.Buffer) compute.Kernel {
	return kernel{&softmax{s: s, y: data(y), x: data(x)}}
}

type softmax struct {
	perImage
	s    compute.SoftmaxShape
	y, x []float32
}

func (p *softmax) do(_, image int, _ []float32) {
	s := p.s
	size := s.Outer * s.Axis * s.Inner
	x, y := p.x[image*size:][:size], p.y[image*size:][:size]
	for o := 0; o < s.Outer; o++ {
		for i := 0; i < s.Inner; i++ {
			at := o*s.Axis*s.Inner + i
			top := x[at]
			for a := 1; a < s.Axis; a++ {
				top = max(top, x[at+a*s.Inner])
			}
			total := 0.0
			for a := 0; a < s.Axis; a++ {
				e := math.Exp(float64(x[at+a*s.Inner] - top))
				y[at+a*s.Inner] = float32(e)
				total += e
			}
			for a := 0; a < s.Axis; a++ {
				y[at+a*s.Inner] = float32(float64(y[at+a*s.Inner]) / total)
			}
		}
	}
}

// SoftmaxGradient is described in package compute.
func (b *Backend) SoftmaxGradient(s compute.SoftmaxShape, dx, dy, y compute.Buffer, accumulate bool) compute.Kernel {
	return kernel{&softmaxBack{s: s, dx: data(dx), dy: data(dy), y: data(y), add: accumulate}}
}

type softmaxBack struct {
	perImage
	s         compute.SoftmaxShape
	dx, dy, y []float32
	add       bool
}

func (p *softmaxBack) do(_, image int, _ []float32) {
	s := p.s
	size := s.Outer * s.Axis * s.Inner
	dx, dy, y := p.dx[image*size:][:size], p.dy[image*size:][:size], p.y[image*size:][:size]
	for o := 0; o < s.Outer; o++ {
		for i := 0; i < s.Inner; i++ {
			at := o*s.Axis*s.Inner + i
			dot := 0.0
			for a := 0; a < s.Axis; a++ {
				dot += float64(dy[at+a*s.Inner]) * float64(y[at+a*s.Inner])
			}
			for a := 0; a < s.Axis; a++ {
				j := at + a*s.Inner
				g := y[j] * float32(float64(dy[j])-dot)
				if p.add {
					g += dx[j]
				}
				dx[j] = g
			}
		}
	}
}
