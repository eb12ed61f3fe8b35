package random

// streams is how many generators a bulk draw runs side by side. The number is the same whatever a processor's vectors
// hold, so that the same numbers come out everywhere.
const streams = 16

// bulk is the state of that many generators xoshiro128++ (Blackman and Vigna 2021), word by word: one that needs only
// additions, shifts and exclusive ors of 32 bits, which every vector unit has.
type bulk [4][streams]uint32

// bulk splits generators off: their states are drawn from s.
func (s *Source) bulk() *bulk {
	b := new(bulk)
	for w := 0; w < len(b); w += 2 {
		for i := range streams {
			bits := s.Uint64()
			b[w][i], b[w+1][i] = uint32(bits), uint32(bits>>32)
		}
	}
	return b
}

// FillBits fills dst with random bits.
func (s *Source) FillBits(dst []uint32) {
	b, whole := s.bulk(), len(dst)/streams*streams
	fillBits(dst[:whole], b)
	if whole < len(dst) { // a block of which the rest is dropped
		var last [streams]uint32
		fillBits(last[:], b)
		copy(dst[whole:], last[:])
	}
}

// FillUniform fills dst with numbers from [lo, hi), in steps of 2⁻²⁴ of the range.
func (s *Source) FillUniform(dst []float32, lo, hi float32) {
	b, whole := s.bulk(), len(dst)/streams*streams
	fillUniform(dst[:whole], lo, hi-lo, b)
	if whole < len(dst) {
		var last [streams]float32
		fillUniform(last[:], lo, hi-lo, b)
		copy(dst[whole:], last[:])
	}
}

// FillNormal fills dst with numbers from the normal distribution of mean 0 and standard deviation 1.
func (s *Source) FillNormal(dst []float32) {
	const block = 2 * streams
	b, whole := s.bulk(), len(dst)/block*block
	fillNormal(dst[:whole], b)
	if whole < len(dst) {
		var last [block]float32
		fillNormal(last[:], b)
		copy(dst[whole:], last[:])
	}
}

// The constants of the normal draws, by the method of Box and Muller (1958): a radius √(-2·ln u) and an angle give two
// independent draws. Logarithm, sine and cosine are series in float32, every product rounded before it is added.
const (
	half32   = 0x1p-32
	ln2      = .693147180559945309417
	rootHalf = 0x3f3504f3 // the bits of √½
	eighth   = 1 << 29    // of a turn, where a turn has 2³²
	angle    = 1.57079632679489661923 / (1 << 30)

	sin3, sin5, sin7, sin9 = -1. / 6, 1. / 120, -1. / 5040, 1. / 362880
	cos2, cos4, cos6, cos8 = -1. / 2, 1. / 24, -1. / 720, 1. / 40320
	log3, log5, log7, log9 = 1. / 3, 1. / 5, 1. / 7, 1. / 9
)
