package filter

import (
	"math"

	"steady/core/corrupt/internal/scratch"
	"steady/core/random"
)

// cosineBasis says what a symmetric kernel leaves of a mirrored line of n values: the line is a sum of the cosines
// cos(πk(x+½)/n), and each of them only becomes weaker. Wide kernels leave few.
type cosineBasis struct {
	n, count int       // count is the number of cosines, from the longest on, to the last with a gain that is not negligible
	gain     []float32 // share of each that is left
	cosines  []float32 // of multiples of π/2n
}

// negligibleGain makes no visible difference: what is left out moves no pixel by a hundredth.
const negligibleGain = 1. / 4096

// newCosineBasis returns the gains, as far as a kernel of that length is better replaced by them.
func newCosineBasis(kernel []float32, n int) cosineBasis {
	reach := len(kernel) / 2
	v := cosineBasis{n: n, cosines: make([]float32, 4*n), gain: make([]float32, min(n, reach+1))}
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
		if v.gain[k] = gain; gain > negligibleGain || gain < -negligibleGain {
			v.count = k + 1
		}
	}
	return v
}

// at returns the cosine k at x.
func (v *cosineBasis) at(k, x int) float32 { return v.cosines[k*(2*x+1)%(4*v.n)] }

// weight returns the factor that makes the sum of a line's products with the cosine k its share in the smoothed line.
func (v *cosineBasis) weight(k int) float32 {
	if k == 0 {
		return v.gain[0] / float32(v.n)
	}
	return 2 * v.gain[k] / float32(v.n)
}

// smoothByCosines takes a plane apart into cosines and puts together what is left of them. It uses Floats 2.
func smoothByCosines(plane []float32, wide, high cosineBasis, s *scratch.Buffers) {
	w, h, across, down := wide.n, high.n, wide.count, high.count
	work := s.Floats(2, across*w+2*down*h+2*down*w+across)
	cut := func(n int) []float32 {
		part := work[:n]
		work = work[n:]
		return part
	}
	rows, columns, turned := cut(across*w), cut(down*h), cut(down*h) // cosines along x, along y, and these by y
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
	offsets := s.Offsets(max(h, across, down))
	for i := range offsets {
		offsets[i] = i * w
	}
	for k := range down {
		line := sums[k*w:][:w]
		Correlate(line, plane, offsets[:h], columns[k*h:][:h])
		for l := range across {
			sum := float32(0)
			for x, v := range rows[l*w:][:w] {
				sum += float32(v * line[x])
			}
			strengths[l] = sum * high.weight(k) * wide.weight(l)
		}
		Correlate(left[k*w:][:w], rows, offsets[:across], strengths)
	}
	for y := range h {
		Correlate(plane[y*w:][:w], left, offsets[:down], turned[y*down:][:down])
	}
}
