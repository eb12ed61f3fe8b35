package corrupt

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"steady/core/corrupt/internal/imagetest"
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
		if want := fmt.Sprintf(": %v to %v, evenly", r[0], r[1]); !ok || !strings.Contains(c.Severity(), want) {
			t.Errorf("%s: %q, want %q", c.Name, c.Severity(), want)
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
		if err := c.Apply(dst, src, Options{Severity: FullRange}); err != nil {
			t.Error(err)
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

// Bytes must neither darken nor brighten an image. Truncation darkens it by half a level where it is changed, and
// rounding halves up brightens what rain whitens. Quantization comes closest to the limit: its middle level is a half.
func TestBytesAreUnbiased(t *testing.T) {
	src := natural(224)
	for _, c := range In(Laugros) {
		const draws, limit = 20, .1
		bias := 0.
		for i := range draws {
			o := Options{Severity: FullRange, Index: uint64(i)}
			values, bytes := img.New(src.W, src.H), src.Clone()
			if err := c.Apply(values, src, o); err != nil {
				t.Fatal(err)
			}
			if err := c.ApplyBytes(bytes, o); err != nil {
				t.Fatal(err)
			}
			for k, v := range values.Pix {
				d := 255 * float64(bytes.Pix[k]-v)
				if math.Abs(d) > .5001 {
					t.Fatalf("%s: a byte is %g levels away", c.Name, d)
				}
				bias += d / float64(draws*len(values.Pix))
			}
		}
		if math.Abs(bias) > limit {
			t.Errorf("%s: bytes are %+.3f levels away on average, want %g at most", c.Name, bias, limit)
		}
		t.Logf("%s: %+.4f levels", c.Name, bias)
	}
}

// drawn returns the amount that a corruption draws, when its range is one of real numbers.
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
