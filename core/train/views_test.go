package train

import (
	"bytes"
	"context"
	"errors"
	"math"
	"slices"
	"strings"
	"testing"

	"steady/core/compute"
	"steady/core/compute/cpu"
	"steady/core/engine"
	"steady/core/option"
)

// views are the options of a recipe for tests, which sees each image several times.
type views struct {
	Number float64
	As     string // what the copies are trained on: "labels", "targets" or "loss"
}

func init() {
	c := smallConfig(2)
	c.Recipe = "views"
	Register(WithOptions(Recipe{
		Name: "views", Summary: "a recipe for tests", Source: "none", Config: c,
		Views: func(c *Config) int { return int(OwnOptions[views](c).Number) },
	}, views{2, "labels"}, option.Table[views]{
		{Name: "number", Field: func(v *views) any { return &v.Number }, Range: option.Between(1, 1000)},
		{Name: "as", Field: func(v *views) any { return &v.As }, Choices: []string{"labels", "targets", "loss"}},
	}, func(_ context.Context, b *Batch, v *views) error {
		x, labels := b.X, b.Labels
		for range int(v.Number) - 1 {
			b.X, b.Labels = append(b.X, x...), append(b.Labels, labels...)
		}
		if &b.X[0] != &x[0] || &b.Labels[0] != &labels[0] {
			return errors.New("there was no room for the views")
		}
		switch v.As {
		case "targets":
			b.Targets = make([]float32, len(b.Labels)*b.Classes)
			for i, l := range b.Labels {
				b.Targets[i*b.Classes+l] = 1
			}
		case "loss":
			b.Loss = b.CrossEntropy()
		}
		return nil
	}))
}

// A step on each image three times is the step on each image once, for it is along the mean; and the same one with labels,
// with targets and with a loss, here and on the backend.
func TestViews(t *testing.T) {
	run := func(b compute.Backend, recipe string) (*Trainer, []Progress) {
		var told []Progress
		tr := onBackend(t, b, tiny(4), parsed(t, recipe), nil)
		for !tr.Done() {
			if err := tr.RunEpoch(t.Context(), func(p Progress) { told = append(told, p) }); err != nil {
				t.Fatal(recipe, err)
			}
		}
		return tr, told
	}
	once, want := run(cpu.New(2), "views{number=1}")
	var first []uint32
	for _, as := range []string{"labels", "targets", "loss"} {
		for _, b := range []compute.Backend{cpu.New(1), cpu.New(2), &stepping{Backend: cpu.New(2)}} {
			tr, told := run(b, "views{number=3,as="+as+"}")
			if d, ok := b.(*stepping); ok && as != "loss" && d.steps != 5*8 {
				t.Errorf("%s: the backend took %d steps of parameters, want all", as, d.steps)
			}
			for k := range want {
				got := told[k]
				if math.Abs(got.Loss-want[k].Loss) > 1e-5 || got.Accuracy != want[k].Accuracy || got.Step != want[k].Step {
					t.Errorf("%s: %+v, want %+v", as, got, want[k])
				}
			}
			if first == nil {
				first = bits(tr)
			}
			if !slices.Equal(bits(tr), first) {
				t.Errorf("%s: another run", as)
			}
			for i, p := range tr.engine.Params() {
				for k, v := range p.Value {
					w := once.engine.Params()[i].Value[k]
					if strings.HasSuffix(p.Name, "variance") {
						continue // of a sample: it depends on the number of images
					}
					if d := math.Abs(float64(v - w)); d > 1e-4*(1+math.Abs(float64(w))) {
						t.Fatalf("%s: %s[%d] is %g after each image three times, %g after once", as, p.Name, k, v, w)
					}
				}
			}
		}
	}
}

// Every image of a run with views has room on the engine, in checkpoints there is nothing of them.
func TestViewsAreResumed(t *testing.T) {
	c := parsed(t, "views{number=3}")
	whole := onBackend(t, cpu.New(1), tiny(4), c, nil)
	epochs(t, whole, 1)
	var checkpoint bytes.Buffer
	if err := whole.Checkpoint(&checkpoint); err != nil {
		t.Fatal(err)
	}
	epochs(t, whole, 1)
	resumed := onBackend(t, cpu.New(2), tiny(4), c, nil)
	if err := resumed.Restore(&checkpoint); err != nil {
		t.Fatal(err)
	}
	epochs(t, resumed, 1)
	if !slices.Equal(bits(whole), bits(resumed)) {
		t.Error("another network after resuming")
	}
}

func TestViewsRefused(t *testing.T) {
	c := parsed(t, "views{number=3}")
	if got := c.StepImages(); got != 48 {
		t.Errorf("a step of %d images, want 48", got)
	}
	n := tiny(4)
	Initialize(n, 1)
	e, err := engine.New(cpu.New(1), n, engine.Config{Batch: 32, Train: true})
	if err != nil {
		t.Fatal(err)
	}
	_, err = NewOn(e, stripes(64, 4), c)
	if want := "a step sees up to 48 images: want at most the 32 of the engine"; !errors.Is(err, ErrConfig) || !strings.Contains(err.Error(), want) {
		t.Errorf("%v, want %q", err, want)
	}
	c.Batch = 1 << 19
	err = c.Validate()
	if want := "batch is 524288, of which recipe views makes 3 images each: want at most 349525"; !errors.Is(err, ErrConfig) || !strings.Contains(err.Error(), want) {
		t.Errorf("%v, want %q", err, want)
	}
	for want, change := range map[string]func(b *Batch){
		"6336 values of images: want 1 to 32 images of 192": func(b *Batch) { b.X = append(b.X, make([]float32, 17*192)...) },
		"3073 values of images: want 1 to 32 images of 192": func(b *Batch) { b.X = append(b.X, 0) },
		"0 values of images: want 1 to 32 images of 192":    func(b *Batch) { b.X = nil },
		"16 labels for 17 images: want as many":             func(b *Batch) { b.X = append(b.X, make([]float32, 192)...) },
		"image 15 has label 4: want 0 to 3":                 func(b *Batch) { b.Labels[15] = 4 },
		"64 targets: want 68 (17 images of 4 classes)": func(b *Batch) {
			b.X, b.Targets = append(b.X, make([]float32, 192)...), slices.Repeat([]float32{.25}, 64)
		},
	} {
		tr := onBackend(t, cpu.New(1), tiny(4), parsed(t, "views"), nil)
		tr.prepare = func(_ context.Context, b *Batch) error { change(b); return nil }
		if err := tr.RunEpoch(t.Context(), nil); err == nil || !strings.Contains(err.Error(), "recipe views: "+want) {
			t.Errorf("%v, want %q", err, want)
		}
	}
}
