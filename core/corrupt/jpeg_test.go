package corrupt

import (
	"testing"

	"steady/core/corrupt/internal/imagetest"
)

// The hashes are those of what Pillow 13.0 with libjpeg-turbo 3.2 makes of the same images by save(quality=...) and open.
func TestCompressJPEG(t *testing.T) {
	for _, c := range []struct {
		w, h, quality int
		want          uint32
	}{
		{224, 224, 85, 0xc0694bbd},
		{224, 224, 1, 0x1d48a4fe},
		{224, 224, 100, 0xb4dfa587},
		{32, 32, 85, 0xbd921659},
		{1, 1, 85, 0x62545149},
	} {
		m := imagetest.Synthetic(c.w, c.h)
		CompressJPEG(m, c.quality)
		if got := hash(m); got != c.want {
			t.Errorf("%d×%d at quality %d: %#08x, want %#08x", c.w, c.h, c.quality, got, c.want)
		}
	}
}
