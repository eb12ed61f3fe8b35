package score

import (
	"fmt"
	"math/bits"

	"steady/core/random"
)

// Packed is for each of some images whether it counts, as one that a network gets right does: a bit an image, of which a
// [Draw] counts 64 at a time.
type Packed struct {
	words []uint64
	n     int
}

// Pack returns the images that are true.
func Pack(right []bool) Packed {
	p := Packed{make([]uint64, (len(right)+63)/64), len(right)}
	for i, r := range right {
		if r {
			p.words[i/64] |= 1 << (i % 64)
		}
	}
	return p
}

// Len returns the number of images.
func (p Packed) Len() int { return p.n }

// Draw is how often each image is in a resample.
type Draw struct {
	planes [][]uint64 // bit k of the number of each image
	n      int
}

// Once returns the draw that has each of n images once: the data itself.
func Once(n int) Draw {
	counts := make([]int, n)
	for i := range counts {
		counts[i] = 1
	}
	return newDraw(counts)
}

// Resample returns resample k of n images. It is that of [Bootstrap] with this seed, of as many rows.
func Resample(n int, seed uint64, k int) Draw {
	source := random.New(seed, uint64(k), "bootstrap", 0)
	counts := make([]int, n)
	for range counts {
		counts[source.IntN(n)]++
	}
	return newDraw(counts)
}

func newDraw(counts []int) Draw {
	d := Draw{n: len(counts)}
	for i, c := range counts {
		for k := 0; c>>k > 0; k++ {
			if k == len(d.planes) {
				d.planes = append(d.planes, make([]uint64, (len(counts)+63)/64))
			}
			d.planes[k][i/64] |= uint64(c>>k&1) << (i % 64)
		}
	}
	return d
}

// Accuracy returns the share of the drawn images that count: NaN of none.
func (d Draw) Accuracy(p Packed) float64 {
	if d.n != p.n {
		panic(fmt.Sprintf("score: a draw of %d images for %d", d.n, p.n))
	}
	count := 0
	for k, plane := range d.planes {
		sum := 0
		for i, w := range plane {
			sum += bits.OnesCount64(w & p.words[i])
		}
		count += sum << k
	}
	return float64(count) / float64(d.n)
}

// Percentiles returns the interval between two quantiles of a statistic's values on resamples, as [Percentile] does: with a
// share of level between them. It sorts the values, and has no interval if one is not finite or there are none.
func Percentiles(values []float64, level float64) Interval {
	checkLevel(level)
	for _, v := range values {
		if !finite(v) {
			return noInterval
		}
	}
	if len(values) == 0 {
		return noInterval
	}
	return percentileInterval(values, level)
}
