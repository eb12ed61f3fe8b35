package cpu

import (
	"math"

	"steady/core/compute"
)

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
	if s.Inner == 1 {
		for ; len(x) > 0; x, y = x[s.Axis:], y[s.Axis:] {
			softmaxRow(y[:s.Axis], x[:s.Axis])
		}
		return
	}
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

func softmaxRow(y, x []float32) {
	top := x[0]
	for _, v := range x {
		top = max(top, v)
	}
	scaleRow(y, y, 1/expRow(y, x, top), false)
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
	if s.Inner == 1 {
		for n := s.Axis; len(dx) > 0; dx, dy, y = dx[n:], dy[n:], y[n:] {
			dot := dotRows(dy[:n], y[:n])
			multiplyRows(dx[:n], dy[:n], y[:n], p.add)
			scaleRow(dx[:n], y[:n], -dot, true)
		}
		return
	}
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
