package recipes

import (
	"bytes"
	"errors"
	"slices"
	"strings"
	"testing"

	"steady/core/dataset"
	"steady/core/train"
)

// mixing are recipes that change images without the network, with options that make them do so in each of their ways.
var mixing = []string{
	"noise", "noise{kind=speckle,max-sigma=0.3}", "corrupt", "corrupt{corruptions=laugros,share=1}", "corrupt{severity=2}",
	"mixup", "mixup{alpha=0.2}", "augmix", "augmix{jsd=false,depth=2}",
}

// A run depends on its Config only: not on the number of cores, nor on a checkpoint in between.
func TestRuns(t *testing.T) {
	set := edges(96, 4)
	for _, recipe := range slices.Concat(adversarial, mixing) {
		t.Run(recipe, func(t *testing.T) { testRun(t, recipe, set) })
	}
}

func testRun(t *testing.T, recipe string, set *dataset.Set) {
	c := parse(t, recipe, 3)
	resumed := func(threads, first int, from []byte) (run, []byte) {
		r := start(t, backend(t, threads), small(4, 4), set, c)
		if from != nil {
			if err := r.Restore(bytes.NewReader(from)); err != nil {
				t.Fatal(err)
			}
		}
		r.epochs(t, first)
		var file bytes.Buffer
		if err := r.Checkpoint(&file); err != nil {
			t.Fatal(err)
		}
		return r, file.Bytes()
	}
	straight, _ := resumed(1, 3, nil)
	want := straight.bits()
	other := start(t, backend(t, 1), small(4, 4), set, parse(t, "standard", 3))
	other.epochs(t, 3)
	if slices.Equal(other.bits(), want) {
		t.Errorf("%s: the run is that of standard", recipe)
	}
	for threads := 2; threads <= 4; threads++ {
		if r, _ := resumed(threads, 3, nil); !slices.Equal(r.bits(), want) {
			t.Errorf("%s: another run on %d cores", recipe, threads)
		}
	}
	_, half := resumed(3, 1, nil)
	if r, _ := resumed(2, 2, half); !slices.Equal(r.bits(), want) {
		t.Errorf("%s: resumed after an epoch, it is another run", recipe)
	}
	c.Seed++
	same := start(t, backend(t, 1), small(4, 4), set, c)
	train.Initialize(same.net, parse(t, recipe, 3).Seed)
	if same.epochs(t, 3); slices.Equal(same.bits(), want) {
		t.Errorf("%s: the same run with another seed", recipe)
	}
}

func TestOptionsRefused(t *testing.T) {
	for text, want := range map[string]string{
		"noise{kind=pink}":              "kind is \"pink\": want one of gaussian, speckle",
		"noise{sigma=0.1,3}":            `sigma is "3": want numbers from 0 to 2`,
		"noise{sigma=0.1,-0.1}":         `sigma is "-0.1": want numbers from 0 to 2`,
		"noise{sigma=NaN}":              `sigma is "NaN": want numbers from 0 to 2`,
		"noise{max-sigma=-1}":           "max-sigma is -1: want a number from 0 to 2, or 0 for those of sigma",
		"noise{share=1.5}":              "share is 1.5: want a number from 0 to 1",
		"corrupt{share=-0.1}":           "share is -0.1: want a number from 0 to 1",
		"corrupt{severity=6}":           `severity is "6": want one of range, 1, 2, 3, 4, 5`,
		"corrupt{corruptions=}":         `corruptions is "": want corruptions (gaussian_noise`,
		"corrupt{corruptions=fog,mist}": `corruptions is "mist": want corruptions (gaussian_noise`,
		"mixup{alpha=-1}":               "alpha is -1: want a number from 0 to 1000, or 0 for no mixing",
		"mixup{alpha=NaN}":              `alpha is "NaN": want a number from 0 to 1000`,
		"augmix{width=0}":               "width is 0: want a whole number from 1 to 100",
		"augmix{depth=-1}":              "depth is -1: want a whole number from 1 to 100, or 0 for 1 to 3, drawn",
		"augmix{severity=11}":           "severity is 11: want a number from 0.1 to 10",
		"augmix{jsd-weight=-1}":         "jsd-weight is -1: want a number from 0 to 1000",
		"augmix{jsd=maybe}":             `jsd is "maybe": want true or false`,
		"mixup{share=0.5}":              `no option "share"; valid: alpha`,
	} {
		if _, err := train.Parse(text); !errors.Is(err, train.ErrConfig) || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", text, err, want)
		}
	}
}
