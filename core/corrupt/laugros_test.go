package corrupt

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"steady/core/corrupt/internal/imagetest"
	"steady/core/corrupt/internal/pix"
	"steady/core/corrupt/internal/resample"
	"steady/core/corrupt/internal/scratch"
	"steady/core/img"
	"steady/core/random"
)

// published are the ranges of the reference's settings.
var published = map[string][2]float64{
	"gaussian": {.05, .18}, "salt_pepper": {.003, .032}, "blur": {.4, .95}, "thumbnail_resize": {1.1, 3.25},
	"pixelate": {2, 4}, "quantization": {8, 3}, "contrast": {.33, .74}, "brightness": {.16, .51}, "backlight": {.11, .44},
	"color_distortion": {.09, .40}, "hue": {.05, .5}, "gray_scale": {.49, 1}, "obstruction": {47, 125}, "border": {9, 46},
	"rhombus": {9, 76}, "arlequin": {3, 36}, "circle": {7, 50}, "rain": {12, 120}, "artifacts": {14, 170},
	"vertical_artifacts": {14, 180}, "rotation": {7, 50}, "translation": {15, 62}, "shear": {12, 39}, "elastic": {44, 110},
}

func TestPublishedRanges(t *testing.T) {
	suite := In(Laugros)
	if len(suite) != len(published) {
		t.Errorf("%d corruptions, want %d", len(suite), len(published))
	}
	for _, c := range suite {
		r, ok := published[strings.TrimPrefix(c.Name, "laugros/")]
		if want := fmt.Sprintf(": %v to %v, evenly", r[0], r[1]); !ok || !strings.Contains(c.Severity, want) {
			t.Errorf("%s: %q, want %q", c.Name, c.Severity, want)
		}
	}
}

// Severity s draws from the s-th fifth, and FullRange from all of the range, evenly.
func TestAmounts(t *testing.T) {
	const n = 40000
	draw := func(severity int) *job {
		return &job{severity: severity, random: random.New(1, 2, "amounts", severity)}
	}
	for _, r := range []floatRange{{.05, .18}, {1.1, 3.25}} {
		for _, severity := range []int{1, 2, 3, 4, 5, FullRange} {
			j, sum := draw(severity), 0.
			low, high := r.weak, r.strong
			if severity != FullRange {
				fifth := (r.strong - r.weak) / 5
				low, high = low+float64(severity-1)*fifth, low+float64(severity)*fifth
			}
			for range n {
				v := r.at(j.quantile())
				if v < low-1e-12 || v > high+1e-12 {
					t.Fatalf("%v, severity %d: %g, want %g to %g", r, severity, v, low, high)
				}
				sum += v / n
			}
			if deviation := (high - low) / math.Sqrt(12*n); math.Abs(sum-(low+high)/2) > 3.5*deviation {
				t.Errorf("%v, severity %d: mean %g, want %g", r, severity, sum, (low+high)/2)
			}
		}
	}
	for _, r := range []intRange{{8, 3}, {2, 4}, {7, 50}} {
		numbers := max(r.strong-r.weak, r.weak-r.strong) + 1
		before := math.Inf(-1)
		for _, severity := range []int{1, 2, 3, 4, 5, FullRange} {
			j, counts, sum := draw(severity), map[int]float64{}, 0.
			for range n {
				v := r.at(j.quantile())
				counts[v]++
				sum += math.Abs(float64(v-r.weak)) / n
			}
			low, high := 0., float64(numbers)
			if severity != FullRange {
				low, high = float64(severity-1)*high/5, float64(severity)*high/5
				if sum <= before {
					t.Errorf("%v: severity %d is on average not stronger than the one before", r, severity)
				}
				before = sum
			}
			for v, count := range counts {
				// The number has the share of [low,high) that is nearest to it below.
				k := math.Abs(float64(v - r.weak))
				p := max(min(high, k+1)-max(low, k), 0) / (high - low)
				if math.Abs(count/n-p) > 4*math.Sqrt(p*(1-p)/n) {
					t.Errorf("%v, severity %d: %d has the share %g, want %g", r, severity, v, count/n, p)
				}
			}
		}
		if weak, strong := r.at(0), r.at(1); weak != r.weak || strong != r.strong {
			t.Errorf("%v: ends %d and %d", r, weak, strong)
		}
	}
}

func TestFullRange(t *testing.T) {
	src := imagetest.Synthetic(40, 30)
	for _, c := range All() {
		dst := img.New(40, 30)
		err := c.Apply(dst, src, Options{Severity: FullRange})
		if c.Suite == Laugros && err != nil {
			t.Error(err)
		}
		if want := "corrupt: " + c.Name + ": severity FullRange"; c.Suite != Laugros && !strings.HasPrefix(fmt.Sprint(err), want) {
			t.Errorf("%v, want %s", err, want)
		}
		if err := c.Apply(dst, src, Options{Severity: -2}); err == nil {
			t.Errorf("%s takes severity -2", c.Name)
		}
	}
	// Over many images all of the range comes: the gray frame of a black image is as wide as the amount says.
	seen := map[int]bool{}
	for index := range 600 {
		dst := img.New(224, 100)
		if err := laugrosBorder.Apply(dst, dst, Options{Severity: FullRange, Index: uint64(index)}); err != nil {
			t.Fatal(err)
		}
		if width := slices.Index(dst.Plane(0)[50*224:], 0); dst.Pix[0] > 0 {
			seen[width] = true
		}
	}
	for width := range 60 {
		if seen[width] != (width >= 9 && width <= 46) {
			t.Errorf("a frame of width %d was drawn: %v", width, seen[width])
		}
	}
}

// drawn gives the amount that a corruption draws, when its range is one of real numbers.
func drawn(c *Corruption, o Options) float64 {
	r := published[strings.TrimPrefix(c.Name, "laugros/")]
	u := random.New(o.Seed, o.Index, c.Name, o.Severity).Float64()
	return r[0] + (float64(o.Severity-1)+u)/5*(r[1]-r[0])
}

// near compares images.
func near(t *testing.T, what string, got, want []float32, tolerance float64) {
	t.Helper()
	for i, v := range want {
		if math.Abs(float64(got[i]-v)) > tolerance {
			t.Fatalf("%s: value %d is %g, want %g", what, i, got[i], v)
		}
	}
}

func TestLaugrosNoise(t *testing.T) {
	every(func(o Options) {
		o.Seed = 3
		sigma := drawn(laugrosGaussian, o)
		m := corrupted(t, laugrosGaussian, imagetest.Flat(224, 224, .05), o)
		if low := slices.Min(m.Pix); low < .05 {
			t.Errorf("gaussian makes a value darker: %g", low)
		}
		// The mean of |N(0,1)| is √(2/π), and its variance 1-2/π. Hardly anything reaches 1, where it is clipped.
		checkMoments(t, "gaussian", m.Pix, .05+sigma*math.Sqrt(2/math.Pi), sigma*sigma*(1-2/math.Pi))

		share := drawn(laugrosSaltPepper, o)
		m = corrupted(t, laugrosSaltPepper, imagetest.Flat(224, 224, .25), o)
		for i, v := range m.Pix {
			m.Pix[i] = map[float32]float32{0: -1, .25: 0, 1: 1}[v]
		}
		checkMoments(t, "salt_pepper", m.Pix, 0, share)
	})
}

// Five means of 3×3 with zeros around, as the reference takes them, in float64.
func TestLaugrosBlur(t *testing.T) {
	for _, size := range [][2]int{{1, 1}, {2, 3}, {5, 1}, {9, 40}, {60, 33}} {
		w, h := size[0], size[1]
		src := imagetest.Synthetic(w, h)
		every(func(o Options) {
			got, part := corrupted(t, laugrosBlur, src, o), drawn(laugrosBlur, o)
			for c := range 3 {
				plane := make([]float64, w*h)
				for i, v := range src.Plane(c) {
					plane[i] = float64(v)
				}
				for range 5 {
					next := make([]float64, w*h)
					for i := range next {
						for k := range 9 {
							if x, y := i%w+k%3-1, i/w+k/3-1; x >= 0 && x < w && y >= 0 && y < h {
								next[i] += plane[y*w+x] / 9
							}
						}
					}
					plane = next
				}
				for i, v := range src.Plane(c) {
					want := (1-part)*float64(v) + part*plane[i]
					if math.Abs(float64(got.Plane(c)[i])-want) > 1e-6 {
						t.Fatalf("%d×%d %v: pixel %d is %g, want %g", w, h, o, i, got.Plane(c)[i], want)
					}
				}
			}
		})
	}
}

func TestLaugrosThumbnail(t *testing.T) {
	src, even := imagetest.Synthetic(224, 224), imagetest.Flat(50, 37, .3)
	every(func(o Options) {
		near(t, "an even image", corrupted(t, laugrosThumbnail, even, o).Pix, even.Pix, 1e-6)
		small := int(224 / drawn(laugrosThumbnail, o))
		s := new(scratch.Buffers)
		room, want := make([]float32, small*small), img.New(224, 224)
		for c := range 3 {
			resample.NewBilinear(224, 224, small, small).Scale(room, src.Plane(c), s)
			resample.NewBilinear(small, small, 224, 224).Scale(want.Plane(c), room, s)
		}
		pix.Clip(want.Pix)
		near(t, "down and up", corrupted(t, laugrosThumbnail, src, o).Pix, want.Pix, 0)
	})
}

func TestLaugrosPixelate(t *testing.T) {
	for severity, side := range map[int]int{1: 2, 3: 3, 5: 4} {
		for _, size := range [][2]int{{224, 224}, {32, 32}, {3, 50}, {1, 1}} {
			w, h := size[0], size[1]
			src := imagetest.Synthetic(w, h)
			got := corrupted(t, laugrosPixelate, src, Options{Severity: severity})
			sideX, sideY := min(side, w), min(side, h)
			for i, v := range got.Plane(1) {
				// Squares begin at the corner, but what is left over goes to both ends when they are put back.
				x := min(max(i%w-w%sideX/2, 0)/sideX, w/sideX-1) * sideX
				y := min(max(i/w-h%sideY/2, 0)/sideY, h/sideY-1) * sideY
				mean := 0.
				for k := range sideX * sideY {
					mean += float64(src.Plane(1)[(y+k/sideX)*w+x+k%sideX]) / float64(sideX*sideY)
				}
				if math.Abs(float64(v)-mean) > 1e-6 {
					t.Fatalf("%d×%d in squares of %d: pixel %d is %g, want %g", w, h, side, i, v, mean)
				}
			}
		}
	}
}

func TestLaugrosQuantization(t *testing.T) {
	src := img.New(256, 1)
	for i := range src.Pix {
		src.Pix[i] = pix.Levels[i%256]
	}
	every(func(o Options) {
		got := corrupted(t, laugrosQuantization, src, o)
		seen := map[float32]bool{}
		for _, v := range got.Pix {
			seen[v] = true
		}
		steps := float64(len(seen) - 1)
		if steps > 8 || steps < 3 {
			t.Errorf("%v: %g steps", o, steps)
		}
		for i, v := range got.Plane(2) {
			if want := math.RoundToEven(float64(src.Pix[i])*steps) / steps; math.Abs(float64(v)-want) > 1e-7 {
				t.Errorf("%v: %d/255 becomes %g, want %g", o, i, v, want)
			}
		}
	})
}

func TestLaugrosContrast(t *testing.T) {
	src := imagetest.Synthetic(70, 51)
	mean, variance, _ := imagetest.Moments(src.Pix)
	every(func(o Options) {
		gotMean, gotVariance, _ := imagetest.Moments(corrupted(t, laugrosContrast, src, o).Pix)
		kept := 1 - drawn(laugrosContrast, o)
		if math.Abs(gotMean-mean) > 1e-6 || math.Abs(gotVariance-variance*kept*kept) > 1e-6 {
			t.Errorf("%v: mean %g and variance %g of %g and %g", o, gotMean, gotVariance, mean, variance)
		}
	})
}

func TestLaugrosLight(t *testing.T) {
	signs, lines := map[bool]int{}, map[bool]int{}
	every(func(o Options) {
		for index := range uint64(20) {
			o.Index = index
			got, amount := corrupted(t, laugrosBrightness, imagetest.Flat(9, 7, .5), o).Pix, drawn(laugrosBrightness, o)
			want := imagetest.Flat(9, 7, float32(min(.5+amount, 1))).Pix
			if signs[got[0] > .5]++; got[0] < .5 {
				want = imagetest.Flat(9, 7, float32(max(.5-amount, 0))).Pix
			}
			near(t, "brightness", got, want, 1e-6)

			m := corrupted(t, laugrosBacklight, imagetest.Flat(100, 100, .5), o)
			first, last := float64(m.Pix[0]), float64(m.Pix[100*100-1])
			amount = drawn(laugrosBacklight, o)
			if math.Abs(math.Abs(first-.5)-amount) > 1e-6 || math.Abs(first+last-1) > 1e-6 {
				t.Errorf("backlight of %g: %g and %g around .5", amount, first, last)
			}
			upright := m.Pix[99] != m.Pix[0]
			lines[upright]++
			across := func(i int) float32 { return m.Plane(2)[i*100] }
			if upright {
				across = func(i int) float32 { return m.Plane(2)[i] }
			}
			line := 0
			for line < 99 && across(line) == m.Pix[0] {
				line++
			}
			for i := line; i < 100; i++ {
				if across(i) != m.Pix[len(m.Pix)-1] {
					t.Fatal("backlight has more than one line")
				}
			}
			if line < 30 || line > 70 {
				t.Errorf("backlight: the line is at %d of 100", line)
			}
		}
	})
	for what, counts := range map[string]map[bool]int{"brightness": signs, "backlight": lines} {
		if counts[true] < 70 || counts[false] < 70 {
			t.Errorf("%s: of 200 draws %d are one way and %d the other", what, counts[true], counts[false])
		}
	}
}

func TestLaugrosColor(t *testing.T) {
	src := imagetest.Synthetic(70, 51)
	brighter := map[int]int{}
	every(func(o Options) {
		got, amount := corrupted(t, laugrosColor, src, o), drawn(laugrosColor, o)
		for c := range 3 {
			want := slices.Clone(src.Plane(c))
			if !slices.Equal(got.Plane(c), want) {
				brighter[c]++
				for i, v := range want {
					want[i] = min(v+float32(amount), 1)
				}
			}
			near(t, "color_distortion", got.Plane(c), want, 1e-6)
		}

		got, amount = corrupted(t, laugrosGray, src, o), drawn(laugrosGray, o)
		for i := range src.Plane(0) {
			gray := .299*float64(src.Plane(0)[i]) + .587*float64(src.Plane(1)[i]) + .114*float64(src.Plane(2)[i])
			for c := range 3 {
				want := (1-amount)*float64(src.Plane(c)[i]) + amount*gray
				if math.Abs(float64(got.Plane(c)[i])-want) > 1e-6 {
					t.Fatalf("gray_scale: %g, want %g", got.Plane(c)[i], want)
				}
			}
		}
	})
	if len(brighter) != 3 || brighter[0]+brighter[1]+brighter[2] != 10 {
		t.Errorf("color_distortion: channels of 10 draws: %v", brighter)
	}
}

func TestLaugrosHue(t *testing.T) {
	colors := &img.Image{W: 5, H: 1, Pix: []float32{ // red, green, blue, gray, orange
		1, 0, 0, .4, 1,
		0, 1, 0, .4, .5,
		0, 0, 1, .4, 0,
	}}
	for by, want := range map[float64][]float32{
		1. / 3: { // green, blue, red, gray, spring green
			0, 0, 1, .4, 0,
			1, 0, 0, .4, 1,
			0, 1, 0, .4, .5,
		},
		-1. / 3: { // blue, red, green, gray, violet
			0, 1, 0, .4, .5,
			0, 0, 1, .4, 0,
			1, 0, 0, .4, 1,
		},
		.5: { // cyan, magenta, yellow, gray, azure
			0, 1, 1, .4, 0,
			1, 0, 1, .4, .5,
			1, 1, 0, .4, 1,
		},
	} {
		m := colors.Clone()
		pix.RotateHue(pix.PlanesOf(m), pix.PlanesOf(m), float32(by))
		near(t, fmt.Sprint("hue ", by), m.Pix, want, 1e-6)
	}
	// By the amount, either way; value and saturation stay.
	src := imagetest.Synthetic(70, 51)
	every(func(o Options) {
		got, amount := corrupted(t, laugrosHue, src, o), drawn(laugrosHue, o)
		ways := map[float64]bool{}
		for i := range src.Plane(0) {
			at := func(m *img.Image) (r, g, b float64) {
				return float64(m.Plane(0)[i]), float64(m.Plane(1)[i]), float64(m.Plane(2)[i])
			}
			r, g, b := at(src)
			toR, toG, toB := at(got)
			hue, saturation := hueSaturation(r, g, b)
			toHue, toSaturation := hueSaturation(toR, toG, toB)
			value := max(r, g, b)
			if math.Abs(max(toR, toG, toB)-value) > 1e-6 || math.Abs(toSaturation-saturation)*value > 1e-5 {
				t.Fatalf("%v: (%g %g %g) becomes (%g %g %g)", o, r, g, b, toR, toG, toB)
			}
			if saturation*value < .05 {
				continue
			}
			turn := math.Mod(toHue-hue+12, 6) / 6
			way := math.Copysign(1, .5-turn)
			if turn = min(turn, 1-turn); math.Abs(turn-amount) > 1e-4 {
				t.Fatalf("%v: turned by %g, want %g", o, turn, amount)
			}
			ways[way] = true
		}
		if amount < .499 && len(ways) != 1 {
			t.Errorf("%v: hues turn both ways", o)
		}
	})
}

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

func TestTransform(t *testing.T) {
	const side = 17
	src := imagetest.Synthetic(side, side)
	pixel := func(m *img.Image, x, y int) [3]float32 {
		return [3]float32{m.Plane(0)[y*side+x], m.Plane(1)[y*side+x], m.Plane(2)[y*side+x]}
	}
	for degrees, from := range map[float64]func(x, y int) (int, int){
		0:   func(x, y int) (int, int) { return x, y },
		90:  func(x, y int) (int, int) { return side - 1 - y, x },
		180: func(x, y int) (int, int) { return side - 1 - x, side - 1 - y },
		270: func(x, y int) (int, int) { return y, side - 1 - x },
	} {
		sin, cos := random.SinCos(degrees * math.Pi / 180)
		m := src.Clone()
		j := &job{src: m, dst: m, w: side, h: side}
		j.transform(cos, -sin, sin, cos)
		for i := range side * side {
			x, y := from(i%side, i/side)
			if got, want := pixel(m, i%side, i/side), pixel(src, x, y); got != want {
				t.Fatalf("turned by %g: (%d,%d) is %g, want %g", degrees, i%side, i/side, got, want)
			}
		}
	}
}

// Lines through the middle keep to it; corners become black.
func TestRotation(t *testing.T) {
	every(func(o Options) {
		src := imagetest.Flat(224, 224, .5)
		for i := 112; i < 224; i++ { // a white line from the middle to the right
			for _, y := range []int{111, 112} {
				src.Plane(0)[y*224+i] = 1
			}
		}
		m := corrupted(t, laugrosRotation, src, o)
		angle, n := 0., 0.
		for i, v := range m.Plane(0) {
			if x, y := float64(i%224)-111.5, float64(i/224)-111.5; v == 1 && x > 20 {
				angle += math.Atan2(y, x) * 180 / math.Pi
				n++
			}
		}
		angle = math.Abs(angle / n)
		low, high := 7+8.6*float64(o.Severity-1), 7+8.6*float64(o.Severity)
		if angle < low-1.2 || angle > high+.2 || math.Abs(angle-math.Round(angle)) > .2 {
			t.Errorf("%v: turned by %g degrees, want %g to %g", o, angle, low, high)
		}
		if m.Pix[0] != 0 || m.Plane(2)[223] != 0 || m.Plane(1)[112*224+112] != .5 && m.Plane(0)[112*224+112] != 1 {
			t.Errorf("%v: the corners are %g and %g", o, m.Pix[0], m.Pix[223])
		}
	})
}

func TestTranslation(t *testing.T) {
	quadrants := map[[2]bool]bool{}
	every(func(o Options) {
		side := map[Profile]int{ImageNet: 224, CIFAR: 32}[o.Profile]
		src := imagetest.Synthetic(side, side)
		for i := range src.Plane(1) { // nothing is black
			src.Plane(1)[i] = max(src.Plane(1)[i], .1)
		}
		for o.Index = range 8 {
			m := corrupted(t, laugrosTranslation, src, o)
			move := [2]int{}
			for axis, step := range [2]int{1, side} { // what is black at the ends of the middle row and column tells
				line := m.Plane(1)[side/2*(side+1-step):]
				for line[max(move[axis], 0)*step] == 0 {
					move[axis]++
				}
				for move[axis] <= 0 && line[(side-1+move[axis])*step] == 0 {
					move[axis]--
				}
				low, high := 15+9.6*float64(o.Severity-1), 15+9.6*float64(o.Severity)
				if o.Profile == CIFAR {
					low, high = low/7, high/7
				}
				if d := math.Abs(float64(move[axis])); d < math.Floor(low) || d > math.Ceil(high) {
					t.Errorf("%v: moved by %g, want %g to %g", o, d, low, high)
				}
			}
			quadrants[[2]bool{move[0] > 0, move[1] > 0}] = true
			for i := range side * side {
				x, y := i%side-move[0], i/side-move[1]
				for c := range 3 {
					want := float32(0)
					if x >= 0 && x < side && y >= 0 && y < side {
						want = src.Plane(c)[y*side+x]
					}
					if got := m.Plane(c)[i]; got != want {
						t.Fatalf("%v: moved by %v: %g, want %g", o, move, got, want)
					}
				}
			}
		}
	})
	if len(quadrants) != 4 {
		t.Errorf("moved only towards %v", quadrants)
	}
}

func TestShear(t *testing.T) {
	every(func(o Options) {
		src := imagetest.Flat(225, 225, .5)
		for y := range 225 { // an upright line in the middle
			src.Plane(0)[y*225+112] = 1
		}
		m := corrupted(t, laugrosShear, src, o)
		at := func(y int) int { return slices.Index(m.Plane(0)[y*225:][:225], 1) }
		// At 100 rows from the middle it has moved by the tangent, one way above and the other below.
		up, down := float64(at(12)-112), float64(at(212)-112)
		lean := math.Atan(math.Abs(down)/100) * 180 / math.Pi
		low, high := 12+5.6*float64(o.Severity-1), 12+5.6*float64(o.Severity)
		if at(112) != 112 || up != -down || lean < low-1.3 || lean > high+.3 || math.Abs(lean-math.Round(lean)) > .3 {
			t.Errorf("%v: the line is at %d, %d, %d: %g degrees, want %g to %g", o, at(12), at(112), at(212), lean, low, high)
		}
		if corner, other := m.Pix[0], m.Pix[224]; (corner == 0) == (other == 0) {
			t.Errorf("%v: the upper corners are %g and %g, want one black", o, corner, other)
		}
	})
}

// A slope stays a slope when a strip of it is stretched.
func TestElastic(t *testing.T) {
	slope, axes := img.New(224, 224), map[bool]int{}
	for i := range slope.Plane(0) {
		slope.Plane(0)[i], slope.Plane(1)[i] = float32(i%224)/223, float32(i/224)/223
	}
	for _, severity := range []int{1, 2, 3, 4, 5} {
		for index := range uint64(10) {
			m := corrupted(t, laugrosElastic, slope, Options{Severity: severity, Index: index})
			upright := m.Plane(0)[0] == 0 // the top was cut off, not the left
			axes[upright]++
			stretched, kept, step := m.Plane(0), m.Plane(1), 1
			if upright {
				stretched, kept, step = m.Plane(1), m.Plane(0), 224
			}
			strip := math.Round(float64(stretched[0]) * 223)
			low, high := 44+13.4*float64(severity-1), 44+13.4*float64(severity)
			if strip < math.Floor(low) || strip > math.Ceil(high) {
				t.Errorf("severity %d: a strip of %g, want %g to %g", severity, strip, low, high)
			}
			for i := range 224 {
				place := strip + (float64(i)+.5)*(224-strip)/224 - .5
				if want := min(max(place, strip), 223) / 223; math.Abs(float64(stretched[i*step])-want) > 1e-5 {
					t.Fatalf("severity %d, strip %g: place %d is %g, want %g", severity, strip, i, stretched[i*step], want)
				}
				if other := i * (224 + 1 - step); upright && kept[i] != slope.Plane(0)[i] || !upright && kept[other] != slope.Plane(1)[other] {
					t.Fatalf("severity %d: the other direction has changed", severity)
				}
			}
		}
	}
	if axes[true] < 12 || axes[false] < 12 {
		t.Errorf("of 50 strips %d are at the top and %d at the left", axes[true], axes[false])
	}
}
