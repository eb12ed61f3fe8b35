package corrupt

import (
	"sync"

	"steady/core/random"
)

// poisson draws from Poisson distributions whose means are white·v, for v in [0,1]. There is a table for each of the
// 256 levels of a byte; what a value has over its level is drawn apart, since a sum of Poisson counts is one too.
type poisson struct {
	white  float64
	tables [256]aliasTable
}

var (
	poissonMutex sync.Mutex
	poissons     = map[float32]*poisson{}
)

// poissonFor gives the tables of a scale, which it makes on their first use (about a millisecond).
func poissonFor(white float32) *poisson {
	poissonMutex.Lock()
	defer poissonMutex.Unlock()
	p := poissons[white]
	if p == nil {
		p = &poisson{white: float64(white)}
		for i := range p.tables {
			p.tables[i] = newPoissonTable(float64(float64(levels[i]) * p.white))
		}
		poissons[white] = p
	}
	return p
}

// count makes the levels of values, which are their Bytes, counts of quanta; each takes 32 random bits.
func (p *poisson) count(counts []int32, values []float32, bits []uint32, s *random.Source) {
	values, bits = values[:len(counts)], bits[:len(counts)]
	between := beyondLevels(values, counts)
	for i, level := range counts {
		counts[i] = int32(p.tables[uint8(level)].draw(bits[i]))
		if between {
			counts[i] += p.rest(values[i], level, s)
		}
	}
}

// rest counts the quanta of what a value has over its level, of which a picture of bytes has nothing.
func (p *poisson) rest(v float32, level int32, s *random.Source) int32 {
	if rest := v - levels[level]; rest > rounding/255 {
		return int32(fewPoisson(s, float64(float64(rest)*p.white)))
	}
	return 0
}

// fewPoisson draws a count of a small mean by Knuth's products of uniform draws.
func fewPoisson(s *random.Source, mean float64) int {
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

// aliasTable draws from a distribution over the integers from first on, in constant time (Walker 1977, Vose 1991).
type aliasTable struct {
	first int
	slots []aliasSlot
}

// aliasSlot stands for itself with probability limit/2³², or else for another.
type aliasSlot struct {
	limit uint32
	other uint32
}

// draw takes 32 random bits: of their product with the number of slots the upper half is a slot, and the lower half a
// fraction.
func (t *aliasTable) draw(bits uint32) int {
	place := uint64(bits) * uint64(len(t.slots))
	i := uint32(place >> 32)
	slot := t.slots[i]
	// Without a branch, which no processor could foresee.
	below := uint32((int64(uint32(place)) - int64(slot.limit)) >> 63)
	return t.first + int(slot.other^(slot.other^i)&below)
}

// newPoissonTable leaves out counts less likely than 1e-12.
func newPoissonTable(mean float64) aliasTable {
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

// aliases makes the slots for probabilities whose mean is 1: the excess of the likely fills up the unlikely.
func aliases(p []float64) []aliasSlot {
	slots := make([]aliasSlot, len(p))
	var under, over []int
	for i, v := range p {
		slots[i] = aliasSlot{1<<32 - 1, uint32(i)}
		if v < 1 {
			under = append(under, i)
		} else {
			over = append(over, i)
		}
	}
	for len(under) > 0 && len(over) > 0 {
		u, o := under[len(under)-1], over[len(over)-1]
		under = under[:len(under)-1]
		slots[u] = aliasSlot{uint32(float64(p[u] * 0x1p32)), uint32(o)}
		p[o] -= 1 - p[u]
		if p[o] < 1 {
			over = over[:len(over)-1]
			under = append(under, o)
		}
	}
	return slots
}
