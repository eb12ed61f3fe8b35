package cpu

import (
	"steady/core/compute"
	"steady/core/scalar"
)

// Map is described in package compute.
func (b *Backend) Map(f scalar.Function, size int, y, x compute.Buffer) compute.Kernel {
	return kernel{&function{f: f, size: size, y: data(y), x: data(x)}}
}

type function struct {
	perImage
	f    scalar.Function
	size int
	y, x []float32
}

func (f *function) do(_, image int, _ []float32) {
	at := image * f.size
	mapRow(f.f, f.y[at:][:f.size], f.x[at:][:f.size])
}

// MapGradient is described in package compute.
func (b *Backend) MapGradient(f scalar.Function, size int, dx, dy, x compute.Buffer, accumulate bool) compute.Kernel {
	return kernel{&functionBack{f: f, size: size, dx: data(dx), dy: data(dy), x: data(x), add: accumulate}}
}

type functionBack struct {
	perImage
	f         scalar.Function
	size      int
	dx, dy, x []float32
	add       bool
}

func (f *functionBack) do(_, image int, _ []float32) {
	at := image * f.size
	mapGradientRow(f.f, f.dx[at:][:f.size], f.dy[at:][:f.size], f.x[at:][:f.size], f.add)
}
