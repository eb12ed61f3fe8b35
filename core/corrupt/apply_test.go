package corrupt

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"sync"
	"testing"

	"steady/core/img"
	"steady/core/random"
)

// apply corrupts m in place.
func apply(t *testing.T, name string, m *img.Image, o Options) {
	t.Helper()
	c, err := Lookup(name)
	if err == nil {
		err = c.Apply(m, m, o)
	}
	if err != nil {
		t.Fatal(err)
	}
}

func TestDescriptions(t *testing.T) {
	seen := map[string]bool{}
	for _, c := range All() {
		if c.Name == "" || c.Family == "" || c.Summary == "" || c.Severity == "" || c.Source == "" || c.apply == nil {
			t.Errorf("%q lacks something", c.Name)
		}
		if seen[c.Name] || c.Name != plainName(c.Name) {
			t.Errorf("the name %q is not unique and plain", c.Name)
		}
		if !strings.HasSuffix(c.Summary, ".") || strings.Count(c.Summary, "\n") > 0 {
			t.Errorf("%s: the summary is not a sentence: %q", c.Name, c.Summary)
		}
		seen[c.Name] = true
	}
}

func TestLookup(t *testing.T) {
	for _, c := range All() {
		if got, err := Lookup(c.Name); got != c || err != nil {
			t.Errorf("Lookup(%q) = %v, %v", c.Name, got, err)
		}
	}
	for name, hint := range map[string]string{
		"gausian_noise": "did you mean gaussian_noise?", "JPEG": "did you mean jpeg_compression?",
		"gaussian-blur": "did you mean gaussian_blur?", "frog": "did you mean fog?", "": "there are gaussian_noise",
		"gaussian": "did you mean gaussian_noise or gaussian_blur or laugros/gaussian?", "motion blurr": "did you mean motion_blur?",
		"xyzzy": "there are gaussian_noise", strings.Repeat("x", 1<<20): "there are",
	} {
		c, err := Lookup(name)
		if c != nil || !errors.Is(err, ErrUnknown) || !strings.Contains(err.Error(), hint) {
			t.Errorf("Lookup(%.20q): %.200v, want %q", name, err, hint)
		}
	}
}

func TestProfiles(t *testing.T) {
	for _, p := range []Profile{Auto, ImageNet, CIFAR} {
		if got, err := ParseProfile(p.String()); got != p || err != nil {
			t.Errorf("ParseProfile(%q) = %v, %v", p, got, err)
		}
	}
	if _, err := ParseProfile("mnist"); err == nil || !strings.Contains(err.Error(), "cifar") {
		t.Errorf("an unknown profile: %v", err)
	}
	for _, c := range []struct {
		p    Profile
		w, h int
		want Profile
	}{{Auto, 32, 32, CIFAR}, {Auto, 64, 500, CIFAR}, {Auto, 65, 65, ImageNet}, {CIFAR, 500, 500, CIFAR},
		{ImageNet, 8, 8, ImageNet}} {
		if got := c.p.For(c.w, c.h); got != c.want {
			t.Errorf("%v.For(%d, %d) = %v, want %v", c.p, c.w, c.h, got, c.want)
		}
	}
}

func TestRefused(t *testing.T) {
	good := func() *img.Image { return flat(8, 6, .5) }
	spoilt := func(v float32) *img.Image { m := good(); m.Pix[48+8+3] = v; return m }
	nan := float32(math.NaN())
	for name, c := range map[string]struct {
		dst, src *img.Image
		o        Options
		want     string
	}{
		"severity 0":     {good(), good(), Options{}, "severity 0: want 1 to 5"},
		"severity 6":     {good(), good(), Options{Severity: 6}, "severity 6"},
		"profile":        {good(), good(), Options{Severity: 1, Profile: 9}, "profile(9)"},
		"no source":      {good(), nil, Options{Severity: 1}, "no picture"},
		"no destination": {nil, good(), Options{Severity: 1}, "no picture"},
		"other size":     {img.New(6, 8), good(), Options{Severity: 1}, "destination of 6×8: want the source's 8×6"},
		"no pixels":      {&img.Image{}, &img.Image{}, Options{Severity: 1}, "0×0"},
		"short":          {good(), &img.Image{W: 8, H: 6, Pix: make([]float32, 48)}, Options{Severity: 1}, "48 values"},
		"too large": {&img.Image{W: 16384, H: 16384}, &img.Image{W: 16384, H: 16384}, Options{Severity: 1},
			"16384×16384: want at most 67108864 pixels"},
		"NaN":      {good(), spoilt(nan), Options{Severity: 1}, "NaN in plane 1 at (3,1)"},
		"bytes":    {good(), spoilt(128), Options{Severity: 1}, "128 in plane 1 at (3,1)"},
		"infinite": {good(), spoilt(float32(math.Inf(-1))), Options{Severity: 1}, "-Inf in plane 1"},
	} {
		for _, corruption := range All() {
			err := corruption.Apply(c.dst, c.src, c.o)
			if err == nil || !strings.HasPrefix(err.Error(), "corrupt: "+corruption.Name+": ") ||
				!strings.Contains(err.Error(), c.want) {
				t.Errorf("%s, %s: %v, want %q", corruption.Name, name, err, c.want)
			}
			if c.dst != nil && c.dst.W == 8 && c.dst.Pix[0] != .5 {
				t.Errorf("%s, %s: the destination has changed", corruption.Name, name)
			}
		}
	}
	c, _ := Lookup("fog")
	if err := c.Apply(good(), spoilt(nan), Options{Severity: 1}); !errors.Is(err, ErrPixels) {
		t.Errorf("%v is not ErrPixels", err)
	}
}

// corrupted is what a corruption makes of a picture, the same in place and not.
func corrupted(t *testing.T, c *Corruption, m *img.Image, o Options) *img.Image {
	t.Helper()
	before, dst := m.Clone(), flat(m.W, m.H, float32(math.NaN()))
	if err := c.Apply(dst, m, o); err != nil {
		t.Fatal(err)
	}
	for i, v := range m.Pix {
		if v != before.Pix[i] {
			t.Fatalf("%s changes its source", c.Name)
		}
	}
	if err := c.Apply(before, before, o); err != nil {
		t.Fatal(err)
	}
	for i, v := range dst.Pix {
		if before.Pix[i] != v {
			t.Fatalf("%s %d×%d severity %d: in place %g, else %g", c.Name, m.W, m.H, o.Severity, before.Pix[i], v)
		}
		if !(v >= 0 && v <= 1) {
			t.Fatalf("%s %d×%d severity %d: %g", c.Name, m.W, m.H, o.Severity, v)
		}
	}
	return dst
}

// every calls f with all options of severity and profile.
func every(f func(o Options)) {
	for _, profile := range []Profile{ImageNet, CIFAR} {
		for severity := 1; severity <= 5; severity++ {
			f(Options{Severity: severity, Profile: profile, Seed: 9})
		}
	}
}

// Every size, any profile, coloured and grey: no panic, and all that corrupted checks.
func TestSizes(t *testing.T) {
	for _, size := range [][2]int{{1, 1}, {2, 1}, {1, 3}, {2, 2}, {3, 5}, {7, 1}, {1, 100}, {16, 16}, {33, 17}, {130, 66}} {
		coloured := synthetic(size[0], size[1])
		grey := coloured.Clone()
		copy(grey.Plane(1), grey.Plane(0))
		copy(grey.Plane(2), grey.Plane(0))
		for _, c := range All() {
			every(func(o Options) {
				corrupted(t, c, coloured, o)
				corrupted(t, c, grey, o)
			})
		}
	}
}

// What is drawn depends on seed, index and severity, and for the others on nothing; not on calls before or at once.
func TestSeeds(t *testing.T) {
	src := synthetic(40, 40)
	run := func(c *Corruption, seed, index uint64) []float32 {
		dst := img.New(40, 40)
		if err := c.Apply(dst, src, Options{Severity: 4, Seed: seed, Index: index}); err != nil {
			t.Error(err)
		}
		return dst.Pix
	}
	for _, c := range All() {
		base := run(c, 1, 2)
		var bySeed, byIndex bool // another seed or index changes the picture; not every one does where little is drawn
		for i := range uint64(40) {
			bySeed = bySeed || !slices.Equal(base, run(c, 2+i, 2))
			byIndex = byIndex || !slices.Equal(base, run(c, 1, 3+i))
		}
		if bySeed != c.Stochastic || byIndex != c.Stochastic {
			t.Errorf("%s: seed matters: %v, index: %v; stochastic is %v", c.Name, bySeed, byIndex, c.Stochastic)
		}
		var group sync.WaitGroup
		for range 4 {
			group.Go(func() {
				for range 5 {
					if !slices.Equal(base, run(c, 1, 2)) {
						t.Errorf("%s: the same key gives another picture", c.Name)
					}
				}
			})
		}
		group.Wait()
	}
}

// natural is a square picture that is rough at all scales, as photographs are.
func natural(side int) *img.Image {
	m := img.New(side, side)
	room := 1
	for room < side {
		room *= 2
	}
	field := make([]float32, room*room)
	for c := range 3 {
		j := &job{random: random.New(9, uint64(c), "natural", 0)}
		j.plasma(field, room, 1.6)
		for y := range side {
			copy(m.Plane(c)[y*side:][:side], field[y*room:])
		}
	}
	Truncate(m)
	return m
}

// uneven are the corruptions whose published constants do not make each severity stronger than the one before.
var uneven = map[string]string{
	"elastic_transform": "the map of the whole picture gives way to stretching, which moves pixels less far",
	"frost":             "the later ones keep less of the picture, but do not add as much more ice",
	"glass_blur":        "its blur, reach and rounds do not grow together",
	"laugros/pixelate":  "squares of 3 pixels, of severities 2 to 4, come out a pixel off their place, as in the reference",
	"snow":              "severity 3 has fewer flakes than 2, though larger ones: the two are as strong",
	"spatter":           "mud, from 4 on, covers fewer of 32 pixels than the water before",
	"saturate":          "severities 1 and 2 make colours paler, 3 to 5 stronger",
}

// Each severity takes more from the picture than the one before.
func TestSeverities(t *testing.T) {
	for _, c := range All() {
		for _, side := range []int{32, 224} {
			src, dst := natural(side), img.New(side, side)
			draws := 1
			if c.Stochastic { // fog and directions differ much from one to the next
				draws = 8000 / side
			}
			before := math.Inf(1)
			for severity := 1; severity <= 5; severity++ {
				sum := 0.
				for i := range draws {
					if err := c.Apply(dst, src, Options{Severity: severity, Index: uint64(i)}); err != nil {
						t.Fatal(err)
					}
					sum += img.PSNR(src, dst) / float64(draws)
				}
				if uneven[c.Name] != "" {
					before = math.Inf(1)
				}
				if sum >= before {
					t.Errorf("%s at %d pixels: severity %d leaves %.2f dB, the one before %.2f", c.Name, side, severity, sum, before)
				}
				before = sum
			}
		}
	}
}

func TestBytes(t *testing.T) {
	for b := range 256 {
		v := float32(b) / 255
		if got := float32(float32(b)*perByte) + float32(float32(b)*perByteRest); got != v {
			t.Errorf("%d/255 is %g, want %g", b, got, v)
		}
		if got := Byte(v); int(got) != b {
			t.Errorf("Byte(%d/255) = %d", b, got)
		}
		if got := Byte(float32(float64(b)+.9) / 255); int(got) != min(b, 255) {
			t.Errorf("Byte(%d.9/255) = %d: not truncated", b, got)
		}
	}
	for v, want := range map[float32]uint8{-1: 0, 2: 255, float32(math.Inf(1)): 255, float32(math.Inf(-1)): 0} {
		if got := Byte(v); got != want {
			t.Errorf("Byte(%g) = %d, want %d", v, got, want)
		}
	}
	if got := Byte(float32(math.NaN())); got != 0 {
		t.Errorf("Byte(NaN) = %d", got)
	}
	m := synthetic(9, 5)
	pix := make([]byte, 3*9*5)
	PutBytes(pix, m)
	for i, v := range pix {
		if want := m.Plane(i % 3)[i/3]; levels[v] != want {
			t.Fatalf("byte %d is %d, want %g", i, v, want*255)
		}
	}
	kept := m.Clone()
	Truncate(m)
	if !slices.Equal(m.Pix, kept.Pix) {
		t.Error("truncating a picture of bytes has changed it")
	}
	m.Pix[0] = 12.7 / 255
	if Truncate(m); m.Pix[0] != levels[12] {
		t.Errorf("12.7 was truncated to %g", m.Pix[0]*255)
	}
}

func ExampleLookup() {
	_, err := Lookup("gausian_blur")
	fmt.Println(err)
	// Output: corrupt: unknown corruption "gausian_blur": did you mean gaussian_blur?
}
