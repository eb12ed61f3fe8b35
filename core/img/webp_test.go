package img

import (
	"bytes"
	"encoding/binary"
	"os"
	"slices"
	"testing"
)

// The size of an image is that of the header that was checked, whatever others the file has.
func TestWebPTwoHeaders(t *testing.T) {
	pixel := []byte{0x2f, 0, 0, 0, 0x10, 7, 0x10, 0x11, 0x11, 0x88, 0x88, 0xfe, 7} // VP8L of 1×1
	chunk := func(kind string, b []byte) []byte {
		c := binary.LittleEndian.AppendUint32([]byte(kind), uint32(len(b)))
		if c = append(c, b...); len(b)%2 == 1 {
			c = append(c, 0)
		}
		return c
	}
	canvas := func(w, h int) []byte {
		w, h = w-1, h-1
		return chunk("VP8X", []byte{2, 0, 0, 0, byte(w), byte(w >> 8), byte(w >> 16), byte(h), byte(h >> 8), byte(h >> 16)})
	}
	file := func(chunks ...[]byte) []byte {
		body := slices.Concat(append([][]byte{[]byte("WEBP")}, chunks...)...)
		return append(binary.LittleEndian.AppendUint32([]byte("RIFF"), uint32(len(body))), body...)
	}
	frame := chunk("ANMF", append(make([]byte, 16), chunk("VP8L", pixel)...))
	if m, err := Decode(bytes.NewReader(file(canvas(10, 10), frame)), 0); err != nil || m.W != 10 || m.H != 10 {
		t.Fatalf("one header: %v, %v", m, err)
	}
	if _, err := Decode(bytes.NewReader(file(canvas(10, 10), canvas(500_000, 500_000), frame)), 0); err == nil {
		t.Error("a second header of 500,000×500,000: no error")
	}
}

// WebP is read to libwebp's bytes: colors, their interpolation, transparency, the first frame, orientation.
func TestWebPAsLibwebp(t *testing.T) {
	for _, name := range []string{"lossy.webp", "alpha.webp", "moving.webp", "turned.webp"} {
		if mean, most := levels(t, read(t, name), read(t, name+".png")); most > 0 {
			t.Errorf("%s: %.3f levels from libwebp on average, %g at most", name, mean, most)
		}
	}
	for name, want := range map[string]float32{"black.webp": 0, "white.webp": 1} {
		for _, v := range read(t, name).Pix {
			if v != want {
				t.Fatalf("%s: %g, want %g", name, v, want)
			}
		}
	}
}

// A first frame smaller than the animation lies at its place, on white.
func TestWebPFramePlace(t *testing.T) {
	file, err := os.ReadFile("testdata/moving.webp")
	if err != nil {
		t.Fatal(err)
	}
	want := read(t, "moving.webp")
	file[24], file[27] = 60-1, 40-1 // the canvas
	at := bytes.Index(file, []byte("ANMF")) + 8
	file[at], file[at+3] = 3, 2 // half the corner
	m, err := Decode(bytes.NewReader(file), 0)
	if err != nil || m.W != 60 || m.H != 40 {
		t.Fatalf("%+v, %v", m, err)
	}
	for i := range m.Pix {
		x, y, v := i%60-6, i/60%40-4, float32(1)
		if x >= 0 && x < want.W && y >= 0 && y < want.H {
			v = want.Plane(i / 2400)[y*want.W+x]
		}
		if m.Pix[i] != v {
			t.Fatalf("value %d, pixel %d, %d of the frame: %g, want %g", i, x, y, m.Pix[i], v)
		}
	}
}

// What is wrong in the container of a WebP file is an error, and no half image.
func TestWebPDamaged(t *testing.T) {
	for _, name := range []string{"lossy.webp", "alpha.webp", "moving.webp"} {
		file, err := os.ReadFile("testdata/" + name)
		if err != nil {
			t.Fatal(err)
		}
		for _, n := range []int{16, 40, len(file) / 3} {
			if m, err := Decode(bytes.NewReader(file[:n]), 0); err == nil {
				t.Errorf("%s cut to %d bytes: %d×%d", name, n, m.W, m.H)
			}
		}
	}
	file, err := os.ReadFile("testdata/moving.webp")
	if err != nil {
		t.Fatal(err)
	}
	file[24] = 3 // a canvas of 4 pixels' width
	if _, err := Decode(bytes.NewReader(file), 0); err == nil {
		t.Error("a frame larger than its canvas was read")
	}
}
