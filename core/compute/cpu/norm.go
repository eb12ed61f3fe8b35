package cpu

import (
	"math"

	"steady/core/compute"
)

// BatchNorm is described in package compute (Ioffe and Szegedy 2015); the running variance takes the unbiased one.
func (b *Backend) BatchNorm(s compute.BatchNormShape, y, x, saved compute.Buffer, p compute.BatchNormParams, act compute.Activation) compute.Kernel {
	return kernel{&batchNorm{
		s: s, y: data(y), x: data(x), saved: data(saved), act: act,
		scale: data(p.Scale), shift: data(p.Shift), mean: data(p.Mean), variance: data(p.Variance),
	}}
}

type batchNorm struct {
	s                            compute.BatchNormShape
	y, x, saved                  []float32
	scale, shift, mean, variance []float32
	act                          compute.Activation
}

func (b *batchNorm) tasks(int) int { return b.s.C }

func (b *batchNorm) do(images, c int, _ []float32) {
	count := float64(images * b.s.Plane)
	origin := b.x[c*b.s.Plane] // sums are taken about one of the values, so that a large mean costs no precision
	var s, s2 float64
	for n := 0; n < images; n++ {
		m, m2 := moments(b.x[(n*b.s.C+c)*b.s.Plane:][:b.s.Plane], origin)
		s += float64(m)
		s2 += float64(m2)
	}
	mean := s / count
	variance := max(s2/count-mean*mean, 0)
	mean += float64(origin)
	inverse := 1 / math.Sqrt(variance+float64(b.s.Epsilon))
	b.saved[c], b.saved[b.s.C+c] = float32(mean), float32(inverse)
	old := b.s.Momentum
	b.mean[c] = old*b.mean[c] + (1-old)*float32(mean)
	b.variance[c] = old*b.variance[c] + (1-old)*float32(variance*count/max(count-1, 1))
	a := float64(b.scale[c]) * inverse
	shift := float64(b.shift[c]) - mean*a
	for n := 0; n < images; n++ {
		at := (n*b.s.C + c) * b.s.Plane
		affine(b.y[at:][:b.s.Plane], b.x[at:][:b.s.Plane], float32(a), float32(shift), b.act)
	}
}

// BatchNormGradient is described in package compute.
func (b *Backend) BatchNormGradient(s compute.BatchNormShape, dx, dscale, dshift, dy, x, saved compute.Buffer, p compute.BatchNormParams, accumulate bool) compute.Kernel {
	return kernel{&batchNormBack{
		s: s, dx: data(dx), dscale: data(dscale), dshift: data(dshift), dy: data(dy), x: data(x),
		saved: data(saved), scale: data(p.Scale), add: accumulate,
	}}
}

type batchNormBack struct {
	s                                       compute.BatchNormShape
	dx, dscale, dshift, dy, x, saved, scale []float32
	add                                     bool
}

func (b *batchNormBack) tasks(int) int { return b.s.C }

func (b *batchNormBack) do(images, c int, _ []float32) {
	mean, inverse := b.saved[c], float64(b.saved[b.s.C+c])
	var s, sx float64
	for n := 0; n < images; n++ {
		at := (n*b.s.C + c) * b.s.Plane
		g, gx := gradientSums(b.dy[at:][:b.s.Plane], b.x[at:][:b.s.Plane], mean)
		s += float64(g)
		sx += float64(gx)
	}
	b.dshift[c], b.dscale[c] = float32(s), float32(sx*inverse)
	if b.dx == nil {
		return
	}
	// dx = scale·inverse·(dy - Σdy/m - (x-mean)·inverse²·Σdy(x-mean)/m)
	m := float64(images * b.s.Plane)
	a := float64(b.scale[c]) * inverse
	slope := -a * inverse * inverse * sx / m
	shift := -a*s/m - slope*float64(mean)
	for n := 0; n < images; n++ {
		at := (n*b.s.C + c) * b.s.Plane
		combine(b.dx[at:][:b.s.Plane], b.dy[at:][:b.s.Plane], b.x[at:][:b.s.Plane],
			float32(a), float32(slope), float32(shift), b.add)
	}
}
