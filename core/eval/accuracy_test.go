package eval_test

import (
	"context"
	"errors"
	"math"
	"slices"
	"strings"
	"testing"

	"steady/core/attack"
	"steady/core/compute/cpu"
	"steady/core/dataset"
	"steady/core/eval"
	"steady/core/nn"
)

// pixels is a network whose logits are the first values of the image.
type pixels struct {
	shape   nn.Shape
	classes int
	err     error
	broken  int // the image, counted over all calls, whose first logit is not a number; 0 for none
	seen    int
}

func (p *pixels) InputShape() nn.Shape { return p.shape }
func (p *pixels) Classes() int         { return p.classes }

func (p *pixels) Logits(dst, x []float32) error {
	for i := range len(x) / p.shape.Size() {
		copy(dst[i*p.classes:][:p.classes], x[i*p.shape.Size():])
		if p.seen++; p.seen == p.broken {
			dst[i*p.classes] = float32(math.NaN())
		}
	}
	return p.err
}

// digits returns a set of 2×2 gray images with these rows of values and labels.
func digits(labels []int, pix ...[4]uint8) *dataset.Set {
	s := &dataset.Set{Name: "digits", C: 1, H: 2, W: 2, Labels: labels}
	for _, p := range pix {
		s.Pix = append(s.Pix, p[:]...)
	}
	return s
}

func TestEvaluate(t *testing.T) {
	data := digits([]int{0, 1, 2, 2, 0},
		[4]uint8{9, 5, 1}, [4]uint8{9, 5, 1}, [4]uint8{9, 5, 1}, [4]uint8{1, 5, 9}, [4]uint8{7, 7, 7})
	s := source(t, data.Images(), nn.Shape{1, 2, 2}, eval.Options{})
	progress := 0
	a, err := eval.Evaluate(t.Context(), &pixels{shape: s.Shape(), classes: 3}, s, eval.AccuracyOptions{
		TopK: 2, Predictions: true, Progress: func(a *eval.Accuracy) { progress = a.N }})
	if err != nil {
		t.Fatal(err)
	}
	if a.Count != (eval.Count{Right: 3, N: 5}) || a.Top != (eval.Count{Right: 4, N: 5}) || progress != 5 {
		t.Errorf("%+v, want 3 of 5 right, 4 among the first two", a)
	}
	for k, want := range []eval.Count{{Right: 2, N: 2}, {N: 1}, {Right: 1, N: 2}} {
		if a.Classes[k] != want {
			t.Errorf("class %d: %+v, want %+v", k, a.Classes[k], want)
		}
	}
	for i, want := range []int{0, 0, 0, 2, 0} {
		if a.Predictions[i].Class != want || !(a.Predictions[i].Probability >= 1./3) {
			t.Errorf("image %d: %+v, want class %d", i, a.Predictions[i], want)
		}
	}
	if share := a.Share(); share != 0.6 || (eval.Count{}).Share() != 0 {
		t.Errorf("a share of %v", share)
	}
}

func TestInterval(t *testing.T) {
	for _, test := range []struct {
		eval.Count
		low, high float64
	}{
		{eval.Count{}, 0, 1}, {eval.Count{N: 10}, 0, .2775}, {eval.Count{Right: 10, N: 10}, .7225, 1},
		{eval.Count{Right: 81, N: 263}, .2553, .3662}, // as in Newcombe 1998
		{eval.Count{Right: 9032, N: 10000}, .8972, .9088},
	} {
		low, high := test.Interval()
		if math.Abs(low-test.low) > 5e-5 || math.Abs(high-test.high) > 5e-5 {
			t.Errorf("%+v: %.4f to %.4f, want %.4f to %.4f", test.Count, low, high, test.low, test.high)
		}
	}
}

func TestEvaluateNotFinite(t *testing.T) {
	data := digits([]int{0, 1}, [4]uint8{9, 5, 1}, [4]uint8{1, 5, 1})
	s := source(t, data.Images(), nn.Shape{1, 2, 2}, eval.Options{})
	_, err := eval.Evaluate(t.Context(), &pixels{shape: s.Shape(), classes: 3, broken: 1}, s, eval.AccuracyOptions{})
	if !errors.Is(err, attack.ErrModel) || !strings.Contains(err.Error(), s.Images().File(0)+":") {
		t.Errorf("%v: want an error about the first image's answer", err)
	}
}

func TestEvaluateErrors(t *testing.T) {
	s := source(t, digits([]int{0, 3}, [4]uint8{9}, [4]uint8{9}).Images(), nn.Shape{1, 2, 2}, eval.Options{})
	failure := errors.New("out of order")
	canceled, cancel := context.WithCancel(t.Context())
	cancel()
	for name, c := range map[string]struct {
		ctx context.Context
		m   *pixels
		o   eval.AccuracyOptions
		is  error
	}{
		"label":   {t.Context(), &pixels{shape: s.Shape(), classes: 3}, eval.AccuracyOptions{}, nil},
		"shape":   {t.Context(), &pixels{shape: nn.Shape{1, 3, 3}, classes: 4}, eval.AccuracyOptions{}, nil},
		"top":     {t.Context(), &pixels{shape: s.Shape(), classes: 4}, eval.AccuracyOptions{TopK: 5}, nil},
		"logits":  {t.Context(), &pixels{shape: s.Shape(), classes: 4, err: failure}, eval.AccuracyOptions{}, failure},
		"context": {canceled, &pixels{shape: s.Shape(), classes: 4}, eval.AccuracyOptions{}, context.Canceled},
	} {
		a, err := eval.Evaluate(c.ctx, c.m, s, c.o)
		if err == nil || c.is != nil && !errors.Is(err, c.is) || a == nil || a.N != 0 {
			t.Errorf("%s: %+v, %v", name, a, err)
		}
	}
	none := source(t, digits(nil).Images(), nn.Shape{1, 2, 2}, eval.Options{})
	if _, err := eval.Evaluate(t.Context(), &pixels{shape: s.Shape(), classes: 4}, none, eval.AccuracyOptions{}); err == nil {
		t.Error("no images: no error")
	}
}

func TestAccuracyOn(t *testing.T) {
	n := &nn.Network{Image: nn.Shape{1, 2, 2}, Layers: []nn.Layer{{Name: "flat", Op: &nn.Reshape{Shape: nn.Shape{4}}, In: []nn.Value{nn.Input}}}, Output: 1}
	set := digits([]int{0, 3, 2, 0}, [4]uint8{9, 5, 1}, [4]uint8{9, 5, 1}, [4]uint8{1, 5, 9}, [4]uint8{7, 7, 7})
	if got, err := eval.AccuracyOn(t.Context(), cpu.New(1), n, set); err != nil || got != 0.75 {
		t.Errorf("%v, %v, want 0.75", got, err)
	}
	set.C, set.H, set.W = 3, 1, 1
	if _, err := eval.AccuracyOn(t.Context(), cpu.New(1), n, set); !errors.Is(err, eval.ErrSize) {
		t.Errorf("images of another size: %v", err)
	}
}

func TestTopClasses(t *testing.T) {
	z := []float32{1, 3, 2, 3, 0}
	if got := eval.TopClasses(z, 3); !slices.Equal(got, []int{1, 3, 2}) {
		t.Errorf("%v, want classes 1, 3 and 2", got)
	}
	if got := eval.TopClasses(z, 9); len(got) != 5 {
		t.Errorf("%d of 5 classes", len(got))
	}
}
