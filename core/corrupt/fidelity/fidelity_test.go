package fidelity

import (
	"bytes"
	"encoding/json"
	"errors"
	"image"
	"image/jpeg"
	"maps"
	"math"
	"math/cmplx"
	"os"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"steady/core/corrupt"
	"steady/core/img"
	"steady/core/random"
)

func open(t *testing.T) *Reference {
	t.Helper()
	r, err := Open(os.DirFS("../../../web/static/photos"))
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// Deterministic ones: the same bytes but for rounding: where the exact value is a whole number, the reference's own
// rounding errors decide which byte it becomes. Those of the suite Laugros in which little but the amount is random: the
// same bytes for given amounts.
func TestExact(t *testing.T) {
	r := open(t)
	for _, c := range corrupt.All() {
		least := 55. // and a level at most
		if c.Suite == corrupt.Laugros {
			least = math.Inf(1)
		}
		distances, err := r.Exact(c)
		if err != nil {
			t.Fatal(err)
		}
		want := 0
		switch {
		case !c.Stochastic:
			want = 5 * len(Sides)
		case slices.Contains(givenAmounts, c.Name):
			want = len(Sides)
		}
		if len(distances) != want {
			t.Errorf("%s: %d sizes and severities are recorded, want %d", c.Name, len(distances), want)
		}
		worst := math.Inf(1)
		for _, d := range distances {
			worst = min(worst, d.PSNR)
			if d.PSNR < least || d.Largest > 1 {
				t.Errorf("%s at %d px, severity %d: %.1f dB from the reference, want %g at least and one level at most (%d of %d bytes differ, by %d at most)",
					c.Name, d.Side, d.Severity, d.PSNR, least, d.Differ, d.Of, d.Largest)
			}
		}
		if len(distances) > 0 {
			t.Logf("%s: %.1f dB at least", c.Name, worst)
		}
	}
}

// givenAmounts are the corruptions of the suite Laugros that are recorded for given amounts.
var givenAmounts = []string{
	"laugros/blur", "laugros/thumbnail_resize", "laugros/pixelate", "laugros/quantization", "laugros/contrast",
	"laugros/brightness", "laugros/color_distortion", "laugros/hue", "laugros/gray_scale", "laugros/rotation",
	"laugros/translation", "laugros/shear", "laugros/elastic",
}

// Random ones: the same distribution: for every statistic of record.py the mean over our draws must be within 3
// standard errors of the reference's mean (of the difference: both vary), by the rule of Drawn. A corruption that fails
// here is to be drawn more often, and recorded more often, before it is believed to be right or wrong; another seed is
// no answer.
//
// These draws are few, so that the test is quick: they can tell a tenth of a level from nothing in what varies little,
// such as noise, but not a few degrees more in the direction of motion_blur. docs/corruptions.md has ten times as many.
func TestDrawn(t *testing.T) {
	r := open(t)
	draws := map[int]int{224: 40, 32: 200}
	for _, c := range corrupt.All() {
		if !c.Stochastic || !Claims(c) {
			continue
		}
		t.Run(c.Name, func(t *testing.T) {
			t.Parallel()
			largest, count, repeated := 0., 0, 0
			settings := r.Settings(c)
			if want := len(Sides) * len(severities[c.Suite]); len(settings) != want {
				t.Errorf("%d sizes and severities are recorded, want %d", len(settings), want)
			}
			for _, at := range settings {
				if !slices.Contains(severities[c.Suite], at.Severity) {
					t.Errorf("severity %d is recorded, want %v", at.Severity, severities[c.Suite])
				}
				if testing.Short() && at.Severity != 3 {
					continue
				}
				differences, err := r.Drawn(c, at, draws[at.Side])
				if err != nil {
					t.Fatal(err)
				}
				for _, d := range differences {
					count++
					if d.Again {
						repeated++
					}
					largest = max(largest, math.Abs(d.Z()))
					if beyond(d) {
						t.Errorf("%d px, severity %d: %s is %.6g, the reference's %.6g ± %.2g: %.1f standard errors away",
							at.Side, at.Severity, d.Statistic, d.Ours, d.Reference, d.Error, d.Z())
					}
				}
			}
			t.Logf("|z| up to %.2f among %d, of which %d were compared again", largest, count, repeated)
		})
	}
}

// severities are those that are recorded of random corruptions.
var severities = map[corrupt.Suite][]int{
	corrupt.ImageNetC: {1, 2, 3, 4, 5}, corrupt.ImageNetCExtra: {1, 2, 3, 4, 5},
	corrupt.Laugros: {corrupt.FullRange, 1, 3, 5},
}

// The statistics of one file must be those of the other.
func TestSameStatistics(t *testing.T) {
	var a, b statisticsFile
	if err := errors.Join(json.Unmarshal(statisticsJSON, &a), json.Unmarshal(laugrosStatisticsJSON, &b)); err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(a.Names, b.Names) || !maps.EqualFunc(a.Edges, b.Edges, slices.Equal) || a.Floor != b.Floor {
		t.Errorf("statistics.json has %v, %v, %g, and laugros_statistics.json %v, %v, %g", a.Names, a.Edges, a.Floor, b.Names, b.Edges, b.Floor)
	}
}

// Other images than those recorded would be compared with the wrong numbers.
func TestOpenRefuses(t *testing.T) {
	if _, err := Open(fstest.MapFS{}); !errors.Is(err, os.ErrNotExist) || !strings.Contains(err.Error(), "astronaut") {
		t.Errorf("no photographs: %v", err)
	}
	var gray bytes.Buffer
	if err := jpeg.Encode(&gray, image.NewGray(image.Rect(0, 0, 300, 300)), nil); err != nil {
		t.Fatal(err)
	}
	others := fstest.MapFS{}
	for _, name := range photographs {
		others[name+".jpg"] = &fstest.MapFile{Data: gray.Bytes()}
	}
	if _, err := Open(others); !errors.Is(err, ErrInputs) {
		t.Errorf("other photographs: %v", err)
	}
	others["astronaut.jpg"].Data = []byte("not an image")
	if _, err := Open(others); !errors.Is(err, img.ErrFormat) {
		t.Errorf("a text: %v", err)
	}
}

// The transform against its definition, and a wave of known frequency in its band alone.
func TestSpectrum(t *testing.T) {
	for _, n := range []int{1, 7, 8, 28, 32, 224} {
		source := random.New(1, 1, "spectrum", n)
		line, got := make([]complex128, n), make([]complex128, n)
		for i := range line {
			line[i] = complex(source.Float64(), source.Float64())
		}
		newFourier(n).transform(got, line, 1)
		for k := range got {
			want := 0i
			for i, v := range line {
				want += v * cmplx.Exp(complex(0, -2*math.Pi*float64(i*k)/float64(n)))
			}
			if cmplx.Abs(got[k]-want) > 1e-9 {
				t.Fatalf("length %d: coefficient %d is %g, want %g", n, k, got[k], want)
			}
		}
	}
	b := bands{newFourier(32), []int{1, 2, 4, 8, 16, 32, 64, 128, 257}}
	plane := make([]float64, 32*32)
	for i := range plane {
		plane[i] = math.Cos(2 * math.Pi * float64(3*(i%32)-2*(i/32)) / 32) // squared radius 13: the fourth band
	}
	for i, p := range b.power(plane) {
		// Half of 1 is the wave's mean square; all of it is in one band of as many frequencies as fulfill 8 ≤ r² < 16.
		want := 0.
		if i == 3 {
			want = 32 * 32 * .5 / 24
		}
		if math.Abs(p-want) > 1e-9 {
			t.Errorf("band %d has power %g, want %g", i+1, p, want)
		}
	}
}
