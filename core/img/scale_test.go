package img

import (
	"image"
	"math"
	"runtime"
	"testing"

	"golang.org/x/image/draw"
)

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
		t.Error("fitting into its own size changed the image")
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

func BenchmarkFit(b *testing.B) {
	m := ramp(640, 480)
	for b.Loop() {
		m.Fit(224, 224)
	}
}
