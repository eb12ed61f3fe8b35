package train

import (
	"math"
	"slices"
	"strings"
	"testing"

	"steady/core/compute/cpu"
	"steady/core/dataset"
	"steady/core/engine"
	"steady/core/nn"
	"steady/core/random"
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

// A convolution that begins as the identity passes on what it gets, on as many channels as there are on both sides.
func TestIdentity(t *testing.T) {
	for _, s := range []struct{ k, c, side int }{{6, 6, 3}, {9, 6, 3}, {6, 9, 5}, {4, 4, 1}} {
		n := &nn.Network{Name: "one", Image: nn.Shape{s.c, 8, 8}, Output: 3, Layers: []nn.Layer{
			{Name: "conv", In: []nn.Value{0}, Op: &nn.Conv{
				Weight: param("w", s.k, s.c, s.side, s.side), Stride: [2]int{1, 1}, Dilation: [2]int{1, 1}, Groups: 1,
				Pads: [4]int{s.side / 2, s.side / 2, s.side / 2, s.side / 2},
			}},
			{Name: "average", In: []nn.Value{1}, Op: &nn.GlobalAveragePool{}},
			{Name: "flat", In: []nn.Value{2}, Op: &nn.Reshape{Shape: nn.Shape{s.k}}},
		}}
		set := &dataset.Set{C: s.c, H: 8, W: 8, Labels: slices.Repeat([]int{0, 1}, 8), Pix: make([]uint8, 16*s.c*64)}
		c := config(1)
		c.Initialization = Identity
		if err := InitializeFor(n, set, c); err != nil {
			t.Fatal(err)
		}
		n.Layers, n.Output = n.Layers[:1], 1
		e, err := engine.New(cpu.New(1), n, engine.Config{Batch: 1})
		if err != nil {
			t.Fatal(err)
		}
		x, y := make([]float32, s.c*64), make([]float32, s.k*64)
		random.New(1, 0, "image", 0).FillNormal(x)
		if err := e.Logits(y, x); err != nil {
			t.Fatal(err)
		}
		same := min(s.k, s.c) * 64
		for i := range same {
			if math.Abs(float64(y[i]-x[i])) > 1e-5 {
				t.Fatalf("%+v: element %d is %g, want %g as it was", s, i, y[i], x[i])
			}
		}
		he := n.Clone()
		Initialize(he, c.Seed)
		drawn := n.Params()[0].Data[min(s.k, s.c)*s.c*s.side*s.side:]
		if all := he.Params()[0].Data; !slices.Equal(drawn, all[len(all)-len(drawn):]) {
			t.Errorf("%+v: the filters beyond are not those that Initialize draws", s)
		}
	}
}
