package recipes

import (
	"context"
	"math"
	"slices"
	"strings"
	"testing"

	"steady/core/attack"
	"steady/core/engine"
	"steady/core/loss"
	"steady/core/random"
	"steady/core/train"
)

func TestPGD(t *testing.T) {
	inStep(t, small(4, 4), edges(96, 4), func(ctx context.Context, b *train.Batch) error {
		m, err := b.Network(engine.BatchStatistics)
		if err != nil {
			return err
		}
		x0, n := slices.Clone(b.X), len(b.Labels)
		attacked := func(o pgdOptions) (linf, l2 []float64, value float64) {
			copy(b.X, x0)
			if err := pgd(ctx, b, b.X, x0, &o, loss.CrossEntropy(b.Labels, b.Classes)); err != nil {
				t.Fatal(err)
			}
			inUnit(t, b.X)
			linf, l2 = distances(b.X, x0, n)
			return linf, l2, sum(valuesOf(t, m, b.X, b.Labels))
		}
		before := sum(valuesOf(t, m, b.X, b.Labels))
		// One step is as long as its size says, in either norm; an image is never further away than eps.
		for _, norm := range []attack.Norm{attack.Linf, attack.L2} {
			length := func(linf, l2 []float64) []float64 {
				if norm == attack.L2 {
					return l2
				}
				return linf
			}
			linf, l2, once := attacked(pgdOptions{Eps: .5, Steps: 1, StepSize: .02, Norm: norm})
			for i, l := range length(linf, l2) {
				if !(l < .02+1e-6) || norm == attack.Linf && math.Abs(l-.02) > 1e-6 {
					t.Errorf("%v: a step of %g, want 0.02", norm, l)
				}
				if norm == attack.L2 && inside(x0[i*64:][:64], .02) && math.Abs(l-.02) > 1e-6 {
					t.Errorf("%v: a step of %g, want 0.02", norm, l)
				}
			}
			linf, l2, more := attacked(pgdOptions{Eps: .05, Steps: 5, Norm: norm})
			if far := slices.Max(length(linf, l2)); far > .05+1e-6 || far < .049 {
				t.Errorf("%v: an image is up to %g away, want 0.05", norm, far)
			}
			if !(before < once && once < more) {
				t.Errorf("%v: losses of %g, after a step %g, after five %g: want them to grow", norm, before, once, more)
			}
		}
		linf, _, _ := attacked(pgdOptions{Eps: .05, Steps: 1, StepSize: 1e-6, RandomStart: true})
		if far := slices.Max(linf); far < .049 {
			t.Errorf("at a random start images are up to %g away, want about 0.05", far)
		}
		return nil
	})
}

// inside reports whether [0,1] bounds no step of a length from x.
func inside(x []float32, length float32) bool {
	return slices.Min(x) > length && slices.Max(x) < 1-length
}

// The gradient of the loss of pairs is that of its mean over pairs, as a step is along the mean over images.
func TestTradesLoss(t *testing.T) {
	const classes, pairs, beta, h = 3, 2, 2.5, 1e-3
	labels := []int{2, 0}
	z := make([]float32, 2*pairs*classes)
	random.New(1, 0, "trades", 0).FillNormal(z)
	value := func(z []float32) float64 {
		var total loss.Total
		tradesLoss(z, make([]float32, len(z)), classes, beta, loss.Smoothed(labels, classes, .1, &total), &total)
		if total.Images != pairs {
			t.Fatalf("%d images counted, want the %d pairs", total.Images, pairs)
		}
		mean, _ := total.Mean()
		return mean
	}
	dlogits := make([]float32, len(z))
	var total loss.Total
	tradesLoss(z, dlogits, classes, beta, loss.Smoothed(labels, classes, .1, &total), &total)
	for k := range z {
		at := z[k]
		z[k] = at + h
		up, above := value(z), z[k]
		z[k] = at - h
		down, below := value(z), z[k]
		z[k] = at
		want := (up - down) / (float64(above) - float64(below))
		if got := float64(dlogits[k]) / (2 * pairs); math.Abs(got-want) > 1e-5 {
			t.Errorf("d/dz%d = %g, differences give %g", k, got, want)
		}
	}
}

// TRADES' term pulls the answers for an image and for the one beside it together: the more, the heavier it is.
func TestTrades(t *testing.T) {
	set := shades(600, 1)
	var apart []float64
	for _, recipe := range []string{"pgd{eps=8/255,steps=3,beta=0.001}", "pgd{eps=8/255,steps=3,beta=6}"} {
		e := trained(t, small(4, 2), set, parse(t, recipe, 4))
		a, p, err := attack.Parse("pgd{eps=8/255}")
		if err != nil {
			t.Fatal(err)
		}
		x := floats(set)
		r, err := a.RunFor(t.Context(), e, x, attack.Unsatisfiable{Criterion: attack.Untargeted{Labels: set.Labels}}, p, nil)
		if err != nil {
			t.Fatal(err)
		}
		clean, attacked := make([]float32, 2*set.Len()), make([]float32, 2*set.Len())
		if err := e.Logits(clean, x); err != nil {
			t.Fatal(err)
		}
		if err := e.Logits(attacked, r.Adv); err != nil {
			t.Fatal(err)
		}
		d := 0.
		for i := range set.Len() {
			d += loss.Divergence(nil, nil, clean[2*i:][:2], attacked[2*i:][:2]) / float64(set.Len())
		}
		apart = append(apart, d)
	}
	if !(apart[1] < apart[0]/3) {
		t.Errorf("the divergence with and without weight is %g and %g", apart[1], apart[0])
	}
}

// The images in the ball are those for which the network answers most differently, and stand behind those that they
// belong to.
func TestTradesImages(t *testing.T) {
	inStep(t, small(4, 4), edges(96, 4), func(ctx context.Context, b *train.Batch) error {
		x0, n := slices.Clone(b.X), len(b.Labels)
		m, err := b.Network(engine.BatchStatistics)
		if err != nil {
			return err
		}
		clean, moved := make([]float32, n*b.Classes), make([]float32, n*b.Classes)
		if err := m.Logits(clean, x0); err != nil {
			return err
		}
		for _, random := range []bool{false, true} {
			b.X = b.X[:len(x0)]
			var apart [2]float64
			for i, steps := range []int{1, 6} {
				b.X, b.Loss = b.X[:len(x0)], nil
				if err := trades(ctx, b, &pgdOptions{Eps: .05, Steps: steps, StepSize: .02, RandomStart: random, Beta: 1}); err != nil {
					return err
				}
				if len(b.X) != 2*len(x0) || !slices.Equal(b.X[:len(x0)], x0) || b.Loss == nil {
					t.Fatalf("%d values of images, want those that there were and as many", len(b.X))
				}
				x := b.X[len(x0):]
				inUnit(t, x)
				if far, _ := distances(x, x0, n); slices.Max(far) > .05+1e-6 {
					t.Errorf("an image is %g away, want 0.05 at most", slices.Max(far))
				}
				if err := m.Logits(moved, x); err != nil {
					return err
				}
				for k := 0; k < len(clean); k += b.Classes {
					apart[i] += loss.Divergence(nil, nil, clean[k:][:b.Classes], moved[k:][:b.Classes])
				}
			}
			if !(apart[1] > 1.2*apart[0] && apart[0] > 0) {
				t.Errorf("random start %t: divergences %g after one step and %g after six", random, apart[0], apart[1])
			}
		}
		return nil
	})
}

// A length may be above 1 in L2 only, where images are further apart.
func TestPGDLengths(t *testing.T) {
	for text, want := range map[string]string{
		"norm=l2,eps=3,step-size=1.5": "", "norm=l2,eps=3000": "eps", "eps=1": "",
		"eps=1.5": "eps is 1.5, want at most 1 in linf", "step-size=2": "step-size is 2, want at most 1 in linf",
	} {
		c, err := train.Parse("pgd{" + text + "}")
		if err == nil {
			err = c.Validate()
		}
		if (err == nil) != (want == "") || err != nil && !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", text, err, want)
		}
	}
}
