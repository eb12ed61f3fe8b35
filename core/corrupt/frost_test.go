package corrupt

import (
	"errors"
	"fmt"
	"math"
	"strings"
	"testing"

	"steady/core/img"
)

// The sheets have the mean and the deviation, in each channel, and in green the deviation of the difference of pixels 1
// and 16 to the right of each other, of the reference's pictures: frost1, frost2, frost4 and frost5, measured with NumPy.
// All pixels of a crop count, and every fifth one, too, of which frost for 32 px is made.
func TestIce(t *testing.T) {
	for i, want := range []struct {
		sheet           *sheet
		mean, deviation [3]float64
		near, far       float64
	}{
		{iceSheets[0](), [3]float64{.308, .582, .645}, [3]float64{.112, .065, .059}, .035, .056},
		{iceSheets[1](), [3]float64{.775, .792, .828}, [3]float64{.080, .082, .086}, .044, .085},
		{iceSheets[3](), [3]float64{.567, .626, .676}, [3]float64{.105, .105, .111}, .072, .121},
		{iceSheets[4](), [3]float64{.395, .440, .487}, [3]float64{.150, .148, .144}, .097, .180},
	} {
		sheet := want.sheet
		for step, tolerance := range map[int]float64{1: .005, 5: .01} {
			for c, plane := range sheet.planes {
				var values []float32
				for y := 0; y < iceH; y += step {
					for x := 0; x < iceW; x += step {
						values = append(values, levels[plane[y*iceW+x]])
					}
				}
				mean, variance, _ := moments(values)
				deviation := math.Sqrt(variance)
				if math.Abs(mean-want.mean[c]) > tolerance || math.Abs(deviation-want.deviation[c]) > tolerance {
					t.Errorf("sheet %d, every %dth pixel, channel %d: %.3f ± %.3f, want %.3f ± %.3f", i, step, c, mean, deviation,
						want.mean[c], want.deviation[c])
				}
			}
		}
		for distance, want := range map[int]float64{1: want.near, 16: want.far} {
			green := sheet.planes[1]
			var values []float32
			for k := range green {
				values = append(values, levels[green[k/iceW*iceW+(k+distance)%iceW]]-levels[green[k]])
			}
			_, variance, _ := moments(values)
			if got := math.Sqrt(variance); got < want*.8 || got > want*1.4 {
				t.Errorf("sheet %d: pixels %d apart differ by %.3f, want about %.3f", i, distance, got, want)
			}
		}
	}
}

// However large a picture is, it is covered: the ice repeats.
func TestIceRepeats(t *testing.T) {
	for _, size := range [][2]int{{iceW + 40, 2*iceH + 30}, {1 << 14, 1}, {1, 1 << 14}} {
		m := img.New(size[0], size[1])
		apply(t, "frost", m, Options{Severity: 3, Profile: ImageNet})
		for c := range 3 {
			plane := m.Plane(c)
			for i, v := range plane {
				x, y := i%m.W, i/m.W
				if x >= iceW && v != plane[i-iceW] || y >= iceH && v != plane[i-iceH*m.W] {
					t.Fatalf("%v: channel %d does not repeat at (%d,%d)", size, c, x, y)
				}
			}
		}
	}
}

func TestFrostWeights(t *testing.T) {
	for _, side := range []int{32, 224} {
		for severity := 1; severity <= 5; severity++ {
			black, dark := img.New(side, side), flat(side, side, .2)
			apply(t, "frost", black, Options{Severity: severity})
			apply(t, "frost", dark, Options{Severity: severity})
			keep := float64(frostRime.at(&job{severity: severity, profile: Auto.For(side, side)}).keep)
			for i, v := range black.Pix {
				if got := float64(dark.Pix[i] - v); v+.2 < 1 && math.Abs(got-.2*keep) > 1e-6 {
					t.Fatalf("%d px, severity %d: of .2 %g is left, want %g", side, severity, got, .2*keep)
				}
			}
		}
	}
}

// numbered is a picture whose pixels tell where they are.
func numbered(w, h int) *img.Image {
	m := img.New(w, h)
	for i := range w * h {
		m.Plane(0)[i], m.Plane(1)[i], m.Plane(2)[i] = levels[i%w%256], levels[i/w%256], levels[i%w/256]
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
			add := float64(frostRime.at(&job{severity: 1, profile: Auto.For(k.side, k.side)}).add)
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
			overlays = append(overlays, flat(40, 40, levels[10*(i+1)]))
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
	bad := flat(4, 4, 2)
	for name, overlays := range map[string][]*img.Image{
		"none": nil, "nil": {nil}, "bytes": {flat(9, 9, 1), bad}, "short": {{W: 9, H: 9, Pix: make([]float32, 9)}},
	} {
		if c, err := FrostFrom(overlays); c != nil || !errors.Is(err, ErrOverlay) {
			t.Errorf("%s: %v", name, err)
		}
	}
	c, err := FrostFrom([]*img.Image{flat(300, 300, .5), flat(300, 161, .5)})
	if err != nil {
		t.Fatal(err)
	}
	for _, k := range []struct {
		w, h int
		p    Profile
		want string
	}{
		{224, 224, Auto, "overlay 2: with 300×161 pixels for the imagenet profile it cannot cover a picture of 224×224"},
		{33, 33, Auto, "overlay 2: with 60×32 pixels for the cifar profile it cannot cover a picture of 33×33"},
		{300, 161, ImageNet, ""}, {60, 32, CIFAR, ""}, {301, 1, ImageNet, "300×300"},
	} {
		err := c.Apply(flat(k.w, k.h, .5), flat(k.w, k.h, .5), Options{Severity: 1, Profile: k.p})
		if k.want == "" && err != nil ||
			k.want != "" && (!errors.Is(err, ErrOverlay) || !strings.Contains(err.Error(), k.want)) {
			t.Errorf("%d×%d %v: %v, want %q", k.w, k.h, k.p, err, k.want)
		}
	}
}
