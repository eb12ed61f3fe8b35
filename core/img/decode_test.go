package img

import (
	"bytes"
	"encoding/binary"
	"errors"
	"golang.org/x/image/bmp"
	"golang.org/x/image/tiff"
	"hash/crc32"
	"image"
	"image/gif"
	"image/jpeg"
	"image/png"
	"io"
	"math"
	"os"
	"strings"
	"testing"
	"testing/iotest"
)

// webp1x1 is a lossless WebP of one pixel, (51, 102, 153), written by hand: each color has a prefix code of one
// symbol, so that the pixel itself takes no bits.
func webp1x1() []byte {
	var b bits
	b.put(0x2f, 8)                                       // signature
	b.put(0, 14)                                         // width - 1
	b.put(0, 14)                                         // height - 1
	b.put(0, 1+3)                                        // no alpha, version 0
	b.put(0, 1+1+1)                                      // no transform, no color cache, no meta codes
	for _, symbol := range []uint32{102, 51, 153, 255} { // green, red, blue, alpha
		b.put(1, 1) // a simple code
		b.put(0, 1) // of one symbol
		b.put(1, 1) // of 8 bits
		b.put(symbol, 8)
	}
	b.put(1, 1) // distance: a simple code of one symbol of one bit, 0
	b.put(0, 3)
	body := append([]byte(nil), b.bytes...)
	size := len(body)
	if size%2 == 1 {
		body = append(body, 0)
	}
	file := append([]byte("RIFF"), 0, 0, 0, 0)
	file = append(file, "WEBPVP8L"...)
	file = binary.LittleEndian.AppendUint32(file, uint32(size))
	file = append(file, body...)
	binary.LittleEndian.PutUint32(file[4:], uint32(len(file)-8))
	return file
}

// bits writes numbers with the lowest bit first.
type bits struct {
	bytes []byte
	n     int
}

func (b *bits) put(v uint32, n int) {
	for i := range n {
		if b.n%8 == 0 {
			b.bytes = append(b.bytes, 0)
		}
		b.bytes[b.n/8] |= byte(v>>i&1) << (b.n % 8)
		b.n++
	}
}

// encoded is an image in every format.
func encoded(t testing.TB, m *Image) map[string][]byte {
	files := map[string][]byte{}
	for name, encode := range map[string]func(w io.Writer, m image.Image) error{
		"png":  png.Encode,
		"jpeg": func(w io.Writer, m image.Image) error { return jpeg.Encode(w, m, &jpeg.Options{Quality: 98}) },
		"gif":  func(w io.Writer, m image.Image) error { return gif.Encode(w, m, nil) },
		"bmp":  bmp.Encode,
		"tiff": func(w io.Writer, m image.Image) error { return tiff.Encode(w, m, nil) },
	} {
		var b bytes.Buffer
		if err := encode(&b, m.ToImage()); err != nil {
			t.Fatal(name, err)
		}
		files[name] = b.Bytes()
	}
	return files
}

func TestDecodeFormats(t *testing.T) {
	want := ramp(33, 21)
	for name, file := range encoded(t, want) {
		// A reader that gives one byte at a time, and no seeking.
		got, err := Decode(iotest.OneByteReader(bytes.NewReader(file)), 33*21)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		most := map[string]float64{"jpeg": .2, "gif": .2}[name]
		if got.W != 33 || got.H != 21 || L2(got, want) > most*45 {
			t.Errorf("%s: %d×%d at a distance of %g", name, got.W, got.H, L2(got, want))
		}
	}
	got, err := Decode(bytes.NewReader(webp1x1()), 0)
	if err != nil || got.W != 1 || got.H != 1 || got.Pix[0] != .2 || got.Pix[1] != .4 || got.Pix[2] != .6 {
		t.Errorf("webp: %+v, %v", got, err)
	}
}

func TestDecodeTooLarge(t *testing.T) {
	for name, file := range encoded(t, ramp(33, 21)) {
		if _, err := Decode(bytes.NewReader(file), 33*21-1); !errors.Is(err, ErrTooLarge) {
			t.Errorf("%s: %v, want ErrTooLarge", name, err)
		}
	}
}

// bomb is a PNG of a few bytes whose header promises w×h pixels.
func bomb(w, h uint32) []byte {
	header := binary.BigEndian.AppendUint32([]byte("IHDR"), w)
	header = binary.BigEndian.AppendUint32(header, h)
	header = append(header, 8, 6, 0, 0, 0)
	file := append([]byte("\x89PNG\r\n\x1a\n"), 0, 0, 0, 13)
	file = append(file, header...)
	return binary.BigEndian.AppendUint32(file, crc32.ChecksumIEEE(header))
}

func TestDecodeBomb(t *testing.T) {
	file := bomb(1<<30, 1<<30-1)
	got := testing.AllocsPerRun(1, func() {
		if _, err := Decode(bytes.NewReader(file), 0); err == nil {
			t.Error("accepted")
		}
	})
	if got > 100 {
		t.Errorf("%g allocations to refuse a header", got)
	}
	if _, err := Decode(bytes.NewReader(bomb(60000, 60000)), 0); !errors.Is(err, ErrTooLarge) {
		t.Errorf("%v, want ErrTooLarge", err)
	}
}

// An endless file is not read to its end.
func TestDecodeEndless(t *testing.T) {
	head := strings.NewReader("II*\x00\xf0\xff\xff\x7f") // a TIFF whose directory is 2 GB away
	_, err := Decode(io.MultiReader(head, zeros{}), 100)
	if !errors.Is(err, ErrTooLarge) {
		t.Errorf("%v, want ErrTooLarge", err)
	}
}

type zeros struct{}

func (zeros) Read(p []byte) (int, error) { clear(p); return len(p), nil }

func TestDecodeErrors(t *testing.T) {
	for _, text := range []string{"", "x", "hello, this is no image at all", "<svg></svg>"} {
		if _, err := Decode(strings.NewReader(text), 0); !errors.Is(err, ErrFormat) {
			t.Errorf("%q: %v, want ErrFormat", text, err)
		}
	}
	cause := errors.New("the disk is on fire")
	for name, file := range encoded(t, ramp(33, 21)) {
		for _, n := range []int{len(file) / 2, 30, 12} {
			if _, err := Decode(bytes.NewReader(file[:n]), 0); err == nil || errors.Is(err, ErrTooLarge) {
				t.Errorf("%s cut to %d bytes: %v", name, n, err)
			}
			r := io.MultiReader(bytes.NewReader(file[:n]), iotest.ErrReader(cause))
			if _, err := Decode(r, 0); !errors.Is(err, cause) {
				t.Errorf("%s, reading fails after %d bytes: %v", name, n, err)
			}
		}
	}
}

func TestOrientation(t *testing.T) {
	// An image of two rows, A B C over D E F, as each orientation shows it.
	want := []string{"", "ABC/DEF", "CBA/FED", "FED/CBA", "DEF/ABC", "AD/BE/CF", "DA/EB/FC", "FC/EB/DA", "CF/BE/AD"}
	m := New(3, 2)
	for i := range m.Pix {
		m.Pix[i] = float32(i%6) / 8
	}
	for o := 1; o <= 8; o++ {
		out := m.turned(orientation(o))
		var s strings.Builder
		for i, v := range out.Plane(2) {
			if i > 0 && i%out.W == 0 {
				s.WriteByte('/')
			}
			s.WriteByte('A' + byte(v*8))
		}
		if s.String() != want[o] {
			t.Errorf("orientation %d shows %s, want %s", o, s.String(), want[o])
		}
	}
	plain := encoded(t, ramp(33, 21))["jpeg"]
	for _, c := range []struct {
		order binary.AppendByteOrder
		mark  string
		tag   uint16
		w     int
	}{
		{binary.BigEndian, "MM", 6, 21}, {binary.LittleEndian, "II", 8, 21}, {binary.LittleEndian, "II", 3, 33},
		{binary.LittleEndian, "II", 0, 33}, {binary.LittleEndian, "II", 77, 33},
	} {
		if got, err := Decode(bytes.NewReader(withEXIF(plain, c.order, c.mark, c.tag)), 0); err != nil || got.W != c.w {
			t.Errorf("%s %d: %v, want a width of %d", c.mark, c.tag, err, c.w)
		}
	}
}

// withEXIF puts an EXIF segment with only an orientation behind the start of a JPEG file.
func withEXIF(file []byte, order binary.AppendByteOrder, mark string, tag uint16) []byte {
	body := []byte("Exif\x00\x00" + mark)
	body = order.AppendUint16(body, 42)
	body = order.AppendUint32(body, 8)
	body = order.AppendUint16(body, 1)
	body = order.AppendUint16(body, 0x0112)
	body = order.AppendUint16(body, 3)
	body = order.AppendUint32(body, 1)
	body = order.AppendUint16(body, tag)
	body = append(body, 0, 0, 0, 0, 0, 0)
	out := append([]byte{0xff, 0xd8, 0xff, 0xe1}, byte((len(body)+2)>>8), byte(len(body)+2))
	return append(append(out, body...), file[2:]...)
}

// Formats that phones write and that are not read are named.
func TestUnreadNamed(t *testing.T) {
	for file, want := range map[string]string{
		"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic more": "HEIC",
		"\x00\x00\x00\x1cftypmif1\x00\x00\x00\x00mif1avifmiaf":  "AVIF",
		"\x00\x00\x00\x10ftypavif\x00\x00\x00\x00":              "AVIF",
		"\x00\x00\x00\x0cJXL \x0d\x0a\x87\x0a":                  "JPEG XL",
	} {
		if _, err := Decode(strings.NewReader(file), 0); !errors.Is(err, ErrFormat) || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want ErrFormat and %s", file, err, want)
		}
	}
	for _, file := range []string{"\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00", "\x00\x00\x00\x01ftyp"} {
		if _, err := Decode(strings.NewReader(file), 0); err == nil || strings.Contains(err.Error(), "HEIC") {
			t.Errorf("%q: %v", file, err)
		}
	}
}

// A JPEG file without its end marker is read as with it; one that lacks more is refused.
func TestJPEGWithoutEnd(t *testing.T) {
	halves, err := os.ReadFile("testdata/halves.jpg")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range [][]byte{encoded(t, ramp(33, 21))["jpeg"], halves} {
		want, note, err := DecodeNote(bytes.NewReader(file), 0)
		if err != nil || note != "" {
			t.Fatal(note, err)
		}
		for _, cut := range []int{1, 2} {
			m, note, err := DecodeNote(bytes.NewReader(file[:len(file)-cut]), 0)
			if err != nil || Linf(m, want) != 0 || !strings.Contains(note, "no end marker") {
				t.Errorf("without the last %d bytes: %q, %v", cut, note, err)
			}
		}
		for _, n := range []int{len(file) / 2, len(file) - 20} {
			if _, err := Decode(bytes.NewReader(file[:n]), 0); err == nil {
				t.Errorf("cut to %d of %d bytes, and read", n, len(file))
			}
		}
	}
	var gray bytes.Buffer
	if err := jpeg.Encode(&gray, image.NewGray(image.Rect(0, 0, 9, 9)), nil); err != nil {
		t.Fatal(err)
	}
	if _, err := Decode(bytes.NewReader(gray.Bytes()[:gray.Len()-2]), 0); err != nil {
		t.Errorf("gray: %v", err)
	}
}

// JPEG with color at half the resolution is read within a level of libjpeg on average; what is left is the rounding of
// the inverse cosine transform.
func TestJPEGAsLibjpeg(t *testing.T) {
	for _, name := range []string{"halves.jpg", "columns.jpg"} {
		if mean, most := levels(t, read(t, name), read(t, name+".png")); mean > .4 || most > 4 {
			t.Errorf("%s: %.3f levels from libjpeg on average, %g at most, want .4 and 4", name, mean, most)
		} else {
			t.Logf("%s: %.3f, %g", name, mean, most)
		}
	}
}

// read decodes a file of testdata.
func read(t *testing.T, name string) *Image {
	t.Helper()
	file, err := os.ReadFile("testdata/" + name)
	if err != nil {
		t.Fatal(err)
	}
	m, err := Decode(bytes.NewReader(file), 0)
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return m
}

// levels returns the mean and the largest difference in levels of 255, the first image rounded to them.
func levels(t *testing.T, m, want *Image) (mean, most float64) {
	t.Helper()
	if m.W != want.W || m.H != want.H {
		t.Fatalf("%d×%d, want %d×%d", m.W, m.H, want.W, want.H)
	}
	for i, v := range m.Pix {
		d := math.Abs(float64(toByte(v)) - float64(toByte(want.Pix[i])))
		mean, most = mean+d, max(most, d)
	}
	return mean / float64(len(m.Pix)), most
}
