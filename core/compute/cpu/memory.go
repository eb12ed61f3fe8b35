package cpu

import (
	"unsafe"

	"steady/core/compute"
)

// allocate returns n zeros, with room for extra more behind them. Everything that kernels keep, and whose size depends
// on shapes, is made by it or by reserve, so that a measuring backend counts it.
func allocate[T any](b *Backend, n, extra int) []T {
	if b.measuring {
		b.Count(float64(unsafe.Sizeof(*new(T))) * (float64(n) + float64(extra)))
		return nil
	}
	return make([]T, n, n+extra)
}

// Measuring is described in package compute.
func (b *Backend) Measuring() compute.Measuring {
	return &Backend{pool: &pool{scratch: make([][]float32, b.Threads()), measuring: true}}
}

// Count is described in package compute.
func (b *Backend) Count(bytes float64) { b.counted += bytes }

// Bytes is described in package compute. What the threads work in is part of it.
func (b *Backend) Bytes() float64 { return b.counted + 4*float64(b.reserved)*float64(b.Threads()) }
