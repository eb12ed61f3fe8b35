package random

import (
	"math"
	"math/bits"
)

// next draws from generator i.
func (b *bulk) next(i int) uint32 {
	s0, s1, s2, s3 := b[0][i], b[1][i], b[2][i], b[3][i]
	out := bits.RotateLeft32(s0+s3, 7) + s0
	t := s1 << 9
	s2 ^= s0
	s3 ^= s1
	s1 ^= s2
	s0 ^= s3
	b[0][i], b[1][i], b[2][i], b[3][i] = s0, s1, s2^t, bits.RotateLeft32(s3, 11)
	return out
}

// bitsPlain fills whole blocks of one number from each generator.
func (b *bulk) bitsPlain(dst []uint32) {
	for i := range dst {
		dst[i] = b.next(i % streams)
	}
}

// uniformPlain is bitsPlain for numbers in [lo, lo+width).
func (b *bulk) uniformPlain(dst []float32, lo, width float32) {
	for i := range dst {
		dst[i] = float32(float32(b.next(i%streams)>>8)*0x1p-24*width) + lo
	}
}

// normalPlain fills whole blocks of two numbers from each generator, streams apart.
func (b *bulk) normalPlain(dst []float32) {
	for ; len(dst) > 0; dst = dst[2*streams:] {
		for i := range streams {
			radius := polarRadius(b.next(i))
			sin, cos := polarAngle(b.next(i))
			dst[i], dst[i+streams] = radius*cos, radius*sin
		}
	}
}

// polarRadius is √(-2·ln u) for u = (b+½)/2³².
func polarRadius(b uint32) float32 {
	u := float32(float32(int32(b>>1))*(2*half32)) + half32
	// u = f·2ᵏ with f from √½ to √2; ln f = 2·artanh((f-1)/(f+1)).
	shifted := math.Float32bits(u) - rootHalf
	k := float32(int32(shifted) >> 23)
	f := math.Float32frombits(shifted&(1<<23-1) + rootHalf)
	s := (f - 1) / (f + 1)
	z := float32(s * s)
	series := float32(z*log9) + log7
	series = float32(z*series) + log5
	series = float32(z*series) + log3
	series = float32(z*series) + 1
	return float32(math.Sqrt(float64(max(-2*(float32(2*float32(s*series))+float32(k*ln2)), 0))))
}

// polarAngle returns sine and cosine of b/2³² of a turn.
func polarAngle(b uint32) (sin, cos float32) {
	quarter := (b + eighth) >> 30
	x := float32(float32(int32(b-quarter<<30)) * angle)
	z := float32(x * x)
	sin = float32(z*sin9) + sin7
	sin = float32(z*sin) + sin5
	sin = float32(z*sin) + sin3
	sin = float32(x*float32(z*sin)) + x
	cos = float32(z*cos8) + cos6
	cos = float32(z*cos) + cos4
	cos = float32(z*cos) + cos2
	cos = float32(z*cos) + 1
	if quarter&1 != 0 {
		sin, cos = cos, -sin
	}
	if quarter&2 != 0 {
		sin, cos = -sin, -cos
	}
	return sin, cos
}
