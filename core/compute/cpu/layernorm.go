package cpu

import (
	"math"

	"steady/core/compute"
)

// statistics returns the mean of a row and 1/sqrt(variance+epsilon). Sums are taken about the first element, so that a
// large mean costs no precision.
func statistics(x []float32, epsilon float32) (mean, inverse float64) {
	n := float64(len(x))
	s, s2 := moments(x, x[0])
	mean = float64(s) / n
	variance := max(float64(s2)/n-mean*mean, 0)
	return mean + float64(x[0]), 1 / math.Sqrt(variance+float64(epsilon))
}

// LayerNorm is described in package compute.
func (b *Backend) LayerNorm(s compute.LayerNormShape, y, x, scale, shift compute.Buffer) compute.Kernel {
	return kernel{&layerNorm{
		s: s, y: data(y), x: data(x), scale: repeated(b, scale, s.Size, 1), shift: repeated(b, shift, s.Size, 0),
	}}
}

// repeated is the memory of a buffer, or of one with the same number everywhere where it is nil.
func repeated(b *Backend, c compute.Buffer, n int, absent float32) []float32 {
	if c != nil {
		return data(c)
	}
	d := allocate[float32](b, n, 0)
	fill(d, absent)
	return d
}

type layerNorm struct {
	perImage
	s                  compute.LayerNormShape
	y, x, scale, shift []float32
}

func (l *layerNorm) do(_, image int, _ []float32) {
	n := l.s.Size
	for at := image * l.s.Rows * n; at < (image+1)*l.s.Rows*n; at += n {
		x := l.x[at:][:n]
		mean, inverse := statistics(x, l.s.Epsilon)
		normalize(l.y[at:][:n], x, l.scale, l.shift, float32(inverse), float32(-mean*inverse))
	}
}

// LayerNormInputGradient is described in package compute. With g = dy·scale,
// dx = inverse·(g - Σg/n - (x-mean)·inverse²·Σg(x-mean)/n).
func (b *Backend) LayerNormInputGradient(s compute.LayerNormShape, dx, dy, x, scale compute.Buffer, accumulate bool) compute.Kernel {
	b.reserve(s.Size)
	return kernel{&layerNormBack{
		s: s, dx: data(dx), dy: data(dy), x: data(x), scale: repeated(b, scale, s.Size, 1), add: accumulate,
	}}
}

type layerNormBack struct {
	perImage
	s                compute.LayerNormShape
	dx, dy, x, scale []float32
	add              bool
}

func (l *layerNormBack) do(_, image int, scratch []float32) {
	n := l.s.Size
	g := scratch[:n]
	for at := image * l.s.Rows * n; at < (image+1)*l.s.Rows*n; at += n {
		x := l.x[at:][:n]
		mean, inverse := statistics(x, l.s.Epsilon)
		multiplyRows(g, l.dy[at:][:n], l.scale, false)
		sum, product := gradientSums(g, x, float32(mean))
		slope := -inverse * inverse * inverse * float64(product) / float64(n)
		shift := -inverse*float64(sum)/float64(n) - slope*mean
		combine(l.dx[at:][:n], g, x, float32(inverse), float32(slope), float32(shift), l.add)
	}
}

// LayerNormParamGradient is described in package compute.
func (b *Backend) LayerNormParamGradient(s compute.LayerNormShape, dscale, dshift, dy, x compute.Buffer) compute.Kernel {
	b.reserve(s.Size)
	return kernel{&layerNormParam{s: s, dscale: data(dscale), dshift: data(dshift), dy: data(dy), x: data(x)}}
}

type layerNormParam struct {
	s                     compute.LayerNormShape
	dscale, dshift, dy, x []float32
}

func (l *layerNormParam) tasks(int) int { return 1 }

func (l *layerNormParam) do(images, _ int, scratch []float32) {
	clear(l.dscale)
	clear(l.dshift)
	n := l.s.Size
	for at := 0; at < images*l.s.Rows*n; at += n {
		x, dy := l.x[at:][:n], l.dy[at:][:n]
		if l.dshift != nil {
			addTo(l.dshift, dy)
		}
		if l.dscale == nil {
			continue
		}
		mean, inverse := statistics(x, l.s.Epsilon)
		normalized := scratch[:n]
		affine(normalized, x, float32(inverse), float32(-mean*inverse), compute.NoActivation)
		multiplyRows(l.dscale, dy, normalized, true)
	}
}
