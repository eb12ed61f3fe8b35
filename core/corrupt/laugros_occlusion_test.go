package corrupt

import (
	"math"
	"slices"
	"strings"
	"testing"

	"steady/core/corrupt/internal/imagetest"
	"steady/core/img"
	"steady/core/random"
)

// black are images that marks are seen on.
func black(side int) *img.Image { return img.New(side, side) }

func painted(m *img.Image) (n int) {
	for _, v := range m.Plane(0) {
		if v != 0 {
			n++
		}
	}
	return n
}

func TestLaugrosObstruction(t *testing.T) {
	every(func(o Options) {
		for _, side := range []int{224, 100, 32, 8, 1} {
			for index := range uint64(10) {
				o.Index = index
				m := corrupted(t, laugrosObstruction, black(side), o)
				gray := slices.Max(m.Pix)
				low, high := 47+float64(o.Severity-1)*15.8, 47+float64(o.Severity)*15.8
				if o.Profile == CIFAR {
					low, high = low/7, high/7
				}
				got := math.Sqrt(float64(painted(m)))
				if gray > 0 && (got < min(math.Floor(low), float64(side)) || got > math.Ceil(high)) {
					t.Errorf("%v: a square of %g pixels at %d, want %g to %g", o, got, side, low, high)
				}
				for _, v := range m.Pix {
					if v != 0 && v != gray {
						t.Fatalf("%v: grays %g and %g", o, v, gray)
					}
				}
			}
		}
	})
}

func TestLaugrosBorder(t *testing.T) {
	every(func(o Options) {
		for _, side := range []int{224, 100, 32} {
			m := corrupted(t, laugrosBorder, black(side), o)
			width := slices.Index(m.Pix[side/2*side:], 0)
			low, high := 9+7.6*float64(o.Severity-1), 9+7.6*float64(o.Severity)
			if o.Profile == CIFAR {
				low, high = low/7, high/7
			}
			if width < 0 { // nothing but frame
				width = (side + 1) / 2
				low = min(low, float64(width))
				high = max(high, float64(width))
			}
			if inside := max(side-2*width, 0); painted(m) != side*side-inside*inside ||
				float64(width) < math.Floor(low) || float64(width) > math.Ceil(high) {
				t.Errorf("%v: a frame of %d pixels hides %d at %d, want %g to %g wide", o, width, painted(m), side, low, high)
			}
		}
	})
}

// A mark hides as many pixels of an image as it has, and of one that is 7 times smaller as many on average.
func TestMarks(t *testing.T) {
	for s, area := range map[*shape]int{&diamond: 98, &disc: 121} {
		for profile, side := range map[Profile]int{ImageNet: 60, CIFAR: 9} {
			total, places := 0, 0
			for x := 20; x < 27; x++ {
				for y := 20; y < 27; y++ {
					m := black(side)
					j := &job{src: m, dst: m, w: side, h: side, profile: profile}
					j.canvas().stamp(s, x, y, func(span []float32, _ int) { paint(span, 1) })
					total += painted(m)
					places++
				}
			}
			if want := map[Profile]int{ImageNet: area * places, CIFAR: area}[profile]; total != want {
				t.Errorf("%v: %d places paint %d pixels, want %d", profile, places, total, want)
			}
		}
	}
	if m := stamped(&disc); m != ""+
		".....###.....\n...#######...\n..#########..\n.###########.\n.###########.\n#############\n#############\n"+
		"#############\n.###########.\n.###########.\n..#########..\n...#######...\n.....###.....\n" {
		t.Errorf("the disc is\n%s", m)
	}
}

// stamped draws a shape in letters.
func stamped(s *shape) string {
	m := black(13)
	j := &job{src: m, dst: m, w: 13, h: 13}
	j.canvas().stamp(s, 6, 6, func(span []float32, _ int) { paint(span, 1) })
	var b strings.Builder
	for i, v := range m.Plane(0) {
		b.WriteByte(".#"[int(v)])
		if i%13 == 12 {
			b.WriteByte('\n')
		}
	}
	return b.String()
}

// The amount is how many marks there are, however large the image is: they hide the same share of it.
func TestLaugrosMarks(t *testing.T) {
	// A dash has five pixels and, six times of seven, ten more, where there is room: at 10 columns at either end there
	// is for five.
	const dash = 15 + 30*6./7*(1-11./220)
	for _, c := range []struct {
		*Corruption
		area   float64
		colors int // at most
	}{
		{laugrosRhombus, 98, 76}, {laugrosArlequin, 98, 1}, {laugrosCircle, 121, 50}, {laugrosRain, 121, 10},
		{laugrosArtifacts, dash, 1}, {laugrosVerticalArtifacts, dash, 1},
	} {
		r := published[strings.TrimPrefix(c.Name, "laugros/")]
		for _, side := range []int{224, 32} {
			const before = 1. / 1024
			hidden, want := 0., 0.
			src, dst := imagetest.Flat(side, side, before), img.New(side, side)
			for index := range uint64(80) {
				o := Options{Severity: 1, Index: index}
				if err := c.Apply(dst, src, o); err != nil {
					t.Fatal(err)
				}
				seen := map[[3]float32]bool{}
				for i, v := range dst.Plane(0) {
					if v != before {
						hidden++
						seen[[3]float32{v, dst.Plane(1)[i], dst.Plane(2)[i]}] = true
					}
				}
				if len(seen) > c.colors {
					t.Fatalf("%s at %d: %d colors", c.Name, side, len(seen))
				}
				u := random.New(o.Seed, o.Index, c.Name, o.Severity).Float64() / 5
				want += math.Floor(r[0]+u*(r[1]-r[0]+1)) * c.area * float64(side*side) / (224 * 224)
			}
			// Marks hide some of each other.
			if hidden > want*1.03 || hidden < want*.9 {
				t.Errorf("%s at %d: %g pixels are hidden, want a little less than %g", c.Name, side, hidden, want)
			}
		}
	}
}

func TestRainWhitens(t *testing.T) {
	m := corrupted(t, laugrosRain, imagetest.Flat(224, 224, .25), Options{Severity: 5})
	for _, v := range m.Pix { // the distance from white is halved by every drop
		if halvings := math.Log2(.75 / (1 - float64(v))); halvings != math.Round(halvings) {
			t.Fatalf("%g is not a whole number of drops on .25", v)
		}
	}
}

func TestDashes(t *testing.T) {
	j := &job{random: random.New(1, 2, "dashes", 3)}
	const number = 20000
	var long, dots int
	j.dashes(number, 100, 60, func(along, line, length int) {
		if line < 1 || line > 58 || along < 0 || along+length > 100 {
			t.Fatalf("%d pixels at %d of line %d", length, along, line)
		}
		if length == 5 {
			long++
		} else {
			dots++
		}
	})
	// Of the 96 places for a dash 84 have room for dots on the right, and 88 on the left.
	want := number * 6. / 7 * (5*84 + 4*88) / 96
	if long != number || math.Abs(float64(dots)-want) > .02*want {
		t.Errorf("%d dashes and %d dots, want %d and %g", long, dots, number, want)
	}
	j.dashes(100, 1, 1, func(along, line, length int) {}) // no room at all
}
