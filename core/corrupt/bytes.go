package corrupt

import "steady/core/img"

// levels are the values of bytes.
var levels = func() (l [256]float32) {
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

// rounding is more than the errors of float32 at 255.
const rounding = 1. / 4096

// Byte turns a value into a byte as the references do, by truncation, but for what rounding errors of float32 can take
// off a whole number: Byte(float32(b)/255) is b.
func Byte(v float32) uint8 {
	switch v = float32(v*255) + rounding; {
	case !(v > 0):
		return 0
	case v >= 255:
		return 255
	}
	return uint8(v)
}

// PutBytes writes a picture as CIFAR-10-C's files have it: H×W×3 bytes, truncated. It panics if dst is shorter.
func PutBytes(dst []byte, m *img.Image) {
	r, g, b := m.Plane(0), m.Plane(1), m.Plane(2)
	dst = dst[:3*len(r)]
	done := putBytesVectors(dst, r, g, b)
	r, g, b, dst = r[done:], g[done:], b[done:], dst[3*done:]
	var chunk [3][256]int32
	for len(r) > 0 {
		n := min(len(r), len(chunk[0]))
		toBytes(chunk[0][:n], r[:n])
		toBytes(chunk[1][:n], g[:n])
		toBytes(chunk[2][:n], b[:n])
		for i := range n {
			p := dst[3*i : 3*i+3 : 3*i+3]
			p[0], p[1], p[2] = uint8(chunk[0][i]), uint8(chunk[1][i]), uint8(chunk[2][i])
		}
		r, g, b, dst = r[n:], g[n:], b[n:], dst[3*n:]
	}
}

// Truncate makes a picture what it would be if it had been stored by PutBytes and read again.
func Truncate(m *img.Image) {
	truncate(m.Pix, m.Pix, 0)
}
