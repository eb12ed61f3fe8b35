package random

import (
	"encoding/binary"
	"hash/fnv"
	"math/bits"
)

// Source draws from one keyed stream: PCG-DXSM (O'Neill 2014, as in NumPy). It is not safe for concurrent use.
type Source struct {
	hi, lo uint64
}

// New returns the source with a key: the user's seed, the index of the image, the name of what draws, and the number of
// one of its streams, such as a severity or a restart.
func New(seed, index uint64, name string, stream int) *Source {
	h := fnv.New128a()
	var key [24]byte
	binary.LittleEndian.PutUint64(key[:], seed)
	binary.LittleEndian.PutUint64(key[8:], index)
	binary.LittleEndian.PutUint64(key[16:], uint64(stream))
	h.Write(key[:])
	h.Write([]byte(name))
	sum := h.Sum(nil)
	s := &Source{binary.LittleEndian.Uint64(sum), binary.LittleEndian.Uint64(sum[8:])}
	for range 4 { // FNV leaves keys that differ in few bits close together
		s.Uint64()
	}
	return s
}

// State returns what SetState needs to continue from here.
func (s *Source) State() [2]uint64 { return [2]uint64{s.hi, s.lo} }

// SetState continues from where State was called.
func (s *Source) SetState(state [2]uint64) { s.hi, s.lo = state[0], state[1] }

// Uint64 returns 64 random bits.
func (s *Source) Uint64() uint64 {
	const (
		multiplier = 0xda942042e4dd58b5 // the cheap multiplier of the DXSM variant
		stepHi     = 0x5851f42d4c957f2d
		stepLo     = 0x14057b7ef767814f
	)
	hi, lo := s.hi, s.lo
	carryHi, nextLo := bits.Mul64(lo, multiplier)
	nextLo, carry := bits.Add64(nextLo, stepLo, 0)
	s.hi, s.lo = hi*multiplier+carryHi+stepHi+carry, nextLo
	lo |= 1
	hi ^= hi >> 32
	hi *= multiplier
	hi ^= hi >> 48
	return hi * lo
}

// Float64 returns a number from [0, 1) in steps of 2⁻⁵³.
func (s *Source) Float64() float64 { return float64(s.Uint64()>>11) * 0x1p-53 }

// Float32 returns a number from [0, 1) in steps of 2⁻²⁴.
func (s *Source) Float32() float32 { return float32(s.Uint64()>>40) * 0x1p-24 }

// Uniform returns a number from [lo, hi).
func (s *Source) Uniform(lo, hi float32) float32 { return float32(s.Float32()*(hi-lo)) + lo }

// IntN returns a number from 0 to n-1 without bias (Lemire 2019). It panics if n is not positive.
func (s *Source) IntN(n int) int {
	if n <= 0 {
		panic("random: IntN of a number that is not positive")
	}
	hi, lo := bits.Mul64(s.Uint64(), uint64(n))
	if lo < uint64(n) {
		for reject := -uint64(n) % uint64(n); lo < reject; {
			hi, lo = bits.Mul64(s.Uint64(), uint64(n))
		}
	}
	return int(hi)
}

// Shuffle puts n elements into a random order (Fisher and Yates); swap exchanges two of them.
func (s *Source) Shuffle(n int, swap func(i, j int)) {
	for i := n - 1; i > 0; i-- {
		swap(i, s.IntN(i+1))
	}
}

// Perm returns a random permutation of 0 to n-1.
func (s *Source) Perm(n int) []int {
	p := make([]int, n)
	for i := range p {
		p[i] = i
	}
	s.Shuffle(n, func(i, j int) { p[i], p[j] = p[j], p[i] })
	return p
}
