package recipes

import (
	"context"
	"math"
	"slices"
	"testing"

	"steady/core/dataset"
	"steady/core/random"
	"steady/core/train"
)

// checkers are images of two classes. A faint pattern of squares tells them apart always, a bright half in nine images of
// ten.
func checkers(n int, seed uint64) *dataset.Set {
	s := &dataset.Set{Name: "checkers", Classes: []string{"first", "second"}, C: 1, H: 8, W: 8}
	for i := range n {
		source, label := random.New(seed, uint64(i), "checkers", 0), i%2
		half := label
		if source.IntN(10) == 0 {
			half = 1 - half
		}
		for p := range 64 {
			v := 125 + source.IntN(7) + 8*((p%8+p/8+label)%2)
			if p/32 == half {
				v += source.IntN(60)
			}
			s.Pix = append(s.Pix, uint8(v))
		}
		s.Labels = append(s.Labels, label)
	}
	return s
}

// The defining property: noise that hides from a standard network what it goes by leaves this one right.
func TestNoiseIsWithstood(t *testing.T) {
	set, test := checkers(512, 1), checkers(512, 2)
	x := floats(test)
	noisy, z := slices.Clone(x), make([]float32, len(x))
	random.New(3, 0, "test", 0).FillNormal(z)
	for i := range noisy {
		noisy[i] += .2 * z[i]
	}
	plain := trained(t, small(8, 2), set, parse(t, "standard", 10))
	want := accuracy(t, plain, noisy, test.Labels) + .1
	for _, recipe := range []string{"noise", "noise{kind=speckle}", "noise{max-sigma=0.4}", "noise{sigma=0.3}"} {
		e := trained(t, small(8, 2), set, parse(t, recipe, 10))
		clean, got := accuracy(t, e, x, test.Labels), accuracy(t, e, noisy, test.Labels)
		t.Logf("%s: %.3f on clean images, %.3f on noisy ones", recipe, clean, got)
		if !(got > want && clean > .85) {
			t.Errorf("%s: %.3f on noisy images, %.3f on clean ones, want more than %.3f and 0.85", recipe, got, clean, want)
		}
	}
}

// One half of a batch has noise of the strengths asked for, in [0,1]; the other is the clean one to the bit.
func TestNoiseStrength(t *testing.T) {
	set := &dataset.Set{Name: "gray", Classes: make([]string, 2), C: 1, H: 32, W: 32}
	for i := range 64 {
		set.Labels = append(set.Labels, i%2)
		set.Pix = append(set.Pix, slices.Repeat([]uint8{102}, 1024)...)
	}
	const level = 102. / 255
	for _, test := range []struct {
		options noiseOptions
		sigmas  []float64 // one of these; of max-sigma these are the limits
	}{
		{noiseOptions{Kind: gaussian, Sigma: "0.05,0.1", Share: .5}, []float64{.05, .1}},
		{noiseOptions{Kind: speckle, Sigma: "0.1,0.25", Share: .5}, []float64{.1 * level, .25 * level}},
		{noiseOptions{Kind: gaussian, MaxSigma: .1, Share: .75}, []float64{0, .1}},
		{noiseOptions{Kind: gaussian, Sigma: "0", Share: 1}, []float64{0}},
		{noiseOptions{Kind: gaussian, Share: 0}, nil},
	} {
		o, seen := test.options, map[int]int{}
		for epoch := range 4 {
			b := &train.Batch{
				X: floats(set), Labels: set.Labels, Indices: random.New(9, 0, "order", epoch).Perm(64),
				Epoch: epoch, Config: &train.Config{},
			}
			if err := noise(context.Background(), b, &o); err != nil {
				t.Fatal(err)
			}
			n := shared(b, o.Share)
			for i := range 64 {
				x, sum := b.X[i*1024:][:1024], 0.0
				for _, v := range x {
					d := float64(v) - level
					sum += d * d
					if i >= n && v != float32(102)/255 {
						t.Fatalf("%+v: image %d is changed", o, i)
					}
					if v < 0 || v > 1 {
						t.Fatalf("%+v: a pixel of %g", o, v)
					}
				}
				sigma, near := math.Sqrt(sum/1024), -1
				for k, s := range test.sigmas {
					if math.Abs(sigma-s) < .1*s+1e-6 {
						near = k
					}
				}
				if o.MaxSigma > 0 && i < n {
					if sigma > 1.1*o.MaxSigma {
						t.Errorf("%+v: a standard deviation of %g", o, sigma)
					}
					near = int(sigma / o.MaxSigma * 2)
				}
				if i < n {
					seen[near]++
				}
			}
		}
		if seen[-1] > 0 {
			t.Errorf("%+v: %d images of other strengths", o, seen[-1])
		}
		images := 4 * int(o.Share*64)
		for k := range test.sigmas {
			if want := images / len(test.sigmas); seen[k] < want*3/5 {
				t.Errorf("%+v: strength %d in %d of %d images", o, k, seen[k], images)
			}
		}
	}
}

// Noise stays within [0,1] by clipping.
func TestNoiseIsClipped(t *testing.T) {
	b := &train.Batch{X: slices.Repeat([]float32{0, 1}, 512), Labels: []int{0}, Indices: []int{5}, Config: &train.Config{}}
	if err := noise(context.Background(), b, &noiseOptions{Kind: gaussian, Sigma: "0.5", Share: 1}); err != nil {
		t.Fatal(err)
	}
	at := map[float32]int{}
	for _, v := range b.X {
		at[v]++
		if v < 0 || v > 1 {
			t.Fatalf("a pixel of %g", v)
		}
	}
	if at[0] < 200 || at[1] < 200 {
		t.Errorf("%d pixels of 0 and %d of 1, want about 256 or more", at[0], at[1])
	}
}
