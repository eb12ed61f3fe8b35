package corrupt

import (
	"math"
	"testing"

	"steady/core/img"
	"steady/core/random"
)

// PutBytes must write what Byte says, and nothing else, whatever part of an image fills vectors.
func TestPutBytes(t *testing.T) {
	s := random.New(1, 0, "bytes", 0)
	odd := []float32{float32(math.NaN()), float32(math.Inf(1)), float32(math.Inf(-1)), -1, 0, 1, 2, 1e9, -1e9, 254.9999 / 255}
	for w := 1; w <= 70; w++ {
		m := img.New(w, 1)
		s.FillUniform(m.Pix, -.2, 1.2)
		for i := range m.Pix {
			switch s.IntN(4) {
			case 0:
				m.Pix[i] = levels[s.IntN(256)]
			case 1:
				m.Pix[i] = odd[s.IntN(len(odd))]
			}
		}
		const guard = 0xa5
		dst := make([]byte, 3*w+32)
		for i := range dst {
			dst[i] = guard
		}
		PutBytes(dst, m)
		for i, got := range dst {
			want := byte(guard)
			if i < 3*w {
				want = Byte(m.Pix[i%3*w+i/3])
			}
			if got != want {
				t.Errorf("%d pixels: byte %d is %d, want %d", w, i, got, want)
			}
		}
	}
}
