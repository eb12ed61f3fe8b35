package bench

import (
	"math"
	"slices"
	"testing"
)

// An attack that looks for the closest image has distances: 0 where the image itself is misclassified, and else, on a linear
// network, none shorter than that to the nearest border between two classes, and most hardly longer.
func TestDistances(t *testing.T) {
	list, _ := subjects()
	all := perturbations(t, "clean", "deepfool{norm=l2}", "pgd{eps=0.1,steps=3}")
	var store Memory
	if _, err := Run(t.Context(), &store, list[:1], all, Options{}); err != nil {
		t.Fatal(err)
	}
	found := results(t, &store, list[:1], all)
	subject, weights := list[0], list[0].Network.(*linear).weights
	x, z := make([]float32, 4), make([]float32, 3)
	close, correct := 0, 0
	for k, label := range subject.Labels {
		if found[0].Answers[k].Distance != 0 || found[2].Answers[k].Distance != 0 {
			t.Fatalf("image %d has a distance without an attack that looks for one", k)
		}
		d := float64(found[1].Answers[k].Distance)
		if found[0].Answers[k].Class != label {
			if d != 0 {
				t.Fatalf("image %d is misclassified, and at a distance of %g", k, d)
			}
			continue
		}
		correct++
		if err := (&drawn{}).Fill(t.Context(), x, Perturbation{}, 7, k, 1); err != nil {
			t.Fatal(err)
		}
		if err := subject.Network.Logits(z, x); err != nil {
			t.Fatal(err)
		}
		least := math.Inf(1)
		for other := range 3 {
			if other == label {
				continue
			}
			square := 0.
			for j := range 4 {
				w := float64(weights[4*label+j] - weights[4*other+j])
				square += w * w
			}
			least = min(least, float64(z[label]-z[other])/math.Sqrt(square))
		}
		if d < least*(1-1e-4) {
			t.Fatalf("image %d is at a distance of %g, and the nearest border at %g", k, d, least)
		}
		if d < 1.05*least {
			close++
		}
	}
	if correct < 100 || close < correct/2 {
		t.Errorf("%d of %d distances are near the least", close, correct)
	}
}

// By hand: distances follow the probabilities, in another format, and only where there are any.
func TestEncodeDistances(t *testing.T) {
	answers := []Answer{{1, .5, 2}, {0, 1, float32(math.Inf(1))}, {2, 1, 0}}
	b, err := EncodeAnswers(answers)
	want := []byte{2, 1, 3, 1, 0, 2, 0, 0, 0, 0x3f, 0, 0, 0x80, 0x3f, 0, 0, 0x80, 0x3f, 0, 0, 0, 0x40, 0, 0, 0x80, 0x7f, 0, 0, 0, 0}
	if err != nil || !slices.Equal(b, want) {
		t.Fatalf("% x, %v, want % x", b, err, want)
	}
	if again, err := DecodeAnswers(b); err != nil || !slices.Equal(again, answers) {
		t.Errorf("%v, %v", again, err)
	}
	for k := range b {
		if _, err := DecodeAnswers(b[:k]); err == nil {
			t.Errorf("%d of %d bytes are read", k, len(b))
		}
	}
	for _, d := range []float32{-1, float32(math.NaN())} {
		if _, err := EncodeAnswers([]Answer{{1, .5, d}}); err == nil {
			t.Errorf("a distance of %g is written", d)
		}
	}
}
