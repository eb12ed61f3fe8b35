package pix

// Levels holds the value of each byte: b/255.
var Levels = func() (l [256]float32) {
	for i := range l {
		l[i] = float32(i) / 255
	}
	return l
}()

// b/255, correctly rounded, is b·perByte + b·perByteRest for every byte b, without a division: perByte has few enough
// bits for the first product to be exact.
const (
	perByte     = 0x8080p-23
	perByteRest = 1./255 - perByte
)

// Rounding is more than the errors of float32 at 255.
const Rounding = 1. / 4096

// Byte returns v, in [0,1], as a byte: 255·v truncated, as the references do it, but for the rounding errors of float32,
// so that Byte(float32(b)/255) is b. What lies outside is clipped, and NaN is 0.
func Byte(v float32) uint8 {
	switch v = float32(v*255) + Rounding; {
	case !(v > 0):
		return 0
	case v >= 255:
		return 255
	}
	return uint8(v)
}

// Truncate is dst = Byte(x + bias)/255.
func Truncate(dst, x []float32, bias float32) {
	for i := truncateVectors(dst, x, bias); i < len(x); i++ {
		dst[i] = Levels[Byte(x[i]+bias)]
	}
}

// Round is dst = x at the nearest of the 256 levels; halves go to the even one, so that images become neither brighter
// nor darker. What lies outside [0,1] is clipped.
func Round(dst, x []float32) {
	for i := roundVectors(dst, x); i < len(x); i++ {
		dst[i] = Levels[nearest(x[i])]
	}
}

// whole is where float32 begins to have no fractions: adding it rounds, halves to even.
const whole = 1 << 23

// nearest returns the level nearest to v.
func nearest(v float32) uint8 {
	if !(v > 0) {
		return 0
	}
	return uint8(float32(min(float32(v*255), 255)+whole) - whole)
}

// ToBytes is dst = Byte(x).
func ToBytes(dst []int32, x []float32) {
	for i := toBytesVectors(dst, x); i < len(x); i++ {
		dst[i] = int32(Byte(x[i]))
	}
}

// FromBytes is dst = x/255, for x in 0 to 255.
func FromBytes(dst []float32, x []int32) {
	for i := fromBytesVectors(dst, x); i < len(x); i++ {
		dst[i] = Levels[x[i]]
	}
}

// Divide is dst = x/by.
func Divide(dst []float32, x []int32, by float32) {
	for i := divideVectors(dst, x, by); i < len(x); i++ {
		dst[i] = float32(x[i]) / by
	}
}

// BeyondLevels reports whether a value exceeds Levels[level], its byte truncated, by more than rounding errors.
func BeyondLevels(x []float32, level []int32) bool {
	n, found := beyondLevelsVectors(x, level)
	for i := n; i < len(x) && !found; i++ {
		found = x[i]-Levels[level[i]] > Rounding/255
	}
	return found
}

// PutBytes writes pixels as bytes, truncated: red, green and blue of the first, and so on. It panics if dst is shorter
// than three bytes a pixel.
func PutBytes(dst []byte, from Planes) {
	r, g, b := from[0], from[1], from[2]
	dst = dst[:3*len(r)]
	done := putBytesVectors(dst, r, g, b)
	r, g, b, dst = r[done:], g[done:], b[done:], dst[3*done:]
	var chunk [3][256]int32
	for len(r) > 0 {
		n := min(len(r), len(chunk[0]))
		ToBytes(chunk[0][:n], r[:n])
		ToBytes(chunk[1][:n], g[:n])
		ToBytes(chunk[2][:n], b[:n])
		for i := range n {
			p := dst[3*i : 3*i+3 : 3*i+3]
			p[0], p[1], p[2] = uint8(chunk[0][i]), uint8(chunk[1][i]), uint8(chunk[2][i])
		}
		r, g, b, dst = r[n:], g[n:], b[n:], dst[3*n:]
	}
}
