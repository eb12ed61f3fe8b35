package img

import (
	"bytes"
	"math"
	"os"
	"testing"
)

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

func TestOrientationOutsideJPEG(t *testing.T) {
	for _, name := range []string{"turned.png", "turned.tif"} {
		if mean, most := levels(t, read(t, name), read(t, "turned.tif.png")); most > 0 {
			t.Errorf("%s: %.3f levels from the turned image on average", name, mean)
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
