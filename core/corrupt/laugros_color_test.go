package corrupt

import (
	"math"
	"slices"
	"testing"

	"steady/core/corrupt/internal/imagetest"
	"steady/core/corrupt/internal/pix"
	"steady/core/img"
)

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
			gray = math.Floor(255*gray+.5) / 255
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

// What torchvision's adjust_hue makes of images of bytes with Pillow 9.4. With three turns of all 16.7 million colors
// there is no other difference either.
func TestLaugrosHue(t *testing.T) {
	colors := [3][]uint8{ // red, green, blue, gray, orange, nearly gray, dark green
		{255, 0, 0, 102, 255, 200, 17},
		{0, 255, 0, 102, 128, 199, 140},
		{0, 0, 255, 102, 0, 199, 93},
	}
	for by, want := range map[float64][3][]uint8{
		1. / 3:  {{0, 0, 255, 102, 0, 199, 92}, {255, 0, 0, 102, 255, 200, 17}, {0, 255, 0, 102, 126, 199, 140}},
		-1. / 3: {{6, 255, 0, 102, 132, 199, 140}, {0, 0, 255, 102, 0, 199, 92}, {255, 0, 0, 102, 255, 200, 17}},
		.5:      {{0, 252, 255, 102, 0, 199, 140}, {255, 0, 246, 102, 132, 200, 17}, {252, 255, 0, 102, 255, 200, 66}},
		.05:     {{255, 0, 72, 102, 255, 200, 17}, {72, 255, 0, 102, 198, 199, 140}, {0, 72, 255, 102, 0, 199, 127}},
	} {
		var planes pix.Planes
		for c, bytes := range colors {
			for _, b := range bytes {
				planes[c] = append(planes[c], pix.Levels[b])
			}
		}
		pix.RotateHue(planes, planes, float32(by))
		for c, bytes := range want {
			for i, b := range bytes {
				if planes[c][i] != pix.Levels[b] {
					t.Errorf("hue %g: channel %d of color %d is %g, want %d", by, c, i, planes[c][i]*255, b)
				}
			}
		}
	}
	// By the amount, either way; value and saturation stay, as well as bytes hold them.
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
			if math.Abs(max(toR, toG, toB)-value) > 1e-6 || math.Abs(toSaturation-saturation)*value > 1.6/255 {
				t.Fatalf("%v: (%g %g %g) becomes (%g %g %g)", o, r, g, b, toR, toG, toB)
			}
			if saturation*value < .2 {
				continue
			}
			turn := math.Mod(toHue-hue+12, 6) / 6
			way := math.Copysign(1, .5-turn)
			if turn = min(turn, 1-turn); math.Abs(turn-amount) > 3./255 {
				t.Fatalf("%v: turned by %g, want %g", o, turn, amount)
			}
			ways[way] = true
		}
		if amount < .485 && len(ways) != 1 {
			t.Errorf("%v: hues turn both ways", o)
		}
	})
}
