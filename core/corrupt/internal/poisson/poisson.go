package poisson

import (
	"sync"

	"steady/core/corrupt/internal/pix"
	"steady/core/random"
)

// Sampler draws from Poisson distributions whose means are white·v, for v in [0,1]. There is a table for each of the 256
// levels of a byte; what a value has over its level is drawn apart, since a sum of Poisson counts is one too. A Sampler
// is safe for concurrent use.
type Sampler struct {
	white  float64
	tables [256]aliasTable
}

var (
	mutex    sync.Mutex
	samplers = map[float32]*Sampler{}
)

// For returns the sampler in which the value 1 has the mean white. Its tables are made on their first use, which takes
// about a millisecond, and kept.
func For(white float32) *Sampler {
	mutex.Lock()
	defer mutex.Unlock()
	p := samplers[white]
	if p == nil {
		p = &Sampler{white: float64(white)}
		for i := range p.tables {
			p.tables[i] = newTable(float64(float64(pix.Levels[i]) * p.white))
		}
		samplers[white] = p
	}
	return p
}

// Count replaces the levels of values, which are their bytes (pix.ToBytes), by counts. Each takes 32 random bits, and s
// is asked for more where a value lies between levels.
func (p *Sampler) Count(counts []int32, values []float32, bits []uint32, s *random.Source) {
	values, bits = values[:len(counts)], bits[:len(counts)]
	between := pix.BeyondLevels(values, counts)
	for i, level := range counts {
		counts[i] = int32(p.tables[uint8(level)].draw(bits[i]))
		if between {
			counts[i] += p.rest(values[i], level, s)
		}
	}
}

// rest draws the count for what a value has over its level, of which an image of bytes has nothing.
func (p *Sampler) rest(v float32, level int32, s *random.Source) int32 {
	if rest := v - pix.Levels[level]; rest > pix.Rounding/255 {
		return int32(few(s, float64(float64(rest)*p.white)))
	}
	return 0
}

// few draws a count of a small mean by Knuth's products of uniform draws.
func few(s *random.Source, mean float64) int {
	u := s.Float64()
	if u <= 1-mean { // which is below exp(-mean), where the count is 0
		return 0
	}
	limit, count := random.Exp(-mean), 0
	for ; u > limit; u *= s.Float64() {
		count++
	}
	return count
}

// newTable returns the table of a mean. It leaves out counts less likely than 1e-12.
func newTable(mean float64) aliasTable {
	const least = 1e-12
	var p []float64
	first, sum := 0, 0.
	for k, v := 0, random.Exp(-mean); ; {
		if v >= least {
			p = append(p, v)
			sum += v
		} else if float64(k) > mean {
			break
		} else {
			first = k + 1
		}
		k++
		v = float64(v*mean) / float64(k)
	}
	for i := range p {
		p[i] = p[i] / sum * float64(len(p))
	}
	return aliasTable{first, aliases(p)}
}
