package fidelity

import "math"

// fourier transforms lines of n values.
type fourier struct {
	n     int
	roots []complex128 // exp(-2πi k/n)
}

func newFourier(n int) *fourier {
	f := &fourier{n, make([]complex128, n)}
	for k := range f.roots {
		sin, cos := math.Sincos(-2 * math.Pi * float64(k) / float64(n))
		f.roots[k] = complex(cos, sin)
	}
	return f
}

// transform sets dst to the transform of every stride-th value of src: by halves (Cooley and Tukey 1965) while their
// number is even, then by the definition.
func (f *fourier) transform(dst, src []complex128, stride int) {
	n := len(dst)
	turn := f.n / n // between the n-th roots of 1 among all
	if n%2 == 1 {
		for k := range dst {
			sum := src[0]
			for i := 1; i < n; i++ {
				sum += src[i*stride] * f.roots[i*k%n*turn]
			}
			dst[k] = sum
		}
		return
	}
	even, odd := dst[:n/2], dst[n/2:]
	f.transform(even, src, 2*stride)
	f.transform(odd, src[stride:], 2*stride)
	for k, e := range even {
		o := odd[k] * f.roots[k*turn]
		even[k], odd[k] = e+o, e-o
	}
}

// bands are rings around the middle of the spectrum of a square image.
type bands struct {
	*fourier
	edges []int // squared radii at which they begin, and at which the last one ends
}

// power returns the mean power of the frequencies in each band; white noise of variance v has power v in all.
func (b bands) power(plane []float64) []float64 {
	n := b.n
	line, rows := make([]complex128, n), make([]complex128, n*n)
	for y := range n {
		for x, v := range plane[y*n:][:n] {
			line[x] = complex(v, 0)
		}
		b.transform(rows[y*n:][:n], line, 1)
	}
	sums, counts := make([]float64, len(b.edges)-1), make([]float64, len(b.edges)-1)
	column := make([]complex128, n)
	for x := range n/2 + 1 { // the other half mirrors it
		times := 2.
		if x == 0 || 2*x == n {
			times = 1
		}
		b.transform(column, rows[x:], n)
		for y, v := range column {
			ky := min(y, n-y)
			if i := b.band(x*x + ky*ky); i >= 0 {
				sums[i] += times * (real(v)*real(v) + imag(v)*imag(v))
				counts[i] += times
			}
		}
	}
	for i := range sums {
		sums[i] /= counts[i] * float64(n*n)
	}
	return sums
}

// band returns the band of a squared radius, or -1.
func (b bands) band(square int) int {
	for i, edge := range b.edges {
		if square < edge {
			return i - 1
		}
	}
	return -1
}
