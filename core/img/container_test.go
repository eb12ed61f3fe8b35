package img

import (
	"bytes"
	"errors"
	"image"
	"image/jpeg"
	"os"
	"strings"
	"testing"
)

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
		want, err := Decode(bytes.NewReader(file), 0)
		if err != nil {
			t.Fatal(err)
		}
		for _, cut := range []int{1, 2} {
			if m, err := Decode(bytes.NewReader(file[:len(file)-cut]), 0); err != nil || Linf(m, want) != 0 {
				t.Errorf("without the last %d bytes: %v", cut, err)
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
