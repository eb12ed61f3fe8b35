package recipes

import (
	"context"
	"math"
	"slices"
	"testing"

	"steady/core/engine"
	"steady/core/train"
)

// The step is as long as it should be wherever [0,1] leaves room, up the loss, and after noise as wide as it should be.
func TestFGSM(t *testing.T) {
	inStep(t, small(4, 4), edges(96, 4), func(ctx context.Context, b *train.Batch) error {
		m, err := b.Network(engine.BatchStatistics)
		if err != nil {
			return err
		}
		x0 := slices.Clone(b.X)
		before := sum(valuesOf(t, m, b.X, b.Labels))
		if err := fgsm(ctx, b, &fgsmOptions{Eps: 8. / 255}); err != nil {
			return err
		}
		inUnit(t, b.X)
		if after := sum(valuesOf(t, m, b.X, b.Labels)); after < before*1.2 {
			t.Errorf("the loss goes from %g to %g", before, after)
		}
		for j, v := range b.X {
			d := float64(v) - float64(x0[j])
			if math.Abs(math.Abs(d)-8./255) > 1e-6 && v != 0 && v != 1 {
				t.Fatalf("a step of %g: want 8/255 either way", d)
			}
		}
		copy(b.X, x0)
		if err := fgsm(ctx, b, &fgsmOptions{Eps: 8. / 255, StepSize: 2. / 255}); err != nil {
			return err
		}
		if far, _ := distances(b.X, x0, len(b.Labels)); math.Abs(slices.Max(far)-2./255) > 1e-6 {
			t.Errorf("a step of 2/255 is one of %g", slices.Max(far))
		}
		// With noise of twice eps the two are up to three times eps long: nothing clips them to the ball.
		copy(b.X, x0)
		if err := fgsm(ctx, b, &fgsmOptions{Eps: 8. / 255, Noise: 2}); err != nil {
			return err
		}
		inUnit(t, b.X)
		far, _ := distances(b.X, x0, len(b.Labels))
		if f := slices.Max(far) * 255 / 8; f < 2.9 || f > 3+1e-4 {
			t.Errorf("with noise an image is changed by %g eps at most, want nearly 3", f)
		}
		mean, n := 0., 0
		for j, v := range b.X {
			if v > 0 && v < 1 && x0[j] > .2 && x0[j] < .8 { // not clipped
				mean, n = mean+math.Abs(float64(v)-float64(x0[j])), n+1
			}
		}
		if mean *= 255. / 8 / float64(n); math.Abs(mean-1.25) > .1 { // of |U(-2,2) ± 1|
			t.Errorf("with noise the mean change is %g eps, want 1.25", mean)
		}
		other := slices.Clone(b.X)
		copy(b.X, x0)
		if err := fgsm(ctx, b, &fgsmOptions{Eps: 8. / 255, Noise: 2}); err != nil {
			return err
		}
		if !slices.Equal(b.X, other) {
			t.Error("another attack in the same step")
		}
		return nil
	})
}
