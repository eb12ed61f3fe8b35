package fidelity

import (
	"bytes"
	"errors"
	"image"
	"image/jpeg"
	"math"
	"math/cmplx"
	"os"
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
// rounding errors decide which byte it becomes.
func TestExact(t *testing.T) {
	r := open(t)
	for _, c := range corrupt.All() {
		const least = 55. // and a level at most
		distances, err := r.Exact(c)
		if err != nil {
			t.Fatal(err)
		}
		if c.Stochastic != (len(distances) == 0) && compared(c) {
			t.Errorf("%s: stochastic is %v, and %d recorded sizes and severities", c.Name, c.Stochastic, len(distances))
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

// compared reports whether the reference has a corruption.
func compared(c *corrupt.Corruption) bool {
	return c.Suite == corrupt.ImageNetC || c.Suite == corrupt.ImageNetCExtra
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
		if !c.Stochastic || !Claims(c) || !compared(c) {
			continue
		}
		t.Run(c.Name, func(t *testing.T) {
			t.Parallel()
			largest, count, repeated := 0., 0, 0
			for _, side := range Sides {
				for severity := 1; severity <= 5; severity++ {
					if testing.Short() && severity != 3 {
						continue
					}
					differences, err := r.Drawn(c, side, severity, draws[side])
					if err != nil {
						t.Fatal(err)
					}
					if len(differences) == 0 {
						t.Errorf("nothing recorded at %d px, severity %d", side, severity)
					}
					for _, d := range differences {
						count++
						if d.Again {
							repeated++
						}
						largest = max(largest, math.Abs(d.Z()))
						if beyond(d) {
							t.Errorf("%d px, severity %d: %s is %.6g, the reference's %.6g ± %.2g: %.1f standard errors away",
								side, severity, d.Statistic, d.Ours, d.Reference, d.Error, d.Z())
						}
					}
				}
			}
			t.Logf("|z| up to %.2f among %d, of which %d were compared again", largest, count, repeated)
		})
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
