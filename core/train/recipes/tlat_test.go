package recipes

import (
	"context"
	"math"
	"slices"
	"testing"

	"steady/core/engine"
	"steady/core/train"
)

// The images that are moved are nearer to their targets for the network itself, by steps of their eps; the targets have
// their weights in the labels; the other images stay as they are.
func TestTLAT(t *testing.T) {
	drawn := map[int]int{}
	var all []float64
	inStep(t, small(4, 4), edges(96, 4), func(ctx context.Context, b *train.Batch) error {
		n, x0 := len(b.Labels), slices.Clone(b.X)
		size, k := len(x0)/n, n/4
		m, err := b.Network(engine.BatchStatistics)
		if err != nil {
			return err
		}
		for _, o := range []tlatOptions{
			{Eps: 8. / 255, Weight: .3, Share: .25},
			{Eps: 8. / 255, Weight: .3, Share: .25, RandomEps: true},
			{Eps: 8. / 255, Weight: .3, Share: .25, RandomEps: true, Proportional: true},
		} {
			copy(b.X, x0)
			b.Targets = nil
			if err := tlat(b, &o); err != nil {
				return err
			}
			inUnit(t, b.X)
			far, _ := distances(b.X, x0, n)
			var targets []int
			for i, l := range b.Labels {
				row, want := b.Targets[i*4:][:4], 0.
				if i < k {
					if want = .3; o.Proportional {
						want *= far[i] / o.Eps
					}
				}
				if got := float64(row[l]); math.Abs(got-(1-want)) > 1e-5 {
					t.Errorf("%+v: the label's weight is %g, want %g", o, got, 1-want)
				}
				if i >= k {
					continue
				}
				target := slices.Index(row, slices.Max(append(slices.Clone(row[:l]), row[l+1:]...)))
				if got := float64(row[target]); math.Abs(got-want) > 1e-5 {
					t.Errorf("%+v: the target's weight is %g, want %g", o, got, want)
				}
				targets = append(targets, target)
				drawn[(target-l+4)%4]++
				if !o.RandomEps && math.Abs(far[i]-o.Eps) > 1e-6 || far[i] > o.Eps+1e-6 {
					t.Errorf("%+v: an image is moved by %g", o, far[i])
				}
				if o.RandomEps {
					all = append(all, far[i]/o.Eps)
				}
			}
			if !slices.Equal(b.X[k*size:], x0[k*size:]) {
				t.Errorf("%+v: more images are changed than the share", o)
			}
			before := valuesOf(t, m, x0[:k*size], targets)
			after := valuesOf(t, m, b.X[:k*size], targets)
			if !(sum(after) < .95*sum(before)) {
				t.Errorf("%+v: the loss of the targets goes from %g to %g", o, sum(before), sum(after))
			}
		}
		return nil
	})
	if len(drawn) != 3 || drawn[0] != 0 || min(drawn[1], drawn[2], drawn[3]) < 10 {
		t.Errorf("targets at distances %v from the label, want all but 0", drawn)
	}
	slices.Sort(all)
	if mean := sum(all) / float64(len(all)); math.Abs(mean-.5) > .12 || all[0] > .2 || all[len(all)-1] < .8 {
		t.Errorf("eps is drawn from %g to %g, %g on average: want 0 to 1 evenly", all[0], all[len(all)-1], mean)
	}
}

func TestTLATWithoutShare(t *testing.T) {
	set := edges(96, 4)
	plain := start(t, backend(t, 1), small(4, 4), set, parse(t, "standard", 2))
	none := start(t, backend(t, 1), small(4, 4), set, parse(t, "tlat{share=0}", 2))
	plain.epochs(t, 2)
	none.epochs(t, 2)
	if !slices.Equal(plain.bits(), none.bits()) {
		t.Error("with no share it is not the run of standard")
	}
}

// The first images are mixed with each other and then moved; their labels say how much of two images and of the target is in
// them. The other ones stay clean.
func TestMTLAT(t *testing.T) {
	inStep(t, small(4, 4), edges(96, 4), func(ctx context.Context, b *train.Batch) error {
		x0, n := slices.Clone(b.X), len(b.Labels)
		size, k := len(x0)/n, n/2
		o := mtlatOptions{1, tlatOptions{Eps: .05, Weight: .25, Share: .5}}
		alone := *b
		alone.X, alone.Labels = slices.Clone(x0[:k*size]), b.Labels[:k]
		mixup(&alone, o.Alpha)
		if err := mtlat(ctx, b, &o); err != nil {
			return err
		}
		inUnit(t, b.X)
		if !slices.Equal(b.X[k*size:], x0[k*size:]) {
			t.Error("more images are changed than the share")
		}
		far, _ := distances(b.X[:k*size], alone.X, k)
		for i, l := range b.Labels {
			row := b.Targets[i*4:][:4]
			if i >= k {
				if row[l] != 1 {
					t.Errorf("a clean image has the target %v", row)
				}
				continue
			}
			if math.Abs(far[i]-.05) > 1e-6 {
				t.Errorf("a mixed image is moved by %g, want 0.05", far[i])
			}
			targets := 0
			for c, got := range row {
				switch added := float64(got) - .75*float64(alone.Targets[i*4+c]); {
				case math.Abs(added-.25) < 1e-6 && c != l:
					targets++
				case math.Abs(added) > 1e-6:
					t.Errorf("target %v of a mixture %v: want three quarters of that", row, alone.Targets[i*4:][:4])
				}
			}
			if targets != 1 {
				t.Errorf("target %v of a mixture %v: want a quarter for one class", row, alone.Targets[i*4:][:4])
			}
		}
		return nil
	})
}

// Without mixing, mtlat is tlat.
func TestMTLATWithoutAlpha(t *testing.T) {
	set := edges(96, 4)
	one := start(t, backend(t, 1), small(4, 4), set, parse(t, "tlat", 2))
	other := start(t, backend(t, 1), small(4, 4), set, parse(t, "mtlat{alpha=0}", 2))
	one.epochs(t, 2)
	other.epochs(t, 2)
	if !slices.Equal(one.bits(), other.bits()) {
		t.Error("without alpha it is not the run of tlat")
	}
}
