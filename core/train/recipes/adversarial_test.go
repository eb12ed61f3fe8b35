package recipes

import (
	"errors"
	"math"
	"slices"
	"strings"
	"testing"

	"steady/core/attack"
	"steady/core/dataset"
	"steady/core/engine"
	"steady/core/loss"
	"steady/core/train"
)

// adversarial are recipes that attack, with options that make them do so in each of their ways.
var adversarial = []string{
	"fgsm", "fgsm{noise=0,step-size=4/255}", "pgd{steps=2}", "pgd{steps=2,norm=l2,eps=0.5,random-start=false}",
	"pgd{steps=2,beta=3}", "pgd{steps=2,beta=3,random-start=false}",
	"tlat", "tlat{share=1,random-eps=false,proportional=false}", "mtlat", "mtlat{share=1,alpha=1}",
}

func TestAdversarialRefuses(t *testing.T) {
	for text, want := range map[string]string{
		"fgsm{eps=256/255}":          "recipe fgsm: eps is 1.003921568627451: want a number from 0 to 1",
		"fgsm{noise=-1}":             "noise is -1: want a number from 0 to 10",
		"fgsm{step-size=2}":          "step-size is 2: want a number above 0, up to 1",
		"pgd{eps=-8/255}":            "eps is -8/255: want a number from 0 to 1",
		"pgd{steps=0}":               "steps is 0: want a whole number from 1 to 1000",
		"pgd{norm=l1}":               "norm is l1: want one of linf, l2",
		"pgd{beta=-1}":               "beta is -1",
		"tlat{eps=2}":                "recipe tlat: eps is 2: want a number from 0 to 1",
		"tlat{weight=1.5}":           "weight is 1.5: want a number from 0 to 1",
		"tlat{weight=NaN}":           "weight is",
		"tlat{share=-0.5}":           "share is -0.5: want a number from 0 to 1",
		"mtlat{weight=2}":            "recipe mtlat: weight is 2: want a number from 0 to 1",
		"mtlat{alpha=-1}":            "alpha is -1: want a number from 0 to 1000",
		"mtlat{eps=1.1}":             "recipe mtlat: eps is 1.1: want a number from 0 to 1",
		"tlat{steps=3}":              `no option "steps"`,
		"tlat{random-eps=sometimes}": `random-eps is "sometimes"`,
	} {
		if _, err := train.Parse(text); !errors.Is(err, train.ErrConfig) || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", text, err, want)
		}
	}
}

// robust returns the accuracy of a network on clean images of a set, and under an attack.
func robust(t *testing.T, e *engine.Engine, set *dataset.Set, name string) (clean, attacked float64) {
	t.Helper()
	a, p, err := attack.Parse(name)
	if err != nil {
		t.Fatal(err)
	}
	r, err := a.Run(t.Context(), e, floats(set), set.Labels, p, nil)
	if err != nil {
		t.Fatal(err)
	}
	for i := range r.Correct {
		if r.Correct[i] {
			clean += 1 / float64(set.Len())
		}
		if r.Correct[i] && !r.Success[i] {
			attacked += 1 / float64(set.Len())
		}
	}
	return clean, attacked
}

// On images that it has not seen, a network withstands PGD far more often for having been attacked in training.
func TestAdversarialTraining(t *testing.T) {
	test, set := shades(400, 2), shades(1000, 1)
	plain := trained(t, small(4, 2), set, parse(t, "standard", 4))
	for _, c := range []struct {
		recipe, attack string
		gain           float64
	}{
		{"fgsm{eps=6/255}", "pgd{eps=8/255}", .2},
		{"pgd{eps=8/255,steps=3}", "pgd{eps=8/255}", .3},
		{"pgd{eps=0.1,norm=l2,steps=3}", "pgd{eps=0.15,norm=l2}", .1},
		{"pgd{eps=10/255,steps=3,beta=6}", "pgd{eps=8/255}", .3},
		{"tlat{eps=10/255,random-eps=false,weight=0.2,share=0.5}", "pgd{eps=8/255}", .2},
		{"mtlat{eps=6/255,random-eps=false,weight=0.2,share=0.5}", "pgd{eps=8/255}", .15},
	} {
		e := trained(t, small(4, 2), set, parse(t, c.recipe, 4))
		clean, before := robust(t, plain, test, c.attack)
		still, after := robust(t, e, test, c.attack)
		t.Logf("%s: clean %.3f, then %.3f; under %s %.3f, then %.3f", c.recipe, clean, still, c.attack, before, after)
		if after < before+c.gain || still < .75 {
			t.Errorf("%s: clean %.3f, then %.3f; under %s %.3f, then %.3f", c.recipe, clean, still, c.attack, before, after)
		}
	}
}

// distances returns the largest change and the length of the change of each image.
func distances(x, x0 []float32, n int) (linf, l2 []float64) {
	size := len(x) / n
	for i := range n {
		most, sum := 0., 0.
		for j := i * size; j < (i+1)*size; j++ {
			d := float64(x[j]) - float64(x0[j])
			most, sum = max(most, math.Abs(d)), sum+d*d
		}
		linf, l2 = append(linf, most), append(l2, math.Sqrt(sum))
	}
	return linf, l2
}

// valuesOf returns the cross-entropy of each image.
func valuesOf(t *testing.T, m attack.Model, x []float32, labels []int) (values []float64) {
	t.Helper()
	logits := make([]float32, len(labels)*m.Classes())
	if err := m.Logits(logits, x); err != nil {
		t.Fatal(err)
	}
	for i, l := range labels {
		values = append(values, loss.CrossEntropyValue(logits[i*m.Classes():][:m.Classes()], l))
	}
	return values
}

func sum(x []float64) (s float64) {
	for _, v := range x {
		s += v
	}
	return s
}

func inUnit(t *testing.T, x []float32) {
	t.Helper()
	if lo, hi := slices.Min(x), slices.Max(x); !(lo >= 0 && hi <= 1) {
		t.Errorf("images from %g to %g, want 0 to 1", lo, hi)
	}
}
