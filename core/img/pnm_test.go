package img

import (
	"strings"
	"testing"
)

func TestPNM(t *testing.T) {
	for _, c := range []struct {
		name, file string
		want       [6]float32 // two pixels, red plane first
	}{
		{"P6", "P6\n2 1\n255\n\x00\x33\xff\x66\x99\xcc", [6]float32{0, .4, .2, .6, 1, .8}},
		{"P6 with comments", "P6 # by hand\n#\n2\t1 # size\r\n255\n\x00\x33\xff\x66\x99\xcc", [6]float32{0, .4, .2, .6, 1, .8}},
		{"P5", "P5 2 1 255\n\x33\xff", [6]float32{.2, 1, .2, 1, .2, 1}},
		{"P5 of 5 levels", "P5 2 1 5 \x01\x05", [6]float32{.2, 1, .2, 1, .2, 1}},
		{"P5 of 16 bits", "P5 2 1 65535\n\x33\x33\xff\xff", [6]float32{.2, 1, .2, 1, .2, 1}},
		{"P3", "P3\n2 1\n15\n0 3 15\n6  9 12\n", [6]float32{0, .4, .2, .6, 1, .8}},
		{"P2 without an end", "P2\n2 1\n5\n1 # one\n5", [6]float32{.2, 1, .2, 1, .2, 1}},
	} {
		m, err := Decode(strings.NewReader(c.file), 0)
		if err != nil || m.W != 2 || m.H != 1 || [6]float32(m.Pix) != c.want {
			t.Errorf("%s: %+v, %v, want %v", c.name, m, err, c.want)
		}
	}
	for file, says := range map[string]string{
		"P6\n2 1\n255\n\x00\x33\xff\x66\x99": "pixel 1, 0",
		"P5 2 1 5 \x01\x06":                  "pixel 1, 0: 6: want at most 5",
		"P2 2 1 5 1 x":                       "pixel 1, 0: 'x'",
		"P5 0 1 255\n":                       "width: 0: want 1",
		"P5 1 1 65536\n":                     "maximum",
		"P5 1 -1 255\n":                      "height: '-'",
		"P6 99999 99999 255\n":               "too large",
		"P6":                                 "unexpected EOF",
	} {
		if m, err := Decode(strings.NewReader(file), 0); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%q: %v, %v, want an error with %q", file, m, err, says)
		}
	}
}
