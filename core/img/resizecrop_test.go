package img

import (
	"hash/crc32"
	"runtime"
	"testing"
)

// pattern returns an image whose bytes follow a formula: (7x² + 13y + xy(c+3) + 91c) mod 256.
func pattern(w, h int) *Image {
	m := New(w, h)
	for c := range 3 {
		for y := range h {
			for x := range w {
				m.Plane(c)[y*w+x] = Unit(uint8(x*x*7 + y*13 + x*y*(c+3) + c*91))
			}
		}
	}
	return m
}

// The sums are CRC-32s of the bytes, height×width×3, that Pillow 10.4 makes of the same patterns with
// resize((w, h), Image.BILINEAR) and crop, sizes as torchvision.transforms.Resize and CenterCrop work them out.
func TestResizeCropAsPillow(t *testing.T) {
	for _, c := range []struct {
		w, h, short, crop int
		sum               uint32
	}{
		{61, 47, 32, 28, 0xb79405df},
		{47, 61, 32, 31, 0x578bbd4a},
		{61, 47, 90, 77, 0x443ad767},
		{300, 200, 33, 32, 0xc2868207},
		{64, 64, 64, 48, 0x47ce4f2a},
	} {
		m, err := pattern(c.w, c.h).ResizeCrop(c.short, c.crop, c.crop)
		if err != nil {
			t.Fatal(err)
		}
		b := make([]uint8, 3*c.crop*c.crop)
		for i := range c.crop * c.crop {
			for k := range 3 {
				b[3*i+k] = toByte(m.Plane(k)[i])
			}
		}
		if sum := crc32.ChecksumIEEE(b); sum != c.sum {
			t.Errorf("%d×%d to %d, %d: sum %#08x, Pillow's is %#08x", c.w, c.h, c.short, c.crop, sum, c.sum)
		}
	}
}

func TestResizeCropTooSmall(t *testing.T) {
	if m, err := pattern(40, 30).ResizeCrop(20, 21, 21); err == nil {
		t.Errorf("a crop of 21 from a side of 20: %d×%d", m.W, m.H)
	}
	if m, err := pattern(40, 30).ResizeCrop(0, 40, 31); err == nil {
		t.Errorf("a crop of 31 rows from 30: %d×%d", m.W, m.H)
	}
	if m, err := pattern(40, 30).ResizeCrop(0, 30, 30); err != nil || m.W != 30 || m.Plane(0)[0] != pattern(40, 30).Plane(0)[5] {
		t.Errorf("without scaling: %v", err)
	}
}

// A strip one pixel high becomes as many times longer as the crop is high: all of it must never be in memory.
func TestResizeCropOfStrip(t *testing.T) {
	for _, m := range []*Image{pattern(300_000, 1), pattern(1, 300_000)} {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		out, err := m.ResizeCrop(224, 224, 224)
		runtime.ReadMemStats(&after)
		if err != nil {
			t.Fatal(err)
		}
		if took := after.TotalAlloc - before.TotalAlloc; took > 32<<20 {
			t.Errorf("%d×%d: took %d bytes", m.W, m.H, took)
		}
		if got, want := out.Plane(1)[0], m.Plane(1)[149_999]; got != want {
			t.Errorf("%d×%d: the middle begins with %g, want %g", m.W, m.H, got, want)
		}
	}
}
