package recipes

import (
	"context"
	"math"
	"slices"
	"strings"
	"testing"

	"steady/core/arch"
	"steady/core/dataset/fashion"
	"steady/core/engine"
	"steady/core/nn"
	"steady/core/train"
	"steady/core/train/monitor"
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

// Trained by the plain single step of a large eps, a network soon withstands that one and nothing else, which is said once;
// noise before the step prevents it.
func TestCatastrophicOverfitting(t *testing.T) {
	if testing.Short() {
		t.Skip("trains two networks for some seconds")
	}
	set, held, err := fashion.Test().Limit(1800).HoldOut(300)
	if err != nil {
		t.Fatal(err)
	}
	runs := map[string][]train.Record{}
	for _, recipe := range []string{"fgsm{eps=0.25,noise=0}", "fgsm{eps=0.25}"} {
		c := parse(t, recipe, 8)
		c.Batch, c.LearningRate = 64, .3
		n, err := arch.Compact(nn.Shape{1, 28, 28}, 10, [4]int{8, 8, 16, 16})
		if err != nil {
			t.Fatal(err)
		}
		m, err := monitor.New(t.Context(), held, train.Validation, monitor.Options{Every: 1, Clean: 300, Attacked: 300, Eps: .25})
		if err != nil {
			t.Fatal(err)
		}
		r := start(t, backend(t, 0), n, set, c)
		for !r.Done() {
			r.epochs(t, 1)
			err := r.Evaluate(func(e *engine.Engine) error {
				measured, err := m.Measure(t.Context(), e)
				if err != nil {
					return err
				}
				return r.AddMeasured(measured)
			})
			if err != nil {
				t.Fatal(err)
			}
		}
		runs[recipe] = r.History()
	}
	with, without := runs["fgsm{eps=0.25}"], runs["fgsm{eps=0.25,noise=0}"]
	got, noisy := without[7], with[7]
	t.Logf("without noise %.3f under the single step and %.3f under PGD, with noise %.3f and %.3f", got.TrainingAccuracy, *got.Attacked,
		noisy.TrainingAccuracy, *noisy.Attacked)
	left := func(r train.Record) float64 { return *r.Attacked / r.TrainingAccuracy }
	if got.TrainingAccuracy < .4 || left(got) > .2 || left(noisy) < .3 {
		t.Errorf("without noise %.3f under the single step and %.3f under PGD, with noise %.3f: want overfitting without",
			got.TrainingAccuracy, *got.Attacked, *noisy.Attacked)
	}
	said := 0
	for _, r := range without {
		if r.Warning != "" {
			said++
			if !strings.Contains(r.Warning, "catastrophic overfitting in epoch ") {
				t.Error(r.Warning)
			}
		}
	}
	if said != 1 {
		t.Errorf("said %d times, want once", said)
	}
	for _, r := range with {
		if r.Warning != "" {
			t.Errorf("with noise: %s", r.Warning)
		}
	}
}

func TestWatchFGSM(t *testing.T) {
	c := parse(t, "fgsm", 9)
	record := func(epoch int, training, attacked, eps float64) train.Record {
		return train.Record{Epoch: epoch, TrainingAccuracy: training, Measured: &train.Measured{Attacked: &attacked, Eps: eps}}
	}
	const eps = 8. / 255
	history := []train.Record{record(1, .25, .02, eps), record(2, .4, .35, eps), {Epoch: 3, TrainingAccuracy: .4}, record(4, .6, .05, eps)}
	want := "catastrophic overfitting in epoch 4: the network gets 60.0 % of the images right that its single step attacks, " +
		"but 5.0 % under PGD-10 (35.0 % in epoch 2); try more noise, a smaller eps, or pgd"
	if got := watchFGSM(&c, history); got != want {
		t.Errorf("%q, want %q", got, want)
	}
	for what, h := range map[string][]train.Record{
		"a beginning":      history[:1],
		"a healthy run":    history[:2],
		"nothing measured": history[:3],
		"said before":      append(slices.Clone(history), record(5, .7, .01, eps)),
		"a larger eps":     {record(4, .6, .05, 2*eps)},
		"no attack at all": {{Epoch: 1, TrainingAccuracy: .9, Measured: &train.Measured{}}},
		"nothing":          nil,
		"a slow collapse":  {record(1, .4, .35, eps), record(2, .45, .2, eps)},
	} {
		if got := watchFGSM(&c, h); got != "" {
			t.Errorf("%s: %s", what, got)
		}
	}
}
