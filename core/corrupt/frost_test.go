package corrupt

import (
	"errors"
	"fmt"
	"math"
	"strings"
	"testing"

	"steady/core/corrupt/internal/ice"
	"steady/core/corrupt/internal/imagetest"
	"steady/core/corrupt/internal/pix"
	"steady/core/img"
)

// However large an image is, it is covered: the ice repeats.
func TestIceRepeats(t *testing.T) {
	for _, size := range [][2]int{{ice.Width + 40, 2*ice.Height + 30}, {1 << 14, 1}, {1, 1 << 14}} {
		m := img.New(size[0], size[1])
		apply(t, "frost", m, Options{Severity: 3, Profile: ImageNet})
		for c := range 3 {
			plane := m.Plane(c)
			for i, v := range plane {
				x, y := i%m.W, i/m.W
				if x >= ice.Width && v != plane[i-ice.Width] || y >= ice.Height && v != plane[i-ice.Height*m.W] {
					t.Fatalf("%v: channel %d does not repeat at (%d,%d)", size, c, x, y)
				}
			}
		}
	}
}

func TestFrostWeights(t *testing.T) {
	for _, side := range []int{32, 224} {
		for severity := 1; severity <= 5; severity++ {
			black, dark := img.New(side, side), imagetest.Flat(side, side, .2)
			apply(t, "frost", black, Options{Severity: severity})
			apply(t, "frost", dark, Options{Severity: severity})
			keep := float64(frostTable.at(&job{severity: severity, profile: Auto.For(side, side)}).keep)
			for i, v := range black.Pix {
				if got := float64(dark.Pix[i] - v); v+.2 < 1 && math.Abs(got-.2*keep) > 1e-6 {
					t.Fatalf("%d px, severity %d: of .2 %g is left, want %g", side, severity, got, .2*keep)
				}
			}
		}
	}
}

// numbered is an image whose pixels tell where they are.
func numbered(w, h int) *img.Image {
	m := img.New(w, h)
	for i := range w * h {
		m.Plane(0)[i], m.Plane(1)[i], m.Plane(2)[i] = pix.Levels[i%w%256], pix.Levels[i/w%256], pix.Levels[i%w/256]
	}
	return m
}

func TestFrostFrom(t *testing.T) {
	c, err := FrostFrom([]*img.Image{numbered(300, 250)})
	if err != nil {
		t.Fatal(err)
	}
	if frost.Label() != "frost (procedural)" || c.Label() != "frost" || c.Name != "frost" {
		t.Errorf("labels %q and %q of %q", frost.Label(), c.Label(), c.Name)
	}
	for _, k := range []struct{ side, step, first int }{{224, 1, 0}, {32, 5, 2}} {
		m := img.New(k.side, k.side)
		places := map[[2]int]bool{}
		for i := range 60 {
			clear(m.Pix)
			o := Options{Severity: 1, Index: uint64(i)}
			if err := c.Apply(m, m, o); err != nil {
				t.Fatal(err)
			}
			add := float64(frostTable.at(&job{severity: 1, profile: Auto.For(k.side, k.side)}).add)
			whole := func(c, i int) int { return int(math.Round(float64(m.Plane(c)[i]) / add * 255)) }
			left, top := whole(0, 0)+256*whole(2, 0), whole(1, 0)
			places[[2]int{left, top}] = true
			if left%k.step != k.first || top%k.step != k.first {
				t.Fatalf("%d px: begins at (%d,%d)", k.side, left, top)
			}
			for i := range m.Plane(0) {
				x, y := left+i%k.side*k.step, top+i/k.side*k.step
				if whole(0, i)+256*whole(2, i) != x || whole(1, i) != y {
					t.Fatalf("%d px: pixel %d is not that at (%d,%d)", k.side, i, x, y)
				}
			}
		}
		if len(places) < 40 {
			t.Errorf("%d px: %d different places in 60 draws", k.side, len(places))
		}
	}
}

// Of six overlays the first five are drawn from, and of two both.
func TestFrostDraws(t *testing.T) {
	for _, n := range []int{2, 6} {
		var overlays []*img.Image
		for i := range n {
			overlays = append(overlays, imagetest.Flat(40, 40, pix.Levels[10*(i+1)]))
		}
		c, err := FrostFrom(overlays)
		if err != nil {
			t.Fatal(err)
		}
		drawn := map[string]int{}
		for i := range 500 {
			m := img.New(4, 4)
			if err := c.Apply(m, m, Options{Severity: 1, Profile: ImageNet, Index: uint64(i)}); err != nil {
				t.Fatal(err)
			}
			drawn[fmt.Sprintf("%.0f", m.Pix[0]/.4*255/10)]++
		}
		for i := 1; i <= 6; i++ {
			if got, want := drawn[fmt.Sprint(i)], 500/min(n, 5); i > min(n, 5) && got > 0 || i <= min(n, 5) && got < want/2 {
				t.Errorf("of %d overlays number %d was drawn %d times of 500", n, i, got)
			}
		}
	}
}

func TestFrostRefused(t *testing.T) {
	bad := imagetest.Flat(4, 4, 2)
	for name, overlays := range map[string][]*img.Image{
		"none": nil, "nil": {nil}, "bytes": {imagetest.Flat(9, 9, 1), bad}, "short": {{W: 9, H: 9, Pix: make([]float32, 9)}},
	} {
		if c, err := FrostFrom(overlays); c != nil || !errors.Is(err, ErrOverlay) {
			t.Errorf("%s: %v", name, err)
		}
	}
	c, err := FrostFrom([]*img.Image{imagetest.Flat(300, 300, .5), imagetest.Flat(300, 161, .5)})
	if err != nil {
		t.Fatal(err)
	}
	for _, k := range []struct {
		w, h int
		p    Profile
		want string
	}{
		{224, 224, Auto, "overlay 2: with 300×161 pixels for the imagenet profile it cannot cover an image of 224×224"},
		{33, 33, Auto, "overlay 2: with 60×32 pixels for the cifar profile it cannot cover an image of 33×33"},
		{300, 161, ImageNet, ""}, {60, 32, CIFAR, ""}, {301, 1, ImageNet, "300×300"},
	} {
		err := c.Apply(imagetest.Flat(k.w, k.h, .5), imagetest.Flat(k.w, k.h, .5), Options{Severity: 1, Profile: k.p})
		if k.want == "" && err != nil ||
			k.want != "" && (!errors.Is(err, ErrOverlay) || !strings.Contains(err.Error(), k.want)) {
			t.Errorf("%d×%d %v: %v, want %q", k.w, k.h, k.p, err, k.want)
		}
	}
}
