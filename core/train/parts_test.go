package train

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"steady/core/dataset"
	"steady/core/engine"
	"steady/core/nn"
	"steady/core/random"
)

// TestSGD follows two steps of Sutskever et al. 2013, in the form v = µv + g, w -= r(g + µv), worked out by hand.
func TestSGD(t *testing.T) {
	weight := engine.Param{Name: "w", Shape: []int{1, 1}, Value: []float32{2}, Grad: []float32{8}}
	bias := engine.Param{Name: "b", Shape: []int{1}, Value: []float32{2}, Grad: []float32{8}}
	running := engine.Param{Name: "mean", Shape: []int{1}, Value: []float32{2}}
	s := newSGD([]engine.Param{weight, bias, running}, .5, .25)
	s.step(.5, 4)
	// weight: g = 8/4 + 0.25·2 = 2.5, v = 2.5, w = 2 - 0.5·(2.5 + 1.25); bias: g = 2, v = 2, b = 2 - 0.5·(2 + 1)
	check := func(steps int, want ...float32) {
		t.Helper()
		if got := []float32{weight.Value[0], bias.Value[0], running.Value[0]}; !slices.Equal(got, want) {
			t.Errorf("after %d steps %v, want %v", steps, got, want)
		}
	}
	check(1, .125, .5, 2)
	weight.Grad[0], bias.Grad[0] = 0, 0
	s.step(.5, 4)
	// weight: g = 0.25·0.125 = 0.03125, v = 1.28125, w = 0.125 - 0.5·(0.03125 + 0.640625)
	// bias: g = 0, v = 1, b = 0.5 - 0.5·0.5
	check(2, -.2109375, .25, 2)
}

func TestSchedules(t *testing.T) {
	for _, c := range []struct {
		name   string
		warmup float64
		points [][2]float64
	}{
		{Cosine, .3, [][2]float64{{0, 1}, {.5, .5}, {1. / 3, .75}, {1, 0}}},
		{OneCycle, .2, [][2]float64{{0, 0}, {.1, .5}, {.2, 1}, {.6, .5}, {1, 0}}},
		{OneCycle, 0, [][2]float64{{0, 1}, {.5, .5}, {1, 0}}},
		{OneCycleLinear, .2, [][2]float64{{0, 0}, {.1, .5}, {.2, 1}, {.4, .75}, {1, 0}}},
	} {
		s, err := Config{Schedule: c.name, Warmup: c.warmup}.schedule()
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range c.points {
			if got := s(p[0]); math.Abs(got-p[1]) > 1e-12 {
				t.Errorf("%s with a rise of %g is %g at %g, want %g", c.name, c.warmup, got, p[0], p[1])
			}
		}
	}
	_, err := Config{Schedule: "steps"}.schedule()
	if !errors.Is(err, ErrConfig) || !strings.Contains(err.Error(), OneCycle) {
		t.Errorf("an unknown schedule: %v", err)
	}
}

func TestPlace(t *testing.T) {
	set := &dataset.Set{C: 1, H: 3, W: 4}
	pix := []uint8{
		1, 2, 3, 4,
		5, 6, 7, 8,
		9, 10, 11, 12,
	}
	for _, c := range []struct {
		dy, dx int
		border string
		mirror bool
		want   []int
	}{
		{0, 0, Black, false, []int{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12}},
		{0, 0, Reflect, true, []int{4, 3, 2, 1, 8, 7, 6, 5, 12, 11, 10, 9}},
		{1, 2, Black, false, []int{7, 8, 0, 0, 11, 12, 0, 0, 0, 0, 0, 0}},
		{1, 2, "", true, []int{0, 0, 8, 7, 0, 0, 12, 11, 0, 0, 0, 0}},
		{-1, -1, Black, false, []int{0, 0, 0, 0, 0, 1, 2, 3, 0, 5, 6, 7}},
		{1, 2, Reflect, false, []int{7, 8, 7, 6, 11, 12, 11, 10, 7, 8, 7, 6}},
		{-2, -3, Reflect, false, []int{12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1}},
		{-1, 0, Reflect, false, []int{5, 6, 7, 8, 1, 2, 3, 4, 5, 6, 7, 8}},
	} {
		got := make([]float32, 12)
		for i := range got {
			got[i] = 9 // of the picture before
		}
		place(got, set, pix, c.dy, c.dx, c.border, c.mirror)
		for i, x := range got {
			if x != float32(c.want[i])/255 {
				t.Errorf("shift %d,%d %q mirror %v: %v·255, want %v", c.dy, c.dx, c.border, c.mirror, got, c.want)
				break
			}
		}
	}
}

// TestAugmentReachesEverything counts the shifts and mirrorings of a picture whose values are all different.
func TestAugmentReachesEverything(t *testing.T) {
	set := &dataset.Set{C: 1, H: 8, W: 8, Labels: []int{0}}
	for i := range 64 {
		set.Pix = append(set.Pix, uint8(i+1))
	}
	seen, x := map[string]int{}, make([]float32, 64)
	const draws = 9000
	for i := range draws {
		augment(x, set, 0, 1, Black, true, random.New(1, uint64(i), "augment", 0))
		seen[fmt.Sprint(x)]++
	}
	if len(seen) != 18 {
		t.Errorf("%d pictures, want 3×3 shifts, mirrored or not", len(seen))
	}
	for _, n := range seen {
		if mean := draws / 18.; math.Abs(float64(n)-mean) > 5*math.Sqrt(mean) {
			t.Errorf("one is drawn %d times of %d", n, draws)
		}
	}
}

func TestAverage(t *testing.T) {
	p := engine.Param{Value: []float32{1}}
	a := newAverage([]engine.Param{p}, .5)
	p.Value[0] = 11
	a.follow(0) // keeps 1/10
	if got := a.values[0][0]; math.Abs(float64(got)-10) > 1e-5 {
		t.Errorf("average of 1 and 11 in step 0 is %g, want 10", got)
	}
	p.Value[0] = 0
	a.follow(1000) // keeps 1/2
	if got := a.values[0][0]; math.Abs(float64(got)-5) > 1e-5 {
		t.Errorf("average of 10 and 0 is %g, want 5", got)
	}
	a.swap()
	if p.Value[0] != 5 && math.Abs(float64(p.Value[0])-5) > 1e-5 || a.values[0][0] != 0 {
		t.Errorf("swapped to %g and %g", p.Value[0], a.values[0][0])
	}
	if newAverage([]engine.Param{p}, 0) != nil {
		t.Error("an average with a decay of 0")
	}
}

func TestInitialise(t *testing.T) {
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
	Initialise(a, 5)
	Initialise(b, 5)
	Initialise(c, 6)
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

func TestRecipes(t *testing.T) {
	for _, r := range Recipes() {
		if found, err := LookupRecipe(r.Name); err != nil || found != r {
			t.Errorf("%s is not found: %v", r.Name, err)
		}
		if r.Config.Recipe != r.Name || r.Summary == "" || r.Source == "" {
			t.Errorf("%s: %+v", r.Name, r)
		}
		if err := r.Config.Validate(); err != nil {
			t.Errorf("%s: its own parameters: %v", r.Name, err)
		}
	}
	if _, err := LookupRecipe("secret"); !errors.Is(err, ErrUnknown) || !strings.Contains(err.Error(), "standard") {
		t.Errorf("an unknown recipe: %v", err)
	}
}

func TestValidate(t *testing.T) {
	nan := math.NaN()
	for name, change := range map[string]func(*Config){
		"epochs":          func(c *Config) { c.Epochs = 0 },
		"batch":           func(c *Config) { c.Batch = 1 },
		"learning-rate":   func(c *Config) { c.LearningRate = nan },
		"momentum":        func(c *Config) { c.Momentum = 1 },
		"weight-decay":    func(c *Config) { c.WeightDecay = -1 },
		"label-smoothing": func(c *Config) { c.LabelSmoothing = nan },
		"warmup":          func(c *Config) { c.Warmup = 1 },
		"averaging":       func(c *Config) { c.EMADecay = 1 },
		"shift":           func(c *Config) { c.RandomCrop = -1 },
		"border":          func(c *Config) { c.Border = "white" },
		"schedule":        func(c *Config) { c.Schedule = "" },
	} {
		c := config(1)
		change(&c)
		if err := c.Validate(); !errors.Is(err, ErrConfig) || !strings.Contains(err.Error(), name) {
			t.Errorf("%s: %v", name, err)
		}
	}
	c := config(1)
	c.Recipe = "secret"
	if err := c.Validate(); !errors.Is(err, ErrUnknown) {
		t.Errorf("recipe: %v", err)
	}
}

func TestCardIsJSON(t *testing.T) {
	card := Card{
		Name: "tiny", File: "tiny.onnx", SHA256: "00", Data: "stripes", Classes: []string{"a", "b"}, Image: []int{3, 8, 8},
		Architecture: "tiny", Parameters: 5, MultiplyAdds: 7, Training: config(2), Accuracy: .5, TestImages: 4,
		Licence: "Apache-2.0", Command: "steady train standard",
	}
	b, err := json.Marshal(card)
	if err != nil {
		t.Fatal(err)
	}
	var back Card
	if err := json.Unmarshal(b, &back); err != nil || fmt.Sprint(back) != fmt.Sprint(card) {
		t.Errorf("%s comes back as %+v: %v", b, back, err)
	}
}

func BenchmarkAugment(b *testing.B) {
	set := &dataset.Set{C: 3, H: 32, W: 32, Labels: []int{0}, Pix: make([]uint8, 3072)}
	x := make([]float32, 3072)
	for _, border := range []string{Black, Reflect} {
		b.Run(border, func(b *testing.B) {
			for i := 0; b.Loop(); i++ {
				augment(x, set, 0, 4, border, true, random.New(1, uint64(i), "augment", 0))
			}
		})
	}
}

func BenchmarkSGD(b *testing.B) {
	p := engine.Param{Shape: []int{1000, 1000}, Value: make([]float32, 1e6), Grad: make([]float32, 1e6)}
	s := newSGD([]engine.Param{p}, .9, 5e-4)
	for b.Loop() {
		s.step(.1, 128)
	}
}
