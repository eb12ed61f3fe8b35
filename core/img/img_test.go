package img

import (
	"bytes"
	"image"
	"image/color"
	"math"
	"runtime"
	"testing"

	"golang.org/x/image/draw"
)

// ramp is a picture of smooth colour, made of 8-bit levels by integer arithmetic.
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
			t.Errorf("%d bytes as %d×%d: error %v, picture of width %d", c.bytes, c.w, c.h, err, m.W)
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

func TestResizeAgreesWithDraw(t *testing.T) {
	src := ramp(97, 61)
	for _, size := range [][2]int{{40, 30}, {97, 61}, {150, 100}, {1, 1}, {32, 200}} {
		want := image.NewNRGBA(image.Rect(0, 0, size[0], size[1]))
		draw.CatmullRom.Scale(want, want.Rect, src.ToImage(), image.Rect(0, 0, 97, 61), draw.Src, nil)
		got := src.Resize(size[0], size[1])
		if d := Linf(got, FromImage(want)); d > 1.01/255 {
			t.Errorf("to %v: %g levels from x/image/draw", size, d*255)
		}
	}
	if d := Linf(src.Resize(97, 61), src); d > 1e-6 {
		t.Errorf("to its own size: %g", d)
	}
}

func TestFit(t *testing.T) {
	wide := New(300, 100) // a red middle square between white sides
	for i := range wide.Pix {
		if x := i % 300; i < 300*100 || x < 100 || x >= 200 {
			wide.Pix[i] = 1
		}
	}
	got := wide.Fit(50, 50)
	if got.W != 50 || got.H != 50 {
		t.Fatalf("%d×%d", got.W, got.H)
	}
	for y := 2; y < 48; y++ {
		for x := 2; x < 48; x++ {
			if r, g := got.Plane(0)[y*50+x], got.Plane(1)[y*50+x]; math.Abs(float64(r)-1) > 1e-5 || g > 1e-5 {
				t.Fatalf("pixel (%d,%d) is %g %g, want red", x, y, r, g)
			}
		}
	}
	if tall := ramp(10, 90).Fit(30, 20); tall.W != 30 || tall.H != 20 {
		t.Errorf("tall: %d×%d", tall.W, tall.H)
	}
	if m := ramp(224, 224); Linf(m.Fit(224, 224), m) > 1e-6 {
		t.Error("fitting into its own size changed the picture")
	}
}

// A long strip is scaled without a plane of its length times the new width in between.
func TestFitStrip(t *testing.T) {
	for _, size := range [][2]int{{1, 2_000_000}, {2_000_000, 1}} {
		m := New(size[0], size[1])
		for i := range m.Pix {
			m.Pix[i] = .25
		}
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		got := m.Fit(224, 224)
		runtime.ReadMemStats(&after)
		if taken := after.TotalAlloc - before.TotalAlloc; taken > 32<<20 {
			t.Errorf("%v: %d bytes taken", size, taken)
		}
		if v := got.Pix[1000]; math.Abs(float64(v)-.25) > 1e-5 {
			t.Errorf("%v: %g, want .25", size, v)
		}
	}
}

func TestCenterCrop(t *testing.T) {
	m := ramp(7, 5)
	got := m.CenterCrop(4, 9)
	if got.W != 4 || got.H != 5 || got.Plane(2)[4] != m.Plane(2)[7+1] {
		t.Errorf("%d×%d", got.W, got.H)
	}
}

func TestDistances(t *testing.T) {
	a, b := New(2, 2), New(2, 2)
	b.Pix[3], b.Pix[7] = .3, -.4
	if d := L2(a, b); math.Abs(d-.5) > 1e-6 {
		t.Errorf("L2 %g, want .5", d)
	}
	if d := Linf(a, b); math.Abs(d-.4) > 1e-6 {
		t.Errorf("Linf %g, want .4", d)
	}
	if d, want := PSNR(a, b), 10*math.Log10(12/.25); math.Abs(d-want) > 1e-4 {
		t.Errorf("PSNR %g, want %g", d, want)
	}
	if !math.IsInf(PSNR(a, a), 1) {
		t.Error("PSNR of equal pictures is not infinite")
	}
}

func TestCopyFrom(t *testing.T) {
	a, b := ramp(4, 3), New(9, 9)
	memory := &b.Pix[0]
	b.CopyFrom(a)
	if b.W != 4 || b.H != 3 || Linf(a, b) != 0 || &b.Pix[0] != memory {
		t.Error("CopyFrom did not copy into the memory there is")
	}
	c := a.Clone()
	if c.Pix[0] = 9; a.Pix[0] == 9 {
		t.Error("a clone shares memory")
	}
}

func BenchmarkFit(b *testing.B) {
	m := ramp(640, 480)
	for b.Loop() {
		m.Fit(224, 224)
	}
}

// A picture of any width comes back from bytes as it went, opaque or not.
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
