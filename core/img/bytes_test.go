package img

import (
	"bytes"
	"image"
	"image/color"
	"math"
	"testing"
)

// ramp is an image of smooth color, made of 8-bit levels by integer arithmetic.
func ramp(w, h int) *Image {
	m := New(w, h)
	for i := range m.Pix {
		c, y, x := i/(w*h), i/w%h, i%w
		m.Pix[i] = unit[(x*3+y*2+c*60)%256]
	}
	return m
}

func TestBytesRoundTrip(t *testing.T) {
	pix := make([]byte, 4*16*16)
	for i := range 256 {
		pix[4*i], pix[4*i+1], pix[4*i+2], pix[4*i+3] = byte(i), byte(255-i), byte(i*7), 255
	}
	m, err := FromRGBA(pix, 16, 16)
	if err != nil {
		t.Fatal(err)
	}
	if got := m.Plane(1)[3]; got != float32(252)/255 {
		t.Errorf("green of pixel 3 is %g, want 252/255", got)
	}
	back := make([]byte, len(pix))
	m.PutRGBA(back)
	if string(back) != string(pix) {
		t.Error("bytes changed on their way through an Image")
	}
	if again := FromImage(m.ToImage()); Linf(m, again) != 0 {
		t.Error("an Image changed on its way through image.NRGBA")
	}
	if err := m.SetRGBA(pix[:8], 1, 2); err != nil || m.W != 1 || m.H != 2 || len(m.Pix) != 6 {
		t.Errorf("SetRGBA to 1×2: %v, %d×%d", err, m.W, m.H)
	}
}

func TestPutRGBARange(t *testing.T) {
	m := New(2, 2)
	copy(m.Pix, []float32{-1, 2, float32(math.NaN()), .5})
	out := make([]byte, 16)
	m.PutRGBA(out)
	if out[0] != 0 || out[4] != 255 || out[8] != 0 || out[12] != 128 {
		t.Errorf("-1, 2, NaN, 0.5 became %d %d %d %d", out[0], out[4], out[8], out[12])
	}
}

func TestRGBARefused(t *testing.T) {
	for _, c := range []struct{ bytes, w, h int }{
		{0, 0, 0}, {4, -1, -1}, {4, 1, 2}, {5, 1, 1}, {16, 1 << 31, 1 << 31}, {0, 1 << 32, 1 << 32},
	} {
		m := ramp(3, 3)
		if err := m.SetRGBA(make([]byte, c.bytes), c.w, c.h); err == nil || m.W != 3 {
			t.Errorf("%d bytes as %d×%d: error %v, image of width %d", c.bytes, c.w, c.h, err, m.W)
		}
	}
}

func TestAlphaOnWhite(t *testing.T) {
	for _, c := range []struct {
		in   color.NRGBA
		want [3]float64
	}{
		{color.NRGBA{10, 20, 30, 0}, [3]float64{1, 1, 1}},
		{color.NRGBA{255, 0, 51, 255}, [3]float64{1, 0, .2}},
		{color.NRGBA{255, 0, 0, 51}, [3]float64{1, .8, .8}},
	} {
		direct := image.NewNRGBA(image.Rect(3, 5, 4, 6)) // an origin elsewhere
		direct.SetNRGBA(3, 5, c.in)
		deep := image.NewNRGBA64(direct.Rect)
		deep.Set(3, 5, c.in)
		indexed := image.NewPaletted(direct.Rect, color.Palette{c.in})
		for name, src := range map[string]image.Image{"NRGBA": direct, "NRGBA64": deep, "Paletted": indexed,
			"other": struct{ image.Image }{direct}} {
			m := FromImage(src)
			for k, want := range c.want {
				if got := float64(m.Plane(k)[0]); math.Abs(got-want) > 2e-5 {
					t.Errorf("%s %v channel %d: %g, want %g", name, c.in, k, got, want)
				}
			}
		}
	}
}

// An image of any width comes back from bytes as it went, opaque or not.
func TestRGBARoundTrip(t *testing.T) {
	for w := 1; w < 70; w++ {
		pix := make([]byte, 4*w*3)
		for i := range pix {
			pix[i] = byte(i * 37)
			if i%4 == 3 {
				pix[i] = 255
			}
		}
		m, err := FromRGBA(pix, w, 3)
		if err != nil {
			t.Fatal(err)
		}
		for i := range 3 * w {
			if got, want := m.Plane(1)[i], float32(pix[4*i+1])/255; got != want {
				t.Fatalf("width %d, pixel %d: green is %g, want %g", w, i, got, want)
			}
		}
		back := make([]byte, len(pix))
		if m.PutRGBA(back); !bytes.Equal(back, pix) {
			t.Fatalf("width %d: %v came back as %v", w, pix, back)
		}
		pix[4*w+3] = 51 // a pixel that lets white through
		if m, err = FromRGBA(pix, w, 3); err != nil {
			t.Fatal(err)
		}
		if got, want := m.Plane(0)[w], 1-(1-float32(pix[4*w])/255)*.2; math.Abs(float64(got-want)) > 1e-6 {
			t.Fatalf("width %d: on white %g, want %g", w, got, want)
		}
	}
	m := New(40, 1)
	for i := range m.Pix {
		m.Pix[i] = []float32{float32(math.NaN()), -1, 2, float32(math.Inf(1)), float32(math.Inf(-1)), .5}[i%6]
	}
	got := make([]byte, 160)
	m.PutRGBA(got)
	for i, v := range m.Plane(0) {
		if want := toByte(v); got[4*i] != want {
			t.Errorf("%g became %d, want %d", v, got[4*i], want)
		}
	}
}

func BenchmarkRGBA(b *testing.B) {
	m, pix := New(224, 224), make([]byte, 4*224*224)
	m.PutRGBA(pix)
	b.Run("Set", func(b *testing.B) {
		for b.Loop() {
			m.SetRGBA(pix, 224, 224)
		}
	})
	b.Run("Put", func(b *testing.B) {
		for b.Loop() {
			m.PutRGBA(pix)
		}
	})
}
