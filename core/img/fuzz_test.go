package img

import (
	"bytes"
	"encoding/binary"
	"os"
	"testing"
)

// The targets are one for each format, so that each gets its share of the time. Their seeds are small.

func FuzzPNG(f *testing.F) {
	fuzzFormat(f, encoded(f, ramp(9, 7))["png"], testFile(f, "turned.png"), bomb(60000, 60000))
}

func FuzzJPEG(f *testing.F) {
	file := encoded(f, ramp(9, 7))["jpeg"]
	fuzzFormat(f, file, file[:len(file)-2], testFile(f, "halves.jpg"), withEXIF(file, binary.BigEndian, "MM", 6))
}

func FuzzGIF(f *testing.F)  { fuzzFormat(f, encoded(f, ramp(9, 7))["gif"]) }
func FuzzBMP(f *testing.F)  { fuzzFormat(f, encoded(f, ramp(9, 7))["bmp"]) }
func FuzzTIFF(f *testing.F) { fuzzFormat(f, encoded(f, ramp(9, 7))["tiff"], testFile(f, "turned.tif")) }

func FuzzWebP(f *testing.F) {
	fuzzFormat(f, webp1x1(), testFile(f, "lossy.webp"), testFile(f, "alpha.webp"), testFile(f, "moving.webp"), testFile(f, "turned.webp"))
}

func FuzzPNM(f *testing.F) {
	fuzzFormat(f, []byte("P6 1 1 255\n123"), []byte("P5 2 1 300\n1234"), []byte("P3 1 1 9\n1 2 3"), []byte("P2 # x\n1 2 9\n7 8"))
}

// FuzzUnread looks at what is of no format that is read.
func FuzzUnread(f *testing.F) {
	fuzzFormat(f, []byte("\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1"), []byte("\x00\x00\x00\x0cJXL \x0d\x0a\x87\x0a"), nil)
}

func testFile(f *testing.F, name string) []byte {
	file, err := os.ReadFile("testdata/" + name)
	if err != nil {
		f.Fatal(err)
	}
	return file
}

// fuzzFormat wants of any bytes a sound image or an error.
func fuzzFormat(f *testing.F, seeds ...[]byte) {
	for _, file := range seeds {
		f.Add(file)
	}
	f.Fuzz(func(t *testing.T, file []byte) {
		const limit = 1 << 14
		m, _, err := DecodeNote(bytes.NewReader(file), limit)
		if (m == nil) == (err == nil) {
			t.Fatalf("image %v, error %v", m, err)
		}
		if m != nil && (m.W <= 0 || m.H <= 0 || m.W*m.H > limit || len(m.Pix) != 3*m.W*m.H) {
			t.Fatalf("%d×%d with %d values", m.W, m.H, len(m.Pix))
		}
	})
}
