package train

import (
	"math"
	"slices"
	"strings"
	"testing"

	"steady/core/nn"
)

func TestInitialize(t *testing.T) {
	big := func() *nn.Network {
		n := tiny(4)
		n.Layers[0].Op.(*nn.Conv).Weight = param("conv.weight", 256, 8, 3, 3)
		return n
	}
	a, b, c := big(), big(), big()
	for _, p := range b.Params() {
		for i := range p.Data {
			p.Data[i] = 7
		}
	}
	Initialize(a, 5)
	Initialize(b, 5)
	Initialize(c, 6)
	for i, p := range a.Params() {
		if !slices.Equal(p.Data, b.Params()[i].Data) {
			t.Errorf("%s depends on what was there", p.Name)
		}
		if same := slices.Equal(p.Data, c.Params()[i].Data); same == strings.HasSuffix(p.Name, "weight") {
			t.Errorf("%s: another seed gives the same: %v", p.Name, same)
		}
	}
	w := a.Layers[0].Op.(*nn.Conv).Weight.Data
	mean, square := 0., 0.
	for _, x := range w {
		mean += float64(x) / float64(len(w))
		square += float64(x) * float64(x) / float64(len(w))
	}
	want := 2. / 72
	if math.Abs(square/want-1) > 5*math.Sqrt(2/float64(len(w))) || math.Abs(mean) > 5*math.Sqrt(want/float64(len(w))) {
		t.Errorf("mean %g and variance %g, want 0 and %g", mean, square, want)
	}
	o := a.Layers[1].Op.(*nn.BatchNorm)
	if o.Scale.Data[0] != 1 || o.Shift.Data[0] != 0 || o.Mean.Data[0] != 0 || o.Variance.Data[0] != 1 {
		t.Errorf("batch normalisation begins with %v", o)
	}
}
