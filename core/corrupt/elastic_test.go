package corrupt

import (
	"math"
	"slices"
	"testing"

	"steady/core/corrupt/internal/imagetest"
	"steady/core/img"
	"steady/core/random"
)

// An affine map keeps a ramp a ramp: its points go where the three points say.
func TestElasticAffine(t *testing.T) {
	j := &job{w: 224, h: 224, random: random.New(3, 1, "test", 1)}
	if a := j.randomAffine(0); math.Abs(a[0]-1)+math.Abs(a[1])+math.Abs(a[2])+math.Abs(a[3])+math.Abs(a[4]-1)+math.Abs(a[5]) > 1e-9 {
		t.Errorf("points that stay give %v", a)
	}
	again := random.New(4, 1, "test", 1)
	j.random = random.New(4, 1, "test", 1)
	a := j.randomAffine(48.8)
	for _, p := range [][2]float64{{186, 186}, {186, 38}, {38, 38}} {
		x, y := p[0]+float64(again.Uniform(-48.8, 48.8)), p[1]+float64(again.Uniform(-48.8, 48.8))
		if math.Abs(a[0]*x+a[1]*y+a[2]-p[0]) > 1e-6 || math.Abs(a[3]*x+a[4]*y+a[5]-p[1]) > 1e-6 {
			t.Errorf("(%g,%g) does not come from %v", x, y, p)
		}
	}
}

func TestElasticKeepsFlatImages(t *testing.T) {
	m := imagetest.Flat(40, 30, .5) // what is even stays so
	o := img.New(40, 30)
	for severity := 1; severity <= 5; severity++ {
		if err := elasticTransform.Apply(o, m, Options{Severity: severity}); err != nil || slices.Max(o.Pix) > .500001 || slices.Min(o.Pix) < .499999 {
			t.Errorf("severity %d: from %g to %g, %v", severity, slices.Min(o.Pix), slices.Max(o.Pix), err)
		}
	}
}
