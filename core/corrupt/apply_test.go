package corrupt

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"sync"
	"testing"

	"steady/core/corrupt/internal/fractal"
	"steady/core/corrupt/internal/imagetest"
	"steady/core/corrupt/internal/scratch"
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

func TestRefused(t *testing.T) {
	good := func() *img.Image { return imagetest.Flat(8, 6, .5) }
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
		"no source":      {good(), nil, Options{Severity: 1}, "no image"},
		"no destination": {nil, good(), Options{Severity: 1}, "no image"},
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

// corrupted is what a corruption makes of an image, the same in place and not.
func corrupted(t *testing.T, c *Corruption, m *img.Image, o Options) *img.Image {
	t.Helper()
	before, dst := m.Clone(), imagetest.Flat(m.W, m.H, float32(math.NaN()))
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

// Every size, any profile, colored and gray: no panic, and all that corrupted checks.
func TestSizes(t *testing.T) {
	for _, size := range [][2]int{{1, 1}, {2, 1}, {1, 3}, {2, 2}, {3, 5}, {7, 1}, {1, 100}, {16, 16}, {33, 17}, {130, 66}} {
		colored := imagetest.Synthetic(size[0], size[1])
		gray := colored.Clone()
		copy(gray.Plane(1), gray.Plane(0))
		copy(gray.Plane(2), gray.Plane(0))
		for _, c := range All() {
			every(func(o Options) {
				corrupted(t, c, colored, o)
				corrupted(t, c, gray, o)
			})
		}
	}
}

// What is drawn depends on seed, index and severity, and for the others on nothing; not on calls before or at once.
func TestSeeds(t *testing.T) {
	src := imagetest.Synthetic(40, 40)
	run := func(c *Corruption, seed, index uint64) []float32 {
		dst := img.New(40, 40)
		if err := c.Apply(dst, src, Options{Severity: 4, Seed: seed, Index: index}); err != nil {
			t.Error(err)
		}
		return dst.Pix
	}
	for _, c := range All() {
		base := run(c, 1, 2)
		var bySeed, byIndex bool // another seed or index changes the image; not every one does where little is drawn
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
						t.Errorf("%s: the same key gives another image", c.Name)
					}
				}
			})
		}
		group.Wait()
	}
}

// natural is a square image that is rough at all scales, as photographs are.
func natural(side int) *img.Image {
	m := img.New(side, side)
	room := 1
	for room < side {
		room *= 2
	}
	field := make([]float32, room*room)
	for c := range 3 {
		fractal.Plasma(field, room, 1.6, random.New(9, uint64(c), "natural", 0), new(scratch.Buffers))
		for y := range side {
			copy(m.Plane(c)[y*side:][:side], field[y*room:])
		}
	}
	Truncate(m)
	return m
}

// uneven are the corruptions whose published constants do not make each severity stronger than the one before.
var uneven = map[string]string{
	"elastic_transform": "the map of the whole image gives way to stretching, which moves pixels less far",
	"frost":             "the later ones keep less of the image, but do not add as much more ice",
	"glass_blur":        "its blur, reach and rounds do not grow together",
	"laugros/pixelate":  "squares of 3 pixels, of severities 2 to 4, come out a pixel off their place, as in the reference",
	"snow":              "severity 3 has fewer flakes than 2, though larger ones: the two are as strong",
	"spatter":           "mud, from 4 on, covers fewer of 32 pixels than the water before",
	"saturate":          "severities 1 and 2 make colors paler, 3 to 5 stronger",
}

// Each severity takes more from the image than the one before.
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

// One thread, as corruptions run; the sizes are those of CIFAR, ImageNet and a webcam.
func BenchmarkApply(b *testing.B) {
	for _, c := range all {
		for _, size := range [][2]int{{32, 32}, {224, 224}, {640, 480}} {
			src := imagetest.Synthetic(size[0], size[1])
			dst := img.New(src.W, src.H)
			for _, severity := range []int{1, 3, 5} {
				b.Run(fmt.Sprintf("%s/%dx%d/%d", c.Name, src.W, src.H, severity), func(b *testing.B) {
					b.ReportAllocs()
					for b.Loop() {
						if err := c.Apply(dst, src, Options{Severity: severity}); err != nil {
							b.Fatal(err)
						}
					}
				})
			}
		}
	}
}
