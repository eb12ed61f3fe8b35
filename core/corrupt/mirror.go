package corrupt

import (
	"math"

	"steady/core/random"
)

// mirrorHalf brings i into [0,n) by mirrors between pixels: d c b a | a b c d | d c b a.
func mirrorHalf(i, n int) int {
	if i %= 2 * n; i < 0 {
		i += 2 * n
	}
	return min(i, 2*n-1-i)
}

// mirror101 is mirrorHalf with its mirrors on the outermost pixels: d c b | a b c d | c b a.
func mirror101(i, n int) int {
	if n == 1 {
		return 0
	}
	if i %= 2*n - 2; i < 0 {
		i += 2*n - 2
	}
	return min(i, 2*n-2-i)
}

// smoothMirrored smooths a plane by a normal density cut off at 3 standard deviations, borders mirrored.
func (j *job) smoothMirrored(plane []float32, sigma float64) {
	reach := int(float64(3*sigma) + .5)
	kernel := j.bell(2*reach+1, reach, sigma)
	if reach > min(j.w, j.h)/4 { // a wide one
		wide, high := newWaves(kernel, j.w), newWaves(kernel, j.h)
		if 2*max(wide.count, high.count) < len(kernel) {
			j.smoothByWaves(plane, wide, high)
			return
		}
	}
	w, h := j.w, j.h
	work := j.floats(2, w+2*reach+w*(h+2*reach))
	row, tall := work[:w+2*reach], work[w+2*reach:]
	offsets := room(&j.offsetRoom, 2*len(kernel))
	along, across := offsets[:len(kernel)], offsets[len(kernel):]
	for i := range kernel {
		along[i], across[i] = i, i*w
	}
	for y := range h {
		line := plane[y*w:][:w]
		copy(row[reach:], line)
		for i := range reach {
			row[i], row[reach+w+i] = line[mirrorHalf(i-reach, w)], line[mirrorHalf(w+i, w)]
		}
		correlate(tall[(reach+y)*w:][:w], row, along, kernel)
	}
	for i := range reach {
		copy(tall[i*w:][:w], tall[(reach+mirrorHalf(i-reach, h))*w:])
		copy(tall[(reach+h+i)*w:][:w], tall[(reach+mirrorHalf(h+i, h))*w:])
	}
	for y := range h {
		correlate(plane[y*w:][:w], tall[y*w:], across, kernel)
	}
}

// waves are what a symmetric kernel leaves of a mirrored line of n values: the line is a sum of the cosines
// cos(πk(x+½)/n), and each of them only becomes weaker. Wide kernels leave few.
type waves struct {
	n, count int       // count is of those of which more than faint is left, from the longest on
	gain     []float32 // what is left of each
	cosines  []float32 // of multiples of π/2n
}

// faint is a gain that makes no difference to be seen: what is left out moves no pixel by a hundredth.
const faint = 1. / 4096

// newWaves finds the gains, so far as a kernel of that length is better replaced by them.
func newWaves(kernel []float32, n int) waves {
	reach := len(kernel) / 2
	v := waves{n: n, cosines: make([]float32, 4*n), gain: make([]float32, min(n, reach+1))}
	for i := range v.cosines {
		_, cos := random.SinCos(float64(i) * (math.Pi / 2) / float64(n))
		v.cosines[i] = float32(cos)
	}
	for k := range v.gain {
		gain, step := kernel[reach], 0
		for _, weight := range kernel[reach+1:] {
			if step += 2 * k; step >= 4*n {
				step -= 4 * n
			}
			gain += float32(2 * float32(weight*v.cosines[step]))
		}
		if v.gain[k] = gain; gain > faint || gain < -faint {
			v.count = k + 1
		}
	}
	return v
}

// at is wave k at x.
func (v *waves) at(k, x int) float32 { return v.cosines[k*(2*x+1)%(4*v.n)] }

// weight is by what the sum of a line's products with wave k is multiplied to smooth the line.
func (v *waves) weight(k int) float32 {
	if k == 0 {
		return v.gain[0] / float32(v.n)
	}
	return 2 * v.gain[k] / float32(v.n)
}

// smoothByWaves takes a plane apart into waves and puts together what is left of them.
func (j *job) smoothByWaves(plane []float32, wide, high waves) {
	w, h, across, down := j.w, j.h, wide.count, high.count
	work := j.floats(2, across*w+2*down*h+2*down*w+across)
	cut := func(n int) []float32 {
		part := work[:n]
		work = work[n:]
		return part
	}
	rows, columns, turned := cut(across*w), cut(down*h), cut(down*h) // waves along x, along y, and these by y
	sums, left, strengths := cut(down*w), cut(down*w), cut(across)
	for k := range across {
		for x := range w {
			rows[k*w+x] = wide.at(k, x)
		}
	}
	for k := range down {
		for y := range h {
			columns[k*h+y] = high.at(k, y)
			turned[y*down+k] = columns[k*h+y]
		}
	}
	offsets := room(&j.offsetRoom, max(h, across, down))
	for i := range offsets {
		offsets[i] = i * w
	}
	for k := range down {
		line := sums[k*w:][:w]
		correlate(line, plane, offsets[:h], columns[k*h:][:h])
		for l := range across {
			sum := float32(0)
			for x, v := range rows[l*w:][:w] {
				sum += float32(v * line[x])
			}
			strengths[l] = sum * high.weight(k) * wide.weight(l)
		}
		correlate(left[k*w:][:w], rows, offsets[:across], strengths)
	}
	for y := range h {
		correlate(plane[y*w:][:w], left, offsets[:down], turned[y*down:][:down])
	}
}
