package train

import (
	"context"
	"math"
	"slices"
	"strings"
	"testing"

	"steady/core/compute"
	"steady/core/compute/cpu"
	"steady/core/random"
)

// mixup mixes each image and its target with those of the image before it (Zhang et al. 2018).
func mixup(_ context.Context, b *Batch) error {
	n, size := len(b.Labels), len(b.X)/len(b.Labels)
	share := float32(random.New(b.Seed(), 0, "mixup", 0).Float64())
	x := slices.Clone(b.X)
	b.Targets = make([]float32, n*b.Classes)
	for i := range n {
		j := (i + n - 1) % n
		for k := range size {
			b.X[i*size+k] = share*x[i*size+k] + (1-share)*x[j*size+k]
		}
		b.Targets[i*b.Classes+b.Labels[i]] += share
		b.Targets[i*b.Classes+b.Labels[j]] += 1 - share
	}
	return nil
}

// A recipe with soft targets trains as well where the backend takes the steps, and there to the same network.
func TestSoftTargets(t *testing.T) {
	c := smallConfig(3)
	var runs [][]uint32
	var told [2][]Progress
	for i, b := range []compute.Backend{cpu.New(2), &stepping{Backend: cpu.New(1)}} {
		n := tiny(4)
		tr := onBackend(t, b, n, c, nil)
		tr.prepare = mixup
		for !tr.Done() {
			if err := tr.RunEpoch(t.Context(), func(p Progress) { told[i] = append(told[i], p) }); err != nil {
				t.Fatal(err)
			}
		}
		runs = append(runs, bits(tr))
		if d, ok := b.(*stepping); ok && d.steps != 5*12 {
			t.Errorf("the backend took %d steps of parameters, want all", d.steps)
		}
	}
	if !slices.Equal(runs[0], runs[1]) {
		t.Error("another run where the backend takes the steps")
	}
	for k, want := range told[0] {
		got := told[1][k]
		if math.Abs(got.Loss-want.Loss) > 1e-6*want.Loss || got.Accuracy != want.Accuracy {
			t.Errorf("%+v, want %+v", got, want)
		}
	}
	if first, last := told[0][0].Loss, told[0][11].Loss; !(last < first) {
		t.Errorf("the loss goes from %g to %g", first, last)
	}
}

// Targets that are the labels make the run that the labels make.
func TestTargetsOfLabels(t *testing.T) {
	set, c := stripes(64, 4), config(2)
	plain := trainer(t, tiny(4), set, c, 1)
	epochs(t, plain, 2)
	same := trainer(t, tiny(4), set, c, 1)
	same.prepare = func(_ context.Context, b *Batch) error {
		b.Targets = make([]float32, len(b.Labels)*b.Classes)
		for i, l := range b.Labels {
			b.Targets[i*b.Classes+l] = 1
		}
		return nil
	}
	epochs(t, same, 2)
	if !slices.Equal(bits(plain), bits(same)) {
		t.Error("another run with the labels as targets")
	}
}

func TestTargetsRefused(t *testing.T) {
	for want, change := range map[string]func(b *Batch){
		"60 targets: want 64":                                func(b *Batch) { b.Targets = b.Targets[4:] },
		"image 3: its targets sum to 0.75: want 1":           func(b *Batch) { b.Targets[12] = 0 },
		"image 0: the target of class 1 is -0.25: want 0":    func(b *Batch) { b.Targets[1] = -.25 },
		"image 15: the target of class 3 is NaN: want 0 to ": func(b *Batch) { b.Targets[63] = float32(math.NaN()) },
	} {
		tr := trainer(t, tiny(4), stripes(16, 4), config(1), 1)
		tr.prepare = func(_ context.Context, b *Batch) error {
			b.Targets = slices.Repeat([]float32{.25}, 64)
			change(b)
			return nil
		}
		if err := tr.RunEpoch(t.Context(), nil); err == nil || !strings.Contains(err.Error(), "recipe standard: "+want) {
			t.Errorf("%v, want %q", err, want)
		}
	}
}
