package resample

import (
	"math"

	"steady/core/corrupt/internal/scratch"
)

// Zoom enlarges planes, a row at a time, and keeps their middle, as SciPy's zoom of the middle does.
type Zoom struct {
	w, h         int
	rows         axis
	left         []int32 // of the two values between which each one of a row lies
	shares       []float32
	plane        []float32
	upper, lower []float32 // the rows of the plane with indices have and have+1, enlarged sideways
	have         int
}

// NewZoom returns what enlarges planes of w×h pixels by a factor of at least 1. It uses Ints 0, and work, which has room
// for 3·w values, as long as it is in use.
func NewZoom(w, h int, factor float64, work []float32, s *scratch.Buffers) *Zoom {
	columns := enlarge(w, factor)
	z := &Zoom{w: w, h: h, rows: enlarge(h, factor), left: s.Ints(0, w), upper: work[:w], lower: work[w : 2*w],
		shares: work[2*w : 3*w]}
	for x := range z.left {
		i, share := columns.at(x)
		z.left[x], z.shares[x] = int32(i), share
	}
	return z
}

// Begin takes up a plane, which has one value more than pixels.
func (z *Zoom) Begin(plane []float32) { z.plane, z.have = plane, -2 }

// Row returns the two rows between which row y of the enlarged plane lies, and the share of the lower one. Rows are
// asked for in order.
func (z *Zoom) Row(y int) (upper, lower []float32, share float32) {
	i, share := z.rows.at(y)
	if i != z.have {
		if i == z.have+1 {
			z.upper, z.lower = z.lower, z.upper
		} else {
			widen(z.upper, z.plane[i*z.w:][:z.w+1], z.left, z.shares)
		}
		widen(z.lower, z.plane[min(i+1, z.h-1)*z.w:][:z.w+1], z.left, z.shares)
		z.have = i
	}
	return z.upper, z.lower, share
}

// widen is bilinear: dst[x] lies between src[left[x]] and the next value, of which there is one.
func widen(dst, src []float32, left []int32, shares []float32) {
	left, shares = left[:len(dst)], shares[:len(dst)]
	next := src[1:]
	for x := range dst {
		i := left[x]
		v := src[i]
		dst[x] = v + float32((next[i]-v)*shares[x])
	}
}

// axis says where the values of an enlarged image come from: SciPy's zoom of the middle of the image, of which the
// middle is kept. The first and the last value of what is enlarged stay the first and the last.
type axis struct {
	first, skip, last int
	ratio             float64
}

func enlarge(n int, factor float64) axis {
	inner := min(int(math.Ceil(float64(n)/factor)), n)
	outer := max(int(math.RoundToEven(float64(inner)*factor)), n)
	a := axis{first: (n - inner) / 2, skip: (outer - n) / 2, last: inner - 1}
	if outer > 1 {
		a.ratio = float64(inner-1) / float64(outer-1)
	}
	return a
}

// at returns the value before the place that the one at i comes from, and the share of the next one.
func (a axis) at(i int) (before int, share float32) {
	p := float64(float64(a.skip+i) * a.ratio)
	before = int(p)
	if before >= a.last {
		return a.first + a.last, 0
	}
	return a.first + before, float32(p - float64(before))
}
