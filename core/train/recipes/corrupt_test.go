package recipes

import (
	"context"
	"slices"
	"strings"
	"testing"

	"steady/core/corrupt"
	"steady/core/dataset"
	"steady/core/img"
	"steady/core/nn"
	"steady/core/train"
)

// The defining property: a corruption that the network has seen, on images that it has not, costs it far less.
func TestCorruptionsSeen(t *testing.T) {
	set, test := edges(1024, 4), edges(1024, 4)
	set.Labels, set.Pix = set.Labels[:512], set.Pix[:512*64]
	test.Labels, test.Pix = test.Labels[512:], test.Pix[512*64:]
	plain := trained(t, small(8, 4), set, parse(t, "standard", 15))
	for name, more := range map[string]float64{"contrast": .4, "brightness": .03, "fog": .05} {
		e := trained(t, small(8, 4), set, parse(t, "corrupt{corruptions="+name+"}", 15))
		x := corrupted(t, test, name, 5)
		before, after := accuracy(t, plain, x, test.Labels), accuracy(t, e, x, test.Labels)
		clean := accuracy(t, e, floats(test), test.Labels)
		t.Logf("%s: %.3f, after training on it %.3f, clean %.3f", name, before, after, clean)
		if !(after > before+more && clean > .75) {
			t.Errorf("%s: %.3f, after training on it %.3f and %.3f on clean images, want %.2f more", name, before, after, clean, more)
		}
	}
}

// What a batch becomes is what the corruptions make of the images, in whole bytes; the other half is the clean one to the
// bit, and severities are drawn evenly.
func TestCorruptImages(t *testing.T) {
	for _, test := range []struct {
		channels   int
		options    corruptOptions
		severities []int
	}{
		{3, corruptOptions{"contrast,brightness", fullRange, .5}, []int{1, 2, 3, 4, 5}},
		{1, corruptOptions{"pixelate,laugros/quantization", "2", .25}, []int{2}},
		{3, corruptOptions{"imagenet-c-extra", "4", 1}, []int{4}},
		{1, corruptOptions{"laugros", fullRange, .5}, []int{corrupt.FullRange}},
		{3, corruptOptions{"noise", "5", 0}, nil},
	} {
		const n = 60
		set := &dataset.Set{C: test.channels, H: 16, W: 32}
		for p := range n * set.Size() {
			set.Pix = append(set.Pix, uint8(p*p%241))
		}
		b := &train.Batch{
			X: floats(set), Labels: make([]int, n), Config: &train.Config{Recipe: "corrupt"}, Image: nn.Shape{set.C, set.H, set.W},
		}
		for i := range n {
			b.Indices = append(b.Indices, 3*i)
		}
		before := slices.Clone(b.X)
		if err := corruptImages(context.Background(), b, &test.options); err != nil {
			t.Fatal(err)
		}
		found := map[int]int{} // severities
		for i := range n {
			x, was := b.X[i*set.Size():][:set.Size()], before[i*set.Size():][:set.Size()]
			if i >= shared(b, test.options.Share) {
				if !slices.Equal(x, was) {
					t.Errorf("%+v: image %d is changed", test.options, i)
				}
				continue
			}
			for _, v := range x {
				if corrupt.Byte(v) != uint8(v*255+.5) || img.Unit(corrupt.Byte(v)) != v {
					t.Fatalf("%+v: a pixel of %g, which no byte holds", test.options, v)
				}
			}
			made := 0
			for _, c := range test.options.Corruptions.list() {
				for _, severity := range test.severities {
					m := img.New(set.W, set.H)
					for p := range 3 {
						copy(m.Plane(p), was[p*set.H*set.W%set.Size():])
					}
					o := corrupt.Options{Severity: severity, Seed: b.Seed(), Index: uint64(3 * i), Gray: set.C == 1}
					if err := c.ApplyBytes(m, o); err != nil {
						t.Fatal(err)
					}
					if slices.Equal(m.Pix[:set.Size()], x) {
						found[severity]++
						made++
					}
				}
			}
			if made == 0 {
				t.Errorf("%+v: image %d is of no corruption", test.options, i)
			}
		}
		for _, s := range test.severities {
			if found[s] == 0 {
				t.Errorf("%+v: severity %d was not drawn", test.options, s)
			}
		}
	}
}

func TestCorruptionLists(t *testing.T) {
	for text, want := range map[string]int{
		"fog": 1, "fog,frost": 2, "imagenet-c": 15, "imagenet-c-extra": 4, "laugros": 24, "blur, fog ,fog": 7, "imagenet-c,noise": 18,
	} {
		c, err := train.Parse("corrupt{corruptions=" + text + "}")
		if err != nil {
			t.Error(text, err)
			continue
		}
		if got := len(train.OwnOptions[corruptOptions](&c).Corruptions.list()); got != want {
			t.Errorf("%s: %d corruptions, want %d", text, got, want)
		}
		again, err := train.Parse("corrupt{" + c.Options.String() + "}")
		if err != nil || train.OwnOptions[corruptOptions](&again) != train.OwnOptions[corruptOptions](&c) {
			t.Errorf("%s: written and read it is %v, %v", text, again.Options, err)
		}
	}
	_, err := train.Parse("corrupt{corruptions=fog,smog}")
	for _, want := range []string{`corruptions is "smog": want`, "fog", "laugros/shear", "imagenet-c-extra", "occlusion"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %q", err, want)
		}
	}
}
